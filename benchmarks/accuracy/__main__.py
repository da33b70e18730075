"""Run the studies: ``python -m benchmarks.accuracy``; what was run before is not run again."""

import sys

from benchmarks.accuracy import ablations, curves, linear, searches
from benchmarks.accuracy import against_tfidf as accuracy

STUDIES = {m.STUDY.name: m.STUDY for m in (accuracy, ablations, curves, searches, linear)}

if __name__ == "__main__":
    for name in sys.argv[1:] or STUDIES:
        STUDIES[name].run()

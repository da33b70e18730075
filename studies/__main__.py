"""Run the studies: ``python -m studies``; what was run before is not run again."""

import sys

from studies import ablations, accuracy, curves, linear, searches

STUDIES = {m.STUDY.name: m.STUDY for m in (accuracy, ablations, curves, searches, linear)}

if __name__ == "__main__":
    for name in sys.argv[1:] or STUDIES:
        STUDIES[name].run()

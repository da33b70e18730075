"""Studies of accuracy: how well the classifiers do on real texts, next to TF-IDF.

Not a part of the package; ``docs/accuracy.md`` is written by ``python -m benchmarks.accuracy``.
"""

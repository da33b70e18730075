"""``python -m skembed.demo``, which is the same as ``python -m skembed demo``."""

import sys

from skembed.cli import main

if __name__ == "__main__":
    main(["demo", *sys.argv[1:]])

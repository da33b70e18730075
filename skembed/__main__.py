"""``python -m skembed``."""

from skembed.cli import main

if __name__ == "__main__":
    main()

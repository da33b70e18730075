"""Run the studies: ``python -m studies``; what was run before is not run again."""

from studies import accuracy

if __name__ == "__main__":
    accuracy.run()

"""Check the prose of the project, or of the files that are named."""

import sys
from pathlib import Path

from tests.prose import ROOT, check_file, files, read_rules


def main(names: list[str]) -> int:
    """Print what is found, and return 1 if there is anything."""
    rules, settings = read_rules()
    paths = [Path(name).resolve() for name in names] or files(settings)
    count = 0
    for path in paths:
        shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        for place in check_file(path, rules, settings):
            count += 1
            print(f"{shown}:{place.line}: {place.rule}: …{place.excerpt}… ({place.instead})")
    print(f"{len(paths)} files, {count} places")
    return int(count > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

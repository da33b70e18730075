"""Run the examples and record what they print: ``python docs/record.py``.

It writes ``docs/examples.md`` and the pictures in ``docs/images``. Each example says where it finds
its data. All take about 20 minutes on two quiet cores. ``docs/record.py NAME...`` runs the examples
whose names contain one of these, and replaces their sections.
"""

import datetime
import importlib.metadata
import os
import platform
import re
import runpy
import subprocess
import sys
import time
from pathlib import Path

DOCS = Path(__file__).resolve().parent
EXAMPLES = DOCS.parent / "examples"
LARGEST_PICTURE = 100_000  # bytes
PREFACE = """# What the examples printed

`python docs/record.py` writes this page, and nothing on it is typed by hand. The top of each file
says what the example is about, what it leaves out and where its data come from. Seconds depend on
the machine and on its other work."""
PACKAGES = ["keras", "matplotlib", "numpy", "scikit-learn", "scipy", "tensorflow"]


def main(parts: list[str]) -> None:
    """Run the examples one after the other, and renew their sections of the page.

    If one fails, the page is left as it was.
    """
    page = DOCS / "examples.md"
    old = page.read_text(encoding="utf-8") if page.exists() else ""
    sections = dict(re.findall(r"\n## (.+)\n((?:(?!\n## )[\s\S])+)", old))
    examples = {
        example.read_text(encoding="utf-8").splitlines()[1]: example
        for example in sorted(EXAMPLES.glob("plot_*.py"))
    }
    named = {t: e for t, e in examples.items() if not parts or any(p in e.name for p in parts)}
    for title in examples.keys() - named.keys() - sections.keys():
        sys.exit(f"{examples[title].name} was never recorded: name it too.")
    for title, example in named.items():
        sections[title] = record(example)
    texts = [f"## {title}\n\n{sections[title].strip()}" for title in examples]
    page.write_text("\n\n".join([PREFACE, *texts]) + "\n", encoding="utf-8")


def record(example: Path) -> str:
    """Run an example in a process of its own, and turn what it printed into a section.

    Returns
    -------
    section : str
        Markdown: when, with what and on what it was run, what it printed, its picture.

    Raises
    ------
    subprocess.CalledProcessError
        If the example failed.
    """
    print(example.name, flush=True)
    started = time.perf_counter()
    command = [sys.executable, __file__, "--draw", str(example)]
    path = os.pathsep.join([str(DOCS.parent), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"MPLBACKEND": "agg", "PYTHONPATH": path}
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, encoding="utf-8", check=True
    )
    seconds = time.perf_counter() - started
    print(f"{done.stdout}\n{seconds:.0f} seconds", flush=True)
    return "\n\n".join(
        [
            f"[`examples/{example.name}`](../examples/{example.name}), {seconds:.0f} seconds. "
            + circumstances(),
            f"```text\n{done.stdout.strip()}\n```",
            f"![Picture drawn by {example.name}](images/{example.stem}.png)",
        ]
    )


def draw(example: str) -> None:
    """Run an example in this process and save the picture it leaves.

    Raises
    ------
    ValueError
        If it is larger than a repository should carry.
    """
    runpy.run_path(example, run_name="__main__")
    from matplotlib import pyplot as plt

    target = DOCS / "images" / f"{Path(example).stem}.png"
    target.parent.mkdir(exist_ok=True)
    plt.savefig(target, dpi=100)
    size = target.stat().st_size
    if size >= LARGEST_PICTURE:
        raise ValueError(f"{target.name} has {size} bytes, more than {LARGEST_PICTURE}.")


def circumstances() -> str:
    """Say when, with what and on what an example was run."""
    day = datetime.datetime.now(datetime.UTC).date().isoformat()
    packages = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    return (
        f"Run on {day}, {os.cpu_count()} cores ({platform.machine()}), "
        f"Python {platform.python_version()}, {packages}."
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--draw"]:
        draw(sys.argv[2])
    else:
        main(sys.argv[1:])

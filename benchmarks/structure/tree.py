"""The files of a checkout, or of a revision in its history, as text."""

import io
import subprocess
import tarfile
from pathlib import Path

READ = (".py", ".md")
"""Endings of the files whose text is read. Other files only count by their path."""


def read_tree(root: Path) -> dict[str, str]:
    """Return the files of a checkout that git does not ignore, as they are now.

    Parameters
    ----------
    root : Path
        The top of a git checkout.

    Returns
    -------
    files : dict of str to str
        Path below `root`, with ``/``, to text. The text is empty if the file is neither Python nor
        Markdown.

    Raises
    ------
    ValueError
        If `root` is not in a git checkout, or there is no git.
    """
    listed = _git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").decode()
    paths = [path for path in listed.split("\0") if path and (root / path).is_file()]
    return {
        path: (root / path).read_text(encoding="utf-8") if path.endswith(READ) else ""
        for path in sorted(paths)
    }


def read_revision(root: Path, revision: str) -> dict[str, str]:
    """Return the files of a revision, such as ``"v0.1"`` or ``"HEAD~3"``, as `read_tree` does."""
    packed = _git(root, "archive", "--format=tar", revision)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        return {
            member.name: _text(archive, member)
            for member in archive.getmembers()
            if member.isfile()
        }


def _text(archive: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    content = archive.extractfile(member)
    return content.read().decode() if content and member.name.endswith(READ) else ""


def _git(root: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)
    except OSError as error:
        raise ValueError(
            f"git cannot be run: {error}. Install it, or put it on the path."
        ) from None
    if done.returncode:
        raise ValueError(
            f"git {arguments[0]} failed in {root}: {done.stderr.decode().strip()}. Run this in a "
            "git checkout, and name a revision that it has."
        )
    return done.stdout

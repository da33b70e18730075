"""An error as a sentence for the user of a command."""

import os

_OF_FILES = {
    FileNotFoundError: "There is no file {}.",
    IsADirectoryError: "{} is a folder, but a file is needed.",
    NotADirectoryError: "There is no file {}: a part of its path is a file itself.",
    PermissionError: "There is no permission to open {}.",
}


def sentence(error: BaseException) -> str:
    """Return an error's message, with its notes and without the number of the system."""
    said = str(error)
    if isinstance(error, OSError) and error.errno is not None and error.strerror:
        said = error.strerror
        if error.filename is not None:
            name = error.filename
            name = os.fsdecode(name) if isinstance(name, str | bytes) else str(name)
            said = _OF_FILES.get(type(error), f"{said}: {{}}.").format(name)
    notes = getattr(error, "__notes__", [])
    return " ".join([said if not notes or said.endswith((".", "?", "!")) else f"{said}.", *notes])

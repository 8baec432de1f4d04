"""Everything that can go wrong in the pipeline, as one tree.

YinjuError
├── SettingsError          a setting has a value that cannot be used
├── InputError             a question, query or option that cannot be used
│   └── UnknownNameError   a backend, embedder or reader that nobody registered
├── ReadError              a file that cannot be turned into a document
├── LibraryError           the library cannot be opened, read or written
│   ├── NotALibraryError   the folder holds something else
│   ├── LibraryBusyError   another process is writing
│   ├── LibraryFullError   the disk is full
│   ├── DamagedDocumentError  what is stored is not what was written
│   └── UnknownDocumentError
├── ModelError             a model file is missing, damaged or of another kind
└── BackendError           a language-model backend failed while answering
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

__all__ = [
    "BackendError",
    "DamagedDocumentError",
    "InputError",
    "LibraryBusyError",
    "LibraryError",
    "LibraryFullError",
    "ModelError",
    "NotALibraryError",
    "ReadError",
    "SettingsError",
    "UnknownDocumentError",
    "UnknownNameError",
    "YinjuError",
]


class YinjuError(Exception):
    """Base of every error the project raises on purpose; its text is one line for a person."""


class SettingsError(YinjuError):
    """A setting has a value that cannot be used."""


class InputError(YinjuError):
    """A question, query or option cannot be used; `field` names which."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class UnknownNameError(InputError):
    """A part was asked for by a name that nobody registered."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        choices = ", ".join(sorted(known)) or "none"
        super().__init__(kind, f"unknown {kind} {name!r}: choose one of {choices}")


class ReadError(YinjuError):
    """A file cannot be turned into a document."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class LibraryError(YinjuError):
    """The library cannot be opened, read or written."""


class NotALibraryError(LibraryError):
    """The folder exists and holds something that is not a library."""


class LibraryBusyError(LibraryError):
    """Another process holds the library's write lock."""


class LibraryFullError(LibraryError):
    """There is no room for what was to be written; what was there before is whole."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"the disk that holds {folder} is full: free some space and try again; nothing was lost"
        )


class DamagedDocumentError(LibraryError):
    """A row of a document is not the one that was written."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"what is stored of {name!r} is damaged: `yinju doctor` mends what it can; else `yinju remove` it"
            " and ingest its file again"
        )
        self.name = name


class UnknownDocumentError(LibraryError):
    """The library holds no document of that name."""

    def __init__(self, name: str, field: str | None = None) -> None:
        super().__init__(f"no document named {name!r}: `yinju documents` lists the names")
        self.name = name
        self.field = field


class ModelError(YinjuError):
    """A model file is missing, damaged or of another kind."""


Failure = Literal["unreachable", "slow", "refused", "cut", "garbled", "empty", "endless", "other"]
"""What became of a language model, as a reader is told: never more than this word and a status."""


class BackendError(YinjuError):
    """A language-model backend failed while answering: `failure` says how, `status` is HTTP's."""

    def __init__(self, message: str, failure: Failure = "other", status: int | None = None) -> None:
        super().__init__(message)
        self.failure: Failure = failure
        self.status = status

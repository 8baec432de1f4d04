"""Temporary folders that are named after their program, so that those of one that was killed can go."""

import os
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

__all__ = ["temporary_folder"]

_FOLDER: Final = re.compile(r"yinju-(?:views-)?(\d{1,9})-\w+")  # the process that made it
_OF_INDEXES: Final = "yinju-views-"


def temporary_folder(of_indexes: bool = False) -> tempfile.TemporaryDirectory[str]:
    """Make a temporary folder, and remove those that killed programs of this user left behind.

    One that is not of indexes only goes if it is empty, as it should be.
    """
    _remove_left_behind(tempfile.gettempdir())
    prefix = _OF_INDEXES if of_indexes else "yinju-"
    return tempfile.TemporaryDirectory(prefix=f"{prefix}{os.getpid()}-", ignore_cleanup_errors=True)


def _remove_left_behind(temporary: str) -> None:
    with suppress(OSError), os.scandir(temporary) as entries:
        for entry in entries:
            made_by = _FOLDER.fullmatch(entry.name)
            with suppress(OSError):
                if (
                    made_by
                    and entry.is_dir(follow_symlinks=False)
                    and entry.stat(follow_symlinks=False).st_uid == os.geteuid()
                    and _is_gone(int(made_by[1]))
                ):
                    _remove(Path(entry))


def _remove(folder: Path) -> None:
    if folder.name.startswith(_OF_INDEXES):
        shutil.rmtree(folder, ignore_errors=True)
    else:
        folder.rmdir()  # which leaves what holds anything


def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False

"""Errors that come of too little memory, whatever a library makes of them."""

import errno
import re
from typing import Final

__all__ = ["NEEDS_MORE_MEMORY", "is_of_memory"]

NEEDS_MORE_MEMORY: Final = "it needs more memory to read than it may have (YINJU_PARSE_MEMORY_MB)"
_SAID: Final = re.compile(
    "bad_alloc|out of memory|memory allocation|cannot allocate memory|failed to map segment", re.IGNORECASE
)


def is_of_memory(error: BaseException) -> bool:
    """Tell whether an error, or one that led to it, says that memory ran out."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if one is not None and id(one) not in seen:
            if _says_so(one):
                return True
            seen.add(id(one))
            waiting += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]
    return False


def _says_so(error: BaseException) -> bool:
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return True
    log = getattr(error, "error_log", None)  # lxml's, where its own words are "unknown error"
    if log and getattr(log[-1], "type_name", "") == "ERR_NO_MEMORY":
        return True
    said = error.args[0] if error.args else ""
    return isinstance(said, str) and bool(_SAID.search(said))

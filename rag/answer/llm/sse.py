"""Server-sent events, from bytes cut anywhere.

https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

import re
from collections.abc import Iterator
from typing import Final

from rag.errors import BackendError

__all__ = ["EventReader"]

_LONGEST: Final = 1 << 20  # bytes of an event: a token's holds a few hundred
_LINE_END: Final = re.compile(rb"\r\n|\n|\r(?!\Z)")  # a break at the very end may be half of one


class EventReader:
    """Takes bytes as they come and gives the data of each event that is whole."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._looked_at = 0  # bytes of it that hold no line end
        self._data: list[str] = []
        self._size = 0

    def read(self, received: bytes) -> Iterator[str]:
        """Yield the data of the events that are complete now; raises BackendError."""
        self._rest += received
        start = 0
        for end in _LINE_END.finditer(self._rest, self._looked_at):
            data = self._line(bytes(self._rest[start : end.start()]))
            start = end.end()
            if data is not None:
                yield data
        del self._rest[:start]
        self._looked_at = max(0, len(self._rest) - 1)
        if self._size + len(self._rest) > _LONGEST:
            raise BackendError(f"an event is longer than {_LONGEST} bytes", "endless")

    def end(self) -> Iterator[str]:
        """Yield the data of the last event if only the blank line is missing that ends it."""
        if bytes(self._rest) in (b"", b"\r"):
            yield from self.read(b"\n")

    def _line(self, line: bytes) -> str | None:
        """Take one line; return an event's data if it is the blank one that ends it."""
        if not line:
            data = "\n".join(self._data) if self._data else None
            self._data, self._size = [], 0
            return data
        try:
            name, _, value = line.decode("utf-8").removeprefix("\ufeff").partition(":")
        except UnicodeDecodeError:
            raise BackendError("the stream is not UTF-8", "garbled") from None
        if name == "data":
            self._data.append(value.removeprefix(" "))
            self._size += len(line)
        return None

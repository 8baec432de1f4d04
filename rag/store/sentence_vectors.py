"""What the sentences of a library mean, kept beside it: a vector depends on the text alone.

A file of records to which is only added. Each has a checksum: one that is damaged or was cut short is as
if it were not there, and is made again. Where nothing may be written, nothing is kept.
"""

import fcntl
import hashlib
import os
import threading
import zlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rag.models.manifest import NAME
from rag.models.sentence_encoder import FOLDER, shipped_encoder

__all__ = ["MOST", "SentenceVectors"]

_DIGEST: Final = 16  # bytes of a text's name
_CHECKSUM: Final = 4
_ENDING: Final = ".sentences"
MOST: Final = 50_000
"""The vectors that are kept, 0.8 kB each."""
_PRIVATE: Final = 0o600

Floats = NDArray[np.float32]
_Kept = NDArray[np.float16]


class SentenceVectors:
    """Unit vectors of texts by the sentence encoder, made once. Safe to use from several threads.

    They are rounded to half precision whether they were kept or not: what is kept changes no answer.
    """

    def __init__(self, folder: Path) -> None:
        """Take the folder of a library; it is read when the first text is asked for."""
        self._folder = folder
        self._guard = threading.Lock()
        self._vectors: dict[bytes, _Kept] | None = None

    def of(self, texts: Sequence[str]) -> Floats:
        """Return the vectors of texts, shape (n, size)."""
        if not texts:
            return shipped_encoder().sentences(texts)
        with self._guard:
            if self._vectors is None:
                self._vectors = self._read()
            known = self._vectors
        names = [_name(text) for text in texts]
        found = {name: known[name] for name in names if name in known}
        missing = {name: text for name, text in zip(names, texts, strict=True) if name not in found}
        if missing:
            made = shipped_encoder().sentences(list(missing.values())).astype("<f2")
            new = dict(zip(missing, made, strict=True))
            found.update(new)
            self._keep(new)
        return np.stack([found[name] for name in names]).astype(np.float32)

    def _keep(self, new: dict[bytes, _Kept]) -> None:
        """Keep vectors in memory, in the place of the oldest where they are too many, and on disk."""
        with self._guard:
            kept = {**(self._vectors or {}), **new}
            self._vectors = dict(list(kept.items())[-MOST:]) if len(kept) > MOST else kept
        self._write(new)

    @property
    def _path(self) -> Path:
        """The file of the vectors of this encoder; another's have another name."""
        made = hashlib.sha256((FOLDER / NAME).read_bytes()).hexdigest()[:_DIGEST]
        return self._folder / f"{made}{_ENDING}"

    def _read(self) -> dict[bytes, _Kept]:
        """Return the vectors that were kept and can be trusted."""
        try:
            data = memoryview(self._path.read_bytes())
        except OSError:
            return {}
        length = _DIGEST + 2 * shipped_encoder().size
        found = {}
        for start in range(0, len(data) - length - _CHECKSUM + 1, length + _CHECKSUM):
            record, told = data[start : start + length], data[start + length : start + length + _CHECKSUM]
            if _checksum(record) == told:
                found[bytes(record[:_DIGEST])] = np.frombuffer(record[_DIGEST:], dtype="<f2")
        return found

    def _write(self, new: dict[bytes, _Kept]) -> None:
        """Add vectors to the file, as far as there is room and it may be written."""
        records = [name + vector.tobytes() for name, vector in new.items()]
        size = len(records[0]) + _CHECKSUM
        with suppress(OSError), open(self._path, "ab", opener=_opened) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            end = file.seek(0, os.SEEK_END)
            if end == 0:
                self._remove_others()
            file.truncate(end - end % size)  # what somebody did not finish
            room = max(MOST - end // size, 0)
            file.write(b"".join(record + _checksum(record) for record in records[:room]))

    def _remove_others(self) -> None:
        """Remove the vectors of encoders before this one."""
        for path in self._folder.glob(f"*{_ENDING}"):
            if path != self._path:
                path.unlink(missing_ok=True)


def _name(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()


def _checksum(record: bytes | memoryview) -> bytes:
    return zlib.crc32(record).to_bytes(_CHECKSUM, "little")


def _opened(path: str, flags: int) -> int:
    return os.open(path, flags, _PRIVATE)

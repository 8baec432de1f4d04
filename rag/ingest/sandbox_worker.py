"""The child process of `rag.ingest.sandbox`: parses what it is sent on standard input, within limits."""

import json
import os
import resource
import sys
from contextlib import suppress
from typing import Any, BinaryIO, Final

from rag.errors import ReadError
from rag.ingest.formats import ReadingLimits, ReadText
from rag.ingest.out_of_memory import NEEDS_MORE_MEMORY, is_of_memory
from rag.ingest.parse import parse_file, parse_text, parsed_to_data
from rag.store.codec import markup_from_data

__all__ = ["main"]

_MEGABYTE: Final = 1_000_000
_LENGTH: Final = 8
_FORBIDDEN: Final = frozenset(
    "socket.connect socket.bind socket.sendto socket.sendmsg"  # noqa: SIM905 - a table of audit events
    " subprocess.Popen os.system os.exec os.fork os.forkpty os.posix_spawn os.spawn pty.spawn"
    " os.remove os.rename os.rmdir os.mkdir os.link os.symlink os.truncate os.chmod os.chown os.utime"
    " os.chflags os.setxattr os.removexattr os.killpg".split()
)
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_REST_AFTER_KB: Final = 400_000  # resident memory after which a fresh process takes over
_TOO_LARGE: Final = json.dumps({"error": NEEDS_MORE_MEMORY, "last": True}).encode()


def main() -> None:
    """Answer jobs until standard input ends."""
    requests, answers = sys.stdin.buffer, _own_output()
    _confine(int(sys.argv[1]))
    with suppress(MemoryError):  # for a message: what its frames hold is let go before it is answered
        _serve(requests, answers)
        return
    _send(answers, _TOO_LARGE)


def _serve(requests: BinaryIO, answers: BinaryIO) -> None:
    while (header := _message(requests)) is not None:
        body = _message(requests) or b""
        answer = _answer(json.loads(header), body)
        answer["last"] = answer.get("last", False) or _resident_kb() > _REST_AFTER_KB
        _send(answers, json.dumps(answer, ensure_ascii=False).encode())


def _send(answers: BinaryIO, data: bytes) -> None:
    answers.write(len(data).to_bytes(_LENGTH, "big"))
    answers.write(data)
    answers.flush()


def _own_output() -> BinaryIO:
    """Keep standard output for answers: what a library prints goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    return answers


def _confine(memory_mb: int) -> None:
    """Limit memory, forbid to write files, to open connections and to start programs."""
    with suppress(ValueError, OSError):  # macOS knows no such limit
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = memory_mb * _MEGABYTE
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if (
            event in _FORBIDDEN
            or (event == "open" and _is_to_write(arguments))
            or (event == "os.kill" and arguments[0] != os.getpid())
        ):
            raise PermissionError(f"{event} is not for readers")

    sys.addaudithook(refuse)


def _is_to_write(arguments: tuple[Any, ...]) -> bool:
    flags = arguments[2] if len(arguments) > 2 else 0
    return isinstance(flags, int) and bool(flags & _WRITING)


def _resident_kb() -> int:
    """Return how much memory this process holds; what `getrusage` says is the parent's at first."""
    try:
        with open("/proc/self/statm") as file:  # noqa: PTH123 - once a file that is read
            return int(file.read().split()[1]) * resource.getpagesize() // 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _answer(header: dict[str, Any], body: bytes) -> dict[str, Any]:
    _limit_seconds(header["seconds"])
    name = header["name"]
    try:
        if "suffix" in header:
            limits = ReadingLimits(*header["limits"])
            return parsed_to_data(parse_file(name, header["suffix"], body, limits, header["chunk_tokens"]))
        read = ReadText(
            body.decode(), header["encoding"], header["confidence"], markup_from_data(header["markup"])
        )
        return parsed_to_data(parse_text(name, read, header["chunk_tokens"]))
    except Exception as error:  # noqa: BLE001 - of a parser, over bytes that anybody may have made
        return _failure(error)


def _failure(error: Exception) -> dict[str, Any]:
    if is_of_memory(error):
        return {"error": NEEDS_MORE_MEMORY, "last": True}  # the next file shall have all of it
    if isinstance(error, ReadError):
        return {"error": error.reason}
    return {"error": f"it cannot be read, it may be damaged ({type(error).__name__}: {error})"}


def _limit_seconds(seconds: float) -> None:
    """Let the kernel end this process, should nobody else: its parent may be gone."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def _message(source: BinaryIO) -> bytes | None:
    size = source.read(_LENGTH)
    return source.read(int.from_bytes(size, "big")) if len(size) == _LENGTH else None


if __name__ == "__main__":
    main()

"""What readers get while the documents they read are brought in anew, again and again.

`python -m tests.faults.readers --readers 8 --rounds 30` keeps some readers asking in one process while
`yinju ingest` brings in one version of all documents after the other. Every sentence with a number
tells by it which version it stands in, and the rest move, so that each answer can be held to be wholly of
one version, and of one that is not older than the last that was there when it was asked for.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from tests.faults.program import ROOT, Program, written

NAMES: Final = ("果园", "渡口", "水库", "学校")
READING: Final = Path(__file__).with_name("reading.py")
SPLIT_SECONDS: Final = 5.0  # an ingest that takes longer may store what it has before it has the rest
_LAST_SECONDS: Final = 1.0  # for questions that start when all is done
_NUMBER: Final = re.compile(r"\d{6}")
_SHOWN: Final = 5  # examples of each fault


class Round(NamedTuple):
    """One version that was brought in: when the command was given, and when it had ended."""

    version: int
    started: float
    ended: float


class Report(NamedTuple):
    """How many answers there were, and which of them had which fault.

    `untold` are those with documents of two versions while one ingest took so long that it may have
    been two.
    """

    answers: int
    seconds: float
    median: float
    slowest: float
    faults: Mapping[str, Sequence[str]]
    untold: int


FAULTS: Final = ("mixed", "not found", "stale", "errors")


# The documents


@cache
def text_of(document: str, version: int) -> str:
    """Return a version of a document: its numbers are its own, its length is not that of the next."""
    name = document.removesuffix(".txt")
    number = 100_000 + 1000 * version + 100 * NAMES.index(name)
    pages = "、".join(f"附件{letter}" for letter in "甲乙丙丁戊"[: 1 + version % 5])
    return (
        f"{name}指标报告\n{name}指标报告的编号是{number}，随文印发{pages}。\n"
        f"一、{name}的数值\n"
        f"{name}第七项指标的数值是{number + 7}。{name}第八项指标的数值是{number + 8}。\n"
        f"二、{name}的核对\n{name}的指标由统计站每年核对一次，原始记录保存在档案室，查阅要经过批准。"
        "核对时有两名工作人员在场，结果由双方签字。遇到节假日顺延到下一个工作日。\n"
        f"三、{name}的计划\n{name}明年的计划数是{number + 9}，由镇里统一安排。\n"
    )


def files_of(version: int) -> dict[str, str]:
    """Return all documents as they are in a version."""
    return {f"{name}.txt": text_of(f"{name}.txt", version) for name in NAMES}


def _version_of(number: str) -> int:
    return (int(number) - 100_000) // 1000


def questions() -> list[tuple[str, str]]:
    """Return documents and a question about each: of five one compares two documents, which takes longer."""
    asked = "第七项指标的数值"
    plain = [(f"{name}.txt", f"{name}{asked}是多少？") for name in NAMES]
    pairs = zip(NAMES, (*NAMES[1:], NAMES[0]), strict=True)
    return [
        question
        for name, other in pairs
        for question in (*plain, (f"{name}.txt", f"{name}和{other}{asked}分别是多少？"))
    ]


# What is wrong with an answer


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _fits(found: Sequence[Any], document: str, version: int) -> bool:
    """Tell whether a citation or a passage stands in a version of a document, and just there."""
    text = text_of(document, version)
    if len(found) == 3:  # a citation
        quote, start, end = found
        return bool(text[start:end] == quote)
    shown, spans, *_ = found
    return _squeezed("".join(text[start:end] for start, end in spans)) == _squeezed(shown)


def _items(row: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    for document, *citation in row["citations"]:
        yield document, citation
    for document, *passage in row["passages"]:
        yield document, passage


def versions_of(row: Mapping[str, Any], last: int) -> tuple[set[int], dict[str, set[int]]]:
    """Return the versions that a whole answer may be of, and those that its part of each document may."""
    by_document = {document: set(range(last + 1)) for document, _ in _items(row)}
    for document, item in _items(row):
        by_document[document] &= {v for v in by_document[document] if _fits(item, document, v)}
    said = [{_version_of(number)} for number in _NUMBER.findall(row["answer"])]
    return set(range(last + 1)).intersection(*by_document.values(), *said), by_document


def _last(row: Mapping[str, Any], rounds: Sequence[Round]) -> int:
    """Return the last version that may have been there before an answer was."""
    return max(it.version for it in rounds if it.started < row["ended"])


def _may_be_split(parts: Mapping[str, set[int]], rounds: Sequence[Round]) -> bool:
    """Tell whether documents are of two versions because the later one took two steps to come in."""
    later = max(min(versions, default=0) for versions in parts.values())
    return all(parts.values()) and any(
        it.version == later and it.ended - it.started > SPLIT_SECONDS for it in rounds
    )


def _faults_of(row: Mapping[str, Any], rounds: Sequence[Round]) -> Iterator[str]:
    if "error" in row:
        yield "errors"
        return
    if row["abstained"] or all(passage[0] != row["document"] for passage in row["passages"]):
        yield "not found"
    whole, parts = versions_of(row, _last(row, rounds))
    if not whole:
        yield "untold" if parts and _may_be_split(parts, rounds) else "mixed"
    done = max(it.version for it in rounds if it.ended < row["started"])
    newest = max(whole or set().union(*parts.values()), default=done)
    if newest < done:
        yield "stale"


def _shown(row: Mapping[str, Any], rounds: Sequence[Round]) -> str:
    """Return what one has to know of an answer at fault."""
    if "error" in row:
        return str(row["error"])
    done = max(it.version for it in rounds if it.ended < row["started"])
    under_way = [it.version for it in rounds if it.started < row["ended"] and it.ended > row["started"]]
    _, by_document = versions_of(row, _last(row, rounds))
    parts = {document: sorted(versions)[-3:] for document, versions in by_document.items()}
    quotes = [citation[1] for citation in row["citations"]]
    return (
        f"asked of {row['document']} when {done} was there and {under_way} under way: fits {parts},"
        f" quotes {quotes}, {len(row['passages'])} passages"
    )


def judged(rows: Sequence[Mapping[str, Any]], rounds: Sequence[Round]) -> Report:
    """Compare the answers with what was in the library when."""
    found: dict[str, list[str]] = {fault: [] for fault in (*FAULTS, "untold")}
    for row in rows:
        for fault in _faults_of(row, rounds):
            found[fault].append(_shown(row, rounds))
    took = [row["ended"] - row["started"] for row in rows]
    seconds = max(row["ended"] for row in rows) - min(row["started"] for row in rows)
    untold = len(found.pop("untold"))
    return Report(len(rows), seconds, statistics.median(took), max(took), found, untold)


# The run


@contextmanager
def _reading(program: Program, folder: Path, readers: int, log: Path) -> Iterator[None]:
    """Keep readers asking."""
    script = program.script(READING)
    arguments = [str(folder / "library"), str(log), str(readers), json.dumps(questions())]
    with subprocess.Popen(
        [*script.command, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=folder,
        env=script.environment,
    ) as process:
        if process.stdin is None or process.stdout is None or process.stdout.readline() != b"reading\n":
            raise SystemExit("the readers did not start")
        try:
            yield
            time.sleep(_LAST_SECONDS)
        finally:
            process.stdin.close()
    if process.returncode != 0:
        raise SystemExit(f"the readers ended with status {process.returncode}")


def _brought_in(program: Program, folder: Path, version: int) -> Round:
    files = written(folder / "files", files_of(version))
    started = time.monotonic()
    outcome = program.run(folder, "ingest", files, "--library", folder / "library")
    if outcome.status != 0:
        raise SystemExit(f"the ingest of version {version} {outcome}")
    return Round(version, started, time.monotonic())


def measure(folder: Path, program: Program, readers: int = 8, rounds: int = 30) -> Report:
    """Let some readers ask while so many versions come in, and report what was wrong with the answers."""
    done = [_brought_in(program, folder, 0)]
    log = folder / "answers"
    with _reading(program, folder, readers, log):
        done += [_brought_in(program, folder, version) for version in range(1, rounds + 1)]
    return judged([json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()], done)


def main() -> None:
    """Read and write, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--python-path", type=Path, default=ROOT, metavar="DIR")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        report = measure(Path(folder), Program.read(options.python_path), options.readers, options.rounds)
    lines = [
        f"{report.answers} answers to {options.readers} readers in {report.seconds:.0f} s,"
        f" {options.rounds} rounds; median {report.median:.3f} s, slowest {report.slowest:.2f} s"
    ]
    for fault, examples in report.faults.items():
        lines.append(f"{fault:10} {len(examples):6}")
        lines += [f"    {times:5} × {shown}" for shown, times in Counter(examples).most_common(_SHOWN)]
    lines.append(f"untold     {report.untold:6}  (documents of two versions while an ingest took long)")
    print("\n".join(lines))  # noqa: T201
    sys.exit(1 if any(report.faults.values()) else 0)


if __name__ == "__main__":
    main()

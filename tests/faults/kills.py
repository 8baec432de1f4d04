"""What is left of a library whose writer is killed at a system call, at as many of them as are wanted.

`python -m tests.faults.kills --points 300` kills `yinju` by SIGKILL at the N-th write, fsync, rename…
of a first ingest, of one that brings changes, and of a removal. After each: what was there before is
there, the next ingest succeeds, and then the library holds what it should and its indexes find it.
"""

import argparse
import hashlib
import json
import random
import re
import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from tests.faults.program import ROOT, Outcome, Program, written

CALLS: Final = (
    *("write", "pwrite64", "fsync", "fdatasync", "ftruncate", "mkdir", "rmdir"),
    *("rename", "renameat", "link", "linkat", "unlink", "unlinkat"),
)
_KILLED: Final = (-9, 137)  # strace ends by the signal that ended what it ran
_NO_LIBRARY: Final = "there is no library"
_LOOKING: Final = Path(__file__).with_name("looking.py")
_CALL_LINE: Final = re.compile(r"(\d+) +(\w+)\(")


def _report(name: str, *sentences: str) -> str:
    parts = "".join(
        f"{number}、{name}的情况\n{text}\n" for number, text in zip("一二三", sentences, strict=False)
    )
    return f"{name}工作报告\n{parts}"


# The last sentence of each is what it is looked for by.
SENTENCES: Final = {
    "ferry.txt": "白沙渡口的末班轮船晚上八点开。",
    "orchard.txt": "青石果园每亩施有机肥两吨。",
    "school.txt": "云山小学共有十二个班级。",
    "reservoir.txt": "石门水库每年清淤一次。",
}
OLD: Final = {
    "ferry.txt": _report("渡口", "轮船每天开行六班，大雾时停航。", SENTENCES["ferry.txt"]),
    "orchard.txt": _report("果园", "果园有果树四万棵。", "卖出苹果三千吨。", SENTENCES["orchard.txt"]),
    "school.txt": _report("小学", "操场新铺了跑道。", SENTENCES["school.txt"]),
}
CHANGED: Final = "青石果园每亩施有机肥三吨。"
NEW: Final = OLD | {
    "orchard.txt": _report("果园", "果园有果树四万棵。", "卖出苹果五千吨。", CHANGED),
    "reservoir.txt": _report("水库", "水库可以灌溉稻田。", SENTENCES["reservoir.txt"]),
}
REMOVED: Final = "ferry.txt"
LEFT: Final = {name: text for name, text in NEW.items() if name != REMOVED}


class Task(NamedTuple):
    """What the program is killed at: `before` is in the library, `files` are brought in afterwards.

    What it is told is to bring in `files`, or to remove the document `removed`.
    """

    name: str
    before: Mapping[str, str]
    files: Mapping[str, str]
    removed: str = ""

    def arguments(self, folder: Path) -> list[object]:
        """Return what the program is told."""
        what = ["remove", self.removed] if self.removed else ["ingest", folder / "files"]
        return [*what, "--library", folder / "library"]

    def allowed(self, name: str) -> set[str | None]:
        """Return the digests that a document may have right after the kill; None allows that it is away."""
        texts = [self.before.get(name)]
        texts.append(None if name == self.removed else texts[0] if self.removed else self.files.get(name))
        return {_digest(text) if text is not None else None for text in texts}


class Point(NamedTuple):
    """The n-th call of a name: of the first thread alone, or of whichever thread gets there first."""

    task: Task
    call: str
    n: int
    first_thread: bool

    def __str__(self) -> str:
        whose = " of the first thread" if self.first_thread else ""
        return f"{self.task.name}, {self.call} {self.n}{whose}"

    @property
    def strace(self) -> list[str]:
        """The command that runs a program and kills it at this point."""
        inject = ["-e", f"trace={self.call}", "-e", f"inject={self.call}:signal=SIGKILL:when={self.n}"]
        return ["strace", "-qq", "-o", "/dev/null", *([] if self.first_thread else FOLLOW), *inject]


FOLLOW: Final = ["-f", "-b", "execve"]  # the program's threads, not the processes that it starts
TASKS: Final = (
    Task("first ingest", {}, OLD),
    Task("change", OLD, NEW),
    Task("removal", OLD, LEFT, REMOVED),
)


class Report(NamedTuple):
    """Where the program was killed, what was wrong afterwards, and where it ended before it could be."""

    points: list[Point]
    violations: list[tuple[Point, str]]
    not_reached: list[Point]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# Where to kill


def _reachable(task: Task, program: Program, folder: Path, template: Path) -> list[Point]:
    """Return every point that a task, left alone, comes by; each moment once."""
    log = folder / "calls"
    _prepare(task, folder, template)
    names = ",".join(f"?{call}" for call in CALLS)  # not every processor has them all
    outcome = _traced(program, folder).run(
        folder, *task.arguments(folder), under=["strace", "-qq", *FOLLOW, "-o", str(log), "-e", names]
    )
    lines = [match.groups() for match in map(_CALL_LINE.match, log.read_text().splitlines()) if match]
    if outcome.status != 0 or not lines:
        raise SystemExit(f"{task.name} cannot be traced, it {outcome}")
    seen: Counter[tuple[str, str]] = Counter()
    most: Counter[str] = Counter()
    points: list[Point] = []
    for thread, call in lines:
        seen[thread, call] += 1
        n = seen[thread, call]
        if n > most[call] or thread == lines[0][0]:
            points.append(Point(task, call, n, first_thread=n <= most[call]))
        most[call] = max(n, most[call])
    return points


def _shares(counts: Sequence[int], total: int) -> list[int]:
    """Divide a total as evenly as the counts allow."""
    shares = [0] * len(counts)
    for done, place in enumerate(sorted(range(len(counts)), key=lambda place: counts[place])):
        shares[place] = min(counts[place], (total - sum(shares)) // (len(counts) - done))
    return shares


def _spread(points: Sequence[Point], wanted: int, source: random.Random) -> list[Point]:
    """Return so many of some points, in order: the first, and one of each stretch of the rest."""
    if wanted < 1:
        return []
    edges = [(len(points) - 1) * place // max(wanted - 1, 1) for place in range(wanted)]
    return [points[0], *(points[source.randint(low + 1, high)] for low, high in pairwise(edges))]


def _chosen(reachable: Sequence[Sequence[Point]], wanted: int, seed: int) -> Iterator[Point]:
    """Yield the points to kill at: as many of each task, and within it of each call, as there are."""
    source = random.Random(seed)  # noqa: S311
    by_task = _shares([len(points) for points in reachable], wanted)
    for points, share in zip(reachable, by_task, strict=True):
        by_call: dict[str, list[Point]] = defaultdict(list)
        for point in points:
            by_call[point.call].append(point)
        shares = _shares([len(same) for same in by_call.values()], share)
        for same, few in zip(by_call.values(), shares, strict=True):
            yield from _spread(same, few, source)


# Killing, and looking at what is left


def _prepare(task: Task, folder: Path, template: Path) -> None:
    written(folder / "files", task.files)
    (folder / "tmp").mkdir()
    if task.before:
        shutil.copytree(template / "library", folder / "library")


def _traced(program: Program, folder: Path) -> Program:
    """Keep what is written besides the library the same in every run, and within the folder."""
    return program.also(TMPDIR=str(folder / "tmp"), PYTHONDONTWRITEBYTECODE="1")


def _killed_at(point: Point, program: Program, folder: Path, template: Path) -> list[str] | None:
    """Kill the program at a point and return what is wrong afterwards; None if it ended before."""
    _prepare(point.task, folder, template)
    program = _traced(program, folder)
    outcome = program.run(folder, *point.task.arguments(folder), under=point.strace)
    if outcome.status == 0:
        return None
    faults = [] if outcome.status in _KILLED else [f"instead of being killed, it {outcome}"]
    listing = program.run(folder, "documents", "--json", "--library", folder / "library")
    left = _listed(listing, point.task)
    faults += _faults_of_listing(listing, left, point.task)
    again = program.run(folder, "ingest", folder / "files", "--library", folder / "library")
    if again.status != 0:
        return [*faults, f"the next ingest {again}"]
    return faults + _faults_at_the_end(program, folder, point.task, left)


def _listed(listing: Outcome, task: Task) -> dict[str, str] | None:
    """Return the digests of the documents that are listed; None if they cannot be."""
    try:
        return {row["document"]: row["sha256"] for row in json.loads(listing.out)}
    except ValueError:
        is_none_yet = listing.status == 1 and _NO_LIBRARY in listing.err and not task.before
        return {} if is_none_yet and len(listing.err.strip().splitlines()) == 1 else None


def _faults_of_listing(listing: Outcome, left: Mapping[str, str] | None, task: Task) -> list[str]:
    if left is None:
        return [f"right after the kill, `documents` {listing}"]
    return [
        f"right after the kill, {name} is {'of other bytes' if name in left else 'away'}"
        for name in sorted({*task.before, *task.files, *left})
        if left.get(name) not in task.allowed(name)
    ]


def _faults_at_the_end(
    program: Program, folder: Path, task: Task, left: Mapping[str, str] | None
) -> list[str]:
    """Compare what the library holds, and what its indexes find, with what was brought in."""
    texts = {**task.files}
    if task.removed in (left or {}):  # it was killed before that was done
        texts[task.removed] = task.before[task.removed]
    sentences = {name: text.splitlines()[-1] for name, text in ({**task.before, **texts}).items()}
    outcome = program.script(_LOOKING).run(folder, folder / "library", given=json.dumps(sentences))
    if outcome.status != 0:
        return [f"after the next ingest, looking at the library {outcome}"]
    seen: dict[str, Any] = json.loads(outcome.out)
    there, expected = seen["documents"], {name: _digest(text) for name, text in texts.items()}
    faults = [
        f"after the next ingest, {name} is {there.get(name, 'away')}, not {expected.get(name, 'away')}"
        for name in sorted({*there, *expected})
        if there.get(name) != expected.get(name)
    ]
    for name, ways in seen["found"].items():
        wanted = ["full", "dense", "lexical"] if name in texts else []
        faults += [f"after the next ingest, {name} is found by {ways}"] if ways != wanted else []
    return faults


def measure(
    folder: Path,
    program: Program,
    wanted: int = 300,
    seed: int = 0,
    tell: Callable[[Point, str], None] = lambda point, fault: None,
) -> Report:
    """Kill the program at so many points, two at a time, and report what was wrong afterwards."""
    template = folder / "template"
    made = program.run(folder, "ingest", written(template / "files", OLD), "--library", template / "library")
    if made.status != 0:
        raise SystemExit(f"an ingest that nothing stops {made}")
    report = Report([], [], [])

    def tried(point: Point) -> tuple[Point, list[str] | None]:
        with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as own:
            return point, _killed_at(point, program, Path(own), template)

    def reachable(task: Task) -> list[Point]:
        with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as own:
            return _reachable(task, program, Path(own), template)

    with ThreadPoolExecutor(2) as threads:
        points = _chosen([*threads.map(reachable, TASKS)], wanted, seed)
        for point, faults in threads.map(tried, points):
            (report.points if faults is not None else report.not_reached).append(point)
            for fault in faults or ():
                report.violations.append((point, fault))
                tell(point, fault)
    return report


def main() -> None:
    """Kill, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--python-path", type=Path, default=ROOT, metavar="DIR")
    options = parser.parse_args()

    def tell(point: Point, fault: str) -> None:
        print(f"{point}: {fault}", flush=True)  # noqa: T201

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        program = Program.read(options.python_path)
        report = measure(Path(folder), program, options.points, options.seed, tell)
    for task in TASKS:
        calls = Counter(point.call for point in report.points if point.task is task)
        told = ", ".join(f"{call} {count}" for call, count in calls.items())
        print(f"{task.name:13} {calls.total():4} points: {told}")  # noqa: T201
    at_fault = len({str(point) for point, _ in report.violations})
    print(  # noqa: T201
        f"{len(report.points)} points (seed {options.seed}), {len(report.violations)} violations at"
        f" {at_fault} of them; {len(report.not_reached)} more were not reached"
    )
    sys.exit(1 if report.violations or not report.points else 0)


if __name__ == "__main__":
    main()

"""How ingest behaves when there is much to take in: where the time goes, and what memory it needs.

`python -m tests.scale FOLDER` makes documents there from the sentences of the seeds (the same in every
run), brings them into a new library, twice, and prints a table.
"""

import argparse
import cProfile
import pstats
import random
import re
import resource
import time
from pathlib import Path

from rag.build import build_pipeline
from rag.ingest.formats import ReadingLimits, read_file
from rag.ingest.ingest import ingest
from rag.ingest.sandbox import sandbox
from rag.settings import Settings

SEEDS = Path(__file__).parents[1] / "seeds"
NUMBERS = [*"一二三四五六七八九十", *(f"十{n}" for n in "一二三四五六七八九")]
STAGES = {
    "wait for parsers": "result",
    "embed": "embed_passages",
    "write library": "put",
    "indexes": "catch_up",
}


def sentences() -> list[str]:
    """Return the sentences of the seeds, in order."""
    found: list[str] = []
    for path in sorted(SEEDS.glob("*.txt")):
        text = read_file(path.name, ".txt", path.read_bytes(), ReadingLimits()).text
        found += re.findall(r"[^。]{10,120}。", re.sub(r"\s+", "", text))
    return found


def write_documents(folder: Path, count: int, megabytes: int) -> None:
    """Write documents of headings, run-in headings and paragraphs, together of about a size in UTF-8."""
    pool, rng = sentences(), random.Random(1)  # noqa: S311 - the same documents in every run
    for number in range(count):
        parts = [f"关于第{number}号工作经验的报告", ""]
        characters = 0
        for heading in NUMBERS:
            if characters >= megabytes * 1_000_000 / count / 3:
                break
            parts.append(f"{heading}、{rng.choice(pool)[:18].rstrip('，。、；：')}")
            for item in range(rng.randint(1, 4)):
                text = "".join(rng.choice(pool) for _ in range(rng.randint(3, 9)))
                parts.append(f"　　（{NUMBERS[item]}）{rng.choice(pool)[:12].rstrip('，。、；：')}。{text}")
                characters += len(parts[-1])
        file = folder / f"{number // 100:02d}" / f"{number:05d}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(parts), encoding="utf-8")


def megabytes_resident() -> float:
    """Return the memory that this process has in use."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    """Make documents, bring them in twice, print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument("--megabytes", type=int, default=50)
    options = parser.parse_args()
    documents, library = options.folder / "documents", options.folder / "library"
    if not documents.exists():
        write_documents(documents, options.documents, options.megabytes)
    pipeline = build_pipeline(Settings.read(library=library), create=True)
    memory: dict[int, float] = {}

    def watch(done: int, total: int, name: str) -> None:
        if done * 8 % total < 8:
            memory[done] = megabytes_resident()

    profile = cProfile.Profile()
    started = time.perf_counter()
    profile.runcall(ingest, pipeline.corpus, [documents], watch)
    first = time.perf_counter() - started
    started = time.perf_counter()
    report = ingest(pipeline.corpus, [documents])
    second = time.perf_counter() - started
    sandbox().close()
    spent = dict.fromkeys(STAGES, 0.0)
    calls = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    for (_, _, function), (_, _, _, cumulative, _) in calls.items():
        for stage, wanted in STAGES.items():
            spent[stage] = max(spent[stage], cumulative if function == wanted else 0.0)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    parsing = children.ru_utime + children.ru_stime
    rows = [
        f"{len(report.unchanged)} documents, {sum(info.chunks for info in pipeline.documents())} chunks",
        f"first run {first:.1f} s, second {second:.2f} s ({100 * second / first:.2f} %)",
        *(f"  {stage:18} {100 * seconds / first:5.1f} %" for stage, seconds in spent.items()),
        f"parsers' processor time {100 * parsing / first:.0f} % of the first run",
        "resident memory, MB: " + ", ".join(f"{done}: {used:.0f}" for done, used in memory.items()),
        f"largest parser: {children.ru_maxrss / 1000:.0f} MB",
    ]
    print("\n".join(rows))  # noqa: T201


if __name__ == "__main__":
    main()

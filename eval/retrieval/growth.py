"""How the cost of each part of retrieval grows with the number of passages.

A retriever keeps the passages that it looked at again as they are matched, and to prepare them takes longer
than all the rest: the parts are those of a retriever that was asked all questions once before, and each
question is also asked of a new one, which prepares all that it looks at.
"""

import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from statistics import median
from typing import Any, Final, cast

from threadpoolctl import threadpool_limits

from eval.data.beir import read_beir
from eval.data.sets import draw_questions, set_folders
from eval.retrieval.beir import library_of
from eval.retrieval.peers import Row
from rag.models.embedders import Embedder
from rag.pipeline import Pipeline
from rag.query.rewrite import rewrite
from rag.retrieve.rerank import open_reranker
from rag.retrieve.retriever import Legs, RankedChunk, Retriever
from rag.settings import Settings
from rag.store.fulltext import FullText
from rag.store.indexes import Snapshot
from rag.types.query import Query

__all__ = [
    "PARTS",
    "QUESTIONS",
    "SIZES",
    "GrowthReport",
    "Size",
    "growth",
    "library_rows",
]

SIZES: Final = (1_000, 4_000, 16_000, 64_000)
PARTS: Final = (
    "embedding the question",
    "dense leg",
    "full-text leg",
    "fusing",
    "looking again",
    "whole",
    "whole, all new",
)
QUESTIONS: Final = 200
_SEED: Final = 0
_SENTENCE: Final = re.compile(r"[^。！？!?；;]+[。！？!?；;]*")


@dataclass(frozen=True, slots=True)
class Size:
    """A library's size, the median milliseconds a question of each part, and their ratios.

    A ratio is to the whole at the smallest size.
    """

    passages: int
    ms: dict[str, float]
    ratios: dict[str, float]


@dataclass(frozen=True, slots=True)
class GrowthReport:
    """What was measured with the questions of a set, by size."""

    set: str
    questions: int
    sizes: tuple[Size, ...]


def growth(
    folder: Path,
    settings: Settings,
    sizes: Sequence[int] = SIZES,
    most: int = QUESTIONS,
    told: Callable[[str], object] = str,
) -> GrowthReport:
    """Ask questions of the first set in a folder, one by one on one thread, over libraries of some sizes.

    Raises InputError.
    """
    paths = set_folders(folder)
    sets = [read_beir(path) for path in paths]
    own, pool = sets[0].passages, [row for found in sets for row in found.passages]
    questions = list(draw_questions(sets[0], most).questions.values())
    measured: dict[int, dict[str, float]] = {}
    for size in sorted(sizes):
        told(f"{size:,} passages")
        with library_of(library_rows(own, pool, size), settings) as pipeline, threadpool_limits(1):
            measured[size] = _medians(pipeline, questions)
    least = measured[min(sizes)]["whole"]
    rows = (Size(size, ms, {part: ms[part] / least for part in PARTS}) for size, ms in measured.items())
    return GrowthReport(paths[0].resolve().name, len(questions), tuple(rows))


def library_rows(own: Sequence[Row], pool: Sequence[Row], size: int) -> list[Row]:
    """Return the first `size` of a set's own passages, and as many made ones as that leaves to be filled.

    A made one has the title and the number of sentences of a passage of the pool; the sentences come from
    all of it. The same in every run.
    """
    draw = random.Random(_SEED)  # noqa: S311 - no secret
    sentences = [sentence for _, _, text in pool for sentence in _SENTENCE.findall(text)]
    rows = list(own[:size])
    for number in range(size - len(rows)):
        _, title, text = draw.choice(pool)
        made = draw.choices(sentences, k=max(1, len(_SENTENCE.findall(text))))
        rows.append((f"made-{number}", title, "".join(made)))
    return rows


def _medians(pipeline: Pipeline, questions: Sequence[str]) -> dict[str, float]:
    asked = [rewrite(question) for question in questions]
    with pipeline.corpus.indexes.snapshot() as snapshot:
        known = _Watched(pipeline, snapshot)
        for query in asked:
            known.candidates(query)
        found = [known.parts_of(query) for query in asked]
        new = [_Watched(pipeline, snapshot).parts_of(query)["whole"] for query in asked]
    medians = {part: median(parts[part] for parts in found) for part in PARTS[:-1]}
    return {part: 1000 * seconds for part, seconds in (medians | {PARTS[-1]: median(new)}).items()}


class _Watched(Retriever):
    """A retriever whose embedder and indexes are timed while both legs are searched and fused."""

    def __init__(self, pipeline: Pipeline, snapshot: Snapshot) -> None:
        self._spent: defaultdict[str, float] = defaultdict(float)
        self._fused: dict[str, float] = {}
        indexes = replace(
            snapshot.indexes,
            store=cast(Any, _Timed(snapshot.store, "dense leg", self._spent)),
            text=cast(FullText, _Timed(snapshot.text, "full-text leg", self._spent)),
            lasting={},  # nothing was looked at before
        )
        embedder = cast(Embedder, _Timed(pipeline.corpus.embedder, "embedding the question", self._spent))
        super().__init__(
            replace(snapshot, indexes=indexes), embedder, open_reranker(pipeline.settings.reranker)
        )

    def parts_of(self, query: Query) -> dict[str, float]:
        """Return the seconds that each part takes for a question."""
        started = time.perf_counter()
        self.candidates(query)
        whole = time.perf_counter() - started
        return self._fused | {"looking again": whole - sum(self._fused.values()), "whole": whole}

    def fused(self, query: Query, legs: Legs = "full") -> list[RankedChunk]:
        """Search both legs and keep what it took; what the reranker asks of the indexes is the reranker's."""
        self._spent.clear()
        started = time.perf_counter()
        candidates = super().fused(query, legs)
        took = time.perf_counter() - started
        self._fused = {part: self._spent[part] for part in PARTS[:3]}
        self._fused["fusing"] = took - sum(self._fused.values())
        return candidates


class _Timed:
    """Another object, the time in whose methods is added up."""

    def __init__(self, inner: object, part: str, spent: dict[str, float]) -> None:
        self._inner = inner
        self._part = part
        self._spent = spent

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not callable(found):
            return found

        @wraps(found)
        def timed(*given: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return found(*given, **named)
            finally:
                self._spent[self._part] += time.perf_counter() - started

        return timed

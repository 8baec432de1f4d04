"""Yinju's retriever beside its peers on the same BEIR sets, question by question."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from eval.data.beir import BeirSet, read_beir
from eval.data.sets import draw_questions, set_folders
from eval.metrics.bootstrap import Difference, interval, paired_difference
from eval.retrieval.beir import answer_sentences, library_of, search_with
from eval.retrieval.peers import NOT_INSTALLED, PEERS, Peer
from eval.retrieval.ranking import Search, measure, rank_all
from rag.retrieve.retriever import Legs
from rag.settings import Settings

__all__ = ["OWN", "SHOWN", "Entry", "Figures", "SetReport", "bench"]

OWN: Final[dict[str, Legs]] = {
    "yinju": "full",
    "yinju, dense alone": "dense",
    "yinju, full text alone": "lexical",
}
SHOWN: Final = ("recall@1", "recall@10", "mrr@10")
_WARMING: Final = 2  # passages: what a peer imports and loads is no part of building or asking

Told = Callable[[str], object]
Values = dict[str, list[float]]
"""By measure, one a question."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one retriever reached on one set.

    `behind` is how much better Yinju's full search is on the same questions, by measure; a ratio is
    to the time that Yinju's full search took in the same run, as times alone say little where other
    work shares the machine.
    """

    metrics: dict[str, float]
    ci95: dict[str, tuple[float, float]]
    behind: dict[str, Difference]
    build_seconds: float
    query_ms: float
    build_ratio: float = 1.0
    query_ratio: float = 1.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A retriever, its version and set-up; `problem` says why it has no figures."""

    name: str
    version: str
    setup: str
    figures: Figures | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SetReport:
    """One set and every retriever on it; `asked` questions of those that there are."""

    set: str
    documents: int
    queries: int
    asked: int
    entries: tuple[Entry, ...]
    answer_sentence: float | None = None


@dataclass(frozen=True, slots=True)
class _Run:
    """How a retriever did: each measure's values, and its times."""

    values: Values
    build_seconds: float
    query_ms: float


def bench(
    folder: Path,
    settings: Settings,
    peers: Sequence[str] | None = None,
    most: int | None = None,
    told: Told = str,
) -> list[SetReport]:
    """Measure Yinju and its peers (all, unless named) on each set in a folder.

    At most `most` questions of each set, the same in every run. Raises InputError, UnknownNameError.
    """
    chosen = {name: PEERS.factory(name)() for name in (PEERS.names() if peers is None else peers)}
    sets = [(path.resolve().name, read_beir(path)) for path in set_folders(folder)]
    return [_measured(name, found, settings, chosen, most, told) for name, found in sets]


def _measured(
    name: str, found: BeirSet, settings: Settings, peers: dict[str, Peer], most: int | None, told: Told
) -> SetReport:
    asked = draw_questions(found, most)
    told(f"{name}: yinju")
    own, sentence = _own_runs(asked, settings)
    full = own["yinju"]
    entries = [Entry(key, version("yinju"), "", _figures(run, full)) for key, run in own.items()]
    for key, peer in peers.items():
        told(f"{name}: {key}")
        run = _peer_run(peer, asked)
        figures, problem = (None, run) if isinstance(run, str) else (_figures(run, full), "")
        entries.append(Entry(key, peer.version() or "", peer.setup, figures, problem))
    size = len(found.passages), len(found.questions), len(asked.questions)
    return SetReport(name, *size, tuple(entries), sentence)


def _own_runs(found: BeirSet, settings: Settings) -> tuple[dict[str, _Run], float | None]:
    """Return Yinju's runs by its retrievers, and the share of right first sentences if answers are known."""
    with library_of(found.passages[:_WARMING], settings):
        pass
    started = time.perf_counter()
    with library_of(found.passages, settings) as pipeline:
        seconds = time.perf_counter() - started
        runs = {name: _run(search_with(pipeline, legs), found, seconds) for name, legs in OWN.items()}
        right = answer_sentences(pipeline, found) if found.answers else []
    return runs, sum(right) / len(right) if right else None


def _peer_run(peer: Peer, found: BeirSet) -> _Run | str:
    """Return a peer's run, or why there is none."""
    if peer.version() is None:
        return NOT_INSTALLED
    try:
        peer.index(found.passages[:_WARMING])(next(iter(found.questions.values())), 1)
        started = time.perf_counter()
        search = peer.index(found.passages)
        return _run(search, found, time.perf_counter() - started)
    except ModuleNotFoundError as error:
        return f"{error.name} is {NOT_INSTALLED}"
    except Exception as error:  # noqa: BLE001 - what a foreign library raises is told, and the others go on
        return f"{type(error).__name__}: {' '.join(str(error).split())}"


def _run(search: Search, found: BeirSet, build_seconds: float) -> _Run:
    search(next(iter(found.questions.values())), 1)
    started = time.perf_counter()
    ranked = rank_all(search, found.questions)
    query_ms = 1000 * (time.perf_counter() - started) / len(ranked)
    return _Run(measure(ranked, found.qrels), build_seconds, query_ms)


def _figures(run: _Run, full: _Run) -> Figures:
    values = {name: run.values[name] for name in SHOWN}
    return Figures(
        metrics={name: sum(scores) / len(scores) for name, scores in run.values.items()},
        ci95={name: interval(scores) for name, scores in values.items()},
        behind={name: paired_difference(scores, full.values[name]) for name, scores in values.items()}
        if run is not full
        else {},
        build_seconds=run.build_seconds,
        query_ms=run.query_ms,
        build_ratio=run.build_seconds / full.build_seconds,
        query_ratio=run.query_ms / full.query_ms,
    )

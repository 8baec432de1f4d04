"""What a retriever ranks for the questions of a BEIR set, and how well: the same for every retriever."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from eval.metrics import mrr_at_k, ndcg_at_k, recall_at_k

__all__ = ["DEPTH", "MEASURES", "Search", "measure", "rank_all"]

Search = Callable[[str, int], list[str]]
"""From a question and k to the ids of at most k passages, best first."""

DEPTH: Final = 10
MEASURES: Final[dict[str, Callable[[Sequence[str], Mapping[str, int]], float]]] = {
    "recall@1": lambda ranked, relevant: recall_at_k(ranked, relevant, 1),
    "recall@5": lambda ranked, relevant: recall_at_k(ranked, relevant, 5),
    "recall@10": lambda ranked, relevant: recall_at_k(ranked, relevant, 10),
    "mrr@10": lambda ranked, relevant: mrr_at_k(ranked, relevant, 10),
    "ndcg@10": lambda ranked, relevant: ndcg_at_k(ranked, relevant, 10),
}


def rank_all(search: Search, questions: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the best passages of each question, by its id."""
    return {id_: search(question, DEPTH) for id_, question in questions.items()}


def measure(
    ranked: Mapping[str, Sequence[str]], qrels: Mapping[str, Mapping[str, int]]
) -> dict[str, list[float]]:
    """Return each measure's values, one a question, in the order of `ranked`."""
    return {
        name: [score(passages, qrels[id_]) for id_, passages in ranked.items()]
        for name, score in MEASURES.items()
    }

"""Reciprocal rank at k; its mean over queries is MRR@k (Voorhees 1999, TREC-8)."""

from collections.abc import Mapping, Sequence

__all__ = ["mrr_at_k"]


def mrr_at_k(ranked: Sequence[str], qrels: Mapping[str, int], k: int) -> float:
    """Return 1 over the rank of the first relevant document (grade > 0), 0 when it is not in the first k."""
    for rank, document in enumerate(ranked[:k], start=1):
        if qrels.get(document, 0) > 0:
            return 1 / rank
    return 0.0

"""Recall at k."""

from collections.abc import Mapping, Sequence

__all__ = ["recall_at_k"]


def recall_at_k(ranked: Sequence[str], qrels: Mapping[str, int], k: int) -> float:
    """Return the share of one query's relevant documents (grade > 0) among its first k."""
    relevant = {document for document, grade in qrels.items() if grade > 0}
    if not relevant:
        raise ValueError("recall is undefined for a query without relevant documents: leave it out")
    return len(relevant.intersection(ranked[:k])) / len(relevant)

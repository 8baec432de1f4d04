"""Normalised discounted cumulative gain at k (Järvelin & Kekäläinen 2002)."""

import math
from collections.abc import Iterable, Mapping, Sequence

__all__ = ["ndcg_at_k"]


def ndcg_at_k(ranked: Sequence[str], qrels: Mapping[str, int], k: int) -> float:
    """Return one query's DCG over the best possible; the gain is the grade, as trec_eval and BEIR have it.

    A document that was ranked before gains nothing again: it would lift the measure above 1.
    """
    best = _dcg(sorted((grade for grade in qrels.values() if grade > 0), reverse=True)[:k])
    if not best:
        raise ValueError("nDCG is undefined for a query without relevant documents: leave it out")
    gains = {document: max(qrels.get(document, 0), 0) for document in ranked[:k]}
    first = [gains.pop(document, 0) for document in ranked[:k]]
    return _dcg(first) / best


def _dcg(gains: Iterable[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))

"""One published measure a file. Those of `MEASURES` score an answer, the others a ranking."""

from collections.abc import Mapping
from typing import Final

from eval.metrics.abstention_recall import abstention_recall
from eval.metrics.citation_precision import citation_precision
from eval.metrics.citation_recall import citation_recall
from eval.metrics.cut_sentences import cut_sentences
from eval.metrics.fact_recall import fact_recall
from eval.metrics.false_abstention import false_abstention
from eval.metrics.mrr_at_k import mrr_at_k
from eval.metrics.ndcg_at_k import ndcg_at_k
from eval.metrics.noise import noise
from eval.metrics.passage_recall import passage_recall
from eval.metrics.recall_at_k import recall_at_k
from eval.metrics.score import Measure, Score

__all__ = [
    "MEASURES",
    "Measure",
    "Score",
    "abstention_recall",
    "citation_precision",
    "citation_recall",
    "cut_sentences",
    "fact_recall",
    "false_abstention",
    "mrr_at_k",
    "ndcg_at_k",
    "noise",
    "passage_recall",
    "recall_at_k",
]

MEASURES: Final[Mapping[str, Measure]] = {
    "passage_recall": passage_recall,
    "citation_recall": citation_recall,
    "citation_precision": citation_precision,
    "fact_recall": fact_recall,
    "abstention_recall": abstention_recall,
    "false_abstention": false_abstention,
    "noise": noise,
    "cut_sentences": cut_sentences,
}
"""What the report holds, in its order."""

"""The steps in which every shipped model is made, in an order in which each finds what it listens to."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

__all__ = ["CHAIN", "Step"]

_PAIRS: Final = ("*.jsonl.gz",)
_ANSWERS: Final = ("selector_*.jsonl.gz",)
_TOY_ROWS: Final = 100
_PLAIN: Final = ("*.txt.gz",)
_RUNNING: Final = ("gov_reports_zh.jsonl.gz", "wiki_zh_title2para.jsonl.gz", "docs_heading_text.jsonl.gz")


class Step(NamedTuple):
    """What `yinju train NAME` writes into the folder of a model, and what that is made of."""

    folder: str  # under rag/models
    files: tuple[str, ...]
    data: tuple[str, ...]  # globs
    after: tuple[str, ...] = ()  # the steps whose models it listens to
    but: tuple[str, ...] = ()  # globs of what it leaves out
    toy_rows: int = _TOY_ROWS  # of each file that are enough to see that the step runs

    def data_files(self, folder: Path) -> Iterator[Path]:
        """Yield the files of a folder that the step learns from."""
        left_out = {path for pattern in self.but for path in folder.glob(pattern)}
        yield from sorted({path for pattern in self.data for path in folder.glob(pattern)} - left_out)


CHAIN: Final[dict[str, Step]] = {
    "tokens": Step("tokens", ("tokens.tiktoken",), _PLAIN),
    "embedding": Step("static", ("model.safetensors", "tokenizer.json"), (*_PAIRS, *_PLAIN), but=_ANSWERS),
    "lexicon": Step(
        "lexicon",
        ("lexicon.safetensors",),
        ("docs_align*.jsonl.gz", "trans_*.jsonl.gz", "dict_*.jsonl.gz", *_PLAIN),
        ("embedding",),
    ),
    "selector": Step("reranker", ("sentences.safetensors",), _ANSWERS, ("embedding", "lexicon")),
    "reranker": Step(
        "reranker", ("trees.safetensors",), (*_PAIRS, *_ANSWERS), ("embedding", "lexicon"), toy_rows=600
    ),
    "reader": Step("reader", ("reader.safetensors",), (*_ANSWERS, *_RUNNING), ("embedding",)),
    "encoder": Step(
        "encoder", ("tokenizer.json", "trunk.onnx", "encoder.onnx"), (*_PAIRS, *_PLAIN), but=_ANSWERS
    ),
    "cross-reader": Step(
        "cross_reader",
        ("cross_reader.onnx",),
        (*_ANSWERS, *_RUNNING, "qa_*_sentences_en.jsonl.gz"),
        ("embedding", "lexicon", "selector", "reranker", "reader", "encoder"),
        toy_rows=20,
    ),
    "answers": Step(
        "answers",
        (
            *(f"{name}.safetensors" for name in ("sentences", "candidates", "subject", "detail")),
            "confidence.json",
        ),
        _ANSWERS,
        ("embedding", "lexicon", "selector", "reranker", "reader", "encoder", "cross-reader"),
    ),
    "answerability": Step(
        "answerability",
        ("answerability.json",),
        (),
        ("embedding", "lexicon", "selector", "reranker", "reader", "encoder", "cross-reader", "answers"),
    ),
    "sections": Step("sections", ("sections.json",), (), ("embedding", "encoder", "answers")),
}

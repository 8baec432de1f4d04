"""Questions made of running text (Lewis et al., 2019).

A span of one sentence is asked for by the question word of its kind, in some of the sentence's other
words, some of them near words instead.
"""

import gzip
import json
import random
import re
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.models.embedders.static import StaticEmbedder, shipped
from rag.text.normalize import count_han, normalise
from rag.text.sentences import sentence_ends
from rag.train.reader.examples import Task

__all__ = ["Clozes", "read_paragraphs"]

_NEAR: Final = 0.45  # cosine
_LONGEST_CLOZE: Final = 420  # characters of a paragraph
_UNIT: Final = (
    "个|名|人|位|家|所|项|次|元|公里|平方公里|米|亩|吨|户|支|件|篇|条|岁|座|种|场|天|年|部|张|倍|"
    "万元|亿元|公顷"
)
_NUMBER: Final = r"(?:[0-9][0-9.,]*|[一二两三四五六七八九十百千]+)(?:余|多)?(?:万|亿)?(?:余|多)?"
_WORD: Final = r"[^\W\d_]"


def read_paragraphs(folder: Path, source: random.Random, most: int) -> list[tuple[str, str]]:
    """Return (heading, paragraph) pairs, normalised, of the files that hold running text."""
    kept: list[tuple[str, str]] = []
    for name, share in (("gov_reports_zh", 0.3), ("wiki_zh_title2para", 0.45), ("docs_heading_text", 0.25)):
        rows: list[tuple[str, str]] = []
        path = folder / f"{name}.jsonl.gz"
        if not path.exists():
            continue
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if 60 <= len(row["b"]) <= _LONGEST_CLOZE and re.search("[\u4e00-\u9fff]{8}", row["b"]):
                    rows.append((row["a"], row["b"]))
        kept += source.sample(rows, min(len(rows), int(most * share)))
    source.shuffle(kept)
    return [(normalise(a), normalise(b)) for a, b in kept]


class _Kind(NamedTuple):
    """Spans of one kind, group `a` of a pattern (`u`: its unit), and how they are asked for."""

    pattern: re.Pattern[str]
    words: tuple[str, ...]
    weight: float


_KINDS: Final = (
    _Kind(re.compile(f"(?P<a>{_NUMBER}(?P<u>{_UNIT}))"), ("多少{u}", "几{u}", "多少"), 3),
    _Kind(
        re.compile(r"(?P<a>[0-9.]+%|百分之[一二三四五六七八九十点百0-9.]+)"),
        ("多少", "百分之多少", "比例是多少"),
        3,
    ),
    _Kind(
        re.compile(r"(?P<a>(?:[0-9]{4}年)(?:[0-9]+月(?:[0-9]+日)?)?|[0-9]+月[0-9]+日|[0-9]+世纪)"),
        ("什么时候", "何时", "哪一年", "什么时间", "哪年"),
        2.5,
    ),
    _Kind(re.compile(r"[“「『](?P<a>[^”」』]{2,20})[”」』]"), ("什么", "哪个", "叫什么", "什么"), 2),
    _Kind(re.compile(r"(?P<a>《[^》]{2,20}》)"), ("什么", "哪部", "哪个文件", "什么书"), 2),
    _Kind(
        re.compile(
            rf"由(?P<a>{_WORD}{{2,14}}?)(?=担任|负责|组成|创办|领导|主持|牵头|制定|执导|主演|提出|任|出版|制作|组织|执行|规定)"
        ),
        ("谁", "什么部门", "哪个单位", "什么"),
        4,
    ),
    _Kind(
        re.compile(rf"(?P<a>{_WORD}{{2,10}}?)(?=同志|先生|书记|教授|出任|担任|当选|创立|创办|逝世|出生)"),
        ("谁", "谁", "哪位"),
        2,
    ),
    _Kind(
        re.compile(rf"(?:位于|坐落于|出生于|生于|建都|地处|来自)(?P<a>{_WORD}{{2,16}})"),
        ("哪里", "什么地方", "何处", "哪儿"),
        4,
    ),
    _Kind(
        re.compile(
            r"(?P<a>[^，,。；;：:、（(]{2,14}(?:、[^，,。；;：:、（(]{2,14})+(?:[和及与][^，,。；;：:、]{2,14})?)"
        ),
        ("哪些", "什么", "哪几个", "哪些方面"),
        2.5,
    ),
    _Kind(re.compile(r"(?:因为|由于|因)(?P<a>[^，,。；;]{4,30})"), ("为什么", "什么原因", "为何"), 3),
    _Kind(
        re.compile(
            r"(?:是指|指的是|称为|简称|又名|即|是|为|叫做)(?P<a>[^，,。；;：:的]{2,25}(?:的[^，,。；;：:]{2,12})?)(?=[，,。；;])"
        ),
        ("什么", "是什么", "指什么", "什么"),
        2,
    ),
    _Kind(
        re.compile(
            r"(?:坚持|加强|推进|通过|实行|开展|建立|必须|应当|负责|采用)(?P<a>[^，,。；;：:]{4,30})(?=[，,。；;])"
        ),
        ("什么", "怎么做", "如何", "做什么"),
        1.5,
    ),
)


class Clozes:
    """Makes questions of paragraphs."""

    def __init__(self, seed: int, embedder: StaticEmbedder | None = None) -> None:
        """Take the seed of all that is drawn."""
        self._source = random.Random(seed)  # noqa: S311 - a sample, not a secret
        self._embedder = embedder or shipped()
        self._near: dict[str, list[str]] = {}

    def prepare(self, common: int) -> None:
        """Look for the nearest neighbours of the commonest pieces."""
        ids = np.arange(60, min(common, self._embedder.size))
        rows = self._embedder.rows(ids)
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        for start in range(0, len(ids), 1000):
            near: NDArray[np.float32] = rows[start : start + 1000] @ rows.T
            best = np.argpartition(-near, 5, axis=1)[:, :5]
            for row, columns in enumerate(best):
                word = self._embedder.piece(int(ids[start + row]))
                close = [self._embedder.piece(int(ids[c])) for c in columns if near[row, c] > _NEAR]
                found = [other for other in close if other != word and count_han(other) == len(other)]
                if found and count_han(word) == len(word):
                    self._near[word] = found

    def make(self, heading: str, paragraph: str) -> list[Task]:
        """Return a question with its paragraph, and sometimes one whose sentence was taken out."""
        spans = [
            (kind.weight, kind, match)
            for kind in _KINDS
            for match in kind.pattern.finditer(paragraph)
            if match.end("a") - match.start("a") <= 60
        ]
        if not spans:
            return []
        weights = [weight for weight, _, _ in spans]
        _, kind, match = self._source.choices(spans, weights)[0]
        borders = pairwise([0, *sentence_ends(paragraph)])
        bounds = next(((a, b) for a, b in borders if a <= match.start("a") and match.end("a") <= b), None)
        if bounds is None:
            return []
        question = self._question(paragraph, bounds, kind, match, heading)
        if question is None:
            return []
        before = heading[:60] + "\n" if heading and self._source.random() < 0.5 else ""
        start, end = match.span("a")
        tasks = [Task(question, before + paragraph, (len(before) + start, len(before) + end))]
        if self._source.random() < 0.4 and bounds[1] - bounds[0] < len(paragraph) - 30:
            left = paragraph[: bounds[0]] + paragraph[bounds[1] :]
            if paragraph[start:end] not in left:
                tasks.append(Task(question, before + left, None))
        return tasks

    def _question(
        self, paragraph: str, bounds: tuple[int, int], kind: _Kind, match: re.Match[str], heading: str
    ) -> str | None:
        start, end = match.span("a")
        reach = self._source.choice((12, 20, 30, 45))
        left = paragraph[max(bounds[0], start - reach) : start]
        right = paragraph[end : min(bounds[1], end + reach)]
        before, after = self._words(left), self._words(right)
        if sum(map(len, before + after)) < 4:
            return None
        told = {name: value or "" for name, value in match.groupdict().items() if name != "a"}
        word = self._source.choice(kind.words).format(**told)
        order = self._source.random()
        if order < 0.5:
            parts = [*before, word, *after]
        elif order < 0.75:
            parts = [*after, *before, word]
        else:
            parts = [*before, *after, self._source.choice(("", "的", "是")), word]
        if heading and self._source.random() < 0.25:
            parts.insert(0, heading[-20:])
        return "".join(parts) + "?"

    def _words(self, text: str) -> list[str]:
        """Return most of a stretch's words, some swapped for near ones or among themselves."""
        source = self._source
        dropped = source.choice((0.1, 0.3, 0.5))
        kept: list[str] = []
        for id_ in self._embedder.pieces([text])[0]:
            word = self._embedder.piece(id_)
            if not re.match(r"\w", word):
                if source.random() < 0.15:
                    kept.append(word)
            elif source.random() >= dropped:
                near = self._near.get(word)
                kept.append(source.choice(near) if near and source.random() < 0.15 else word)
        if len(kept) > 2 and source.random() < 0.3:
            at = source.randrange(1, len(kept))
            kept = kept[at:] + kept[:at]
        return kept

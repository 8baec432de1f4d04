"""What the reader learns from: questions with and without their answer's sentence, and clozes.

A cloze (Lewis et al., 2019) is made of a paragraph alone: a span of one sentence is asked for by the
question word of its kind, in some of the sentence's other words, some of them near words instead.
"""

import gzip
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.models.embedders.static import StaticEmbedder, shipped
from rag.models.reader.cut import Cut, cut_all
from rag.text.normalize import count_han, normalise, terms
from rag.text.sentences import sentence_ends
from rag.train.data.pairs import AnswerRow

__all__ = [
    "Clozes",
    "Example",
    "Task",
    "example",
    "examples",
    "neighbours_of",
    "of_answers",
    "read_paragraphs",
]

_NEAR: Final = 0.45  # cosine
_MOST_PIECES: Final = 400
_WHOLE: Final = 0.4  # how often a passage is read as it is
_WITHOUT, _ANOTHER, _SWAPPED = 0.4, 0.25, 0.15  # how often
_RARE: Final = 3000  # the pieces before this one are common
_LONGEST_WHOLE: Final = 640  # characters
_LONGEST_CLOZE: Final = 420  # characters of a paragraph
_UNIT: Final = (
    "个|名|人|位|家|所|项|次|元|公里|平方公里|米|亩|吨|户|支|件|篇|条|岁|座|种|场|天|年|部|张|倍|"
    "万元|亿元|公顷"
)
_NUMBER: Final = r"(?:[0-9][0-9.,]*|[一二两三四五六七八九十百千]+)(?:余|多)?(?:万|亿)?(?:余|多)?"
_WORD: Final = r"[^\W\d_]"


class Task(NamedTuple):
    """A question and a text; the answer's place in it, None where it has none."""

    question: str
    text: str
    answer: tuple[int, int] | None
    is_exact: bool = True  # if not, the answer is somewhere in there


class Example(NamedTuple):
    """A task in pieces."""

    question: Cut
    text: Cut
    first: int  # piece of the answer, -1 where there is none
    last: int


def example(task: Task, question: Cut, text: Cut) -> Example | None:
    """Return a task in pieces, None if it is too short or long, or its answer is not to be found."""
    if not 1 <= len(question) <= 60 or not 4 <= len(text) <= _MOST_PIECES:
        return None
    if task.answer is None:
        return Example(question, text, -1, -1)
    start, end = np.searchsorted(text.origin, task.answer, side="left")
    first = int(np.searchsorted(text.starts, start, side="right")) - 1
    last = int(np.searchsorted(text.starts, end, side="left")) - 1
    return Example(question, text, first, last) if 0 <= first <= last else None


def examples(tasks: Sequence[Task]) -> list[Example]:
    """Return those of the tasks that can be learnt from."""
    questions = cut_all([task.question for task in tasks])
    texts = cut_all([task.text for task in tasks])
    found = (example(*row) for row in zip(tasks, questions, texts, strict=True))
    return [row for row in found if row is not None]


def of_answers(
    rows: Sequence[AnswerRow],
    neighbours: Callable[[int], Sequence[int]],
    source: random.Random,
    whole: float = _WHOLE,
) -> Iterator[Task]:
    """Yield for each row a stretch of its passage with the answer, and for most something that has none.

    That is the stretch without the answer's sentence, another passage, or a question with a word swapped.
    """
    for number, row in enumerate(rows):
        borders = [(a, b) for a, b in pairwise([0, *sentence_ends(row.passage)]) if b > a]
        right = next((i for i, (a, b) in enumerate(borders) if a <= row.start < b), None)
        if right is None:
            continue
        is_whole = source.random() < whole and len(row.passage) < _LONGEST_WHOLE
        length = len(borders) if is_whole else source.randint(2, 9)
        first = max(0, min(right - source.randrange(length), len(borders) - length))
        some = borders[first : first + length]
        start = row.start - some[0][0]
        text = row.passage[some[0][0] : some[-1][1]]
        yield Task(row.question, text, (start, start + len(row.answer)))
        kind = source.random()
        if kind < _WITHOUT and len(some) > 1:
            left = "".join(row.passage[a:b] for a, b in some if not a <= row.start < b)
            if row.answer not in left:
                yield Task(row.question, left, None)
        elif _WITHOUT <= kind < _WITHOUT + _ANOTHER:
            others = list(neighbours(number))
            stretch = _stretch(rows[source.choice(others)].passage, source) if others else ""
            if row.answer not in stretch:
                yield Task(row.question, stretch, None)
        elif kind >= 1 - _SWAPPED:
            asked = _swapped(row.question, source.choice(rows).question, text)
            if asked is not None:
                yield Task(asked, text, None)


def neighbours_of(rows: Sequence[AnswerRow], source: random.Random) -> Callable[[int], Sequence[int]]:
    """Return what finds, for a question, rows of other passages that share its words."""
    holders: dict[str, list[int]] = {}
    passages: dict[str, int] = {}
    for number, row in enumerate(rows):
        if row.passage not in passages:
            passages[row.passage] = number
            for term in set(terms(row.passage)):
                if len(term) > 1:
                    holders.setdefault(term, []).append(number)

    def near(number: int) -> Sequence[int]:
        counts: dict[int, float] = {}
        for term in set(terms(rows[number].question)):
            found = holders.get(term, ())
            if len(found) < 200:
                for other in found:
                    counts[other] = counts.get(other, 0.0) + 1 / (5 + len(found))
        counts.pop(passages[rows[number].passage], None)
        best = sorted(counts, key=counts.__getitem__, reverse=True)[:4]
        return best or [source.randrange(len(rows))]

    return near


def _stretch(passage: str, source: random.Random) -> str:
    """Return some neighbouring sentences of a passage."""
    cuts = [0, *sentence_ends(passage)]
    at = source.randrange(max(1, len(cuts) - 5))
    return passage[cuts[at] : cuts[min(at + source.randint(3, 8), len(cuts) - 1)]]


def _swapped(question: str, other: str, text: str) -> str | None:
    """Return a question about something that the text does not speak of, None if there is none.

    The rarest word that question and text share gives way to the rarest of another question.
    """
    folded, read = normalise(question), normalise(text)
    own = [word for word in _names(folded) if word in read]
    new = [word for word in _names(normalise(other)) if word not in read and word not in folded]
    return folded.replace(own[0], new[0]) if own and new else None


def _names(folded: str) -> list[str]:
    """Return the pieces of a text that may name something, the rarest first."""
    ids = sorted({id_ for id_ in shipped().pieces([folded])[0] if id_ >= _RARE}, reverse=True)
    words = [shipped().piece(id_) for id_ in ids]
    return [word for word in words if len(word) > 1 and count_han(word) == len(word)]


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

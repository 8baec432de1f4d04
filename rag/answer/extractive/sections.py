"""Which section of an outline a question asks to sum up or to list: 经验有哪些, 是怎么抓的, 分哪几步.

Every section of the articles that something was found in is looked at; a small linear model, made by
`yinju train sections`, weighs what is seen of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rag.answer.extractive.sentence_ranker import Choice
from rag.models.linear import LinearModel
from rag.resources import MODELS
from rag.retrieve.listings import is_bare
from rag.retrieve.passages import standings
from rag.retrieve.relevance import Relevance
from rag.retrieve.rerank.matching import Floats
from rag.text.normalize import fold
from rag.text.patterns import as_pattern_text
from rag.types.document import Document, Section
from rag.types.evidence import Evidence

__all__ = [
    "FEATURES",
    "SectionFound",
    "all_sections",
    "facets_named",
    "look_at_sections",
    "rank_sections",
    "sections_of",
    "shown_as",
]

_LONGEST_LEAD: Final = 300  # characters of a section's own text that say what it is about
_HOW: Final = re.compile("怎么|怎样|如何|咋|\\bhow\\b")
_WHY: Final = re.compile("为什么|为何|为啥|\\bwhy\\b")
_PRACTICE: Final = re.compile("做法|举措|措施|实践|方法|工作法|路径|办法|practice|measures")
_RESULT: Final = re.compile("成效|成果|效果|变化|成绩|results?\\b|outcomes?|achiev")
_LESSON: Final = re.compile("启示|体会|思考|经验|借鉴|lessons?|discussion|conclusions?")
_CAUSE: Final = re.compile("背景|起因|动因|缘由|原因|由来|background|reasons?\\b")
_PROBLEM: Final = re.compile(
    "问题|困难|不足|短板|难处|难点|挑战|毛病|problems?|limitations?|risks?\\b|shortcomings?"
)
_NEXT: Final = re.compile("下一步|打算|计划|展望|今后|outlook|next steps|future|plans?\\b")
_ASKS_WHOLE: Final = re.compile(
    "主要讲|讲了|说了|写了|文章|那篇|这篇|全文|整篇|整个|总结|概括|概述|介绍|事迹|的经验|大致|简报|overview|summar|about\\b|gist"
)
_FACETS: Final = (_PRACTICE, _RESULT, _LESSON, _CAUSE, _PROBLEM, _NEXT)
_BEST: Final = 6  # sentences
_MOST_ARTICLES: Final = 3
_LONGEST_ITEM: Final = 40  # characters of a heading that are read
_MOST_ITEMS: Final = 10  # headings that are read
FEATURES: Final = (
    *("mass", "mass_of_article", "best_inside", "best_share"),
    *("lead", "meaning_behind", "meaning_path_behind", "meaning_items", "meaning_items_behind"),
    *("items", "is_flat", "length", "is_article"),
    *("facet_met", "facet_missed", "named", "item_is_named", "counted", "miscounted"),
    *("apart", "ahead", "spread", "above", "whole_article", "whole_part"),
)


@dataclass(frozen=True, slots=True)
class SectionFound:
    """A section, those around it, outermost first and itself last, and how well it fits."""

    document: Document
    path: tuple[Section, ...]
    score: float = 0.0

    @property
    def section(self) -> Section:
        """The section itself."""
        return self.path[-1]

    @property
    def items(self) -> tuple[Section, ...]:
        """The sections and points below that say what they are about."""
        return tuple(child for child in self.section.children if not is_bare(child.title))


def sections_of(evidence: Evidence) -> list[SectionFound]:
    """Return the sections of the articles that most of what was found stands in."""
    articles: dict[tuple[str, int], tuple[float, SectionFound]] = {}
    for name, document in evidence.documents.items():
        for article in document.outline.sections:
            whole = SectionFound(document, (article,))
            if (mass := _mass(whole, evidence)) > 0:
                articles[name, article.start] = mass, whole
    best = sorted(articles.values(), key=lambda found: -found[0])[:_MOST_ARTICLES]
    return [one for _, whole in best for one in _within(whole.document, whole.path)]


def all_sections(document: Document) -> list[SectionFound]:
    """Return the sections of a document that may be asked about."""
    return [one for article in document.outline.sections for one in _within(document, (article,))]


def shown_as(one: SectionFound) -> tuple[str, str, str]:
    """Return the texts of a section whose meaning is looked at: its title, its path, and what it holds."""
    return one.section.title, " ".join(section.title for section in one.path), _shown(one)


def _within(document: Document, path: tuple[Section, ...]) -> list[SectionFound]:
    here = SectionFound(document, path)
    below = [one for child in path[-1].children for one in _within(document, (*path, child))]
    is_kept = len(here.items) >= 2 or not path[-1].children or len(path) == 1
    return [here, *below] if is_kept else below


def look_at_sections(
    question: Relevance,
    found: Sequence[SectionFound],
    choices: Sequence[Choice],
    evidence: Evidence,
) -> Floats:
    """Return a row for each section, shape (s, len(FEATURES))."""
    if not found:
        return np.zeros((0, len(FEATURES)))
    titles, paths, shown = zip(*map(shown_as, found), strict=True)
    masses = [_mass(one, evidence) for one in found]
    meant, meant_path = question.meaning(titles), question.meaning(paths)
    meant_items = question.meaning(shown)
    weight = sum(choice.probability for choice in choices[:_BEST]) or 1.0
    of_article: dict[tuple[str, int], float] = {}
    for one, mass in zip(found, masses, strict=True):
        key = (one.document.name, one.path[0].start)
        of_article[key] = max(of_article.get(key, 0.0), mass)
    asks_whole = bool(_ASKS_WHOLE.search(as_pattern_text(question.query.text).lower()))
    asked_count = question.analysis.count or question.analysis.expected.count
    rows = []
    for number, one in enumerate(found):
        inside = [choice for choice in choices[:_BEST] if _holds(one, choice)]
        items = one.items
        rows.append(
            (
                masses[number],
                of_article[one.document.name, one.path[0].start],
                max((choice.probability for choice in inside), default=0.0),
                sum(choice.probability for choice in inside) / weight,
                question.coverage(titles[number], _lead_text(one)),
                float(meant.max() - meant[number]),
                float(meant_path.max() - meant_path[number]),
                float(meant_items[number]),
                float(meant_items.max() - meant_items[number]),
                float(min(len(items), _MOST_ITEMS)),
                float(not one.section.children),
                float(np.log1p(one.section.end - one.section.start)),
                float(len(one.path) == 1),
                *_facets(question.query.focus, titles[number]),
                *_names(question, one),
                float(bool(asked_count) and asked_count == len(items)),
                float(bool(asked_count) and len(items) >= 2 and asked_count != len(items)),
                *_family(found, number, meant),
                float(asks_whole and len(one.path) == 1),
                float(asks_whole and len(one.path) > 1),
            )
        )
    return np.array(rows, dtype=np.float64)


def _family(
    found: Sequence[SectionFound], number: int, meant: NDArray[np.float32]
) -> tuple[float, float, float, float]:
    """Return how a heading's meaning lies to those beside it and below it, as differences of cosines.

    How far it is above the others' mean, and above the best of them; how far the best heading below is
    above their mean, and above its own. One that stands out is asked about, one of whose headings none
    does is asked to be summed up.
    """
    path = found[number].path
    beside = [meant[at] for at, other in enumerate(found) if at != number and _are_siblings(other.path, path)]
    below = [meant[at] for at, other in enumerate(found) if other.path[:-1] == path]
    own = meant[number]
    return (
        float(own - np.mean(beside)) if beside else 0.0,
        float(own - max(beside)) if beside else 0.0,
        float(max(below) - np.mean(below)) if len(below) > 1 else 0.0,
        float(max(below) - own) if below else 0.0,
    )


def _are_siblings(one: tuple[Section, ...], other: tuple[Section, ...]) -> bool:
    return len(one) > 1 and one[:-1] == other[:-1]


def _mass(one: SectionFound, evidence: Evidence) -> float:
    """Return how much of what was found, by rank, stands in a section."""
    placed = list(zip(standings(len(evidence.passages)), evidence.passages, strict=True))
    whole = sum(1 / (1 + place) for place in range(len(placed))) or 1.0
    inside = 0.0
    for place, (_, passage) in enumerate(placed):
        if passage.document == one.document.name:
            middle = (passage.spans[0].start + passage.spans[-1].end) // 2
            inside += (one.section.start <= middle < one.section.end) / (1 + place)
    return inside / whole


def _holds(one: SectionFound, choice: Choice) -> bool:
    start = choice.sentence.span.start
    return choice.passage.document == one.document.name and one.section.start <= start < one.section.end


def _lead_text(one: SectionFound) -> str:
    section = one.section
    end = section.children[0].start if section.children else section.end
    return one.document.shown[section.heading.end : end][:_LONGEST_LEAD]


def _shown(one: SectionFound) -> str:
    """Return a section as its headings and its items tell it; of one without items, how it begins."""
    path = " ".join(section.title for section in one.path)
    if not one.items:
        return f"{path}\n{_lead_text(one)}"
    items = "；".join(item.title[:_LONGEST_ITEM] for item in one.items[:_MOST_ITEMS])
    return f"{path}\n{items}"


def facets_named(text: str) -> list[re.Pattern[str]]:
    """Return the sides of a thing that a heading or a question names: 做法, 成效, 启示."""
    folded = as_pattern_text(text).lower()
    return [facet for facet in _FACETS if facet.search(folded)]


def _facets(asked: str, title: str) -> tuple[float, float]:
    """Tell whether a heading names the side of a thing that is asked about, 做法 or 成效, or another."""
    wanted = facets_named(asked)
    asked = as_pattern_text(asked).lower()
    if not wanted:
        wanted = [_CAUSE, _PROBLEM] if _WHY.search(asked) else [_PRACTICE] if _HOW.search(asked) else []
    named = facets_named(title)
    met = any(facet in named for facet in wanted)
    return float(met), float(bool(named) and not met)


def _names(question: Relevance, one: SectionFound) -> tuple[float, float]:
    """Tell whether a section, or one of its items alone, has what the question puts in quotation marks."""
    names = question.analysis.quoted_names
    title = fold(one.section.title)
    items = [fold(item.title) for item in one.items]
    return (
        float(any(name in title for name in names)),
        float(any(sum(name in item for item in items) == 1 for name in names)),
    )


def rank_sections(
    question: Relevance,
    found: Sequence[SectionFound],
    choices: Sequence[Choice],
    evidence: Evidence,
) -> list[SectionFound]:
    """Return sections, the one that fits best first, each with the probability that it is asked for."""
    rows = look_at_sections(question, found, choices, evidence)
    if not len(rows):
        return []
    logits = shipped_sections().logits(rows)
    return [
        replace(found[place], score=float(1 / (1 + np.exp(-logits[place]))))
        for place in np.argsort(-logits, kind="stable")
    ]


@cache
def shipped_sections() -> LinearModel:
    """Return the model that weighs what is seen of a section."""
    return LinearModel(MODELS / "sections" / "sections.json", FEATURES)

"""Answers that are sections: the one that fits best, each side of a thing that is asked about, bylines."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from rag.answer.blocks import Block
from rag.answer.extractive.bylines import written_by
from rag.answer.extractive.sections import SectionFound, facets_named, rank_sections, sections_of
from rag.answer.extractive.steps import course_told
from rag.answer.extractive.summary import summed_up
from rag.answer.plan import Plan
from rag.query.counted_names import coined_name
from rag.text.normalize import fold
from rag.types.query import Form

__all__ = ["of_sections"]

_FEWEST_ITEMS: Final = 2
_SIDES: Final = 2
# The probability from which a section may answer, and by how much it must be likelier than what else does:
# of 38 questions over two libraries, those that a sentence answers better stood below these.
_LIKELY: Final[dict[Form, float]] = {"list": 0.6, "why": 0.6, "how": 0.8}
_LIKELIER: Final[dict[Form, float]] = {"list": 0.12, "why": 0.1, "how": 0.2}
_NAMED_SECTION: Final = 0.25  # probability of one whose heading has the name that is asked about
_CONTENTS: Final = re.compile("内容|內容|要点|要點|包括|contents?\\b")
_MAY_BE: Final[tuple[Form, ...]] = ("summary", "list", "how", "why", "definition", "fact")
_NAMED: Final[tuple[Form, ...]] = ("definition", "fact")  # that only a section of that name answers
_WITHOUT_SENTENCES: Final[tuple[Form, ...]] = ("list", "fact")


def of_sections(plan: Plan, form: Form) -> tuple[Block, ...]:
    """Return the sections that answer a question, none where a list or sentences answer it better."""
    if form not in _MAY_BE or (plan.label and not (form == "summary" and _is_of_one_article(plan))):
        return ()
    ranked = rank_sections(plan.question, sections_of(plan.evidence), plan.choices, plan.evidence)
    if not ranked:
        return ()
    if plan.question.analysis.asks == "author":
        return tuple(block for block in [written_by(ranked[0])] if block)
    if course := course_told(plan.question.query.focus, ranked):
        return (course,)
    best = _best(plan, form, ranked)
    chosen = _sides(plan, best, ranked) if best else []
    return tuple(summed_up(plan.question, one, form not in _WITHOUT_SENTENCES) for one in chosen)


def _is_of_one_article(plan: Plan) -> bool:
    """Tell whether all that was found for one of several things stands in one article."""
    articles = set()
    for passage in plan.evidence.passages:
        path = plan.evidence.documents[passage.document].outline.path_at(passage.spans[0].start)
        articles.add((passage.document, path[0].start if path else 0))
    return len(articles) == 1


def _best(plan: Plan, form: Form, ranked: Sequence[SectionFound]) -> SectionFound | None:
    """Return the section that answers, None where it is less likely to than the best list or sentence."""
    if form == "summary":
        return _lifted(ranked[0])
    if form in _NAMED:
        if form == "fact" and not _CONTENTS.search(plan.question.query.focus):
            return None
        named = (one for one in ranked if _is_named(plan, one) and one.score >= _NAMED_SECTION)
        return next((one for one in named if len(one.items) >= _FEWEST_ITEMS), None)
    best = ranked[0]
    if _is_counted(plan) or len(best.items) < _FEWEST_ITEMS or _counts_otherwise(plan, best):
        return None
    is_likely = best.score > max(_LIKELY[form], _otherwise(plan) + _LIKELIER[form])
    return best if is_likely else None


def _is_counted(plan: Plan) -> bool:
    """Tell whether the best way to answer is a list of as many items as the question says there are."""
    return (
        plan.best is not None and plan.best[0].kind != "sentences" and len(plan.best[0].items) == _asked(plan)
    )


def _counts_otherwise(plan: Plan, found: SectionFound) -> bool:
    """Tell whether a question says how many there are, and a section has another number."""
    return _asked(plan) not in (None, 0, len(found.items))


def _asked(plan: Plan) -> int | None:
    return plan.question.analysis.count or plan.question.analysis.expected.count


def _otherwise(plan: Plan) -> float:
    """Return how likely the best sentence or list answers; one side of a thing no sentence tells alone."""
    best = plan.choices[0].probability
    if plan.best is None or plan.best[0].kind == "sentences":
        return best
    of_list = float(1 / (1 + np.exp(-plan.best[1])))
    return of_list if facets_named(plan.question.query.focus) else max(best, of_list)


def _is_named(plan: Plan, found: SectionFound) -> bool:
    """Tell whether a heading has the name that is asked about, and lists as many as that counts.

    Of a name made of several, 一核三联, a part alone is another's.
    """
    title, analysis = fold(found.section.title), plan.question.analysis
    if coined := coined_name(plan.question.query.focus):
        return fold(coined) in title
    return any(
        name.number == len(found.items) and any(name.prefix + stem in title for stem in name.stems[:2])
        for name in analysis.counted_names
    )


def _lifted(found: SectionFound) -> SectionFound:
    """Return what is summed up: of a run-in point without points of its own, the section it stands in."""
    if found.section.kind != "point" or len(found.items) >= _FEWEST_ITEMS or len(found.path) == 1:
        return found
    above = replace(found, path=found.path[:-1])
    return above if len(above.items) >= _FEWEST_ITEMS else found


def _sides(plan: Plan, best: SectionFound, ranked: Sequence[SectionFound]) -> list[SectionFound]:
    """Return the best section and, for each other side of the thing that is asked about, that of its article.

    They stand in the order of the document: 做法, then 成效.
    """
    sides = facets_named(plan.question.query.focus)
    if len(sides) < _SIDES or len(best.path) == 1:
        return [best]
    named = {facet for section in best.path[1:] for facet in facets_named(section.title)}
    chosen = [best]
    for one in ranked:
        beside = one.document is best.document and one.path[:-1] == best.path[:-1]
        own = set(facets_named(one.section.title))
        if beside and own & set(sides) - named:
            chosen.append(one)
            named |= own
    return sorted(chosen, key=lambda one: one.section.start)

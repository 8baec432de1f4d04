"""From a plan to an answer's blocks: which form is written, by what was asked and what was found together."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from rag.answer.blocks import Block, Composition, line_of
from rag.answer.extractive.answer_forms import Candidate
from rag.answer.extractive.context import goes_on, reasons_behind, with_context
from rag.answer.extractive.penalties import offence_with_penalty
from rag.answer.extractive.section_answers import of_sections
from rag.answer.extractive.sentence_ranker import Choice
from rag.answer.extractive.table_rows import rows_asked_for, rows_with_verdict
from rag.answer.extractive.which import each_that_shows
from rag.answer.extractive.whole import all_of
from rag.answer.plan import Plan
from rag.query.answer_patterns import EXCEPTION
from rag.query.counted_names import coined_name
from rag.query.form import asked_form
from rag.text.marks import TERMINAL
from rag.text.normalize import fold, unquoted
from rag.text.numbers import ARABIC, NUMERALS
from rag.text.patterns import as_pattern_text, is_byline
from rag.text.tables import table_at
from rag.types.evidence import Sentence
from rag.types.query import Form

__all__ = ["compose"]

_SURE: Final = 0.7  # probability of a sentence that needs no second one: of such, 19 in 20 answered
_SECOND: Final = 0.2  # of the best sentence's probability from which a further one is given
_LEAST_SECOND: Final = 0.08  # probability
_MOST: Final[dict[Form, int]] = {"why": 3, "how": 3}
_RULE: Final = re.compile(f"第[{NUMERALS}百{ARABIC}]+条")
_ALSO_SURE: Final = 0.4  # probability of what is said of one of several things beside a sure sentence
_OF_A_RULE: Final = 0.3  # of the weight of the question's words in the best sentence
_MOST_OF_A_RULE: Final = 3  # further sentences of a paragraph
_BESIDE: Final = 10  # characters before a row in which the text says that it lists
_PRESENTS: Final = re.compile(
    "包括|包含|分为|分成|分别|即|就是|指的是|是指|有|:|——|如下|设|建立|开展|include|:"
)
_USUALLY: Final = 2  # sentences
_SURE_ROW: Final = 1.0  # logit of a row of things that needs no other sign of being a list
_ROWS_LOOKED_AT: Final = 3  # best sentences
_DECIDED_BY_RULES: Final[tuple[Form, ...]] = ("case", "yes-no")
_LOOKED_AT: Final = 8  # best sentences
_TOLD_IN_WORDS: Final[tuple[Form, ...]] = ("fact", "count", "case", "yes-no")


def compose(plan: Plan) -> Composition:
    """Return what a plan's question is answered with; no blocks where there is no sentence."""
    form = asked_form(plan.question.query, is_part=bool(plan.label))
    if plan.whole is not None:
        return Composition("compare", (all_of(plan.evidence.documents[plan.whole[0]], plan.whole[1]),))
    if not plan.choices:
        return Composition(form, ())
    if (judged := _with_verdict(plan)) is not None:
        return Composition("table", (judged,), tells_parts=True)
    if (table := _of_table(plan, form)) is not None:
        return Composition("table", (table,))
    if form == "which":
        return Composition(form, (each_that_shows(plan.question, plan.choices, plan.evidence),))
    if (ruled := offence_with_penalty(plan.question, plan.choices, plan.evidence)) is not None:
        return Composition(form, ruled)
    if sections := of_sections(plan, form):
        return Composition(_form_of_sections(plan, form), sections, tells_parts=True)
    return _of_ways(plan, form)


def _form_of_sections(plan: Plan, form: Form) -> Form:
    return form if form == "list" or plan.question.analysis.asks == "author" else "summary"


def _with_verdict(plan: Plan) -> Block | None:
    """Return the rows of which a column says what is asked, where one is among the best sentences."""
    for choice in plan.choices[:_ROWS_LOOKED_AT]:
        document = plan.evidence.documents[choice.passage.document]
        table = table_at(document, choice.sentence.span.start)
        if table is not None:
            return rows_with_verdict(plan.question, table, document)
    return None


def _of_table(plan: Plan, form: Form) -> Block | None:
    """Return the rows that a question asks for, where the best sentence is one."""
    best = plan.choices[0]
    document = plan.evidence.documents[best.passage.document]
    table = table_at(document, best.sentence.span.start)
    if table is None:
        return None
    asks_for_all = form in ("list", "summary") and plan.question.analysis.count is None
    return rows_asked_for(plan.question, table, document, plan.choices, asks_for_all)


def _of_ways(plan: Plan, form: Form) -> Composition:
    """Return the list or the sentences that answer."""
    if plan.best is None:
        return Composition(form, ())
    way, _ = plan.best
    if way.kind != "sentences" and _is_presented(plan, way) and not _drops_half(plan, way):
        return Composition("list" if form == "fact" else form, (_of_list(way),))
    return Composition(form, tuple(_of_sentences(plan, form)), highlights=_words_that_answer(plan, form))


def _words_that_answer(plan: Plan, form: Form) -> tuple[str, ...]:
    """Return the words of the best sentence that the reader takes for the answer, but not all of it."""
    if form not in _TOLD_IN_WORDS:
        return ()
    text = plan.choices[0].sentence.text
    span = plan.question.read_closely([text])[0].best_span()
    return (text[span.start : span.end],) if span and span.end - span.start < len(text) else ()


def _is_presented(plan: Plan, way: Candidate) -> bool:
    """Tell whether a text presents a row as a list of what is asked for: by 包括, 即, a counted name."""
    if way.row is None or way.anchor is None or (plan.best and plan.best[1] >= _SURE_ROW):
        return True
    analysis, sentence = plan.question.analysis, way.anchor.sentence.text
    folded = unquoted(sentence)
    counted = [name.prefix + stem for name in analysis.counted_names for stem in name.stems if len(stem) > 1]
    if any(name in folded for name in (*counted, *analysis.quoted_names)):
        return True
    if len(way.items) == (analysis.count or analysis.expected.count):
        return True
    before = as_pattern_text(sentence[: way.row.start])[-_BESIDE:]
    asked = [word for word in analysis.focus_keywords if len(word) > 1]
    return bool(_PRESENTS.search(before)) and any(word in fold(sentence) for word in asked)


def _drops_half(plan: Plan, way: Candidate) -> bool:
    """Tell whether a row of items leaves out something that the question names too: 四必谈、四必访."""
    if way.row is None or way.anchor is None:
        return False
    if plan.label:
        return True
    names, quoted = plan.question.analysis.counted_names, plan.question.analysis.quoted_names
    sentence = unquoted(way.anchor.sentence.text)
    if sum(name in sentence for name in quoted) > 1:
        return True
    coined = coined_name(plan.question.query.focus)
    if coined and unquoted(coined) in sentence:
        return True  # 一核三联 is more than its three
    named = [name for name in names if any(name.prefix + stem in sentence for stem in name.stems[:2])]
    return len({name.prefix + name.name[:2] for name in named}) > 1


def _of_list(way: Candidate) -> Block:
    lines = tuple(line_of(item, way.document) for item in way.items)
    lead = line_of(way.lead, way.document) if way.lead else None
    return Block(lines, lead=lead, is_list=True)


def _of_sentences(plan: Plan, form: Form) -> list[Block]:
    """Return the best sentence with its context, and a further one only where that is needed."""
    most = _MOST.get(form, _USUALLY)
    best = next(
        (choice for choice in plan.choices[:_LOOKED_AT] if not _only_names(plan, choice)), plan.choices[0]
    )
    chosen = [best, *(_goes_on_about_it(plan, best) if plan.label else _exceptions(plan, form, best))]
    most = max(most, len(chosen))
    for choice in plan.choices[:_LOOKED_AT]:
        if len(chosen) >= most or best.sentence.announces or best.sentence.is_heading:
            break
        least = max(_LEAST_SECOND, _SECOND * best.probability)
        is_open = best.probability < _SURE or form in _MOST
        is_likely = choice.probability >= (least if is_open else _ALSO_SURE if plan.label else 1.0)
        if not is_likely or choice.sentence.is_heading or _only_names(plan, choice):
            continue
        if not any(_alike(choice, one) for one in chosen):
            chosen.append(choice)
    blocks = [with_context(one, plan.evidence.documents[one.passage.document]) for one in _in_order(chosen)]
    following = _following(form, best, len(chosen) <= most)
    said = {one.span for one in following}
    return [
        _with_following(block, best, following)
        for block in blocks
        if not any(quote.span in said for line in block.lines for quote in line.quotes)
    ]


def _following(form: Form, best: Choice, has_room: bool) -> Sequence[Sentence]:
    """Return what goes on with the best sentence: the reason for what it says, a condition, an exception."""
    if form == "why" and (reasons := reasons_behind(best)):
        return reasons
    following = goes_on(best)
    return [following] if following and has_room else []


def _with_following(block: Block, best: Choice, following: Sequence[Sentence]) -> Block:
    """Return a block with what follows behind its last line, if that is the best sentence."""
    if block.lines[-1].quotes[-1].span != best.sentence.span:
        return block
    behind = tuple(line_of(one, best.passage.document) for one in following)
    return replace(block, lines=(*block.lines, *behind))


def _only_names(plan: Plan, choice: Choice) -> bool:
    """Tell whether a sentence says of one of several things but what it is called, or who wrote of it."""
    if not plan.label:
        return False
    document, sentence = plan.evidence.documents[choice.passage.document], choice.sentence
    path = document.outline.path_at(sentence.span.start)
    if path and path[0].heading.start <= sentence.span.start < path[0].heading.end:
        return True
    if is_byline(sentence.text):
        return plan.label in sentence.text or plan.question.analysis.asks not in ("author", "person")
    is_title = sentence.is_heading and not sentence.text.endswith(tuple(TERMINAL))
    return is_title and with_context(choice, document).lead is None


def _goes_on_about_it(plan: Plan, best: Choice) -> list[Choice]:
    """Return the sentences of the best one's paragraph that go on about what it has of the question.

    Of rules that are compared, each is wanted with its conditions: a paragraph that is an article of one.
    """
    question = plan.question
    own = question.weights * ~question.held(plan.label)  # its name stands in many a sentence
    held = question.held(best.sentence.text)
    least = _OF_A_RULE * float(held @ own)
    first = next(one for one in best.passage.sentences if one.block == best.sentence.block)
    if least <= 0 or not _RULE.match(as_pattern_text(first.text)):
        return []
    return [
        choice
        for choice in plan.choices
        if choice.passage is best.passage
        and choice.index != best.index
        and choice.sentence.block == best.sentence.block
        and not choice.sentence.is_heading
        and float((held & question.held(choice.sentence.text)) @ own) >= least
    ][:_MOST_OF_A_RULE]


def _exceptions(plan: Plan, form: Form, best: Choice) -> list[Choice]:
    """Return the likeliest exception from the rule that decides whether or in which case something may be.

    It stands in the same provision as the rule, in a paragraph of its own perhaps.
    """
    if form not in _DECIDED_BY_RULES or EXCEPTION.search(as_pattern_text(best.sentence.text)):
        return []
    document = plan.evidence.documents[best.passage.document]
    here = document.outline.path_at(best.sentence.span.start)
    return [
        choice
        for choice in plan.choices[:_LOOKED_AT]
        if choice is not best
        and choice.passage is best.passage
        and choice.probability >= _LEAST_SECOND
        and document.outline.path_at(choice.sentence.span.start) == here
        and EXCEPTION.search(as_pattern_text(choice.sentence.text))
    ][:1]


def _in_order(chosen: Sequence[Choice]) -> list[Choice]:
    order = {id(choice.passage): rank for rank, choice in reversed(list(enumerate(chosen)))}
    return sorted(chosen, key=lambda choice: (order[id(choice.passage)], choice.index))


def _alike(one: Choice, other: Choice) -> bool:
    a, b = fold(one.sentence.text), fold(other.sentence.text)
    return a in b or b in a

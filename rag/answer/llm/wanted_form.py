"""What a language model is told about the form of its answer, in the asker's language."""

from collections.abc import Sequence
from typing import Final

from rag.answer.extractive.parts import Composed
from rag.text.normalize import convert
from rag.types.query import Form, Language

__all__ = ["wanted_form"]

_FEWEST: Final = 2  # items of a list

# Simplified Chinese and English
_SHORTLY: Final = (
    "用一两句完整的话直接回答，条件和例外都要写上。",
    "Answer in one or two whole sentences, with every condition and exception.",
)
_FORMS: Final[dict[Form, tuple[str, str]]] = {
    "list": (
        "写成列表，一项一行，不漏项，不添项。",
        "Write a list, one item a line; leave none out, add none.",
    ),
    "table": (
        "把所问的行写出来，一行一条，连同各列的名称。",
        "Give the rows that are asked for, one a line, with the names of their columns.",
    ),
    "summary": (
        "先用一句话说明讲的是谁、什么事，再按原文顺序列出各点，一点一行：标题和最要紧的一句。",
        "Say in one sentence who and what it is about; then list the points in the order of the text, one a"
        " line: the heading and the sentence that says most.",
    ),
    "which": (
        "写成列表，一行一个，先写名称，再写依据的那句话。",
        "Write a list, one a line: first the name, then the sentence that shows it.",
    ),
    "why": ("写出原因，不要重复问题。", "Give the reason; do not repeat the question."),
    "how": ("写出做法，有步骤的逐条列出。", "Tell how it is done, steps as a list."),
    "compare": (
        "每个对象单独写一段，先写名称；没有找到的，写明没有找到。",
        "Write a paragraph for each, led by its name; of what was not found, say so.",
    ),
    "several": ("逐个回答所问的每一点。", "Answer each part of the question in turn."),
}
_ITEMS: Final = ("共{n}项。", "There are {n} items.")
_ABOUT: Final = ("“{name}”只看第{numbers}段。", "About “{name}” use passages {numbers} alone.")
_NOT_FOUND: Final = ("“{name}”没有找到。", "Nothing was found about “{name}”.")


def wanted_form(composed: Sequence[Composed], places: Sequence[range], language: Language) -> str:
    """Return the form to write, how many items there are, and which passages are about which thing."""
    labels = [part.label for part, _ in composed if part.label]
    form: Form = "compare" if labels else "several" if len(composed) > 1 else composed[0][1].form
    told = [_FORMS.get(form, _SHORTLY)]
    if not labels and (count := _items(composed)):
        told.append((_ITEMS[0].format(n=count), _ITEMS[1].format(n=count)))
    for (part, _), numbers in zip(composed, places, strict=True):
        if part.label:
            told.append(_about(part.label, numbers))
    return _joined(told, language)


def _items(composed: Sequence[Composed]) -> int:
    """Return how many items the one list of an answer has, 0 if there is none or it is not whole."""
    blocks = [block for _, composition in composed for block in composition.blocks]
    if len(blocks) != 1 or not blocks[0].is_list or blocks[0].note:
        return 0
    count = sum(line.level == 0 for line in blocks[0].lines)
    return count if count >= _FEWEST else 0


def _about(name: str, numbers: range) -> tuple[str, str]:
    if not numbers:
        return _NOT_FOUND[0].format(name=name), _NOT_FOUND[1].format(name=name)
    shown = [str(number) for number in numbers]
    return (
        _ABOUT[0].format(name=name, numbers="、".join(shown)),
        _ABOUT[1].format(name=name, numbers=", ".join(shown)),
    )


def _joined(told: Sequence[tuple[str, str]], language: Language) -> str:
    if language == "en":
        return " ".join(english for _, english in told)
    return convert("".join(chinese for chinese, _ in told), language)

"""The numbers that Word writes before paragraphs: they stand in no text, only in the numbering part."""

import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from docx.document import Document as WordDocument
from docx.oxml.ns import qn

__all__ = ["Numbering", "numeral"]

_DIGITS: Final = "〇一二三四五六七八九"
_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_HAN_COUNTING: Final = re.compile("^(?:chinese|japanese|taiwanese|ideograph|korean)")
_STEMS: Final = {
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
}
_PLACEHOLDER: Final = re.compile("%([1-9])")


class _Level(NamedTuple):
    kind: str  # w:numFmt
    shape: str  # w:lvlText
    start: int


class Numbering:
    """Counts a document's numbered paragraphs. Ask in document order, once a paragraph."""

    def __init__(self, document: WordDocument) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}  # by number definition
        self._shared: dict[str, str] = {}  # number definition -> what it counts with
        self._counts: dict[str, dict[int, int]] = {}
        part = next(
            (
                part
                for part in document.part.package.iter_parts()
                if str(part.partname) == "/word/numbering.xml"
            ),
            None,
        )
        if part is not None:
            self._read(part.element)

    def _read(self, element: Any) -> None:
        abstract = {
            item.get(qn("w:abstractNumId")): {
                int(level.get(qn("w:ilvl"), 0)): _level(level) for level in item.iter(qn("w:lvl"))
            }
            for item in element.iter(qn("w:abstractNum"))
        }
        for item in element.iter(qn("w:num")):
            number, reference = item.get(qn("w:numId")), item.find(qn("w:abstractNumId"))
            base = reference.get(qn("w:val")) if reference is not None else None
            levels = dict(abstract.get(base, {}))
            for override in item.iter(qn("w:lvlOverride")):
                depth = int(override.get(qn("w:ilvl"), 0))
                inner, start = override.find(qn("w:lvl")), override.find(qn("w:startOverride"))
                if inner is not None:
                    levels[depth] = _level(inner)
                if start is not None and depth in levels:
                    levels[depth] = levels[depth]._replace(start=int(start.get(qn("w:val"), 1)))
            restarts = any(True for _ in item.iter(qn("w:startOverride")))
            self._levels[number] = levels
            self._shared[number] = f"number {number}" if restarts else f"abstract {base}"

    def depth(self, paragraph: Any) -> int:
        """Return how deep a paragraph stands in its list, from 0."""
        level = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:ilvl')}")
        return int(level.get(qn("w:val"), 0)) if level is not None else 0

    def label(self, paragraph: Any, styles: Iterable[Any]) -> tuple[str, bool]:
        """Return what stands before a paragraph, and whether that is a bullet (which is left out)."""
        properties = [
            found
            for item in (paragraph, *styles)
            if (found := item.find(f"{qn('w:pPr')}/{qn('w:numPr')}")) is not None
        ]
        ids = [item.find(qn("w:numId")) for item in properties]
        number = next((item.get(qn("w:val")) for item in ids if item is not None), None)
        depths = [item.find(qn("w:ilvl")) for item in properties]
        depth = next((int(item.get(qn("w:val"), 0)) for item in depths if item is not None), 0)
        level = self._levels.get(number or "", {}).get(depth)
        if number is None or level is None:
            return "", False
        counts = self._counts.setdefault(self._shared[number], {})
        for deeper in [d for d in counts if d > depth]:
            del counts[deeper]
        counts[depth] = counts.get(depth, level.start - 1) + 1
        if level.kind == "bullet":
            return "", True
        return self._filled(number, level, counts), False

    def _filled(self, number: str, level: _Level, counts: dict[int, int]) -> str:
        levels = self._levels[number]

        def numeral_at(found: re.Match[str]) -> str:
            depth = int(found[1]) - 1
            at = levels.get(depth, level)
            kind = "decimal" if at.kind in ("bullet", "none") else at.kind
            return numeral(counts.get(depth, at.start), kind)

        label = _PLACEHOLDER.sub(numeral_at, level.shape)
        return label + " " if label[-1:].isalnum() or label.endswith(".") else label


def _level(element: Any) -> _Level:
    def value(name: str, default: str) -> str:
        found = element.find(qn(name))
        return str(found.get(qn("w:val"), default)) if found is not None else default

    return _Level(value("w:numFmt", "decimal"), value("w:lvlText", ""), int(value("w:start", "1")))


def numeral(number: int, kind: str) -> str:
    """Write a number as Word's `w:numFmt` of that name does (ECMA-376 part 1, 17.18.59)."""
    if kind in _STEMS:
        return _STEMS[kind][(number - 1) % len(_STEMS[kind])]
    if kind == "decimalEnclosedCircle" or kind.startswith("ideographEnclosed"):
        return chr(ord("①") + number - 1) if 1 <= number <= 20 else str(number)
    if kind in ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"):
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    if _HAN_COUNTING.match(kind):
        return _counted(number)
    if kind in ("upperRoman", "lowerRoman"):
        return _roman(number).upper() if kind == "upperRoman" else _roman(number)
    if kind in ("upperLetter", "lowerLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if kind == "upperLetter" else letter
    if kind == "decimalZero":
        return f"{number:02d}"
    return "" if kind == "none" else str(number)


def _counted(number: int) -> str:
    """Write 12 as 十二."""
    if not 0 < number < 10000:
        return str(number)
    text = ""
    for unit, worth in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, number = divmod(number, worth)
        if digit:
            text += _DIGITS[digit] + unit
        elif text and number and not text.endswith("零"):
            text += "零"
    return text.removeprefix("一") if text.startswith("一十") else text


def _roman(number: int) -> str:
    text = ""
    for worth, letters in _ROMAN:
        count, number = divmod(number, worth)
        text += letters * count
    return text

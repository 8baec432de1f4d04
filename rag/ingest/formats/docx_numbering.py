"""The numbers that Word writes before paragraphs: they stand in no text, only in the numbering part."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from docx.document import Document as WordDocument
from docx.oxml.ns import qn

from rag.text.numbers import BRANCHES, DIGITS, HUNDREDS, NUMERALS, STEMS, in_characters

__all__ = ["Numbering", "numeral"]

_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_HAN_COUNTING: Final = re.compile("^(?:chinese|japanese|taiwanese|ideograph|korean)")
_LARGEST_ROMAN, _LARGEST_LETTER = 4000, 26 * 30
_LARGEST: Final = 32767
_FORMAL: Final = str.maketrans(f"{NUMERALS}{HUNDREDS}", "壹贰叁肆伍陆柒捌玖拾佰仟")
_TRADITIONAL: Final = str.maketrans("贰叁陆", "貳參陸")
_FULL_WIDTH: Final = str.maketrans("0123456789", "０１２３４５６７８９")
_PLACEHOLDER: Final = re.compile("%([1-9])")


class _Level(NamedTuple):
    kind: str  # w:numFmt
    shape: str  # w:lvlText
    start: int
    style: str = ""  # w:pStyle
    in_digits: bool = False  # w:isLgl
    counts_through: bool = False  # w:lvlRestart of 0


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
        self._begins_anew: dict[tuple[str, int], int] = {}  # number and inner level -> where it starts
        if part is not None:
            self._read(part.element)
            self._follow_links(part.element, document)

    def _follow_links(self, element: Any, document: WordDocument) -> None:
        """Give the numbers of a definition that names a style the levels of that style's numbers."""
        linked = {
            item.get(qn("w:abstractNumId")): link.get(qn("w:val"))
            for item in element.iter(qn("w:abstractNum"))
            if (link := item.find(qn("w:numStyleLink"))) is not None
        }
        numbers = {
            style.style_id: found.get(qn("w:val"))
            for style in document.styles
            if (found := style.element.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")) is not None
        }
        for item in element.iter(qn("w:num")):
            reference = item.find(qn("w:abstractNumId"))
            base = reference.get(qn("w:val")) if reference is not None else None
            if base in linked and not self._levels[item.get(qn("w:numId"))]:
                levels = self._levels.get(numbers.get(linked[base], ""), {})
                self._levels[item.get(qn("w:numId"))] = levels

    def _read(self, element: Any) -> None:
        abstract = {
            item.get(qn("w:abstractNumId")): {
                whole(level.get(qn("w:ilvl")), 0): _level(level) for level in item.iter(qn("w:lvl"))
            }
            for item in element.iter(qn("w:abstractNum"))
        }
        for item in element.iter(qn("w:num")):
            number, reference = item.get(qn("w:numId")), item.find(qn("w:abstractNumId"))
            base = reference.get(qn("w:val")) if reference is not None else None
            levels = dict(abstract.get(base, {}))
            for override in item.iter(qn("w:lvlOverride")):
                depth = whole(override.get(qn("w:ilvl")), 0)
                inner, start = override.find(qn("w:lvl")), override.find(qn("w:startOverride"))
                if inner is not None:
                    levels[depth] = _level(inner)
                if start is not None and depth in levels:
                    levels[depth] = levels[depth]._replace(start=whole(start.get(qn("w:val")), 1))
                    self._begins_anew[number, depth] = levels[depth].start
            restarts = self._begins_anew.pop((number, 0), None) is not None
            self._levels[number] = levels
            self._shared[number] = f"number {number}" if restarts else f"abstract {base}"

    def label(self, paragraph: Any, styles: Sequence[Any]) -> tuple[str, bool, int]:
        """Return what stands before a paragraph, whether that is a bullet (left out), and its depth."""
        properties = [
            found
            for item in (paragraph, *styles)
            if (found := item.find(f"{qn('w:pPr')}/{qn('w:numPr')}")) is not None
        ]
        ids = [item.find(qn("w:numId")) for item in properties]
        number = next((item.get(qn("w:val")) for item in ids if item is not None), None)
        levels = self._levels.get(number or "", {})
        depth = self._depth(properties, levels, [style.get(qn("w:styleId")) for style in styles])
        level = levels.get(depth)
        if number is None or level is None:
            return "", False, depth
        counts = self._counts.setdefault(self._shared[number], {})
        for deeper in [d for d in counts if d > depth and not levels.get(d, level).counts_through]:
            del counts[deeper]
        if (number, depth) in self._begins_anew:  # at its first paragraph alone
            counts[depth] = self._begins_anew.pop((number, depth)) - 1
        counts[depth] = counts.get(depth, level.start - 1) + 1
        if level.kind == "bullet":
            return "", True, depth
        return self._filled(number, level, counts), False, depth

    def _depth(
        self, properties: Sequence[Any], levels: dict[int, _Level], styles: Sequence[str | None]
    ) -> int:
        """Return how deep a paragraph stands: as it says, else as the level says that names its style."""
        said = [item.find(qn("w:ilvl")) for item in properties[:1]]
        by_style = next(
            (depth for depth, level in levels.items() if level.style and level.style in styles), None
        )
        if by_style is not None and (not said or said[0] is None):
            return by_style
        depths = [item.find(qn("w:ilvl")) for item in properties]
        return next((whole(item.get(qn("w:val")), 0) for item in depths if item is not None), 0)

    def _filled(self, number: str, level: _Level, counts: dict[int, int]) -> str:
        levels = self._levels[number]

        def numeral_at(found: re.Match[str]) -> str:
            depth = int(found[1]) - 1
            at = levels.get(depth, level)
            kind = "decimal" if level.in_digits or at.kind in ("bullet", "none") else at.kind
            return numeral(counts.get(depth, at.start), kind)

        label = _PLACEHOLDER.sub(numeral_at, level.shape)
        return label + " " if label[-1:].isalnum() or label.endswith(".") else label


def _level(element: Any) -> _Level:
    def value(name: str, default: str) -> str:
        found = element.find(qn(name))
        return str(found.get(qn("w:val"), default)) if found is not None else default

    return _Level(
        value("w:numFmt", "decimal"),
        value("w:lvlText", ""),
        whole(value("w:start", "1"), 1),
        value("w:pStyle", ""),
        element.find(qn("w:isLgl")) is not None,
        value("w:lvlRestart", "") == "0",
    )


def whole(value: str | None, default: int) -> int:
    """Return the number an attribute holds, the default if it holds none that could be meant."""
    try:
        number = int(value) if value is not None else default
    except ValueError:
        return default
    return number if abs(number) <= _LARGEST else default


def numeral(number: int, kind: str) -> str:
    """Write a number as Word's `w:numFmt` of that name does (ECMA-376 part 1, 17.18.59)."""
    if kind == "none":
        return ""
    write = _WRITERS.get(kind, in_characters if _HAN_COUNTING.match(kind) else str)
    return write(number) if number > 0 else str(number)


def _roman(number: int) -> str:
    if number >= _LARGEST_ROMAN:
        return str(number)
    text = ""
    for worth, letters in _ROMAN:
        count, number = divmod(number, worth)
        text += letters * count
    return text


def _letter(number: int) -> str:
    letter = chr(ord("a") + (number - 1) % 26)
    return letter * ((number - 1) // 26 + 1) if number <= _LARGEST_LETTER else str(number)


def _enclosed(number: int, first: str, most: int) -> str:
    """Write 3 as ③: characters for 1 to `most` follow each other."""
    return chr(ord(first) + number - 1) if number <= most else str(number)


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _digits(number: int) -> str:
    return "".join(DIGITS[int(digit)] for digit in str(number))


def _formal(number: int) -> str:
    counted = in_characters(number)
    return ("一" + counted if counted.startswith("十") else counted).translate(_FORMAL)


_WRITERS: Final[dict[str, Callable[[int], str]]] = {
    "decimalZero": "{:02d}".format,
    "decimalEnclosedCircle": lambda number: _enclosed(number, "①", 20),
    "decimalEnclosedCircleChinese": lambda number: _enclosed(number, "①", 20),
    "ideographEnclosedCircle": lambda number: _enclosed(number, "㊀", 10),
    "decimalEnclosedParen": lambda number: _enclosed(number, "⑴", 20),
    "decimalEnclosedFullstop": lambda number: _enclosed(number, "⒈", 20),
    "decimalFullWidth": lambda number: str(number).translate(_FULL_WIDTH),
    "decimalFullWidth2": lambda number: str(number).translate(_FULL_WIDTH),
    "ordinal": _ordinal,
    "ideographDigital": _digits,
    "japaneseDigitalTenThousand": _digits,
    "taiwaneseDigital": _digits,
    "chineseLegalSimplified": _formal,
    "ideographLegalTraditional": lambda number: _formal(number).translate(_TRADITIONAL),
    "japaneseLegal": lambda number: _formal(number).translate(_TRADITIONAL),
    "ideographTraditional": lambda number: STEMS[(number - 1) % len(STEMS)],
    "ideographZodiac": lambda number: BRANCHES[(number - 1) % len(BRANCHES)],
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerLetter": _letter,
    "upperLetter": lambda number: _letter(number).upper(),
}

"""Amounts with a unit, and the ranges that rules are made of: 满10年不满20年, 5万元以上, 超过24小时."""

import re
from typing import Final, NamedTuple

from rag.text.numbers import COUNTING, HUNDREDS, YEAR_DIGITS, value_of
from rag.text.patterns import as_pattern_text

__all__ = ["Amount", "Range", "amounts", "amounts_behind", "fits_ranges", "ranged", "ranges_of", "reach"]

_NUMBER: Final = rf"(?:\d[\d,]*(?:\.\d+)?|[{YEAR_DIGITS}{COUNTING}{HUNDREDS}半]+)[万亿]?"
_UNITS: Final = (
    "个工作日|工作日|个月|小时|分钟|公里|千米|平方米|周岁|年|天|日|月|周|元|米|亩|人|名|户|次|岁|分|吨|公斤|级|层|%|mg/L|℃|度|"
    "days?|months?|years?|hours?|minutes?|km|m\\b"
)
_SAME: Final = {
    **{"个月": "月", "天": "日", "周岁": "岁", "个工作日": "工作日", "千米": "公里", "名": "人"},
    **{"day": "日", "month": "月", "year": "年", "hour": "小时", "minute": "分钟", "km": "公里"},
}
_AMOUNT: Final = re.compile(f"(?P<number>{_NUMBER})[ -]?(?P<unit>{_UNITS})", re.IGNORECASE)
_FROM: Final = "满|达到|不低于|不少于|大于等于|≥|at least |from "
_ABOVE: Final = "超过|高于|大于|多于|>|more than |over |above |exceeding "
_BELOW: Final = "不满|不足|低于|少于|小于|未满|<|less than |under |below |up to but not including "
_UP_TO: Final = "不超过|不高于|不多于|不大于|至多|最多|≤|at most |up to |within "
_LIMIT: Final = re.compile(
    f"(?P<before>{_UP_TO}|{_BELOW}|{_FROM}|{_ABOVE})?(?P<number>{_NUMBER})(?:[ -]?(?P<unit>{_UNITS}))?"
    "(?P<behind>及?以上|以下|以内|之内| or more| or less|以外)?",
    re.IGNORECASE,
)
_TO: Final = re.compile(
    f"(?P<low>{_NUMBER})(?P<first>{_UNITS})?(?:至|到|—|–|-|~|～)(?P<high>{_NUMBER})(?P<unit>{_UNITS})",
    re.IGNORECASE,
)
_CLAUSE_ENDS: Final = re.compile("[,、;。?!]")
_AND_A_HALF: Final = re.compile(f"(?P<number>{_NUMBER})个半(?P<unit>月|小时|学期|工作日)")
_HALF: Final = 0.5
_JOINS: Final = re.compile("[,、]?(?:且|并|但|到|至|而)?$")


class Amount(NamedTuple):
    """A number with what it counts."""

    value: float
    unit: str


class Range(NamedTuple):
    """What a rule applies to: from `low` up to `high` of a unit, the borders included or not."""

    low: float
    high: float
    unit: str
    has_low: bool = True
    has_high: bool = False

    def holds(self, amount: Amount) -> bool:
        """Tell whether an amount falls into it."""
        if amount.unit != self.unit:
            return False
        above = amount.value >= self.low if self.has_low else amount.value > self.low
        below = amount.value <= self.high if self.has_high else amount.value < self.high
        return above and below


def amounts(text: str) -> list[Amount]:
    """Return the amounts that a text states."""
    folded = _AND_A_HALF.sub(_in_digits, as_pattern_text(text))
    return [
        Amount(value, _unit(found["unit"]))
        for found in _AMOUNT.finditer(folded)
        if (value := value_of(found["number"])) is not None
    ]


def amounts_behind(text: str, name: str) -> list[Amount]:
    """Return the amounts that a text states of what has a name, none if it does not name it."""
    folded, wanted = as_pattern_text(text), as_pattern_text(name).strip()
    if not wanted or wanted not in folded:
        return []
    return amounts(_CLAUSE_ENDS.split(folded.partition(wanted)[2], maxsplit=1)[0])


def ranged(text: str) -> str:
    """Return what the first range of a text is said of: 总工龄 of 总工龄不满10年; nothing if it has none."""
    folded = as_pattern_text(text)
    first = next((limit for limit in _LIMIT.finditer(folded) if _limit(limit)), None)
    return text[: first.start()].strip() if first else ""


def _in_digits(found: "re.Match[str]") -> str:
    value = value_of(found["number"])
    return found[0] if value is None else f"{value + _HALF}{found['unit']}"


def ranges_of(text: str) -> list[Range]:
    """Return the ranges that a text gives, those of one unit beside each other as one."""
    folded = as_pattern_text(text)
    found: list[Range] = []
    taken: list[tuple[int, int]] = []
    for to in _TO.finditer(folded):
        low, high = value_of(to["low"]), value_of(to["high"])
        if low is not None and high is not None and low < high:
            found.append(Range(low, high, _unit(to["unit"]), True, True))
            taken.append(to.span())
    open_end: tuple[int, Range] | None = None
    for limit in _LIMIT.finditer(folded):
        if any(start < limit.end() and limit.start() < end for start, end in taken):
            continue
        one = _limit(limit)
        if one is None:
            continue
        if open_end and open_end[1].unit == one.unit and open_end[1].high == float("inf") != one.high:
            gap = folded[open_end[0] : limit.start()]
            if len(gap) <= 2 or _JOINS.fullmatch(gap):
                found[-1] = Range(open_end[1].low, one.high, one.unit, open_end[1].has_low, one.has_high)
                open_end = None
                continue
        found.append(one)
        open_end = (limit.end(), one)
    return found


def _limit(limit: "re.Match[str]") -> Range | None:
    value, before, behind = value_of(limit["number"]), limit["before"] or "", limit["behind"] or ""
    if value is None or not limit["unit"]:
        return None
    unit, infinite = _unit(limit["unit"]), float("inf")
    if re.fullmatch(_UP_TO, before, re.IGNORECASE) or "内" in behind or "less" in behind:
        return Range(0.0, value, unit, True, True)
    if re.fullmatch(_BELOW, before, re.IGNORECASE):
        return Range(0.0, value, unit, True, False)
    if "以下" in behind:
        return Range(0.0, value, unit, True, True)
    if re.fullmatch(_ABOVE, before, re.IGNORECASE):
        return Range(value, infinite, unit, False)
    if re.fullmatch(_FROM, before, re.IGNORECASE) or "以上" in behind or "more" in behind:
        return Range(value, infinite, unit)
    return None


def fits_ranges(asked: list[Amount], text: str) -> float:
    """Tell how amounts lie to the ranges of a text.

    The number of units that both have, if in each an amount falls into a range; -1 if in any unit none
    does, 0 if they have none in common.
    """
    given = ranges_of(text)
    told = 0.0
    for unit in {amount.unit for amount in asked} & {one.unit for one in given}:
        in_unit = [one for one in given if one.unit == unit]
        if not any(one.holds(amount) for one in in_unit for amount in asked if amount.unit == unit):
            return -1.0
        told += 1.0
    return told


def reach(asked: list[Amount], text: str) -> float:
    """Tell how near the amounts that fall into the ranges of a text lie to their lower borders.

    1 where they stand at them, near 0 where they are far beyond: of 满2个月 and 满3个月, both of which hold
    three and a half, the higher is meant.
    """
    shares = [
        one.low / amount.value
        for one in ranges_of(text)
        for amount in asked
        if amount.value and one.holds(amount)
    ]
    return sum(shares) / len(shares) if shares else 0.0


def _unit(unit: str) -> str:
    """Return a unit as it is compared: the same of 个月 and 月, of years and 年."""
    unit = unit.lower()
    unit = unit.rstrip("s") if unit.isascii() and len(unit) > 2 else unit
    return _SAME.get(unit, unit)

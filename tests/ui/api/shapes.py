"""The shapes that CONTRACT.md promises, and what a value lacks of one.

A dict names the keys that must be there (more may be), a list with one item what every item is, a
tuple the alternatives, a type the exact type; a float may come as an integer.
"""

from collections.abc import Iterator
from typing import Any

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
CITATION = {
    "marker": int,
    "document": str,
    "title": str,
    "heading_path": [str],
    "quote": str,
    "start": int,
    "end": int,
    "score": float,
}
PASSAGE = {
    "id": int,
    "document": str,
    "title": str,
    "heading_path": [str],
    "text": str,
    "spans": [[int]],
    "score": float,
}
PASSAGES = {"passages": [PASSAGE]}
ANSWER = {
    "answer": str,
    "abstained": bool,
    "language": LANGUAGES,
    "citations": [CITATION],
    "passages": [PASSAGE],
    "backend": str,
    "model": (str, type(None)),
    "timings_ms": {"retrieve": float, "answer": float},
    "request_id": str,
    "notice": (str, type(None)),
}
SECTION: dict[str, Any] = {
    "title": str,
    "kind": ("article", "section", "point"),
    "level": int,
    "start": int,
    "end": int,
}
SECTION["children"] = [SECTION]
OUTLINE = {"document": str, "title": str, "sections": [SECTION]}
DOCUMENT = {"document": str, "title": str, "outline": OUTLINE}
DOCUMENTS = {"documents": [{"document": str, "title": str}]}
PROBLEM = {"title": str, "status": int, "detail": str}


def lacks(value: Any, shape: Any, at: str = "it") -> list[str]:
    """Say what a value lacks of a shape; empty if nothing."""
    return list(_lacks(value, shape, at))


def _lacks(value: Any, shape: Any, at: str) -> Iterator[str]:
    if isinstance(shape, dict) and isinstance(value, dict):
        for key, inner in shape.items():
            yield from _lacks(value[key], inner, f"{at}.{key}") if key in value else [f"{at} has no {key!r}"]
    elif isinstance(shape, list) and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _lacks(item, shape[0], f"{at}[{index}]")
    elif isinstance(shape, tuple):
        if all(lacks(value, one) for one in shape):
            yield f"{at} is {value!r}, none of {shape}"
    elif isinstance(shape, type):
        if type(value) is not shape and not (shape is float and type(value) is int):
            yield f"{at} is {value!r}, not {shape.__name__}"
    elif value != shape:
        yield f"{at} is {value!r}, not {shape!r}"


def without_passing(answer: dict[str, Any]) -> dict[str, Any]:
    """Leave out what differs between two equal answers: when and under which id they were given."""
    return {key: value for key, value in answer.items() if key not in ("timings_ms", "request_id")}


def badly_nested(sections: list[dict[str, Any]], start: int, end: int) -> list[str]:
    """Name the sections that do not lie inside their parent, in order and apart from each other."""
    faults = []
    reached = start
    for section in sections:
        if not (reached <= section["start"] < section["end"] <= end):
            faults.append(f"{section['title']}: {section['start']}-{section['end']} in {reached}-{end}")
        reached = section["end"]
        faults += badly_nested(section["children"], section["start"], section["end"])
    return faults

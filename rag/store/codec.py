"""The outline as plain data, for the library and for every door."""

from collections.abc import Iterable
from typing import Any

from rag.types.document import Junk, Markup, Outline, Section, Span

__all__ = [
    "markup_from_data",
    "markup_to_data",
    "outline_from_data",
    "outline_to_data",
    "public_section",
]


def outline_to_data(outline: Outline) -> dict[str, Any]:
    """Return an outline as data that JSON can hold."""
    return {
        "title": outline.title,
        "sections": [_section_to_data(section) for section in outline.sections],
        "blocks": [list(span) for span in outline.blocks],
        "junk": [list(junk) for junk in outline.junk],
    }


def _section_to_data(section: Section) -> dict[str, Any]:
    return public_section(section, heading=True)


def public_section(section: Section, heading: bool = False) -> dict[str, Any]:
    """Return a section and all below it: title, kind, level, start, end, children."""
    data: dict[str, Any] = {
        "title": section.title,
        "kind": section.kind,
        "level": section.level,
        "start": section.start,
        "end": section.end,
    }
    if heading:
        data["heading"] = list(section.heading)
    data["children"] = [public_section(child, heading) for child in section.children]
    return data


def outline_from_data(data: dict[str, Any]) -> Outline:
    """Return the outline that `outline_to_data` made the data from."""
    return Outline(
        title=data["title"],
        sections=tuple(_section_from_data(item) for item in data["sections"]),
        blocks=tuple(Span(*span) for span in data["blocks"]),
        junk=tuple(Junk(*junk, *[""][len(junk) - 2 :]) for junk in data["junk"]),
    )


def _section_from_data(data: dict[str, Any]) -> Section:
    return Section(
        title=data["title"],
        kind=data["kind"],
        level=data["level"],
        start=data["start"],
        end=data["end"],
        heading=Span(*data["heading"]),
        children=tuple(_section_from_data(child) for child in data["children"]),
    )


def markup_to_data(markup: Iterable[Markup]) -> list[list[Any]]:
    """Return markup as data that JSON can hold."""
    return [list(mark) for mark in markup]


def markup_from_data(data: Iterable[list[Any]]) -> tuple[Markup, ...]:
    """Return the markup that `markup_to_data` made the data from."""
    return tuple(Markup(*mark) for mark in data)

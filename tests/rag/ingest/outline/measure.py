"""How well headings are found: an outline against the true one that a person wrote down.

A true outline is a text file, a heading a line as it stands in the document, two blanks a level.
`python -m tests.rag.ingest.outline.measure FOLDER` measures every document that has one.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from eval.metrics.bootstrap import interval
from rag.ingest.formats import ReadingLimits, read_file
from rag.ingest.outline import find_outline
from rag.types.document import Outline, Section

SUFFIX = ".headings.txt"


class Found(NamedTuple):
    """A heading and the one above it, as bare letters and figures; `names` are its other spellings."""

    name: str
    parent: str
    names: frozenset[str]

    def is_for(self, true: "Found") -> bool:
        """Tell whether this is that heading: the same words, or the same title with its number cut off."""
        return true.name in self.names or (
            self.name[:1] == true.name[:1] and any(len(n) > 2 and true.name.endswith(n) for n in self.names)
        )


class Score(NamedTuple):
    """Counts of headings: found, true, and both; `nested` are those whose parent is right as well."""

    found: int
    true: int
    both: int
    nested: int

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision (both / found) and recall (both / true)."""
        return 2 * self.both / max(1, self.found + self.true)

    @property
    def nested_f1(self) -> float:
        """Return the same, a heading under the wrong parent counted as wrong."""
        return 2 * self.nested / max(1, self.found + self.true)


def bare(text: str) -> str:
    """Drop white space and all marks, full-width forms told as half-width."""
    return re.sub(r"[\W_]+", "", text.translate({c: c - 0xFEE0 for c in range(0xFF10, 0xFF1A)})).lower()


def true_headings(text: str) -> list[Found]:
    """Read a true outline."""
    headings: list[Found] = []
    above: list[str] = []
    for line in text.splitlines():
        if line.strip():
            level = (len(line) - len(line.lstrip(" "))) // 2
            above = above[:level]
            name = bare(line)
            headings.append(Found(name, above[-1] if above else "", frozenset({name})))
            above.append(name)
    return headings


def found_headings(text: str, outline: Outline) -> list[Found]:
    """Return the headings of an outline, articles and sections, with what stands in the text."""

    def walk(sections: Sequence[Section], parent: str) -> Iterator[Found]:
        for section in sections:
            if section.kind == "point":
                continue
            name = bare(text[section.heading.start : section.heading.end])
            if name:
                yield Found(name, parent, frozenset({name, bare(section.title)}))
            yield from walk(section.children, name or parent)

    return sorted_by_place(text, outline, list(walk(outline.sections, "")))


def sorted_by_place(text: str, outline: Outline, headings: list[Found]) -> list[Found]:
    """Put a title that stands behind its article where the text has it."""
    places = [s.heading.start for article in outline.sections for s in article.walk() if s.kind != "point"]
    kept = [
        place
        for place, section in zip(
            places,
            (s for article in outline.sections for s in article.walk() if s.kind != "point"),
            strict=True,
        )
        if bare(text[section.heading.start : section.heading.end])
    ]
    return [heading for _, heading in sorted(zip(kept, headings, strict=True), key=lambda pair: pair[0])]


def score(found: Sequence[Found], true: Sequence[Found]) -> tuple[Score, list[str], list[str]]:
    """Match headings in order (longest common subsequence); also return those too many and missed."""
    best = [[0] * (len(true) + 1) for _ in range(len(found) + 1)]
    for i in reversed(range(len(found))):
        for j in reversed(range(len(true))):
            same = found[i].is_for(true[j])
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + same)
    i = j = both = nested = 0
    extra: list[str] = []
    missed: list[str] = []
    names: dict[str, str] = {"": ""}  # of what was found -> of what is true
    while i < len(found) and j < len(true):
        if found[i].is_for(true[j]) and best[i][j] == best[i + 1][j + 1] + 1:
            names[found[i].name] = true[j].name
            both += 1
            nested += names.get(found[i].parent) == true[j].parent
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            extra.append(found[i].name)
            i += 1
        else:
            missed.append(true[j].name)
            j += 1
    extra += [heading.name for heading in found[i:]]
    missed += [heading.name for heading in true[j:]]
    return Score(len(found), len(true), both, nested), extra, missed


def measure(document: Path, truth: Path) -> tuple[Score, list[str], list[str]]:
    """Read a document and compare its outline with the true one."""
    read = read_file(document.name, document.suffix, document.read_bytes(), ReadingLimits())
    found = found_headings(read.text, find_outline(read.text, read.markup))
    return score(found, true_headings(truth.read_text(encoding="utf-8")))


def document_of(truth: Path) -> Path:
    """Return the document that a true outline is of."""
    name = truth.name.removesuffix(SUFFIX)
    (document,) = (
        path for path in truth.parent.glob(f"{name}.*") if not path.name.endswith((SUFFIX, ".main.txt"))
    )
    return document


def main() -> None:
    """Print a line for each document, and what was wrong; then the means."""
    scores: list[Score] = []
    for truth in sorted(Path(sys.argv[1]).glob(f"*{SUFFIX}")):
        document = document_of(truth)
        result, extra, missed = measure(document, truth)
        scores.append(result)
        print(  # noqa: T201
            f"{document.name:32} F1 {result.f1:.3f} nested {result.nested_f1:.3f}"
            f"  {result.both} of {result.true}, {result.found} found"
        )
        for mark, names in (("+", extra), ("-", missed)):
            for item in names[:40] if len(sys.argv) > 2 else ():
                print(f"    {mark} {item[:70]}")  # noqa: T201
    print(f"{len(scores)} documents, {sum(one.true for one in scores)} headings; means, 95 % intervals:")  # noqa: T201
    for name, values in (
        ("F1", [one.f1 for one in scores]),
        ("nested F1", [one.nested_f1 for one in scores]),
    ):
        low, high = interval(values)
        print(f"{name} {sum(values) / len(values):.3f} ({low:.3f} to {high:.3f})")  # noqa: T201


if __name__ == "__main__":
    main()

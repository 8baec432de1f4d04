"""Every module is reached from some test: what none imports, however far away, nobody would miss.

`make coverage` tells which lines run; this tells in a moment what can run at all.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests.test_house import PACKAGES, ROOT, imports_of, nodes_of

# What no test reaches, and why.
UNREACHED: dict[str, str] = {}


def sources(*folders: str) -> dict[str, str]:
    """Return the text of every module below some folders, by dotted name."""
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    return {_dotted(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in files}


def _dotted(file: Path) -> str:
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")


def named_in(text: str) -> Iterator[str]:
    """Yield what a module may bring in: what it imports, and in strings a registry's package or a script."""
    for found in imports_of("", text):
        yield found.module
    for node in nodes_of(text):
        match node:
            case ast.ImportFrom(module=str(module), names=names):
                yield from (f"{module}.{each.name}" for each in names)
            case ast.Constant(str(name)) if name in PACKAGES or name.startswith(ROOTS):
                yield from (name, f"{name}.*")


ROOTS = tuple(f"{package}." for package in PACKAGES)


def unreached(known: Mapping[str, str], tests: Iterable[str]) -> set[str]:
    """Return the modules that no test brings in, not even by way of another module."""
    waiting = [name for text in tests for name in named_in(text)]
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        inside = [each for each in known if each.rpartition(".")[0] == name.removesuffix(".*")]
        found = inside if name.endswith(".*") else [name, *_packages_of(name)]
        for new in {each for each in found if each in known} - reached:
            reached.add(new)
            waiting.extend(named_in(known[new]))
    return known.keys() - reached


def _packages_of(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts))]


def test_every_module_is_reached_from_a_test_or_there_is_a_reason():
    assert unreached(sources(*PACKAGES), sources("tests").values()) == UNREACHED.keys()


def test_what_no_test_brings_in_is_found():
    known = {
        "rag": "",
        "rag.a": "from rag import b",
        "rag.b": "Registry('part', 'rag.parts', 'x')",
        "rag.c": "import rag.a",
        "rag.parts": "",
        "rag.parts.one": "",
        "rag.parts.one.deep": "",
    }
    assert unreached(known, ["from rag.a import f"]) == {"rag.c", "rag.parts.one.deep"}
    assert unreached(known, ["monkeypatch.setattr('rag.c', 1)"]) == {"rag.parts.one.deep"}
    assert unreached(known, []) == known.keys()

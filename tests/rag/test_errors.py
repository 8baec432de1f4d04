"""The trees drawn at the top of the errors modules are the trees that are there."""

import inspect
import re
from types import ModuleType

import pytest

import rag.errors
import vectorstore.errors

MODULES = [rag.errors, vectorstore.errors]
_BRANCH = re.compile(r"^(?P<indent>[│ ]*)(?:├── |└── )?(?P<name>[A-Z]\w*Error)\b")


def drawn(module: ModuleType) -> dict[str, str]:
    """Return the drawn tree as {error: the error above it}."""
    above: list[tuple[int, str]] = [(-1, "Exception")]
    tree: dict[str, str] = {}
    for line in (module.__doc__ or "").splitlines():
        if found := _BRANCH.match(line):
            depth = len(found["indent"]) + (4 if "──" in line else 0)
            while above[-1][0] >= depth:
                above.pop()
            tree[found["name"]] = above[-1][1]
            above.append((depth, found["name"]))
    return tree


def defined(module: ModuleType) -> dict[str, str]:
    """Return the classes of a module as {error: its base}."""
    classes = inspect.getmembers(module, inspect.isclass)
    return {name: kind.__base__.__name__ for name, kind in classes if kind.__module__ == module.__name__}


def test_the_reading_of_a_drawn_tree():
    module = ModuleType("m", "Text.\n\nAError\n├── BError  one\n│   └── CError\n└── DError\n")

    assert drawn(module) == {
        "AError": "Exception",
        "BError": "AError",
        "CError": "BError",
        "DError": "AError",
    }


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_error_is_drawn_and_every_drawn_error_is_there(module):
    assert sorted(drawn(module)) == sorted(defined(module))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_error_is_exported(module):
    assert sorted(module.__all__) == sorted(defined(module))


@pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module in MODULES for name in defined(module)]
)
def test_each_error_stands_where_it_is_drawn(module, name):
    assert drawn(module)[name] == defined(module)[name]


def test_an_input_error_names_its_field():
    assert rag.errors.InputError("top_k", "too many").field == "top_k"


def test_an_unknown_name_is_told_with_the_choices():
    error = rag.errors.UnknownNameError("backend", "gpt", ["extractive", "echo"])

    assert str(error) == "unknown backend 'gpt': choose one of echo, extractive"
    assert error.field == "backend"


def test_an_unknown_name_among_none_says_so():
    assert str(rag.errors.UnknownNameError("reader", "x", [])) == "unknown reader 'x': choose one of none"


def test_a_read_error_names_the_file_and_the_reason():
    error = rag.errors.ReadError("a.pdf", "it is locked")

    assert (error.name, error.reason, str(error)) == ("a.pdf", "it is locked", "a.pdf: it is locked")


def test_an_unknown_document_is_told_with_where_to_look():
    assert "'a.txt': `yinju documents`" in str(rag.errors.UnknownDocumentError("a.txt"))

from importlib.metadata import EntryPoint
from typing import Any

import pytest

import rag.registry
from rag.answer.backends import BACKENDS
from rag.build import STORES, build_pipeline
from rag.errors import UnknownNameError
from rag.ingest.formats import READERS
from rag.models.embedders import EMBEDDERS
from rag.registry import Registry
from rag.retrieve.rerank import RERANKERS
from rag.settings import Settings

REGISTRIES: list[Registry[Any]] = [BACKENDS, EMBEDDERS, READERS, RERANKERS, STORES]


@pytest.fixture
def from_outside(monkeypatch):
    """Register parts as another installed package would: group → {name: value}."""

    def register(group: str, name: str, value: str) -> None:
        def entry_points(group: str = group) -> list[EntryPoint]:
            return [EntryPoint(name, value, group)] if group == asked else []

        asked = group
        monkeypatch.setattr(rag.registry, "entry_points", entry_points)

    return register


@pytest.mark.parametrize(
    ("registry", "names"),
    [
        (BACKENDS, {"extractive", "openai", "transformers"}),
        (EMBEDDERS, {"static"}),
        (READERS, {"docx", "html", "markdown", "pdf", "text"}),
        (RERANKERS, {"trees"}),
        (STORES, {"faiss"}),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_without_the_tests_only_what_ships_is_known(registry, names, monkeypatch):
    monkeypatch.setattr(rag.registry, "entry_points", lambda group: ())

    assert registry.names() == sorted(names)


@pytest.mark.parametrize(
    ("registry", "name"),
    [(registry, name) for registry in REGISTRIES for name in registry.names()],
    ids=lambda value: value if isinstance(value, str) else value.kind,
)
def test_every_name_makes_a_part(registry, name):
    assert callable(registry.factory(name))


@pytest.mark.parametrize("registry", REGISTRIES, ids=lambda registry: registry.kind)
@pytest.mark.parametrize("name", ["nobody", "base", "", "../secrets", "os"])
def test_an_unknown_name_is_told_with_the_choices(registry, name):
    with pytest.raises(UnknownNameError) as caught:
        registry.factory(name)

    assert str(caught.value) == (
        f"unknown {registry.kind} {name!r}: choose one of {', '.join(registry.names())}"
    )
    assert caught.value.field == registry.kind


def test_an_entry_point_names_a_part_from_outside(from_outside):
    from_outside("yinju.answer", "parrot", "yinju_doubles.echo:create")

    assert "parrot" in BACKENDS.names()
    assert type(BACKENDS.factory("parrot")(Settings.read())).__name__ == "EchoBackend"
    assert "parrot" not in STORES.names()


def test_a_part_from_outside_goes_before_one_that_ships_under_its_name(from_outside):
    from_outside("yinju.answer", "extractive", "yinju_doubles.echo:create")

    assert type(BACKENDS.factory("extractive")(Settings.read())).__name__ == "EchoBackend"


def test_a_backend_from_outside_answers(from_outside, pipeline_of):
    pipeline = pipeline_of({"a.txt": "渡口\n每天六班。\n"})
    from_outside("yinju.answer", "parrot", "yinju_doubles.echo:create")

    assert pipeline.ask("几班？", backend="parrot").answer == "几班？[1]"


@pytest.mark.parametrize("setting", ["vector_store", "backend", "embedder"])
def test_a_setting_that_names_nobody_is_refused_before_a_library_is_made(tmp_path, setting):
    settings = Settings.read(library=tmp_path / "library", **{setting: "nobody"})

    with pytest.raises(UnknownNameError, match="'nobody'"):
        build_pipeline(settings, create=True)

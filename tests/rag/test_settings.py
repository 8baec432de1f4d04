from pathlib import Path

import pydantic
import pytest

from rag.errors import SettingsError
from rag.settings import Settings


def test_what_is_not_said_has_a_default():
    settings = Settings.read()

    assert settings.library == Path("library")
    assert (settings.embedder, settings.vector_store, settings.backend) == ("static", "faiss", "extractive")


def test_the_environment_sets_what_is_not_given(monkeypatch):
    monkeypatch.setenv("YINJU_TOP_K", "3")
    monkeypatch.setenv("YINJU_BACKEND", "echo")

    settings = Settings.read(backend="extractive", top_k=None)

    assert (settings.top_k, settings.backend) == (3, "extractive")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("top_k", 0),
        ("top_k", 51),
        ("top_k", "many"),
        ("chunk_tokens", 63),
        ("port", 70_000),
        ("max_file_mb", 0),
    ],
)
def test_a_value_that_cannot_be_used_is_told_by_its_name_in_the_environment(name, value):
    with pytest.raises(SettingsError, match=rf"setting {name} \(YINJU_{name.upper()}\) = {value!r}: "):
        Settings.read(**{name: value})


def test_a_bad_value_in_the_environment_is_told_the_same_way(monkeypatch):
    monkeypatch.setenv("YINJU_PORT", "http")

    with pytest.raises(SettingsError, match=r"setting port \(YINJU_PORT\) = 'http'"):
        Settings.read()


def test_an_unknown_setting_is_refused():
    with pytest.raises(SettingsError, match="topk"):
        Settings.read(topk=3)


def test_settings_do_not_change():
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        Settings.read().top_k = 3  # type: ignore[misc]


def test_every_setting_is_described():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []

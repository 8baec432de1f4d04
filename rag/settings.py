"""Every setting, with its default; each is also an environment variable YINJU_<NAME>."""

import ipaddress
import json
import os
import re
from pathlib import Path
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from rag.errors import SettingsError
from rag.urls import check_address

__all__ = ["Settings"]


_PREFIX: Final = "YINJU_"
_NOT_SHOWN: Final = ("llm_key", "llm_url", "llm_options")  # what was given for them may hold a secret
_HOST_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_ORIGIN: Final = re.compile(r"https?://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
_OURS: Final = ("messages", "model", "stream")  # of a request: no option may change them


class Settings(BaseModel):
    """How a pipeline is put together. Frozen; made once, at the entry point."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    library: Path = Field(Path("library"), description="folder that holds the documents and their indexes")
    embedder: str = Field(
        "static",
        description="`static` (ships with the project), or a sentence-transformers folder or hub name",
    )
    reranker: str = Field(
        "trees",
        description="what looks at the best passages again: `trees` (ships with the project), `none`, or a"
        " cross-encoder's folder or hub name",
    )
    vector_store: str = Field("faiss", description="where vectors are searched")
    backend: str = Field(
        "extractive",
        description="what writes the answers: `extractive` (quotes; no language model), `openai` (any server"
        " that speaks OpenAI's chat API) or `transformers` (a model on this machine)",
    )
    llm_url: str = Field("", description="base URL of the model server, such as `http://127.0.0.1:11434/v1`")
    llm_key: SecretStr = Field(SecretStr(""), description="the key for it, sent to that URL's origin alone")
    llm_model: str = Field("", description="the model's name on that server")
    llm_options: dict[str, Any] = Field(
        {},
        description="more fields of a request, as a JSON object; null leaves one out that is sent otherwise",
    )
    llm_answer_tokens: int = Field(1024, ge=16, le=32768, description="longest answer of a model, in tokens")
    llm_context_tokens: int = Field(
        8192, ge=512, le=1_048_576, description="what a model can hold: prompt and answer, in tokens"
    )
    llm_connect_seconds: float = Field(5, gt=0, le=600, description="time to connect to the model server")
    llm_first_seconds: float = Field(90, gt=0, le=3600, description="time until a model says something")
    llm_idle_seconds: float = Field(30, gt=0, le=3600, description="time a model may pause")
    llm_total_seconds: float = Field(180, gt=0, le=3600, description="time a model has for an answer")
    llm_max_mb: int = Field(16, ge=1, le=1024, description="most that a model server may send, in MB")
    transformers_model: str = Field(
        "", description="folder or hub name of the model for `transformers`, in safetensors"
    )
    prompt: Path | None = Field(
        None, description="file with the prompt for language models, instead of `rag/answer/llm/prompt.md`"
    )
    top_k: int = Field(8, ge=1, le=50, description="passages an answer may be made of")
    chunk_tokens: int = Field(320, ge=64, le=8192, description="longest chunk, in tokens")
    host: str = Field("127.0.0.1", description="address `yinju serve` listens on")
    port: int = Field(7860, ge=1, le=65535, description="port `yinju serve` listens on")
    hosts: tuple[str, ...] = Field(
        (),
        description="names and addresses that requests may be sent to, separated by commas; without any, the"
        " loopback's and the address listened on",
    )
    origins: tuple[str, ...] = Field(
        (),
        description="origins of other pages that may ask, such as `https://intranet.example`, separated by"
        " commas",
    )
    answers_at_once: int = Field(
        0, ge=0, le=256, description="questions worked on at once; 0 for as many as there are cores"
    )
    model_answers_at_once: int = Field(
        8, ge=1, le=256, description="questions a language model is waited for at once"
    )
    most_waiting: int = Field(
        32, ge=0, le=10_000, description="questions that may wait; the next one is told to come back later"
    )
    wait_seconds: float = Field(30, gt=0, le=3600, description="longest wait of a question, in seconds")
    max_question: int = Field(4000, ge=1, description="longest question, in characters")
    max_file_mb: int = Field(50, ge=1, description="largest file that is read, in MB")
    max_pages: int = Field(3000, ge=1, description="longest PDF that is read, in pages")
    max_inflated_mb: int = Field(200, ge=1, description="most that a .docx may unfold to, in MB")
    parse_seconds: int = Field(20, ge=1, description="time a file may take to parse, 2 s more for each MB")
    parse_memory_mb: int = Field(2000, ge=300, description="memory a file may take to parse, in MB")

    @field_validator("llm_url")
    @classmethod
    def _usable(cls, url: str) -> str:
        return check_address(url)

    @field_validator("hosts", "origins", mode="before")
    @classmethod
    def _listed(cls, given: object) -> object:
        return (
            [name.strip() for name in given.split(",") if name.strip()] if isinstance(given, str) else given
        )

    @field_validator("hosts")
    @classmethod
    def _without_port(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [host for host in hosts if not _is_host(host)]:
            raise ValueError(f"{wrong[0]!r} is no host: expected a name or an address, without a port")
        return hosts

    @field_validator("origins")
    @classmethod
    def _whole(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [origin for origin in origins if not _ORIGIN.fullmatch(origin)]:
            raise ValueError(f"{wrong[0]!r} is no origin: expected https://name or https://name:port")
        return origins

    @field_validator("llm_key")
    @classmethod
    def _printable(cls, key: SecretStr) -> SecretStr:
        bare = key.get_secret_value().strip()
        if not (bare.isascii() and (bare.isprintable())) or " " in bare:
            raise ValueError("a key has printable ASCII characters and no blanks")
        return SecretStr(bare)

    @field_validator("llm_options", mode="before")
    @classmethod
    def _unfolded(cls, options: object) -> object:
        try:
            options = json.loads(options) if isinstance(options, str) else options
        except (ValueError, RecursionError) as error:
            raise ValueError("expected a JSON object") from error
        if isinstance(options, dict) and (taken := [name for name in _OURS if name in options]):
            raise ValueError(f"{', '.join(taken)} cannot be set here")
        return options

    @classmethod
    def read(cls, **given: object) -> Self:
        """Read the settings from the environment; what is `given` and not None goes first."""
        found: dict[str, object] = {
            name: os.environ[_PREFIX + name.upper()]
            for name in cls.model_fields
            if _PREFIX + name.upper() in os.environ
        }
        found |= {name: value for name, value in given.items() if value is not None}
        try:
            return cls.model_validate(found)
        except ValidationError as error:
            first = error.errors()[0]
            name = "_".join(str(part) for part in first["loc"])
            is_hidden = first["loc"] and first["loc"][0] in _NOT_SHOWN
            given_as = "(not shown)" if is_hidden else repr(first.get("input"))
            raise SettingsError(
                f"setting {name} ({_PREFIX}{name.upper()}) = {given_as}: {first['msg']}"
            ) from (None if is_hidden else error)  # whose text shows what was given


def _is_host(text: str) -> bool:
    if _HOST_NAME.fullmatch(text):
        return True
    try:
        ipaddress.IPv6Address(text.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True

"""Every setting, with its default; each is also an environment variable YINJU_<NAME>."""

import os
from pathlib import Path
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.errors import SettingsError

__all__ = ["Settings"]


_PREFIX: Final = "YINJU_"


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
    backend: str = Field("extractive", description="what writes the answers")
    top_k: int = Field(8, ge=1, le=50, description="passages an answer may be made of")
    chunk_tokens: int = Field(320, ge=64, le=8192, description="longest chunk, in tokens")
    host: str = Field("127.0.0.1", description="address `yinju serve` listens on")
    port: int = Field(7860, ge=1, le=65535, description="port `yinju serve` listens on")
    max_question: int = Field(4000, ge=1, description="longest question, in characters")
    max_file_mb: int = Field(50, ge=1, description="largest file that is read, in MB")
    max_pages: int = Field(3000, ge=1, description="longest PDF that is read, in pages")
    max_inflated_mb: int = Field(200, ge=1, description="most that a .docx may unfold to, in MB")
    parse_seconds: int = Field(20, ge=1, description="time a file may take to parse, 2 s more for each MB")
    parse_memory_mb: int = Field(2000, ge=300, description="memory a file may take to parse, in MB")

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
            raise SettingsError(
                f"setting {name} ({_PREFIX}{name.upper()}) = {first.get('input')!r}: {first['msg']}"
            ) from error

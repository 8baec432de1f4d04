"""What each model file was made of, and whether it still is what was made.

Beside the files of a model stands `manifest.json`: of each run that made some of them, the command, what
it learnt from, what it said, and the checksums of what it wrote.
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from rag.errors import ModelError
from rag.resources import MODELS

__all__ = [
    "NAME",
    "DataFile",
    "Fault",
    "Made",
    "Manifest",
    "ModelFile",
    "faults",
    "model_file",
    "read_manifest",
]

NAME: Final = "manifest.json"


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ModelFile(_Told):
    """A file that a run wrote."""

    bytes: int
    sha256: str


class DataFile(_Told):
    """What a run learnt from: a file and its lines, or a folder and its files."""

    rows: int
    sha256: str


class Made(_Told):
    """One run and the files that it made, by name."""

    recipe: str  # the command with its arguments
    settings: Mapping[str, Any] = {}
    seed: int | None = None
    commit: str | None = None  # of the code that ran
    packages: Mapping[str, str] = {}  # the versions that the weights depend on
    data: Mapping[str, DataFile] = {}
    after: Mapping[str, str] = {}  # checksums of the model files that it listened to
    figures: Mapping[str, Any] = {}
    printed: tuple[str, ...] = ()  # the last lines
    files: Mapping[str, ModelFile]
    can_be_made_again: bool
    why: str | None = None  # why it cannot


class Manifest(_Told):
    """All runs whose files stand in a folder."""

    made: tuple[Made, ...]

    def files(self) -> dict[str, ModelFile]:
        """Return the files of every run."""
        return {name: file for made in self.made for name, file in made.files.items()}

    def with_run(self, made: Made) -> "Manifest":
        """Return the manifest after a run, whose files are no longer those of an earlier one."""
        earlier = (
            run.model_copy(update={"files": {n: f for n, f in run.files.items() if n not in made.files}})
            for run in self.made
        )
        return Manifest(made=(*(run for run in earlier if run.files), made))


class Fault(NamedTuple):
    """A model file that is not what was made, and what was seen."""

    file: Path
    seen: str


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a model's folder, an empty one if there is none; raises ModelError."""
    try:
        return Manifest.model_validate_json((folder / NAME).read_bytes())
    except FileNotFoundError:
        return Manifest(made=())
    except (OSError, ValidationError) as error:
        raise ModelError(f"{folder / NAME} cannot be read: {str(error).splitlines()[0]}") from error


def model_file(path: Path) -> ModelFile:
    """Measure a file as it is."""
    with path.open("rb") as file:
        return ModelFile(bytes=path.stat().st_size, sha256=hashlib.file_digest(file, "sha256").hexdigest())


def faults(models: Path = MODELS) -> Iterator[Fault]:
    """Yield the model files that are not what their manifests tell."""
    for path in sorted(models.glob(f"*/{NAME}")):
        try:
            told = read_manifest(path.parent).files()
        except ModelError as error:
            yield Fault(path, str(error))
            continue
        for name, file in told.items():
            seen = _fault(path.parent / name, file)
            if seen:
                yield Fault(path.parent / name, seen)


def _fault(path: Path, told: ModelFile) -> str:
    try:
        seen = model_file(path)
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    if seen.bytes != told.bytes:
        return f"has {seen.bytes:,} bytes where {told.bytes:,} were written"
    return "" if seen == told else "is not what was written: its checksum differs"

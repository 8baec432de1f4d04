"""What a library holds and what its indexes find: a script of its own, so that it imports any checkout.

Takes the library's folder, and by standard input a sentence of each document, by name. Prints the
SHA-256 of each document there is, and which of the ways to search find a document by its sentence.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from rag.build import build_pipeline
from rag.pipeline import Pipeline
from rag.retrieve.retriever import Legs
from rag.settings import Settings

WAYS: Final[tuple[Legs, ...]] = ("full", "dense", "lexical")


def ways_to(pipeline: Pipeline, name: str, sentence: str) -> list[str]:
    """Return the ways to search that find a document by a sentence of its text."""
    return [
        way
        for way in WAYS
        if any(
            passage.document == name and sentence in passage.text
            for passage in pipeline.search(sentence, legs=way)
        )
    ]


def look(library: Path, sentences: Mapping[str, str]) -> dict[str, Any]:
    """Return the digests of a library's documents, and the ways to find each."""
    pipeline = build_pipeline(Settings.read(library=library))
    try:
        return {
            "documents": {info.name: info.sha256 for info in pipeline.documents()},
            "found": {name: ways_to(pipeline, name, sentence) for name, sentence in sentences.items()},
        }
    finally:
        pipeline.close()


if __name__ == "__main__":
    print(json.dumps(look(Path(sys.argv[1]), json.load(sys.stdin))))  # noqa: T201

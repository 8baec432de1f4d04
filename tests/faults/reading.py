"""Readers of a library, all in this process: a script of its own, so that it imports any checkout.

Takes the library's folder, a file to write to, how many readers there are, and the questions as JSON: a
list of [document, question]. Each reader asks until the standard input ends. Every answer becomes a
line of JSON, its times those of the monotonic clock, which all processes of a machine share.
"""

import itertools
import json
import os
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program does, before numpy is imported

from rag.build import build_pipeline
from rag.pipeline import Pipeline
from rag.settings import Settings
from rag.types.answer import Answer


def answer_row(answer: Answer) -> dict[str, Any]:
    """Return what is compared of an answer."""
    return {
        "abstained": answer.abstained,
        "answer": answer.answer,
        "citations": [[found.document, found.quote, found.start, found.end] for found in answer.citations],
        "passages": [[found.document, found.text, found.spans] for found in answer.passages],
    }


def asked(pipeline: Pipeline, document: str, question: str) -> dict[str, Any]:
    """Return the answer to a question, or the error it raised, with its times."""
    row: dict[str, Any] = {"document": document, "started": time.monotonic()}
    try:
        row |= answer_row(pipeline.ask(question, backend="extractive"))
    except Exception as error:  # noqa: BLE001 - what is measured is that there is none
        row["error"] = f"{type(error).__name__}: {error}"
    return row | {"ended": time.monotonic()}


def read_on(
    pipeline: Pipeline, questions: Sequence[tuple[str, str]], stop: threading.Event, log: TextIO
) -> None:
    """Ask the questions in turn until told to stop."""
    for document, question in itertools.cycle(questions):
        if stop.is_set():
            return
        log.write(json.dumps(asked(pipeline, document, question)) + "\n")  # one call, so one whole line


def main(library: str, log: str, readers: str, questions: str) -> None:
    """Start the readers, say so, and end when the standard input does."""
    pairs: list[tuple[str, str]] = [(document, question) for document, question in json.loads(questions)]
    pipeline = build_pipeline(Settings.read(library=library))
    stop = threading.Event()
    with Path(log).open("w", encoding="utf-8") as file:
        turned = [pairs[place % len(pairs) :] + pairs[: place % len(pairs)] for place in range(int(readers))]
        threads = [threading.Thread(target=read_on, args=(pipeline, own, stop, file)) for own in turned]
        for thread in threads:
            thread.start()
        print("reading", flush=True)  # noqa: T201
        sys.stdin.read()
        stop.set()
        for thread in threads:
            thread.join()
    pipeline.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

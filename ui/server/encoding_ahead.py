"""While nobody asks, the server encodes what questions will be compared with."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rag.errors import YinjuError
from rag.pipeline import Pipeline
from ui.server.question_queues import QuestionQueues

__all__ = ["encoding_ahead"]

_LOG: Final = logging.getLogger(__name__)
_LOOK_SECONDS: Final = 0.1


@contextmanager
def encoding_ahead(pipeline: Pipeline, queues: QuestionQueues) -> Iterator[None]:
    """Encode in the background as long as the body runs, and only while no question is worked on."""
    is_over = threading.Event()

    def may_go_on() -> bool:
        while not queues.is_idle and not is_over.is_set():
            time.sleep(_LOOK_SECONDS)
        return not is_over.is_set()

    def work() -> None:
        try:
            pipeline.encode_ahead(may_go_on)
        except YinjuError as error:  # whoever asks is told of it
            _LOG.info("nothing more is encoded ahead: %s", error)

    thread = threading.Thread(target=work, name="encoding-ahead", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()

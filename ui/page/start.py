"""Import Gradio quietly and in half the time.

At every import Gradio parses its own sources again and again to write stubs for editors beside
them (`gradio.component_meta.create_or_modify_pyi`): half of its import time, and a write into the
installation. It leaves out classes whose source file cannot be found, so none is found meanwhile.
"""

import inspect
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

__all__ = ["import_gradio"]

_STUB_WRITER: Final = "create_or_modify_pyi"


def import_gradio() -> None:
    """Import Gradio once, without its stubs and with its analytics off."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
    with _without_stubs():
        import gradio  # noqa: F401


@contextmanager
def _without_stubs() -> Iterator[None]:
    getfile: Callable[[Any], str] = inspect.getfile

    def hidden_from_stub_writer(of: Any) -> str:
        if sys._getframe(1).f_code.co_name == _STUB_WRITER:
            raise OSError("no stubs are wanted")
        return getfile(of)

    inspect.getfile = hidden_from_stub_writer  # type: ignore[assignment]
    try:
        yield
    finally:
        inspect.getfile = getfile  # type: ignore[assignment]

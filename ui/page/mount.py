"""The page on the server: it gets the paths it knows, and no more."""

from pathlib import Path
from typing import Final

import gradio as gr
from fastapi import FastAPI
from starlette.routing import Match, Mount
from starlette.types import Scope

from rag.pipeline import Pipeline
from ui.page.layout import translations
from ui.page.page import build_page
from ui.page.route_allowlist import PageGate, is_open
from ui.page.theme import page_theme
from ui.server.question_queues import QuestionQueues

__all__ = ["mount_page"]

_HERE: Final = Path(__file__).parent
_ICON: Final = (
    "<link rel=icon href=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>"
    "<rect width='32' height='32' rx='6' fill='%23a8321f'/><text x='16' y='23' font-size='20' fill='white' "
    "text-anchor='middle' font-family='serif'>引</text></svg>\">"
)


def mount_page(app: FastAPI, pipeline: Pipeline, queues: QuestionQueues | None = None) -> FastAPI:
    """Put the page at `/` of an app whose own routes are there already and go first.

    Its questions take turns in queues of its own if none are given.
    """
    queues = queues or QuestionQueues.of(pipeline.settings)
    page = build_page(pipeline, queues)
    gr.mount_gradio_app(
        app,
        page,
        "/",
        theme=page_theme(),
        css_paths=[_HERE / "style.css"],
        head=f"{_ICON}<script>{(_HERE / 'page.js').read_text(encoding='utf-8')}</script>",
        i18n=translations(),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        ssr_mode=False,
        max_file_size=1,  # byte: nothing is uploaded here
    )
    # What launching would set, and mounting does not: until then Gradio copies whatever file a request names.
    page.has_launched = page.is_running = True
    _close(app, queues)
    return app


class _PageMount(Mount):
    """A mount that leaves to the app what is not the page's, so that the app refuses it itself."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match the page's own routes only."""
        if scope["type"] != "http" or not is_open(scope["method"], str(scope["path"])):
            return Match.NONE, {}
        return super().matches(scope)


def _close(app: FastAPI, queues: QuestionQueues) -> None:
    """Replace Gradio's mount, which takes every path, by one of the page's own routes behind the gate."""
    mount = app.router.routes[-1]
    if not isinstance(mount, Mount):  # pragma: no cover - what mount_gradio_app does
        raise TypeError(f"gradio mounted a {type(mount).__name__}, not a Mount")
    app.router.routes[-1] = _PageMount("/", app=PageGate(mount.app, queues), name=mount.name)

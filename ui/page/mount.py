"""The page on the server: it gets the paths it knows, and no more."""

from pathlib import Path
from typing import Final

import gradio as gr
from fastapi import FastAPI
from starlette.routing import BaseRoute, Match, Mount
from starlette.types import Scope

from rag.pipeline import Pipeline
from ui.page.layout import translations
from ui.page.page import build_page
from ui.page.theme import page_theme

__all__ = ["mount_page"]

_METHODS: Final = ("GET", "HEAD", "POST")
_CLOSED: Final = ("/gradio_api/call",)  # for clients of named events: the page has none
_HERE: Final = Path(__file__).parent
_ICON: Final = (
    "<link rel=icon href=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>"
    "<rect width='32' height='32' rx='6' fill='%23a8321f'/><text x='16' y='23' font-size='20' fill='white' "
    "text-anchor='middle' font-family='serif'>引</text></svg>\">"
)


def mount_page(app: FastAPI, pipeline: Pipeline) -> FastAPI:
    """Put the page at `/` of an app whose own routes are there already and go first."""
    gr.mount_gradio_app(
        app,
        build_page(pipeline),
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
        max_file_size=1,  # byte: nothing is uploaded here, and Gradio's upload route is always there
    )
    _give_way(app)
    return app


class _PageMount(Mount):
    """A mount that knows the page's own paths from those the app has to refuse by itself."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match as well as one of the page's routes does."""
        match, child = super().matches(scope)
        if match is Match.NONE:
            return match, child
        if scope.get("method") not in _METHODS or str(scope.get("path", "")).startswith(_CLOSED):
            return Match.NONE, {}
        inner = {**scope, **child}
        return max((_match(route, inner) for route in self.routes), key=lambda m: m.value), child


def _match(route: BaseRoute, scope: Scope) -> Match:
    return route.matches(scope)[0]


def _give_way(app: FastAPI) -> None:
    """Replace Gradio's mount, which takes every path, by one that leaves 404 and 405 to the app."""
    mount = app.router.routes[-1]
    if not isinstance(mount, Mount):  # pragma: no cover - what mount_gradio_app does
        raise TypeError(f"gradio mounted a {type(mount).__name__}, not a Mount")
    app.router.routes[-1] = _PageMount("/", app=mount.app, name=mount.name)

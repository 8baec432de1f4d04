"""Where everything stands on the page."""

from typing import Any, Final

import gradio as gr

from ui.page.chat import Conversation
from ui.page.texts import LOCALES, words_in

__all__ = ["Parts", "translations"]

_NARROW: Final[dict[str, Any]] = {"scale": 0, "min_width": 80}
_LABELS: Final = ("ask_here", "question", "conversation", "send", "stop", "new_conversation")
_I18N: Final = gr.I18n(
    **{
        locale: {label: getattr(words_in(language), label) for label in _LABELS}
        for locale, language in LOCALES.items()
    }
)


def translations() -> gr.I18n:
    """Return the labels that follow the browser's locale."""
    return _I18N


class Parts:
    """The components that events read and write, laid out where they are made."""

    def __init__(self) -> None:
        self.conversation = gr.State(Conversation())
        self.header = gr.HTML(elem_id="header", js_on_load=None)
        with gr.Row(elem_id="desk"):
            with gr.Column(scale=3, min_width=320, elem_id="talk"):
                self.chat = _chat()
                with gr.Row(elem_id="ask"):
                    self.box = _question_box()
                    self.send = gr.Button(_I18N("send"), variant="primary", elem_id="send", **_NARROW)
                    self.stop = gr.Button(
                        _I18N("stop"), variant="stop", elem_id="stop", visible=False, **_NARROW
                    )
                    self.new = gr.Button(_I18N("new_conversation"), elem_id="new", **_NARROW)
            with gr.Column(scale=2, min_width=320, elem_id="side"):
                self.sources = gr.HTML(elem_id="sources", js_on_load=None)

    def answering(self) -> list[Any]:
        """Return what changes while an answer is written, in the order of its updates."""
        return [self.conversation, self.chat, self.sources, self.box, self.send, self.stop]


def _chat() -> gr.Chatbot:
    return gr.Chatbot(
        label=_I18N("conversation"),
        show_label=False,
        elem_id="chat",
        height=None,
        layout="bubble",
        buttons=[],
        feedback_options=None,
        latex_delimiters=[],
        sanitize_html=True,
        allow_file_downloads=False,
        group_consecutive_messages=False,
    )


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        label=_I18N("question"),
        placeholder=_I18N("ask_here"),
        show_label=False,
        container=False,
        lines=1,  # with more, Enter would not send
        max_lines=6,
        scale=1,
        autofocus=True,
        elem_id="question",
    )

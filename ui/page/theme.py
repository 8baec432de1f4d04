"""Colours and fonts: ink on paper, fonts that the reader's own machine has."""

import gradio as gr

__all__ = ["page_theme"]

_INK = gr.themes.Color(
    c50="#f3f6f9",
    c100="#e4ebf1",
    c200="#c9d6e2",
    c300="#a1b7ca",
    c400="#7192ad",
    c500="#4c7292",
    c600="#355a7a",
    c700="#2b4963",
    c800="#233b50",
    c900="#1c2f40",
    c950="#121f2b",
    name="ink",
)
_SANS = (
    "-apple-system",
    "Segoe UI",
    "PingFang SC",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "system-ui",
    "sans-serif",
)
_MONO = ("ui-monospace", "Consolas", "Noto Sans Mono CJK SC", "monospace")


def page_theme() -> gr.themes.Base:
    """Return the theme; plain font names, so that none is fetched."""
    theme: gr.themes.Base = gr.themes.Base(
        primary_hue=_INK,
        secondary_hue=_INK,
        neutral_hue="zinc",
        font=_SANS,
        font_mono=_MONO,
        radius_size="md",
    ).set(
        body_background_fill="#f6f5f1",
        body_background_fill_dark="#191a1c",
        block_background_fill="#ffffff",
        block_background_fill_dark="#212326",
        button_primary_background_fill="#2b4963",
        button_primary_background_fill_hover="#355a7a",
        button_primary_text_color="#ffffff",
        button_primary_background_fill_dark="#4c7292",
        button_primary_background_fill_hover_dark="#5b83a5",
    )
    return theme

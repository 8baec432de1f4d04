"""The chat page: Gradio, imported nowhere else."""

from ui.page.start import import_gradio

import_gradio()  # first: the modules below import it too

from ui.page.mount import mount_page  # noqa: E402
from ui.page.page import build_page  # noqa: E402

__all__ = ["build_page", "mount_page"]

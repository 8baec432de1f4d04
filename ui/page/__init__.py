"""The chat page: Gradio, imported nowhere else, told first to keep what it sees to itself."""

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported, below

from ui.page.mount import mount_page
from ui.page.page import build_page

__all__ = ["build_page", "mount_page"]

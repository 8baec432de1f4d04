"""How a recipe tells what it is at."""

from collections.abc import Callable

__all__ = ["Report"]

Report = Callable[[str], None]
"""Called with a line, now and then while a model is made."""

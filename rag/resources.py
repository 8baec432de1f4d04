"""Where the files are that ship with the code."""

from pathlib import Path
from typing import Final

__all__ = ["MODELS"]

MODELS: Final = Path(__file__).parent / "models"

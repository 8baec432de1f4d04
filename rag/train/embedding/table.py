"""Writes the table that was trained as it ships: a byte a number, and a scale for each row."""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from rag.models.embedders.static import ROWS, SCALES

__all__ = ["in_bytes", "save_static_model"]

# Of the 127 that a byte holds with its sign: what is not used compresses, half a megabyte in the wheel.
_LARGEST: Final = 112
_SMALLEST_SCALE: Final = 1e-9


def in_bytes(table: NDArray[np.floating]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return each row as bytes, and what they are multiplied with to be the row again.

    Symmetric, from the row's largest number (as the matrices of Zafrir et al., 2019).
    """
    rows = table.astype(np.float32)
    scales = np.maximum(np.abs(rows).max(axis=1) / _LARGEST, _SMALLEST_SCALE).astype(np.float32)
    return np.rint(rows / scales[:, None]).astype(np.int8), scales


def save_static_model(tokenizer: Tokenizer, table: NDArray[np.floating], folder: Path) -> None:
    """Write a static model (one row a piece) as `rag.models.embedders.static` reads it."""
    folder.mkdir(parents=True, exist_ok=True)
    rows, scales = in_bytes(table)
    save_file({ROWS: rows, SCALES: scales}, folder / "model.safetensors")
    tokenizer.save(str(folder / "tokenizer.json"))

"""Finds where a text answers a question, and whether it does: a small network, read with numpy alone."""

from rag.reader.reader import SHIPPED, Answer, Reader, Reading, shipped_reader

__all__ = ["SHIPPED", "Answer", "Reader", "Reading", "shipped_reader"]

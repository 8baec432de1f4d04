"""Finds where a text answers a question, and whether it does: two networks, a small one and a pretrained."""

from rag.models.reader.cross import CrossReader, shipped_cross_reader
from rag.models.reader.reader import Reader, shipped_reader
from rag.models.reader.reading import Answer, Reading

__all__ = ["Answer", "CrossReader", "Reader", "Reading", "shipped_cross_reader", "shipped_reader"]

"""Other projects' retrievers, each in its documented set-up for Chinese, measured beside Yinju's.

One file each, found by its name; a package may name one more at the entry point `yinju.peers`. They see what
Yinju sees: title and text. None folds the scripts: Traditional stays as it is, which is how they come. Where
words are needed, they are those of `words.py` here; every other parameter is the peer's own default.
"""

from typing import Final

from eval.retrieval.peers.base import NOT_INSTALLED, Cut, Peer, Row, whole
from rag.registry import Registry

__all__ = ["NOT_INSTALLED", "NOT_PARTS", "PEERS", "Cut", "Peer", "Row", "whole"]

NOT_PARTS: Final = ("base", "words")
PEERS: Final[Registry[Peer]] = Registry("peer", "eval.retrieval.peers", "peers")

"""The contract of a peer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from eval.retrieval.ranking import Search

__all__ = ["NOT_INSTALLED", "Cut", "Peer", "Row", "whole"]

NOT_INSTALLED: Final = "not installed: pip install -e '.[bench]'"

Row = tuple[str, str, str]
"""A passage: id, title (may be empty), text."""

Cut = Callable[[str], list[str]]
"""From a text to its words."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A retriever to compare with.

    `package` is what pip calls it, empty for the standard library's; `setup` tells in a few words how it is
    set up. `index` takes passages and gives what searches them; only then is the package imported.
    """

    package: str
    setup: str
    index: Callable[[Sequence[Row]], Search]

    def version(self) -> str | None:
        """Return the package's version, empty for the standard library's, None if it is not installed."""
        try:
            return version(self.package) if self.package else ""
        except PackageNotFoundError:
            return None


def whole(row: Row) -> str:
    """Return title and text as one."""
    _, title, text = row
    return f"{title}\n{text}" if title else text

"""The prompt: a file with a few named slots, filled in once, never looked at again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from rag.errors import SettingsError

__all__ = ["Prompt"]

_SHIPPED: Final = Path(__file__).parent / "prompt.md"
_SLOTS: Final = ("question", "passages", "history", "language", "form", "not_found", "fence")
_NEEDED: Final = ("question", "passages")
_SLOT: Final = re.compile(r"\{\{(\w+)\}\}")
_PARTS: Final = re.compile(
    r"(?:<!--.*?-->\s*)?#\s*system[ \t]*\n(.*)^#\s*user[ \t]*\n(.*)", re.S | re.M | re.I
)


@dataclass(frozen=True, slots=True)
class Prompt:
    """The text of both messages, slots not filled."""

    system: str
    user: str

    @classmethod
    def read(cls, path: Path | None = None) -> Self:
        """Read a prompt file, the shipped one if none is named; raises SettingsError."""
        try:
            text = (path or _SHIPPED).read_text(encoding="utf-8-sig").replace("\r\n", "\n")
        except (OSError, UnicodeDecodeError) as error:
            raise _unusable(path, (getattr(error, "strerror", None) or "it is not UTF-8").lower()) from error
        parts = _PARTS.fullmatch(text.strip())
        if not parts:
            raise _unusable(path, "expected the headings `# system` and `# user`, each with text below it")
        prompt = cls(parts[1].strip(), parts[2].strip())
        found = _SLOT.findall(f"{prompt.system}{prompt.user}")
        if unknown := [name for name in found if name not in _SLOTS]:
            raise _unusable(path, f"{{{{{unknown[0]}}}}} is no slot: there are {', '.join(_SLOTS)}")
        if missing := [name for name in _NEEDED if name not in found]:
            raise _unusable(path, f"{{{{{missing[0]}}}}} stands nowhere in it")
        return prompt

    def filled(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Return the system's and the user's message; what is filled in arrives as it is."""

        def fill(text: str) -> str:
            return _SLOT.sub(lambda slot: values[slot[1]], text)

        return fill(self.system), fill(self.user)


def _unusable(path: Path | None, reason: str) -> SettingsError:
    return SettingsError(f"setting prompt (YINJU_PROMPT) = {str(path)!r}: {reason}")

"""The command line: arguments in; exit status, output and error output out."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from ui.cli import main

__all__ = ["COMMAND", "Outcome", "assert_clear", "run_here"]

COMMAND: Final = Path(sys.executable).with_name("yinju")


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The output as JSON."""
        return json.loads(self.out)


def assert_clear(outcome: Outcome, *said: str) -> None:
    """Assert exit status 1 and one line on stderr that says what is wrong; a traceback has more."""
    assert outcome.status == 1, outcome
    assert outcome.err.startswith("yinju: "), outcome.err
    assert outcome.err.count("\n") == 1, outcome.err
    for words in said:
        assert words in outcome.err


def run_here(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *arguments: object
) -> Outcome:
    """Run `yinju` in this process, which is quicker; what would be a traceback is raised here."""
    monkeypatch.setattr(sys, "argv", ["yinju", *map(str, arguments)])
    capfd.readouterr()
    status = 0
    try:
        main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    return Outcome(status, *capfd.readouterr())

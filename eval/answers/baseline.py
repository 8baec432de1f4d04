"""An earlier run to compare with: the file of `--json`, or the small one of `--save-baseline`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from eval.answers.summary import Report
from eval.files import write_text
from eval.metrics import MEASURES, Score
from rag.errors import InputError

__all__ = ["Baseline", "Scored", "read_baseline", "save_baseline"]

_EXPECTED: Final = "expected what `yinju eval` writes with --json or --save-baseline"


@dataclass(frozen=True, slots=True)
class Scored:
    """How one question scored; `fingerprint` is empty in files that do not have it."""

    fingerprint: str
    scores: Mapping[str, Score | None]


@dataclass(frozen=True, slots=True)
class Baseline:
    """The scores of an earlier run, by question, and where they were read."""

    name: str
    rows: Mapping[str, Scored]


def save_baseline(report: Report, path: Path) -> None:
    """Write the scores alone, a line a question; InputError when the file cannot be written."""
    lines = [
        json.dumps(
            {
                "id": row.id,
                "fingerprint": row.fingerprint,
                "scores": {name: score for name, score in row.scores.items() if score},
            },
            ensure_ascii=False,
        )
        for row in report.rows
    ]
    write_text(path, '{"rows": [\n' + ",\n".join(lines) + "\n]}\n", "save-baseline")


def read_baseline(path: Path) -> Baseline:
    """Read either file; InputError says what is wrong and what was expected."""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
        json.dumps(data, ensure_ascii=False).encode()  # half of a surrogate pair cannot be written again
    except OSError as error:
        raise _error(path, f"cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise _error(path, f"no JSON ({error}); {_EXPECTED}") from error
    rows = data.get("rows") if isinstance(data, dict) else None
    if not isinstance(rows, list) or not rows:
        raise _error(path, f'no "rows" in it; {_EXPECTED}')
    scored: dict[str, Scored] = {}
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict) or not isinstance(row.get("id"), str) or not row["id"]:
            raise _error(path, f'row {number}: "id": expected a string; {_EXPECTED}')
        if row["id"] in scored:
            raise _error(path, f"row {number}: a second row of question {row['id']!r}")
        fingerprint = row.get("fingerprint", "")
        if not isinstance(fingerprint, str):
            raise _error(path, f'question {row["id"]!r}: "fingerprint": expected a string')
        scored[row["id"]] = Scored(fingerprint, _scores(row, path))
    return Baseline(str(path), scored)


def _scores(row: dict[str, Any], path: Path) -> dict[str, Score | None]:
    given = row.get("scores")
    if given is None:  # a report written before the scores stood in it
        given = {name: _counted(row, name) for name in MEASURES}
    if not isinstance(given, dict) or not any(name in given for name in MEASURES):
        raise _error(path, f'question {row["id"]!r}: "scores": expected {", ".join(MEASURES)}; {_EXPECTED}')
    return {name: _score(given.get(name), name, row["id"], path) for name in MEASURES}


def _counted(row: dict[str, Any], name: str) -> object:
    value, supports = row.get(name), row.get("supports")
    if name == "noise":  # came later
        return None
    if name != "citation_precision" or value is None or not isinstance(supports, list):
        return None if value is None else [value, 1]
    return [sum(isinstance(s, dict) and s.get("supported") is True for s in supports), len(supports)]


def _score(value: object, name: str, id_: str, path: Path) -> Score | None:
    if value is None:
        return None
    match value:
        case [int() | float() as hits, int() as of] if hits == int(hits) and 0 <= hits <= of and of > 0:
            return Score(int(hits), of)
    shown = json.dumps(value, ensure_ascii=False)[:60]
    raise _error(path, f"question {id_!r}: {name!r}: expected [hits, out of], found {shown}")


def _error(path: Path, reason: str) -> InputError:
    return InputError("baseline", f"{path}: {reason}")

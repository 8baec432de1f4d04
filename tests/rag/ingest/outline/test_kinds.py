"""Documents of many kinds: statutes, reports, notices, manuals, guides, web pages."""

from pathlib import Path

import pytest

from rag.ingest.formats import ReadingLimits, read_file
from tests.rag.ingest.outline.measure import SUFFIX, Found, document_of, measure, score, true_headings

KINDS = Path(__file__).parent / "kinds"
LATER = Path(__file__).parent / "later"  # written when the rules were done, and used for none of them
TRUTHS = sorted([*KINDS.glob(f"*{SUFFIX}"), *LATER.glob(f"*{SUFFIX}")])
# What the rules do not know yet: side headings without any mark, a quotation set alone.
HARD = {"e12_guide_hk_scaffold": 0.75, "d09-library": 0.92}


def name_of(truth: Path) -> str:
    return truth.name.removesuffix(SUFFIX)


@pytest.mark.parametrize("truth", TRUTHS, ids=name_of)
def test_the_headings_of_a_document_are_found(truth):
    result, extra, missed = measure(document_of(truth), truth)

    assert result.f1 >= HARD.get(name_of(truth), 0.95), (extra, missed)


def test_headings_are_found_under_the_right_ones():
    scores = [measure(document_of(truth), truth)[0] for truth in TRUTHS]

    assert len(scores) >= 79
    assert sum(one.f1 for one in scores) / len(scores) >= 0.98
    assert sum(one.nested_f1 for one in scores) / len(scores) >= 0.94


@pytest.mark.parametrize("listed", sorted(KINDS.glob("*.main.txt")), ids=lambda path: path.name)
def test_the_main_text_of_a_page_is_read_and_nothing_else(listed):
    page = listed.with_name(listed.name.replace(".main.txt", ".html"))
    text = "".join(read_file(page.name, ".html", page.read_bytes(), ReadingLimits()).text.split())
    wanted, unwanted = listed.read_text(encoding="utf-8").split("---")

    assert [line for line in wanted.splitlines() if "".join(line.split()) not in text] == []
    assert [line for line in unwanted.splitlines() if line and "".join(line.split()) in text] == []


def found(name: str, parent: str = "") -> Found:
    return Found(name, parent, frozenset({name}))


def test_the_score_is_the_harmonic_mean_of_precision_and_recall():
    result, extra, missed = score(
        [found("甲"), found("乙", "甲"), found("丁", "甲")], true_headings("甲\n  乙\n丙\n丁\n")
    )

    assert (result.found, result.true, result.both, result.nested) == (3, 4, 3, 2)
    assert result.f1 == 2 * 3 / (3 + 4)
    assert result.nested_f1 == 2 * 2 / (3 + 4)
    assert (extra, missed) == ([], ["丙"])

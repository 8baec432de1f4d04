"""Word, PDF and HTML files made from the seeds have the outline of the seed."""

import pytest

from rag.ingest.formats import ReadingLimits, read_file
from rag.ingest.outline import find_outline
from tests.rag.ingest.formats.makers import html_of, seed_headings, seed_paragraphs
from tests.rag.ingest.formats.makers_docx import docx_of
from tests.rag.ingest.formats.makers_pdf import pdf_of
from tests.rag.ingest.outline.measure import found_headings, score, true_headings

NAMES = ["000", "001", "002", "003", "004"]
DOCX = ["headings", "outline levels", "auto numbers", "plain"]
PDF = ["sizes", "flat", "indented", "bookmarks"]


def f1_of(name: str, suffix: str, data: bytes) -> float:
    read = read_file(f"a{suffix}", suffix, data, ReadingLimits())
    outline = find_outline(read.text, read.markup)
    result, _, _ = score(found_headings(read.text, outline), true_headings(seed_headings(name)))
    return result.f1


@pytest.mark.parametrize("style", DOCX)
@pytest.mark.parametrize("name", NAMES)
def test_a_word_document_has_the_outline_of_its_seed(name, style):
    assert f1_of(name, ".docx", docx_of(seed_paragraphs(name), style=style)) >= 0.95


@pytest.mark.parametrize("style", PDF)
@pytest.mark.parametrize("name", NAMES)
def test_a_pdf_has_the_outline_of_its_seed(name, style):
    assert f1_of(name, ".pdf", pdf_of(seed_paragraphs(name), style=style)) >= 0.95


@pytest.mark.parametrize("name", NAMES)
def test_a_web_page_has_the_outline_of_its_seed(name):
    assert f1_of(name, ".html", html_of(seed_paragraphs(name)).encode()) >= 0.95

import pytest

from rag.cite import cite, with_sources
from rag.types import Draft, Evidence, Passage, Span
from tests.doubles import ORCHARD, document_of

DOCUMENT = document_of(ORCHARD, "orchard.txt")
SOLD = Span(ORCHARD.index("果园与城里"), ORCHARD.index("收入1850"))


def passage(id_: int, *spans: Span, score: float = 0.7) -> Passage:
    return Passage(id_, "orchard.txt", "", (), "", spans, score)


def citations(*sources: Span, passages: tuple[Passage, ...] = ()):
    draft = Draft("", tuple(("orchard.txt", span) for span in sources), abstained=False)
    return cite(draft, Evidence(passages, {"orchard.txt": DOCUMENT}))


def test_a_citation_quotes_its_span_and_tells_where_it_stands():
    (citation,) = citations(
        SOLD, passages=(passage(4, Span(0, 5)), passage(7, Span(SOLD.start - 3, SOLD.end)))
    )

    assert (
        citation.quote
        == ORCHARD[citation.start : citation.end]
        == "果园与城里的超市签订了供货合同，全年卖出苹果3200吨，"
    )
    assert citation.heading_path == ("青石镇果园建设工作总结", "闯市场，扩大销路")
    assert citation.title == "青石镇果园建设工作总结"
    assert (citation.passage, citation.score) == (7, 0.7)


def test_words_outside_all_passages_are_cited_without_one():
    (citation,) = citations(SOLD, passages=(passage(4, Span(SOLD.start, SOLD.end - 1)),))

    assert (citation.passage, citation.score) == (None, 0.0)
    assert citation.quote == ORCHARD[slice(*SOLD)]


def test_markers_count_from_one_in_the_order_of_the_sources():
    assert [(found.marker, found.start) for found in citations(SOLD, Span(0, 3))] == [(1, SOLD.start), (2, 0)]


def test_a_document_without_sections_is_cited_by_its_title():
    document = document_of("")
    evidence = Evidence((), {"a.txt": document})

    (citation,) = cite(Draft("", (("a.txt", Span(0, 0)),), abstained=False), evidence)

    assert citation.heading_path == (document.title,)


# Markers that mean passages


def sourced(text: str, passages: tuple[Passage, ...]) -> Draft:
    draft = Draft(text, (), abstained=False, cites="passages")
    return with_sources(draft, Evidence(passages, {"orchard.txt": DOCUMENT}))


def test_a_marker_that_means_a_passage_points_to_its_first_span_and_counts_from_one():
    first, second = passage(4, Span(0, 5), Span(9, 12)), passage(7, SOLD)

    draft = sourced("甲。[2]乙。[1][2]", (first, second))

    assert draft.text == "甲。[1]乙。[2][1]"
    assert draft.sources == (("orchard.txt", SOLD), ("orchard.txt", Span(0, 5)))
    assert draft.cites == "sources"


@pytest.mark.parametrize(
    "marker", ["[3]", "[0]", "[-1]", "[+1]", "[007]" * 2, f"[{'9' * 5000}]", "[99] [98]"]
)
def test_a_marker_that_points_nowhere_goes(marker):
    draft = sourced(f"甲。{marker}乙。[1]", (passage(4, Span(0, 5)), passage(7, SOLD)))

    assert draft.text == "甲。乙。[1]"
    assert draft.sources == (("orchard.txt", Span(0, 5)),)


def test_a_draft_that_names_its_sources_stays_as_it_is():
    draft = Draft("甲[1][2]", (("orchard.txt", SOLD),), abstained=False)

    assert with_sources(draft, Evidence((), {})) is draft

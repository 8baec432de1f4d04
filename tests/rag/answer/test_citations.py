from rag.answer.citations import cite
from rag.types.answer import Draft
from rag.types.document import Span
from rag.types.evidence import Evidence, Passage
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

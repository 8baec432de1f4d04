from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ingest.chunking import chunks_of
from rag.text.sentences import clean, sentence_ends
from rag.text.token_count import count_tokens
from rag.types.document import Chunk, Document
from tests.doubles import ORCHARD, document_of
from tests.rag.strategies import texts

BUDGETS = st.integers(20, 200)
SEEDS = [f"00{n}_" for n in range(5)]


def without_white(text: str) -> str:
    return "".join(text.split())


def check(document: Document, chunks: list[Chunk]) -> None:
    """What holds for the chunks of any document at any budget."""
    pieces = [piece for chunk in chunks for piece in chunk.pieces]
    text = document.text
    # In order, and none of a character twice.
    assert all(before.end <= after.start for before, after in pairwise(pieces))
    # Every character of every block.
    covered = "".join(text[start:end] for start, end in pieces)
    blocks = "".join(text[start:end] for start, end in document.outline.blocks)
    assert without_white(covered) == without_white(blocks)
    titles = {document.title, *(article.title for article in document.outline.sections)}
    for chunk in chunks:
        assert chunk.path[0] in titles
        assert chunk.text == clean(text, chunk.pieces).text
        assert chunk.text.strip()


def is_one_sentence(chunk: Chunk) -> bool:
    return len(sentence_ends(chunk.text)) == 1


@given(texts(), BUDGETS)
def test_chunks_hold_the_whole_document_once_and_in_order(text, budget):
    document = document_of(text)

    check(document, chunks_of(document, budget, len))


@given(texts(), BUDGETS)
def test_a_chunk_is_within_the_budget_but_for_line_breaks_or_one_sentence(text, budget):
    for chunk in chunks_of(document_of(text), budget, len):
        assert len(chunk.text.replace("\n", "")) <= budget or is_one_sentence(chunk)


def test_a_chunk_of_many_short_paragraphs_is_within_the_budget():
    document = document_of("标题在此\n" + "甲乙丙丁戊己庚。\n" * 40)

    assert max(len(chunk.text) for chunk in chunks_of(document, 50, len)) <= 50


@given(texts(), BUDGETS)
def test_the_same_document_gives_the_same_chunks(text, budget):
    document = document_of(text)

    assert chunks_of(document, budget, len) == chunks_of(document, budget, len)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("budget", [64, 320, 2000])
def test_the_chunks_of_a_seed(seeds, seed, budget):
    (name,) = [info.name for info in seeds.documents() if info.name.startswith(seed)]
    document = seeds.document(name)

    chunks = chunks_of(document, budget, count_tokens)

    check(document, chunks)
    for chunk in chunks:
        assert count_tokens(chunk.text) <= budget + chunk.text.count("\n") or is_one_sentence(chunk)


def cut(text: str, budget: int) -> list[tuple[tuple[str, ...], str]]:
    return [(chunk.path, chunk.text) for chunk in chunks_of(document_of(text), budget, len)]


def test_a_document_that_holds_no_text_has_no_chunks():
    assert cut("\n \n", 100) == []


def test_a_text_without_headings_that_fits_is_one_chunk():
    text = "白沙渡口\n每天开行轮船六班。\n大雾停航。"

    assert cut(text, 100) == [(("白沙渡口",), text)]


def test_each_headed_section_is_a_chunk_under_its_path():
    assert [(path, text[:4]) for path, text in cut(ORCHARD, 300)] == [
        (("青石镇果园建设工作总结",), "青石镇果"),
        (("青石镇果园建设工作总结", "打基础，改良土壤"), "一、打基"),
        (("青石镇果园建设工作总结", "闯市场，扩大销路"), "二、闯市"),
        (("青石镇果园建设工作总结", "强管理，保证质量"), "三、强管"),
    ]


def test_a_section_that_does_not_fit_is_cut_at_its_points():
    inside = [(path[2:], text) for path, text in cut(ORCHARD, 60) if path[1:2] == ("打基础，改良土壤",)]

    assert inside == [
        ((), "一、打基础，改良土壤\n镇里把改良土壤作为头等大事，采取三项措施。"),
        (("施用有机肥",), "一是施用有机肥。每亩施肥两吨，由农技站统一配送到田头。"),
        (("修建蓄水池",), "二是修建蓄水池。新建蓄水池12座，解决了旱季浇水难的问题。"),
        (("轮作绿肥",), "三是轮作绿肥。冬季种植紫云英，来年春天翻耕后全部还田。"),
    ]


def test_a_long_paragraph_is_cut_between_sentences_and_filled_up():
    text = "轮船航班安排\n" + "甲乙丙丁戊己庚。" * 5

    assert [text for _, text in cut(text, 26)] == [
        "轮船航班安排\n" + "甲乙丙丁戊己庚。" * 2,
        "甲乙丙丁戊己庚。" * 3,
    ]


def test_a_sentence_longer_than_the_budget_stays_whole():
    sentence = "长" * 200 + "。"

    assert sentence in [text for _, text in cut(f"轮船航班安排\n短句在前。{sentence}短句在后。", 50)]


def test_a_heading_is_never_alone():
    early, late = "早上七点开船。" * 6, "晚上八点开船。" * 6

    chunks = cut(f"轮船航班安排\n概况如下，请仔细阅读。\n一、早班\n{early}\n二、晚班\n{late}\n", 60)

    assert [text for _, text in chunks][1:] == [f"一、早班\n{early}", f"二、晚班\n{late}"]


def test_a_tiny_section_joins_the_one_before_it():
    chunks = cut(f"轮船航班安排\n一、早班\n{'早上七点开船。' * 6}\n二、晚班\n晚上八点。\n", 100)

    assert [text for _, text in chunks] == [
        f"轮船航班安排\n一、早班\n{'早上七点开船。' * 6}\n二、晚班\n晚上八点。"
    ]


def test_a_tiny_article_does_not_join_another_article():
    long = "早上七点开船。" * 8

    assert cut(f"航班安排 篇1\n{long}\n航班安排 篇2\n停航。\n航班安排 篇3\n{long}\n", 100)[1] == (
        ("航班安排 篇2",),
        "航班安排 篇2\n停航。",
    )

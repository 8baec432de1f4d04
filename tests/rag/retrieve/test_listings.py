import pytest

from rag.pipeline import Pipeline
from rag.query.analysis import analyse
from rag.query.rewrite import rewrite
from rag.retrieve.listings import find_listings, items_after
from rag.retrieve.relevance import Relevance
from rag.retrieve.retriever import Retriever
from rag.types.evidence import Listing
from tests.doubles import FERRY, ORCHARD, document_of, retriever_over


def asked_of(retriever: Retriever, pipeline: Pipeline, question: str) -> Relevance:
    query = rewrite(question)
    words, matched = retriever.words(query), retriever.asked(query)
    corpus = pipeline.corpus
    return Relevance(
        analyse(query), words, retriever.statistics, corpus.embedder, matched, corpus.sentences.of
    )


@pytest.fixture
def listing_for(small):
    """Find the listing for a question among the three texts."""
    retriever = retriever_over(small)

    def find(question: str) -> Listing | None:
        asked = asked_of(retriever, small, question)
        documents = [small.document(info.name) for info in small.documents()]
        return next(iter(find_listings(asked, documents, small.search(question))), None)

    return find


@pytest.mark.parametrize(
    ("question", "section"),
    [
        ("青石镇采取了哪三项措施改良土壤？", "打基础，改良土壤"),
        ("青石鎮採取了哪三項措施改良土壤？", "打基础，改良土壤"),
        ("What three measures improved the soil?", "打基础，改良土壤"),
        ("图书馆服务说明分为哪两部分？", "雲山圖書館服務說明"),
    ],
)
def test_the_section_whose_items_are_asked_for(listing_for, question, section):
    assert listing_for(question).section.title == section


def test_the_listing_has_the_sentence_that_leads_to_its_items(listing_for):
    listing = listing_for("青石镇采取了哪三项措施改良土壤？")

    assert listing.lead.text == "镇里把改良土壤作为头等大事，采取三项措施。"
    assert ORCHARD[slice(*listing.lead.span)] == listing.lead.text
    assert [item.title for item in listing.section.children] == ["施用有机肥", "修建蓄水池", "轮作绿肥"]


def test_a_listing_that_fits_scores_above_one_that_does_not(listing_for):
    fitting = listing_for("青石镇采取了哪三项措施改良土壤？")

    assert fitting.score > listing_for("火星上发现了哪五种矿物？").score


def test_documents_without_lists_have_no_listing(small):
    retriever = retriever_over(small)
    question = asked_of(retriever, small, "有哪三项措施？")

    assert find_listings(question, [document_of(FERRY)], []) == []


def test_the_items_right_behind_a_sentence_are_its_list():
    document = document_of(ORCHARD)
    end = ORCHARD.index("采取三项措施。") + len("采取三项措施。")

    assert [item.title for item in items_after(document, end)] == ["施用有机肥", "修建蓄水池", "轮作绿肥"]
    assert items_after(document, end - 3) == ()


def test_white_space_may_stand_before_the_items():
    document = document_of("工作简报\n采取措施如下：\n\n  一是种树。每户十棵。\n二是修路。全部硬化。\n")
    end = document.text.index("：") + 1

    assert [item.title for item in items_after(document, end)] == ["种树", "修路"]

"""What an answer cites is checked against what it says, whoever wrote it."""

from collections.abc import Sequence

import numpy as np
import pytest

from rag.answer.support import support
from rag.answer.verify import Checked, verify
from rag.types.answer import Draft
from rag.types.document import Span
from rag.types.evidence import Evidence, Passage, Sentence
from tests.doubles import document_of

SENTENCES = ("轮船每天开行六班，首班早上七点。", "末班晚上八点开出。", "遇到大雾停航，乘客可以全额退票。")
TEXT = f"白沙渡口轮船航班安排\n{''.join(SENTENCES)}\n"
DOCUMENT = document_of(TEXT)


def span_of(words: str) -> Span:
    return Span(TEXT.index(words), TEXT.index(words) + len(words))


PASSAGE = Passage(
    id=1,
    document=DOCUMENT.name,
    title=DOCUMENT.title,
    heading_path=(DOCUMENT.title,),
    text="".join(SENTENCES),
    spans=(Span(TEXT.index("轮船每天"), len(TEXT) - 1),),
    score=0.9,
    sentences=tuple(Sentence(words, span_of(words), 0) for words in SENTENCES),
)
EVIDENCE = Evidence([PASSAGE], {DOCUMENT.name: DOCUMENT})


def far(texts: Sequence[str]) -> np.ndarray:
    """Embed every text at right angles to the others: no meaning is near."""
    return np.eye(len(texts), dtype=np.float32)


def near(texts: Sequence[str]) -> np.ndarray:
    """Embed every text alike."""
    return np.ones((len(texts), 1), dtype=np.float32)


def checked(text: str) -> Checked:
    return verify(Draft(text, (), abstained=False, cites="passages"), EVIDENCE, "zh-Hans", far)


def quotes(done: Checked) -> list[str]:
    return [TEXT[start:end] for _, (start, end) in done.draft.sources]


def test_a_marker_that_means_a_passage_is_narrowed_to_the_sentence_that_supports():
    done = checked("末班轮船晚上八点开出[1]。")

    assert done.draft.text == "末班轮船晚上八点开出。[1]"
    assert quotes(done) == ["末班晚上八点开出。"]
    assert [claim.supported for claim in done.claims] == [True]


def test_two_sentences_that_cite_one_passage_get_a_source_each():
    done = checked("首班是早上七点[1]。大雾停航时可以全额退票[1]。")

    assert done.draft.text == "首班是早上七点。[1]大雾停航时可以全额退票。[2]"
    assert quotes(done) == [SENTENCES[0], SENTENCES[2]]


def test_what_two_neighbouring_sentences_hold_together_is_quoted_together():
    done = checked("轮船每天六班，首班早上七点，末班晚上八点开出[1]。")

    assert quotes(done) == [SENTENCES[0] + SENTENCES[1]]


@pytest.mark.parametrize("marker", ["[2]", "[0]", "[-1]", "[+1]", f"[{'9' * 5000}]", "[99] [98]"])
def test_a_marker_that_points_nowhere_goes(marker):
    done = checked(f"码头设有咖啡馆{marker}。末班晚上八点开出[1]。")

    assert done.draft.text == "码头设有咖啡馆。末班晚上八点开出。[1]"
    assert quotes(done) == ["末班晚上八点开出。"]


def test_the_sentence_whose_marker_went_is_not_supported():
    first, second = checked("码头设有咖啡馆[7]。末班晚上八点开出[1]。").claims

    assert (first.supported, first.markers) == (False, ())
    assert (second.supported, second.markers) == (True, (1,))


def test_a_sentence_that_cites_nothing_is_given_the_source_that_says_the_same():
    done = checked("遇到大雾停航，乘客可以全额退票。")

    assert done.draft.text == "遇到大雾停航，乘客可以全额退票。[1]"
    assert quotes(done) == [SENTENCES[2]]


def test_a_claim_says_where_its_sentence_stands_in_the_text():
    done = checked("首班早上七点开[1]。\n2. 末班晚上八点开出[1]。")

    assert [done.draft.text[c.start : c.end] for c in done.claims] == [
        "首班早上七点开。[1]",
        "末班晚上八点开出。[2]",
    ]


@pytest.mark.parametrize(
    "said",
    [
        "轮船每天开行九班，首班早上七点[1]。",  # another number
        "“青云号”轮船每天开行六班，首班早上七点[1]。",  # a name
        "轮船 Nautilus 每天开行六班，首班早上七点[1]。",  # a word
        "码头设有儿童游乐区和咖啡馆[1]。",  # another thing
    ],
)
def test_what_the_source_does_not_hold_is_not_supported(said):
    assert [claim.supported for claim in checked(said).claims] == [False]


def test_numbers_are_the_same_in_digits_and_in_characters():
    assert support("每天开行6班轮船", ["轮船每天开行六班"], "zh-Hans", far)[1] is True
    assert support("每天开行16班轮船", ["轮船每天开行六班"], "zh-Hans", far)[1] is False


def test_other_words_for_the_same_need_a_meaning_that_is_near():
    said, quote = "碰上大雾，旅客能退全部票钱", "遇到大雾停航，乘客可以全额退票。"
    share, _ = support(said, [quote], "zh-Hans", far)

    assert 0 < share < 0.6
    assert support("大雾停航时旅客能退票钱", [quote], "zh-Hans", far)[1] is False
    assert support("大雾停航时旅客能退票钱", [quote], "zh-Hans", near)[1] is True


def test_an_english_sentence_about_chinese_words_needs_their_numbers_and_their_meaning():
    quote = "全年卖出3200吨苹果。"

    assert support("It sold 3,200 tons of apples.", [quote], "en", near)[1] is True
    assert support("It sold 3,200 tons of apples.", [quote], "en", far)[1] is False
    assert support("It sold 4,100 tons of apples.", [quote], "en", near)[1] is False


def test_a_draft_that_names_its_sources_keeps_them_in_the_order_of_its_markers():
    sources = ((DOCUMENT.name, span_of(SENTENCES[2])), (DOCUMENT.name, span_of(SENTENCES[1])))
    draft = Draft(f"{SENTENCES[1]}[2]{SENTENCES[2]}[1]", sources, abstained=False)

    done = verify(draft, EVIDENCE, "zh-Hans", far)

    assert done.draft.text == f"{SENTENCES[1]}[1]{SENTENCES[2]}[2]"
    assert quotes(done) == [SENTENCES[1], SENTENCES[2]]
    assert all(claim.supported for claim in done.claims)


def test_a_refusal_cites_and_claims_nothing():
    draft = Draft("没有找到。[1]", (), abstained=True, cites="passages")

    done = verify(draft, EVIDENCE, "zh-Hans", far)

    assert (done.draft.text, done.draft.sources, done.claims) == ("没有找到。", (), ())


# Drafts made of quotations alone


def quoted(text: str, *words: str) -> Checked:
    sources = tuple((DOCUMENT.name, span_of(found)) for found in words)
    return verify(Draft(text, sources, abstained=False, quotes_only=True), EVIDENCE, "zh-Hans", far)


def test_a_sentence_that_its_quotation_does_not_support_is_dropped():
    done = quoted("轮船每天开行六班。[1]岸边种着柳树和桃树。[2]", SENTENCES[0], SENTENCES[1])

    assert done.draft.text == "轮船每天开行六班。[1]"
    assert quotes(done) == [SENTENCES[0]]
    assert [claim.supported for claim in done.claims] == [True]


def test_a_line_of_a_list_is_dropped_with_its_number():
    done = quoted("1. 轮船每天开行六班[1]\n2. 岸边种着柳树和桃树[2]", SENTENCES[0], SENTENCES[1])

    assert done.draft.text == "1. 轮船每天开行六班[1]"


def test_of_quotations_that_support_nothing_a_refusal_is_left():
    done = quoted("岸边种着柳树和桃树。[1]", SENTENCES[1])

    assert done.draft.abstained
    assert done.draft.sources == ()


def test_a_label_is_no_claim():
    done = quoted("白沙渡口的轮船：\n轮船每天开行六班。[1]", SENTENCES[0])

    assert done.draft.text.startswith("白沙渡口的轮船：")
    assert len(done.claims) == 1

"""Each statement of a language model gets the words it rests on, whatever it marked."""

from collections.abc import Sequence

import numpy as np
import pytest

from rag.answer.verify import Checked, verify
from rag.types.answer import Draft
from rag.types.document import Span
from rag.types.evidence import Evidence, Passage, Sentence
from tests.doubles import document_of

STATUTE = """湿地保护条例
任何单位不得在保护区内取土，因防洪需要并经批准的除外。违反规定的，处三千元以上一万元以下罚款。
主管部门每年6月底前公布名录。
"""
MINUTES = """水务站例会纪要
会议决定3号泵于9月12日停机检修，由何建负责。检修期间启用备用泵。
"""
LEASE = """Lease of the boathouse
The tenant pays 1,200 crowns a month, due on the fifth. Subletting needs the owner's written consent.
"""
TEXTS = {"statute.txt": STATUTE, "minutes.txt": MINUTES, "lease.txt": LEASE}


def passage_of(number: int, name: str) -> Passage:
    text, sentences, at = TEXTS[name], [], TEXTS[name].index("\n") + 1
    for block, line in enumerate(text.splitlines()[1:]):
        for said in (piece for piece in line.replace("。", "。\0").replace(". ", ".\0").split("\0") if piece):
            at = text.index(said, at)
            sentences.append(Sentence(said, Span(at, at + len(said)), block))
    start = sentences[0].span.start
    spans = (Span(start, sentences[-1].span.end),)
    return Passage(number, name, "", (), text[start:], spans, 1.0, sentences=tuple(sentences))


PASSAGES = [passage_of(number, name) for number, name in enumerate(TEXTS, 1)]
EVIDENCE = Evidence(PASSAGES, {name: document_of(text, name) for name, text in TEXTS.items()})


def far(texts: Sequence[str]) -> np.ndarray:
    """Embed every text at right angles to the others."""
    return np.eye(len(texts), dtype=np.float32)


def checked(text: str, shown: Sequence[Passage] = (), language="zh-Hans", embed=far) -> Checked:
    draft = Draft(text, (), abstained=False, cites="passages", shown=tuple(shown))
    return verify(draft, EVIDENCE, language, embed)


def quotes(done: Checked) -> list[str]:
    return [TEXTS[name][span.start : span.end] for name, span in done.draft.sources]


def supported(done: Checked) -> list[bool]:
    return [claim.supported for claim in done.claims]


def test_a_model_that_forgets_its_markers_is_cited_all_the_same():
    done = checked("不得在保护区内取土，经批准的除外。3号泵9月12日停机检修。")

    assert done.draft.text == "不得在保护区内取土，经批准的除外。[1]3号泵9月12日停机检修。[2]"
    assert quotes(done) == [
        "任何单位不得在保护区内取土，因防洪需要并经批准的除外。",
        "会议决定3号泵于9月12日停机检修，由何建负责。",
    ]
    assert supported(done) == [True, True]


def test_a_marker_of_another_passage_is_put_right():
    done = checked("3号泵于9月12日停机检修。[1]")

    assert [name for name, _ in done.draft.sources] == ["minutes.txt"]
    assert supported(done) == [True]


def test_a_sentence_that_joins_two_sources_cites_each_behind_its_clause():
    done = checked("主管部门每年6月底前公布名录，检修期间启用备用泵。")

    assert done.draft.text == "主管部门每年6月底前公布名录[1]，检修期间启用备用泵。[2]"
    assert quotes(done) == ["主管部门每年6月底前公布名录。", "检修期间启用备用泵。"]
    [claim] = done.claims
    assert (claim.supported, claim.markers) == (True, (1, 2))


def test_sources_that_no_comma_parts_stand_together_at_the_end():
    done = checked("主管部门每年6月底前公布名录而检修期间启用备用泵")

    assert done.draft.text.endswith("启用备用泵[1][2]")
    assert supported(done) == [True]


@pytest.mark.parametrize(
    "said",
    [
        "违反规定的，处五千元以上一万元以下罚款。",
        "主管部门每年6月底前公布名录，检修期间启用4台备用泵。",  # one clause stands there, the other does not
        "3号泵于9月12日停机检修，由“陈工”负责。",
        "码头夜间有灯光表演。",
    ],
)
def test_what_no_passage_says_is_not_supported(said):
    assert supported(checked(said)) == [False]


def test_numbers_are_not_taken_from_the_source_of_another_clause():
    done = checked("主管部门每年9月12日前公布名录，3号泵6月底停机检修。")

    assert supported(done) == [False]


def test_of_a_clause_that_stands_somewhere_the_words_are_cited():
    done = checked("主管部门每年6月底前公布名录，码头夜间有4场灯光表演。")

    assert quotes(done) == ["主管部门每年6月底前公布名录。"]
    assert supported(done) == [False]


def test_the_comma_between_thousands_parts_no_clause():
    done = checked("The tenant pays 1,200 crowns a month.", language="en")

    assert done.draft.text == "The tenant pays 1,200 crowns a month.[1]"
    assert supported(done) == [True]


def test_what_was_shown_goes_before_all_else_that_was_found():
    own = Passage(
        9,
        "minutes.txt",
        "",
        (),
        "检修期间启用备用泵。",
        (PASSAGES[1].sentences[1].span,),
        0.0,
        sentences=(PASSAGES[1].sentences[1],),
    )
    done = checked("检修期间启用备用泵。[1]违反规定的，处三千元以上一万元以下罚款。", [own])

    assert [name for name, _ in done.draft.sources] == ["minutes.txt", "statute.txt"]
    assert supported(done) == [True, True]


def test_an_english_sentence_rests_on_the_chinese_words_nearest_in_meaning():
    def near_pumps(texts: Sequence[str]) -> np.ndarray:
        about = [("pump" in text.lower() or "3号泵" in text) for text in texts]
        return np.array([[1.0, 0] if each else [0, 1.0] for each in about], dtype=np.float32)

    done = checked("Pump 3 stops on 12 September (9).", language="en", embed=near_pumps)

    assert [name for name, _ in done.draft.sources] == ["minutes.txt"]
    assert supported(done) == [True]


def test_a_word_that_needs_no_source_keeps_what_it_was_marked_with():
    done = checked("可以。[2]没有。")

    assert [name for name, _ in done.draft.sources] == ["minutes.txt"]
    assert done.draft.text == "可以。[1]没有。"

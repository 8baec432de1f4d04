import re

from rag.types.document import Span
from tests.ui.page.doubles import document, find, visible
from ui.page.excerpt import Quote, excerpt_of

LONG = "前面的话说了很多很多，说完才到要紧处。" * 20


def marks(html: str) -> list[str]:
    return [visible(mark) for mark in re.findall(r"<mark[^>]*>(.*?)</mark>", html)]


def spans(doc):
    return [Span(0, len(doc.text))]


def test_the_mark_holds_the_quoted_words_and_nothing_else():
    doc = document("各单位应当每年检查一次。检查结果报上级。")
    shown = excerpt_of(doc, spans(doc), [Quote(1, find(doc, "每年检查一次"))])
    assert shown.short == '<p>各单位应当<mark data-markers="1">每年检查一次</mark>。检查结果报上级。</p>'
    assert shown.whole is None


def test_a_hard_line_break_inside_a_quotation_is_joined():
    doc = document("各单位应当每年\n  检查一\n次。结果报上级。")
    shown = excerpt_of(doc, spans(doc), [Quote(1, find(doc, "每年\n  检查一\n次。"))])
    assert marks(shown.short) == ["每年检查一次。"]
    assert visible(shown.short) == "各单位应当每年检查一次。结果报上级。"


def test_the_blank_before_a_quoted_english_word_stays():
    doc = document("We use the Open Source tool daily.")
    shown = excerpt_of(doc, spans(doc), [Quote(1, find(doc, "Open Source"))])
    assert visible(shown.short) == "We use the Open Source tool daily."


def test_paragraphs_stay_apart_and_a_mark_over_both_is_split():
    doc = document("第一段的末句。\n\n第二段的首句。")
    both = find(doc, "末句。\n\n第二段")
    shown = excerpt_of(doc, spans(doc), [Quote(3, both)])
    assert marks(shown.short) == ["末句。", "第二段"]
    assert shown.short.count("<p>") == 2


def test_a_mark_at_the_start_of_a_paragraph_takes_nothing_of_the_one_before():
    doc = document(LONG + "\n\n总则如下。" + LONG)
    shown = excerpt_of(doc, spans(doc), [Quote(1, find(doc, "总则如下。"))])
    assert shown.short.startswith('<p><mark data-markers="1">总则如下。</mark>')


def test_a_long_passage_is_shortened_around_its_quotation_and_can_be_seen_whole():
    doc = document(LONG + "应当每年检查一次。" + LONG)
    shown = excerpt_of(doc, spans(doc), [Quote(1, find(doc, "应当每年检查一次。"))])
    assert marks(shown.short) == ["应当每年检查一次。"]
    assert len(visible(shown.short)) < 200
    assert shown.short.count('class="cut"') == 2
    assert shown.whole is not None
    assert visible(shown.whole) == doc.text
    assert marks(shown.whole) == ["应当每年检查一次。"]
    assert shown.characters == len(doc.text)


def test_a_shortened_passage_starts_and_ends_with_whole_sentences():
    doc = document(LONG + "应当每年检查一次。" + LONG)
    shown = excerpt_of(doc, spans(doc), [Quote(1, find(doc, "应当每年检查一次。"))])
    sentences = visible(shown.short).strip("…").split("。")
    assert set(sentences) == {"前面的话说了很多很多，说完才到要紧处", "应当每年检查一次", ""}


def test_a_sentence_without_end_is_cut_by_length():
    doc = document("字" * 500 + "要紧" + "字" * 500)
    shown = excerpt_of(doc, spans(doc), [Quote(1, find(doc, "要紧"))])
    assert visible(shown.short) == "……" + "字" * 70 + "要紧" + "字" * 70 + "……"


def test_a_quoted_heading_is_shown_with_what_stands_under_it():
    doc = document("一、总则\n\n" + LONG + "\n\n二、附则\n\n" + LONG)
    shown = excerpt_of(doc, spans(doc), [Quote(1, find(doc, "二、附则"))])
    assert visible(shown.short).startswith("二、附则前面的话")
    assert shown.short.count("<p>") == 2


def test_two_quotations_far_apart_are_both_shown_with_dots_between():
    doc = document("甲项在前。" + LONG + "乙项在后。")
    shown = excerpt_of(
        doc, spans(doc), [Quote(1, find(doc, "甲项在前。")), Quote(2, find(doc, "乙项在后。"))]
    )
    assert marks(shown.short) == ["甲项在前。", "乙项在后。"]
    assert shown.short.count('class="cut"') == 1


def test_overlapping_quotations_share_their_words():
    doc = document("一二三四五六")
    shown = excerpt_of(doc, spans(doc), [Quote(1, find(doc, "二三四")), Quote(2, find(doc, "三四五"))])
    assert re.findall(r'data-markers="([^"]*)">(.*?)<', shown.short) == [
        ("1", "二"),
        ("1 2", "三四"),
        ("2", "五"),
    ]
    assert visible(shown.short) == "一二三四五六"


def test_text_between_paragraphs_is_left_out():
    doc = document("正文一。\n\n##paidbegin##\n\n正文二。")
    kept = [block for block in doc.outline.blocks if "paid" not in doc.text[block.start : block.end]]
    assert visible(excerpt_of(doc, kept).short) == "正文一。正文二。"


def test_an_unquoted_long_passage_shows_its_beginning():
    doc = document(LONG)
    shown = excerpt_of(doc, spans(doc))
    assert visible(shown.short).startswith("前面的话")
    assert 160 <= len(visible(shown.short)) < 200
    assert shown.whole is not None


def test_a_document_cannot_bring_its_own_markup():
    doc = document("<img src=x onerror=alert(1)>与<script>alert(2)</script>要检查。")
    shown = excerpt_of(doc, spans(doc), [Quote(1, find(doc, "<img src=x onerror=alert(1)>"))])
    assert re.findall(r"<(\w+)", shown.short) == ["p", "mark"]
    assert visible(shown.short) == doc.text

import re

from rag.types.document import Span
from tests.ui.page.doubles import answer, citation, document, find, passage, visible
from ui.page.cards import answer_cards, copied_text
from ui.page.texts import words_in

WORDS = words_in("zh-Hans")
DOC = document("各单位应当每年检查一次。\n\n检查结果报上级。\n\n本通知自即日起施行。")


def cards(given, *documents, turn=1):
    known = {doc.name: doc for doc in documents or (DOC,)}
    return answer_cards(given, known.__getitem__, turn, WORDS)


def test_a_card_shows_number_title_breadcrumb_document_and_marked_words():
    cited = citation(DOC, "每年检查一次", path=("通知", "总则", "检查"))
    html = cards(answer("每年一次[1]", (cited,), (passage(DOC),)))
    assert '<span class="number" id="source-1-1">1</span>' in html
    assert "<h3>通知</h3><ol><li>总则</li><li>检查</li></ol>" in html
    assert '<mark data-markers="1">每年检查一次</mark>' in html
    assert '<span class="document">通知.txt</span>' in html


def test_citations_of_one_passage_share_a_card_under_the_headings_they_share():
    first = citation(DOC, "每年检查一次", 1, path=("通知", "总则", "检查"))
    second = citation(DOC, "报上级", 2, path=("通知", "总则", "报告"))
    html = cards(answer("[1][2]", (first, second), (passage(DOC),)))
    assert html.count("<article") == 1
    assert re.findall(r'id="source-1-(\d)"', html) == ["1", "2"]
    assert [visible(mark) for mark in re.findall(r"<mark.*?</mark>", html)] == ["每年检查一次", "报上级"]
    assert "<ol><li>总则</li></ol>" in html


def test_citations_of_two_passages_get_a_card_each():
    first = passage(DOC, DOC.outline.blocks[0], id=1)
    second = passage(DOC, DOC.outline.blocks[1], id=2)
    cited = (citation(DOC, "每年检查一次", 1, 1), citation(DOC, "报上级", 2, 2))
    assert cards(answer("[1][2]", cited, (first, second))).count("<article") == 2


def test_a_citation_outside_all_passages_is_shown_in_its_paragraph():
    html = cards(
        answer("[1]", (citation(DOC, "自即日起", passage=None),), (passage(DOC, DOC.outline.blocks[0]),))
    )
    cited = html.split("</article>")[0]
    assert "本通知<mark" in cited
    assert "每年检查一次" not in cited


def test_passages_that_nothing_cites_are_folded_away():
    spare = passage(DOC, DOC.outline.blocks[2], id=9)
    html = cards(answer("[1]", (citation(DOC, "报上级"),), (passage(DOC, DOC.outline.blocks[1]), spare)))
    assert "<summary>其他相关段落（1）</summary>" in html
    assert html.index("<details") > html.index("<mark")


def test_an_answer_that_abstained_shows_the_nearest_passages_under_a_title():
    html = cards(answer("没有找到。", (), tuple(passage(DOC, id=number) for number in range(8))))
    assert "没有找到答案，以下是最接近的段落" in html
    assert html.count("<article") == 5
    assert "<mark" not in html


def test_nothing_found_at_all_leaves_no_title():
    assert cards(answer("没有找到。", (), ())) == ""


def test_names_titles_and_text_are_shown_and_not_obeyed():
    nasty = document("点<b>这里</b>。", name='"><script>.txt')
    html = cards(answer("[1]", (citation(nasty, "<b>", path=("<i>题", "<u>节")),), (passage(nasty),)), nasty)
    assert not re.search(r"<(b|i|u|script)\b", html)
    assert "点" in html
    assert "&lt;b&gt;" in html
    assert "&lt;i&gt;题" in html


def test_the_document_link_looks_for_a_whole_clause():
    html = cards(answer("[1]", (citation(DOC, "检查结果报上级。"),), (passage(DOC),)))
    address = re.search(r'href="([^"]*)"', html)
    assert address
    assert address[1] == (
        "documents/%E9%80%9A%E7%9F%A5.txt/text#:~:text=%E6%A3%80%E6%9F%A5%E7%BB%93%E6%9E%9C%E6%8A%A5%E4%B8%8A%E7%BA%A7"
    )


def test_two_answers_have_different_anchors():
    given = answer("[1]", (citation(DOC, "报上级"),), (passage(DOC),))
    assert 'id="source-1-1"' in cards(given, turn=1)
    assert 'id="source-2-1"' in cards(given, turn=2)


def test_a_long_passage_can_be_unfolded():
    doc = document("开头的一句话要写得长一些才好。" * 30 + "应当每年检查一次。")
    html = cards(answer("[1]", (citation(doc, "应当每年检查一次。"),), (passage(doc),)), doc)
    assert f"<summary>展开整段（{len(doc.text)} 字）</summary>" in html


def test_copied_text_names_every_source():
    cited = citation(DOC, "报上级", path=("通知", "总则"))
    assert copied_text(answer("报上级。[1]", (cited,), ())) == "报上级。[1]\n\n[1] 通知 › 总则（通知.txt）"


def test_spans_of_a_passage_are_all_shown():
    spans = (find(DOC, "各单位应当"), Span(DOC.outline.blocks[2].start, DOC.outline.blocks[2].end))
    html = cards(answer("[1]", (citation(DOC, "各单位"),), (passage(DOC, *spans),)))
    assert "检查结果" not in visible(html)
    assert "施行" in visible(html)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.sentences import clauses_of, clean, sentence_ends
from rag.types.document import Span


def shown(raw: str) -> str:
    return clean(raw, [Span(0, len(raw))]).text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("推动国\n有企业", "推动国有企业"),
        ("推动国\r\n有企业", "推动国有企业"),
        ("“法宝”。 国\n有企业", "“法宝”。国有企业"),
        ("采用“学习 + 研讨 +\n实践”模式", "采用“学习 + 研讨 + 实践”模式"),
        ("open \t source\nsoftware", "open source software"),
        ("a well-\nknown name", "a well-known name"),
        ("共\n12座", "共12座"),
        ("第一章　总则", "第一章 总则"),
        ("　　　缩进的一段。\n\n", "缩进的一段。"),
        ("甲 ，乙", "甲，乙"),
        ("\n \t", ""),
    ],
)
def test_breaks_inside_chinese_go_and_words_stay_apart(raw, text):
    assert shown(raw) == text


def test_a_zero_width_space_leaves_no_trace():
    assert shown("党\u200b建") == "党建"


def test_each_piece_stands_in_a_line_of_its_own():
    raw = "标题\n##junk##\n第一\n段。"

    assert clean(raw, [Span(0, 2), Span(12, 17)]).text == "标题\n第一段。"


def test_positions_point_to_the_raw_text():
    raw = "甲\n乙 AB\n C"

    text = clean(raw, [Span(0, len(raw))])

    assert text.text == "甲乙 AB C"
    assert tuple(text.at) == (0, 2, 3, 4, 5, 6, 8)


def test_a_span_of_the_shown_text_is_quoted_from_the_raw_text():
    raw = "始于\n1998年，\n现有"
    text = clean(raw, [Span(0, len(raw))])

    span = text.span(text.text.index("1998"), text.text.index("，") + 1)

    assert raw[span.start : span.end] == "1998年，"


RAW = st.text("甲乙，。“” \n\t\u3000\u00a0ab1+-.", max_size=60)
WHITE = " \n\t\u3000\u00a0"


@st.composite
def raw_and_pieces(draw):
    raw = draw(RAW)
    cuts = sorted(draw(st.lists(st.integers(0, len(raw)), max_size=6)))
    return raw, [Span(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]


@given(raw_and_pieces())
def test_every_kept_character_stands_at_its_raw_position(case):
    raw, pieces = case
    text = clean(raw, pieces)

    assert len(text.text) == len(text.at)
    assert [raw[at] for char, at in zip(text.text, text.at, strict=True) if char not in " \n"] == [
        char for char in text.text if char not in " \n"
    ]


@given(raw_and_pieces())
def test_no_character_but_white_space_is_lost_or_added(case):
    raw, pieces = case

    kept = "".join(char for char in clean(raw, pieces).text if char not in WHITE)

    assert kept == "".join(char for a, b in pieces for char in raw[a:b] if char not in WHITE)


@given(raw_and_pieces())
def test_positions_never_go_back(case):
    text = clean(*case)

    assert list(text.at) == sorted(text.at)


@given(RAW)
def test_one_piece_is_shown_without_white_space_around_it_or_doubled_inside(raw):
    text = shown(raw)

    assert text == text.strip()
    assert "  " not in text
    assert "\n" not in text


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("甲。乙！丙？", ["甲。", "乙！", "丙？"]),
        ("他说：“好。”她走了。", ["他说：“好。”", "她走了。"]),
        ("真的吗？！真的……好", ["真的吗？！", "真的……", "好"]),
        ("三必访：甲；六必谈：乙。", ["三必访：甲；六必谈：乙。"]),
        ("增长3.5亿元。", ["增长3.5亿元。"]),
        ("It works. So does J. Smith.", ["It works.", " So does J. Smith."]),
        ("It rose to 49,700. Six wells were dry.", ["It rose to 49,700.", " Six wells were dry."]),
        ("It fell in 2019. “Not so,” she said.", ["It fell in 2019.", " “Not so,” she said."]),
        ("3. Keep it dry. 4.2. Oil it.", ["3. Keep it dry.", " 4.2. Oil it."]),
        ("Dr. Hale saw Fig. 3 and no. 17.", ["Dr. Hale saw Fig. 3 and no. 17."]),
        ("Open at 9 a.m. on Mondays, e.g. in May.", ["Open at 9 a.m. on Mondays, e.g. in May."]),
        ("It closes at 9 p.m. Dogs stay out.", ["It closes at 9 p.m.", " Dogs stay out."]),
        ("标题\n正文。", ["标题\n", "正文。"]),
        ("没有句号", ["没有句号"]),
    ],
)
def test_where_sentences_end(text, sentences):
    ends = sentence_ends(text)

    assert [text[a:b] for a, b in zip([0, *ends], ends, strict=False)] == sentences


@given(st.text("甲乙，。；！？…”\n a.1", min_size=1, max_size=40))
def test_sentences_cover_the_text(text):
    ends = sentence_ends(text)

    assert ends[-1] == len(text)
    assert ends == sorted(set(ends))


def clauses(text: str) -> list[str]:
    return [text[start:end] for start, end in clauses_of(text)]


def test_clauses_end_at_commas_and_semicolons():
    assert clauses("天晴，果农下田；天阴，果农修剪。") == ["天晴，", "果农下田；", "天阴，", "果农修剪。"]


@pytest.mark.parametrize("text", ["“天晴，下田”是规矩", "果园（苹果，梨）丰收", "", "果园"])
def test_marks_inside_quotation_marks_and_brackets_are_no_borders(text):
    assert clauses(text) == ([text] if text else [])

"""Each rule of the outline, on a small text made for it."""

import cProfile

import pytest

from rag.ingest.outline import find_outline
from rag.ingest.outline.heading_rules import heading_mark, is_numbered, junk_within
from rag.text.numbers import ordinal
from rag.text.patterns import as_pattern_text, is_byline
from rag.text.sentences import clean
from rag.types.document import Markup, Outline, Section

PARAGRAPH = "全镇上下认真抓好各项工作的落实，居民的生活环境有了明显的改善，受到各方面的好评。"
MARKS = {"article": "#", "section": "§", "point": "•"}


def tree(text: str) -> list[str]:
    """Return the outline of a text below its articles, one line a section."""

    def lines(section: Section, depth: int) -> list[str]:
        line = "  " * depth + MARKS[section.kind] + section.title
        return [line, *(below for child in section.children for below in lines(child, depth + 1))]

    return [line for article in find_outline(text).sections for line in lines(article, 0)]


def below_title(*paragraphs: str) -> list[str]:
    """Return what stands in the outline below a title and a first paragraph."""
    return [line[2:] for line in tree("\n".join(["清河镇工作总结", PARAGRAPH, *paragraphs]))[1:]]


def section(outline: Outline, title: str) -> Section:
    return next(found for article in outline.sections for found in article.walk() if found.title == title)


def text_of(text: str, title: str) -> str:
    found = section(find_outline(text), title)
    return text[found.start : found.end]


# Headings


def test_the_four_levels_of_gb_t_9704():
    assert below_title(
        *("一、总体要求", "（一）指导思想", "1.坚持为民", "（1）走访", PARAGRAPH, "（2）答复", PARAGRAPH),
        *("2.坚持务实", PARAGRAPH, "（二）目标任务", PARAGRAPH, "二、保障措施", PARAGRAPH),
    ) == [
        "§总体要求",
        "  §指导思想",
        "    §坚持为民",
        "      §走访",
        "      §答复",
        "    §坚持务实",
        "  §目标任务",
        "§保障措施",
    ]


def test_half_width_marks_and_the_enumeration_comma_are_the_same_levels():
    assert below_title(
        *(
            "一.总体要求",
            "(一)指导思想",
            PARAGRAPH,
            "(二)目标任务",
            "1、种树",
            PARAGRAPH,
            "2、修路",
            PARAGRAPH,
        ),
        *("二，保障措施", PARAGRAPH),
    ) == ["§总体要求", "  §指导思想", "  §目标任务", "    §种树", "    §修路", "§保障措施"]


def test_numbers_start_again_under_each_parent():
    assert below_title(
        *("一、种树", "（一）选苗", PARAGRAPH, "（二）浇水", PARAGRAPH),
        *("二、修路", "（一）测量", PARAGRAPH, "（二）施工", PARAGRAPH),
    ) == ["§种树", "  §选苗", "  §浇水", "§修路", "  §测量", "  §施工"]


def test_traditional_headings_are_headings():
    assert below_title("一、總體要求", PARAGRAPH, "二、保障措施", PARAGRAPH) == ["§總體要求", "§保障措施"]


def test_a_heading_with_text_in_its_line_is_its_first_sentence():
    text = f"清河镇工作总结\n一、种好树。{PARAGRAPH}\n二、修好路。{PARAGRAPH}\n"

    outline = find_outline(text)

    assert tree(text)[1:] == ["  §种好树", "  §修好路"]
    assert text[slice(*section(outline, "种好树").heading)] == "一、种好树。"
    assert text_of(text, "种好树") == f"一、种好树。{PARAGRAPH}"


def test_a_long_first_sentence_gives_its_first_clause():
    assert below_title(
        "（一）完善制度，" + "并在全镇各个村组认真推行这项制度，" * 5 + "成效很好。",
        "（二）加强培训，" + "并在全镇各个村组认真开展各种培训，" * 5 + "成效很好。",
    ) == ["§完善制度", "§加强培训"]


@pytest.mark.parametrize(
    "line",
    ["1.28亿元的投资已经到位。", "3、4月份是种树的好时候。", "12.5万人参加了活动。", "2024年种了一万棵树。"],
)
def test_a_number_at_the_start_of_a_paragraph_is_no_heading(line):
    assert heading_mark(line) is None
    assert below_title(line + PARAGRAPH, PARAGRAPH) == []


def test_a_number_out_of_its_count_is_no_heading():
    assert below_title("一、种树", PARAGRAPH, "五、六个村也种了树", PARAGRAPH, "二、修路", PARAGRAPH) == [
        "§种树",
        "§修路",
    ]


@pytest.mark.parametrize("line", ["（一）选苗", "1.选苗", "（1）选苗"])
def test_a_lower_heading_without_a_sibling_is_no_heading(line):
    assert below_title("一、种树", line, PARAGRAPH, "二、修路", PARAGRAPH) == ["§种树", "§修路"]


@pytest.mark.parametrize("lines", [["■选苗"], ["■选苗", PARAGRAPH, "■浇水"]], ids=["one", "two"])
def test_marked_lines_below_a_heading_do_not_end_its_count(lines):
    assert "§修路" in below_title("一、种树", *lines, PARAGRAPH, "二、修路", PARAGRAPH)


def test_one_heading_of_the_first_level_is_believed():
    assert below_title("一、种树", PARAGRAPH) == ["§种树"]


def test_a_title_may_start_with_a_year():
    assert below_title(
        *("一、总体情况", PARAGRAPH, "二、2023年工作回顾", PARAGRAPH, "三、2024年工作打算", PARAGRAPH)
    ) == ["§总体情况", "§2023年工作回顾", "§2024年工作打算"]


def test_two_quarters_are_no_heading():
    assert below_title("一、二季度种树一万棵，修路三公里。" + PARAGRAPH) == []


def test_the_closing_text_of_single_paragraph_items_belongs_to_their_parent():
    items = [f"1.缺水。{PARAGRAPH}", f"2.缺人。{PARAGRAPH}", f"3.缺钱。{PARAGRAPH}"]
    text = "\n".join(["清河镇工作总结", "一、主要问题", *items, f"综上所述，{PARAGRAPH}"])

    assert text_of(text, "缺钱") == f"3.缺钱。{PARAGRAPH}"
    assert text_of(text, "主要问题").endswith(f"综上所述，{PARAGRAPH}")


def test_chapters_and_articles_of_a_statute():
    assert tree(
        "清河镇村民公约\n第一章 总则\n第一条 为了建设美丽乡村，制定本公约。\n第二条 本公约适用于全体村民。\n"
        "第二章 卫生\n第三条 每户负责门前的清扫。\n"
    ) == [
        "#清河镇村民公约",
        "  §总则",
        "    §第一条",
        "    §第二条",
        "  §卫生",
        "    §第三条",
    ]


def test_an_article_of_a_statute_that_is_quoted_in_a_sentence_is_no_heading():
    assert below_title("第三条规定，村民应当爱护树木。" + PARAGRAPH) == []


def test_markdown_headings_nest_by_their_number_of_signs():
    assert below_title("## 安装", PARAGRAPH, "### 准备", PARAGRAPH, "## 使用", PARAGRAPH) == [
        "§安装",
        "  §准备",
        "§使用",
    ]


def test_a_markdown_title_is_not_its_own_section():
    assert tree(f"# 手册\n{PARAGRAPH}\n## 安装\n{PARAGRAPH}\n") == ["#手册", "  §安装"]


def test_a_comment_in_a_markdown_code_block_is_no_heading():
    assert below_title("```", "# 先安装", "pip install x", "```", PARAGRAPH) == []


@pytest.mark.parametrize("mark", ["第{}条", "**第{}条**"])
def test_articles_of_a_law_are_found_in_bold_type_too(mark):
    numbers = [mark.format(number) for number in "一二三"]
    lines = [f"{number}　村民应当做好下列事项：\n\n（一）种树；\n\n（二）修路。\n\n" for number in numbers]

    assert tree("清河镇村规\n\n" + "".join(lines))[1:4] == ["  §第一条", "    •种树", "    •修路"]


def test_a_title_in_bold_type_before_its_text_is_shown_without_the_marks():
    text = f"清河镇村规\n\n**第一条** **（目的）**{PARAGRAPH}\n\n**第二条** **（范围）**{PARAGRAPH}\n"

    assert not [line for line in tree(text) if "*" in line]


def test_bold_words_that_are_no_number_begin_no_heading():
    assert heading_mark("**注意**：雷雨时不得上杆。") is None


def test_square_headings():
    assert below_title("■种树的人们", PARAGRAPH, "■ 修路的人们", PARAGRAPH) == ["§种树的人们", "§修路的人们"]


def test_short_lines_that_stand_alone_between_paragraphs():
    assert below_title("种树的人们", PARAGRAPH, "修路的人们", PARAGRAPH) == ["§种树的人们", "§修路的人们"]


def test_a_short_line_that_ends_like_a_sentence_is_none():
    assert below_title("树种好了。", PARAGRAPH, "路修好了。", PARAGRAPH) == []


def test_standalone_lines_are_not_looked_for_where_numbers_head_the_sections():
    assert below_title("一、种树", PARAGRAPH, "种树的人们", PARAGRAPH, "修路的人们", PARAGRAPH) == ["§种树"]


def test_a_heading_that_a_pdf_wrapped_is_one_heading():
    paragraph = ["清河镇是全县最早开展植树造林的乡", "镇之一。多年来，全镇干部群众团结一"] * 5
    wrapped = "\n".join(
        [
            *("清河镇工作总结", *paragraph, "心，绿化了荒山。", ""),
            *("一、坚持植树造林，建设美丽宜居新农", "村", "", *paragraph, "心，绿化了荒山。", ""),
            *("二、坚持修桥铺路，方便群众生产生活", "出行", "", *paragraph, "心。"),
        ]
    )

    assert [line.strip() for line in tree(wrapped)[1:]] == [
        "§坚持植树造林，建设美丽宜居新农村",
        "§坚持修桥铺路，方便群众生产生活出行",
    ]


# Articles


def articles(text: str) -> list[str]:
    return [article.title for article in find_outline(text).sections]


def test_articles_numbered_behind_brackets():
    text = f"范文集合\n导语\n【种树案例】一\n{PARAGRAPH}\n【种树案例】二\n{PARAGRAPH}\n"

    assert articles(text) == ["【种树案例】一", "【种树案例】二"]


def test_articles_numbered_by_piece():
    text = "".join(f"种树范文 {piece}\n{PARAGRAPH}\n" for piece in ("篇1", "篇2", "第三篇"))

    assert articles(text) == ["种树范文 篇1", "种树范文 篇2", "种树范文 第三篇"]


def test_the_number_left_at_the_end_of_a_title_counts_articles_and_is_no_part_of_it():
    text = f"经验材料\n清河镇绿化荒山的经验1\n{PARAGRAPH}\n白石镇修桥铺路的经验2\n{PARAGRAPH}\n"

    assert articles(text) == ["清河镇绿化荒山的经验", "白石镇修桥铺路的经验"]


def test_a_single_number_at_the_end_of_a_line_counts_nothing():
    assert articles(f"清河镇绿化荒山的经验1\n{PARAGRAPH}\n") == ["清河镇绿化荒山的经验1"]


def test_an_article_ends_where_the_next_begins():
    text = f"种树范文 篇1\n{PARAGRAPH}\n种树范文 篇2\n{PARAGRAPH}\n"

    assert text_of(text, "种树范文 篇1") == f"种树范文 篇1\n{PARAGRAPH}"


def test_sections_are_counted_anew_in_each_article():
    one = f"一、选苗\n{PARAGRAPH}\n二、浇水\n{PARAGRAPH}\n"

    assert tree(f"种树范文 篇1\n{one}种树范文 篇2\n{one}") == [
        *("#种树范文 篇1", "  §选苗", "  §浇水"),
        *("#种树范文 篇2", "  §选苗", "  §浇水"),
    ]


NEWSPAPER = "\n".join(
    [
        *("绿化荒山的清河镇", "●王小林", PARAGRAPH, "一、种树", PARAGRAPH, "二、浇水", PARAGRAPH),
        *("（作者单位：清河镇林业站）", PARAGRAPH, "一、测量", PARAGRAPH, "二、施工", PARAGRAPH),
        *("（作者单位：白石镇公路站）", "修桥铺路的白石镇", "●李大山"),
    ]
)


def test_a_newspaper_page_is_divided_where_the_count_starts_again_behind_a_byline():
    assert tree(NEWSPAPER) == [
        *("#绿化荒山的清河镇", "  §种树", "  §浇水"),
        *("#修桥铺路的白石镇", "  §测量", "  §施工"),
    ]


def test_a_title_that_stands_behind_its_article_is_found_where_it_stands():
    late = section(find_outline(NEWSPAPER), "修桥铺路的白石镇")

    assert NEWSPAPER[slice(*late.heading)] == "修桥铺路的白石镇"
    assert late.end == len(NEWSPAPER)


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("●王小林", True),
        ("作者：王小林", True),
        ("（作者单位：清河镇林业站）", True),
        ("(作者單位:清河鎮林業站)", True),
        ("本报记者 王小林", True),
        ("王小林种了一棵树。", False),
        ("作者认为，种树很重要。", False),
    ],
)
def test_a_line_on_the_author(line, is_one):
    assert is_byline(line) is is_one


def test_minutes_between_ruled_lines_are_an_article_each_told_apart_by_their_number():
    def minutes(number: int) -> str:
        head = ["清河镇供水站", "站务会议纪要", f"（2024年第{number}期）", "", "时　　间：2024年5月6日"]
        return "\n".join([*head, "一、5月份供水情况", PARAGRAPH, "二、决定事项", PARAGRAPH])

    text = f"\n\n{'=' * 40}\n\n".join(map(minutes, (1, 2, 3)))

    assert [line for line in tree(text) if line.startswith("#")] == [
        f"#站务会议纪要（2024年第{number}期）" for number in (1, 2, 3)
    ]
    assert tree(text)[1:3] == ["  §5月份供水情况", "  §决定事项"]


def test_pieces_of_a_newspaper_are_called_by_their_titles_not_by_where_they_stood():
    def piece(number: str, title: str) -> str:
        head = [
            f"【之{number}】2024年3月{len(title)}日　第0{len(title) % 9}版",
            "",
            title,
            "",
            "本报记者　小禾",
        ]
        return "\n".join([*head, "", PARAGRAPH, "", "一口井", "", PARAGRAPH, "", "两条渠", "", PARAGRAPH])

    pieces = [piece("一", "上河村：修渠引水"), piece("二", "下河村：种树固沙的十年")]
    text = f"\n\n{'─' * 20}\n\n".join(["《清河报》专栏稿件汇编", *pieces])

    assert [line for line in tree(text) if line.startswith("#")] == [
        "#上河村：修渠引水",
        "#下河村：种树固沙的十年",
    ]
    assert not [line for line in tree(text) if "版" in line]


def test_ruled_lines_between_the_sections_of_one_text_divide_it_into_no_articles():
    parts = ["清河镇供水站简介", f"水源\n{PARAGRAPH}\n{PARAGRAPH}", f"管网\n{PARAGRAPH}\n{PARAGRAPH}"]

    found = [line for line in tree(f"\n\n{'-' * 30}\n\n".join(parts)) if line.startswith("#")]

    assert found == ["#清河镇供水站简介"]


# The title


def test_the_first_line_is_the_title_if_it_looks_like_one():
    assert find_outline(f"\n　清河镇工作总结\n{PARAGRAPH}\n").title == "清河镇工作总结"


def test_a_text_without_a_title_line_is_named_after_its_first_words():
    outline = find_outline(f"{PARAGRAPH}{PARAGRAPH}\n一、种树\n{PARAGRAPH}\n")

    assert outline.title == (PARAGRAPH * 2)[:40] + "…"
    assert outline.sections[0].heading == (0, 0)


def test_a_markdown_title_is_named_without_its_sign():
    assert find_outline(f"# 手册\n{PARAGRAPH}\n").title == "手册"


def test_an_empty_text_has_an_empty_outline():
    assert find_outline("") == Outline("", (), ())
    assert find_outline(" \n\n").sections == ()


# Points


@pytest.mark.parametrize(
    "paragraph",
    [
        "采取三项措施。一是种树。每户种十棵。二是修路。全部硬化。三是治水。清理河道。",
        "采取三項措施。一是种树。每户种十棵。二是修路。全部硬化。三是治水。清理河道。",
        "采取三项措施，一要种树。每户种十棵。二要修路。全部硬化。三要治水。清理河道。",
        "采取三项措施。第一，种树。每户种十棵。第二，修路。全部硬化。第三，治水。清理河道。",
        "采取三项措施：（1）种树。每户种十棵。（2）修路。全部硬化。（3）治水。清理河道。",
        "采取三项措施：①种树。每户种十棵。②修路。全部硬化。③治水。清理河道。",
    ],
)
def test_points_that_count_inside_a_paragraph(paragraph):
    assert below_title(paragraph) == ["•种树", "•修路", "•治水"]


@pytest.mark.parametrize(
    "paragraph",
    [
        "采取三项措施：一是种树；二是修路；三是治水。",
        "采取三项措施：一要种树，每户种十棵；二要修路，全部硬化；三要治水，清理河道。",
    ],
)
def test_points_that_share_a_sentence_have_titles_of_their_own(paragraph):
    assert below_title(paragraph) == ["•种树", "•修路", "•治水"]


def test_points_that_count_from_paragraph_to_paragraph():
    assert below_title("一是种树。每户种十棵。", "二是修路。全部硬化。") == ["•种树", "•修路"]


def test_a_point_reaches_from_its_number_to_the_next():
    text = "清河镇工作总结\n采取两项措施。一是种树。每户种十棵。二是修路。全部硬化。\n后来又治了水。\n"

    assert text_of(text, "种树") == "一是种树。每户种十棵。"
    assert text_of(text, "修路") == "二是修路。全部硬化。"


@pytest.mark.parametrize(
    "paragraph", ["这是一是非之地。" + PARAGRAPH, "一是否种树要看天气，二是否修路要看预算。"]
)
def test_what_only_reads_like_a_count_is_no_point(paragraph):
    assert below_title(paragraph) == []


def test_a_single_point_is_none():
    assert below_title("一是种树。每户种十棵。" + PARAGRAPH) == []


def test_neighbouring_paragraphs_that_open_with_a_short_sentence():
    assert below_title("种好一棵树。" + PARAGRAPH, "修好一条路。" + PARAGRAPH) == [
        "•种好一棵树",
        "•修好一条路",
    ]


def test_points_inside_such_paragraphs_stand_below_them():
    counted = "全年抓了两件事。一是种树。每户种十棵树。二是修路。村道全部硬化。"

    assert below_title("治好一条河。" + counted, "修好一条路。" + PARAGRAPH) == [
        *("•治好一条河", "  •种树", "  •修路"),
        "•修好一条路",
    ]


def test_short_sentences_of_one_shape_inside_a_paragraph():
    assert below_title(
        "全镇着力推进治理。党群联心。干部每周走访十户居民，记下他们的困难并答复。"
        "邻里联防。每个楼栋选出两名楼长，夜间轮流在小区巡逻。商户联营。沿街的商户统一进货，降低了成本和价格。"
    ) == ["•党群联心", "•邻里联防", "•商户联营"]


def test_quoted_short_sentences_inside_a_paragraph():
    assert below_title(
        "全镇着力推进治理。“走出去”学经验。干部分批到外县学习考察，带回不少办法。"
        "“请进来”教技术。专家每个月到田头指导两次，农户受益很大。“留下来”谋发展。大学生回村创业，贷款由镇里贴息补助。"
    ) == ["•“走出去”学经验", "•“请进来”教技术", "•“留下来”谋发展"]


# Junk


@pytest.mark.parametrize(
    "junk",
    [
        "##paidbegin##",
        "来源：清河文库 2.46W",
        "來源:清河文庫",
        "热门标签",
        "熱門標籤",
        "- 3 -",
        "—12—",
        "第 3 页 共 5 页",
    ],
)
def test_a_junk_line_is_set_aside(junk):
    text = f"清河镇工作总结\n{PARAGRAPH}\n{junk}\n{PARAGRAPH}\n"

    outline = find_outline(text)

    assert [text[start:end].strip() for start, end, _ in outline.junk] == [junk]
    assert [text[start:end] for start, end in outline.blocks] == ["清河镇工作总结", PARAGRAPH, PARAGRAPH]


def test_junk_inside_a_line_leaves_the_rest_of_the_line():
    assert below_title("##paidbegin##一、种树", PARAGRAPH, "二、修路##paidend##", PARAGRAPH) == [
        "§种树",
        "§修路",
    ]


def test_a_page_number_inside_a_wrapped_paragraph_is_no_part_of_it():
    lines = ["清河镇是全县最早开展植树造林的乡", "镇之一。多年来，全镇干部群众团结一"] * 12
    text = "\n".join(["清河镇工作总结", *lines[:12], "- 3 -", *lines[12:], "心，绿化了荒山。"])

    outline = find_outline(text)

    assert [text[start:end] for start, end, _ in outline.junk] == ["- 3 -\n"]
    assert "镇之一。多年来，全镇干部群众团结一清河镇是全县" in clean(outline.shown(text), outline.blocks).text


def test_junk_of_two_kinds_in_one_line_is_set_aside_once():
    assert [junk[:2] for junk in junk_within("来源：某网##paidend##")] == [(0, 16)]


def test_a_line_that_says_the_title_again_is_set_aside():
    text = f"清河镇工作总结\n{PARAGRAPH}\n清河镇工作总结\n{PARAGRAPH}\n"

    assert [text[start:end] for start, end, _ in find_outline(text).junk] == ["清河镇工作总结"]


@pytest.mark.parametrize(
    "line",
    [
        *("来源：" + PARAGRAPH, "热门标签很多。", "-3度以下不种树"),
        "第3页写得最好。",
    ],
)
def test_a_sentence_that_starts_like_junk_is_none(line):
    assert list(junk_within(line)) == []


# Small parts


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(
            ("一", 1),
            ("十", 10),
            ("十二", 12),
            ("二十", 20),
            ("九十九", 99),
            ("一百", 100),
            ("一百零五", 105),
        ),
        *(
            ("二百三十", 230),
            ("7", 7),
            ("12", 12),
            ("１２", 12),
            ("①", 1),
            ("⑳", 20),
            ("", 0),
            ("XIV", 14),
            ("C", 3),
            ("⒉", 2),
            ("㈢", 3),
            ("贰", 2),
            ("丙", 3),
        ),
    ],
)
def test_ordinal_reads_numbers_in_every_writing(text, number):
    assert ordinal(text) == number


@pytest.mark.parametrize("text", ["树", "两"])
def test_ordinal_of_what_is_no_number_is_zero(text):
    assert ordinal(text) == 0


def test_pattern_text_keeps_the_length():
    assert as_pattern_text("（一）總體要求：１２") == "(一)总体要求:12"


@pytest.mark.parametrize(
    ("line", "numbered"),
    [("一、种树", True), ("第三章 卫生", True), ("■种树", False), ("# 手册", False), ("种树", False)],
)
def test_which_lines_start_with_a_number(line, numbered):
    assert is_numbered(line) is numbered


def test_the_items_of_a_marked_list_are_points_nested_as_they_are():
    text = "清河镇工作总结\n种树：\n- 选苗。要选好苗。\n  - 买苗\n  - 育苗\n- 浇水\n"
    markup = [
        Markup(text.index(line), text.index(line) + len(line), "item", depth, title)
        for line, depth, title in (
            ("- 选苗。要选好苗。", 1, "选苗。要选好苗。"),
            ("  - 买苗", 2, "买苗"),
            ("  - 育苗", 2, "育苗"),
            ("- 浇水", 1, "浇水"),
        )
    ]

    (article,) = find_outline(text, markup).sections

    assert [(point.title, [inner.title for inner in point.children]) for point in article.children] == [
        ("选苗", ["买苗", "育苗"]),
        ("浇水", []),
    ]


def test_an_underlined_line_is_a_heading_as_deep_as_its_mark_is_new():
    text = f"清河镇\n======\n\n种树\n----\n{PARAGRAPH}\n修路\n~~~~\n上面没有空行。\n\n水\n----\n{PARAGRAPH}\n"

    assert tree(text) == ["#清河镇", "  §种树", "  §水"]


def test_a_table_of_contents_is_set_aside():
    chapters = f"第一章 种树\n{PARAGRAPH}\n第二章 修路\n{PARAGRAPH}\n"
    text = f"清河镇志\n目　录\n第一章 种树……1\n第二章 修路……9\n{chapters}"

    assert tree(text) == ["#清河镇志", "  §种树", "  §修路"]
    assert {junk.rule for junk in find_outline(text).junk} == {"table of contents"}


@pytest.mark.parametrize(
    ("items", "kind"),
    [
        (("（一）种树；", "（二）修路；", "（三）治水。"), "•"),
        (("1.身份证", "2.毕业证"), "•"),
        ((f"（一）种树。{PARAGRAPH}", f"（二）修路。{PARAGRAPH}"), "§"),
    ],
    ids=["clauses", "bare lines", "with text"],
)
def test_the_items_of_an_enumeration_are_points_and_what_has_text_is_a_section(items, kind):
    found = below_title("一、工作", "请准备：", *items, "二、其他", PARAGRAPH)

    assert {line.strip()[0] for line in found if line.startswith("  ")} == {kind}


def test_a_count_that_goes_on_under_the_next_heading_is_one_of_headings():
    assert below_title(
        *("一、种树", f"（一）选苗。{PARAGRAPH}", f"（二）浇水。{PARAGRAPH}"),
        *("二、修路", f"（三）测量。{PARAGRAPH}", f"（四）施工。{PARAGRAPH}"),
    ) == ["§种树", "  §选苗", "  §浇水", "§修路", "  §测量", "  §施工"]


def test_an_item_that_begins_with_a_date_counts_with_the_others():
    assert below_title(
        *("一、决定事项", "1.修好水闸，由甲负责。", "2.3月份查出的漏点，由乙负责。", "3.4月5日前备好沙袋。"),
        *("二、其他", PARAGRAPH),
    ) == [
        *("§决定事项", "  •修好水闸，由甲负责", "  •3月份查出的漏点，由乙负责", "  •4月5日前备好沙袋"),
        "§其他",
    ]


def test_decimal_numbers_stand_under_the_chapter_they_count_in():
    assert below_title(
        *("1 概述", "1.1 目的", PARAGRAPH, "1.2 范围", PARAGRAPH, "用到三样：", "1. 锄头", "2. 水桶"),
        *("2 安装", "2.1 准备", PARAGRAPH, "2.5 公尺以外不算。", "3.2.1 版也不算"),
    ) == ["§概述", "  §目的", "  §范围", "    •锄头", "    •水桶", "§安装", "  §准备"]


def test_a_notice_and_what_it_issues_are_two_articles():
    text = "\n".join(
        [
            "关于印发《清河镇防汛方案》的通知",
            "各村：",
            PARAGRAPH,
            "清河镇防汛方案",
            "一、目标",
            PARAGRAPH,
            "二、任务",
        ]
    )

    assert [article.title for article in find_outline(text).sections] == [
        "关于印发《清河镇防汛方案》的通知",
        "清河镇防汛方案",
    ]


def test_lines_of_as_many_characters_each_belong_together_though_figures_take_less_room():
    plain = [
        "".join(
            f"如何把{who}分散在各{where}的力量拧成一股绳，是大家一直思考的课题，也是老人们常说的话。"
            for where in "县乡村"
        )
        for who in ("年轻党员", "退休职工", "致富能手", "返乡学生")
    ]
    figures = "公司成立于2012年6月，运营1号线、2号线、4号线，总里程98.7公里，码头171座，党员1127名。"

    def wrapped(paragraph: str) -> str:
        lines = [paragraph[:20], *(paragraph[at : at + 22] for at in range(20, len(paragraph), 22))]
        return "　　" + "\n".join(lines) + "\n\n"

    text = "".join(map(wrapped, [*plain, figures]))

    blocks = [text[start:end] for start, end in find_outline(text).blocks]

    assert [block.replace("\n", "").strip() for block in blocks] == [*plain, figures]


@pytest.mark.parametrize(
    "unit",
    ["一、种树\n", "●王小林\n", "# 标题\n", "目录\n甲\n", "①种\n②水\n", "■种\n◆水\n", "1 树\n1.1 水\n"],
)
def test_the_work_grows_with_the_text_and_no_faster(unit):
    def calls(times: int) -> int:
        profile = cProfile.Profile()
        profile.runcall(find_outline, unit * times)
        return sum(entry.callcount for entry in profile.getstats())

    calls(10)
    assert calls(800) <= 2.5 * calls(400)

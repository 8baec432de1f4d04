"""Tables as blocks: rows with what their columns are called, whatever format they came in."""

from pathlib import Path

import pytest

from rag.ingest.formats import read_file
from rag.ingest.formats.base import ReadingLimits
from rag.ingest.outline import find_outline
from rag.text.tables import header_row, row_at, table_at, tables_of
from rag.types.document import Document

MARKDOWN = """# 出差

| 级别 | 飞机 | 火车 |
|---|---|---|
| 科长 | 经济舱 | 二等座 |
| 处长 | 经济舱 \\| 超级经济舱 | **一等座** |

别的话。
"""
HTML = """<html><body><article><h1>收费</h1><p>收费标准如下，请按项目编码填写申请单，并在送样时一并提交。</p>
<table><tr><th colspan="2">表1 水质</th></tr>
<tr><th>项目</th><th>单价（元）</th></tr>
<tr><td>（一）理化</td><td></td></tr><tr><td>总磷</td><td>80</td></tr><tr><td>总氮</td><td>90</td></tr></table>
<p>以上价格含税，样品由委托方送达实验室收样窗口。</p></article></body></html>"""


def document(name: str, data: bytes) -> Document:
    read = read_file(name, Path(name).suffix, data, ReadingLimits())
    return Document(
        name, read.text, find_outline(read.text, read.markup), read.encoding, "", "", markup=read.markup
    )


def docx(tmp_path: Path) -> bytes:
    import docx

    made = docx.Document()
    made.add_heading("出差", 1)
    table = made.add_table(0, 3)
    for cells in (("级别", "飞机", "火车"), ("科长", "经济舱", "二等座"), ("处长", "经济舱", "一等座")):
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    made.save(str(tmp_path / "a.docx"))
    return (tmp_path / "a.docx").read_bytes()


def test_a_row_reads_alone_with_its_headers():
    [table] = tables_of(document("a.md", MARKDOWN.encode()))

    assert table.header.cells == ("级别", "飞机", "火车")
    assert [row.text for row in table.rows] == [
        "级别：科长 · 飞机：经济舱 · 火车：二等座",
        "级别：处长 · 飞机：经济舱 | 超级经济舱 · 火车：一等座",
    ]


def test_a_row_quotes_its_line_of_the_text():
    made = document("a.md", MARKDOWN.encode())
    [table] = tables_of(made)

    assert made.text[slice(*table.rows[0].span)] == "| 科长 | 经济舱 | 二等座 |"
    assert row_at(made, made.text.index("科长")) == table.rows[0]
    assert row_at(made, made.text.index("级别")) is None
    assert table_at(made, made.text.index("级别")) == table
    assert table_at(made, made.text.index("别的话")) is None


def test_a_word_table_has_the_same_rows(tmp_path):
    [table] = tables_of(document("a.docx", docx(tmp_path)))

    assert [row.text for row in table.rows] == [
        "级别：科长 · 飞机：经济舱 · 火车：二等座",
        "级别：处长 · 飞机：经济舱 · 火车：一等座",
    ]


def test_a_line_over_the_headers_is_the_caption_and_one_among_the_rows_their_group():
    [table] = tables_of(document("a.html", HTML.encode()))

    assert table.caption == "表1 水质"
    assert [row.text for row in table.rows] == [
        "（一）理化 · 项目：总磷 · 单价（元）：80",
        "（一）理化 · 项目：总氮 · 单价（元）：90",
    ]


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ([["级别", "飞机"], ["科长", "经济舱"]], 0),
        ([["表1", ""], ["级别", "飞机"], ["科长", "经济舱"]], 1),
        ([["2024", "125.5"], ["2025", "130.1"]], None),  # figures name nothing
        ([["级别", "飞机"]], None),  # nothing below
    ],
)
def test_the_row_that_names_the_columns(rows, header):
    assert header_row(rows) == header


def test_a_cell_that_spans_rows_stands_in_each_of_them():
    page = """<html><body><article><h1>收费</h1><p>请按科室缴费，并保留好收费凭据备查。</p><table>
<tr><th>科室</th><th>项目</th><th>价格</th></tr>
<tr><td rowspan="2">牙科</td><td>洗牙</td><td>180元</td></tr><tr><td>补牙</td><td>260元</td></tr>
<tr><td>眼科</td><td>验光</td><td>30元</td></tr></table></article></body></html>"""

    [table] = tables_of(document("a.html", page.encode()))

    assert [row.text for row in table.rows] == [
        "科室：牙科 · 项目：洗牙 · 价格：180元",
        "科室：牙科 · 项目：补牙 · 价格：260元",
        "科室：眼科 · 项目：验光 · 价格：30元",
    ]


@pytest.mark.parametrize("is_merged", [True, False], ids=["merged", "blank"])
def test_a_first_cell_that_is_left_out_is_that_of_the_row_above(tmp_path, is_merged):
    import docx

    made = docx.Document()
    table = made.add_table(0, 3)
    rows = (("城市", "级别", "标准"), ("东州", "处级", "480"), ("", "其他", "350"), ("西州", "处级", "520"))
    for cells in rows:
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    if is_merged:
        table.cell(1, 0).merge(table.cell(2, 0)).text = "东州"
    made.save(str(tmp_path / "a.docx"))

    [found] = tables_of(document("a.docx", (tmp_path / "a.docx").read_bytes()))

    assert [row.text for row in found.rows] == [
        "城市：东州 · 级别：处级 · 标准：480",
        "城市：东州 · 级别：其他 · 标准：350",
        "城市：西州 · 级别：处级 · 标准：520",
    ]

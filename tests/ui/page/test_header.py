from rag.types.document import DocumentInfo
from ui.page.header import header
from ui.page.texts import words_in

WORDS = words_in("zh-Hans")


def info(number, title="题"):
    return DocumentInfo(f"{number:03}.txt", title, 1234, 5, "utf-8", 1.0, "0", "/")


def test_the_head_counts_and_lists_the_documents():
    html = header([info(1), info(2)], WORDS)
    assert "文档库：2 份文档" in html
    assert '<a href="documents/001.txt/text" target="_blank" rel="noopener">题</a>' in html
    assert "1,234 字" in html


def test_a_large_library_is_not_listed_whole():
    html = header([info(number) for number in range(130)], WORDS)
    assert html.count("<li>") == 101
    assert "另有 30 份" in html


def test_an_empty_library_says_what_to_do():
    assert "yinju ingest" in header([], WORDS)


def test_a_library_that_cannot_be_read_says_so():
    html = header([], WORDS, "读不了<b>")
    assert "读不了&lt;b&gt;" in html
    assert "yinju ingest" not in html


def test_a_title_is_shown_and_not_obeyed():
    assert "<script" not in header([info(1, "<script>")], WORDS)

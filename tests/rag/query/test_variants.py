"""What Taiwan and the mainland call differently is found by either name."""

import pytest

from rag.build import build_pipeline
from rag.ingest.ingest import store_passages
from rag.query.variants import in_the_library_s_words
from rag.settings import Settings
from rag.text.normalize import terms


def seen_in(text: str):
    known = set(terms(text))
    return lambda words: known & set(words)


@pytest.mark.parametrize(
    ("question", "language", "library", "expected"),
    [
        ("公司用什麼軟體？", "zh-Hant", "公司用软件办公", "公司用什麼軟件？"),
        ("公司用什么软件？", "zh-Hans", "公司用軟體辦公", "公司用什么软体？"),
        ("網路資訊由誰管理？", "zh-Hant", "网络信息由办公室管理", "網絡信息由誰管理？"),
        ("网络信息由谁管理？", "zh-Hans", "網路資訊由辦公室管理", "网路资讯由谁管理？"),
    ],
)
def test_a_word_that_stands_nowhere_is_written_as_the_library_has_it(question, language, library, expected):
    assert in_the_library_s_words(question, language, seen_in(library)) == expected


@pytest.mark.parametrize(
    ("question", "language", "library"),
    [
        ("幹部檔案由誰管理？", "zh-Hant", "干部档案和文件由办公室管理"),  # 檔案 stands there: no 文件
        ("公司用什么软件？", "zh-Hans", "渡口开轮船"),  # neither word stands there
        ("公司用什么软件？", "zh-Hans", "公司用软件，也用软体"),
        ("What software is used?", "en", "公司用软件办公"),
        ("？！", "zh-Hans", "公司用软件办公"),
    ],
)
def test_other_questions_are_left_as_they_are(question, language, library):
    assert in_the_library_s_words(question, language, seen_in(library)) == question


@pytest.mark.parametrize(
    ("question", "document", "understood"),
    [
        ("哪個部門開發軟體？", "hans", "哪個部門開發軟件？"),
        ("哪个部门维护 Web 网络？", "hant", "哪个部门维护 Web 网路？"),
        ("哪個部門維護網路？", "hant", "哪個部門維護網路？"),
    ],
)
def test_a_question_is_asked_in_the_words_of_the_library(tmp_path, question, document, understood):
    pipeline = build_pipeline(Settings.read(library=tmp_path), create=True)
    rows = [("hans", "", "信息科开发软件。"), ("hant", "", "資訊室維護網路。"), ("else", "", "食堂有饭。")]
    store_passages(pipeline.corpus, rows)

    answer = pipeline.ask(question)

    assert (answer.understood, answer.passages[0].document) == (understood, document)
    pipeline.close()

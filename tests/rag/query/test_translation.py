"""English questions in the words that a library has."""

from collections import Counter

import pytest

from rag.build import build_pipeline
from rag.ingest.ingest import store_passages
from rag.query.rewrite import rewrite
from rag.query.translation import counted_nouns, terms_of_word, translate, word_for_word
from rag.settings import Settings
from rag.text.normalize import terms

LIBRARY = (
    "青河县的果园有十二名职工，村民在医院坐轮椅。投资24.22亿元，5月9日开工。两项措施，临江市的苏振华主任。"
)


def counted(words):
    known = Counter(terms(LIBRARY))
    return {word: known[word] for word in words}


def meant(question: str) -> dict[str, tuple[str, ...]]:
    return {meaning.word: meaning.alternatives for meaning in translate(question, counted).meant}


def test_words_mean_what_the_library_has_of_them():
    found = meant("Why did the villager in the hospital use a wheelchair?")

    assert "村民" in found["villager"]
    assert found["hospital"] == ("医院",)
    assert found["wheelchair"] == ("轮椅",)


def test_a_word_that_nothing_is_called_by_is_unknown():
    found = translate("Which volcano erupted?", counted)

    assert found.meant == ()
    assert found.unknown == ("volcano", "erupted")


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Which orchard does Qinghe County have?", "青河"),
        ("Who manages Linjiang?", "临江"),
        ("What is the post of Su Zhenhua?", "苏振华"),
    ],
)
def test_a_name_in_pinyin_is_read_as_the_library_writes_it(question, name):
    assert translate(question, counted).names == (name,)


def test_an_english_word_is_not_read_as_pinyin():
    assert translate("How Hospital and Orchard differ", counted).names == ()


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("Who invested 2.422 billion yuan?", "24.22亿"),
        ("What began on 9 May?", "5月9日"),
        ("What began on May 9?", "5月9日"),
        ("Who are the twelve workers?", "十二名职工"),
        ("What are the two measures?", "两项措施"),
    ],
)
def test_numbers_and_dates_are_written_as_in_chinese(question, number):
    assert any(number in ways for ways in meant(question).values())


def test_a_word_is_told_by_its_pairs_of_characters():
    assert terms_of_word("措施") == ["措施"]
    assert terms_of_word("县") == ["县"]
    assert terms_of_word("24.22亿") == ["24.22"]


@pytest.fixture
def pipeline(tmp_path):
    made = build_pipeline(Settings.read(library=tmp_path), create=True)
    rows = [
        ("county", "", "白河县去年新建果园。全县有职工三百名。果园投资五万元。食堂在南边。"),
        ("river", "", "百合去年开花。水库里有鱼。"),
        ("canteen", "", "食堂有饭。今年没有别的事。"),
    ]
    store_passages(made.corpus, rows)
    yield made
    made.close()


def test_an_english_question_finds_the_chinese_words(pipeline):
    answer = pipeline.ask("How many workers does Baihe County have?")

    assert answer.understood == "How many workers does Baihe County have? 白河"
    assert answer.passages[0].document == "county"
    assert pipeline.best_sentence("How many workers are there?", "county") == "全县有职工三百名。"


def understood(pipeline, question):
    with pipeline.planner() as planner:
        return planner.understood(question, (), None)


def test_what_follows_a_name_tells_which_of_two_is_meant(pipeline):
    query = understood(pipeline, "What is new in Baihe County?")

    assert [m.alternatives for m in query.meant if m.word == "baihe"] == [("白河",)]


def test_what_is_counted_is_known(pipeline):
    query = understood(pipeline, "How many workers does Baihe County have?")

    assert "职工" in counted_nouns(query)
    assert counted_nouns(rewrite("食堂有什么？")) == ()


def test_words_that_stand_nowhere_count_as_unseen(pipeline):
    known, unknown = (
        pipeline.found_alone("How many workers does Baihe County have?").question,
        pipeline.found_alone("Which volcano erupted in Baihe County?").question,
    )

    assert known.unseen < 0.1 < unknown.unseen


def test_a_chinese_question_has_no_meanings(pipeline):
    query = understood(pipeline, "白河县有多少职工？")

    assert (query.meant, query.unknown) == ((), ())


def test_a_question_goes_into_chinese_words_that_the_text_has(pipeline):
    question = pipeline.found_alone("How many workers does Baihe County have?").question

    assert word_for_word(question.query, question.analysis.asks, "白河县有职工三百名。") == "白河职工县多少？"


def test_an_english_question_is_read_in_chinese(pipeline):
    question = pipeline.found_alone("How many workers does Baihe County have?").question
    text = "全县有学校二十所。全县有职工三百名。"

    span = question.read([text])[0].best_span()

    assert "三百" in text[span.start : span.end]


def test_an_english_word_is_found_in_any_form_that_the_library_has():
    known = Counter(terms("The limit was exceeded twice. Wells exceeding it, twelve in all, are closed."))
    found = translate(
        "Which well exceeds the limit, one of twelve?", lambda words: {word: known[word] for word in words}
    )

    ways = {meaning.word: meaning.alternatives for meaning in found.meant}
    assert set(ways["exceed"]) >= {"exceeded", "exceeding"}
    assert "wells" in ways["well"]
    assert "twelve" in ways["twelve"]


def test_may_is_a_month_only_where_it_begins_no_question():
    known = Counter(terms("5月开工。5月9日验收。"))

    def months(question: str) -> list[str]:
        found = translate(question, lambda words: {word: known[word] for word in words})
        return [way for meaning in found.meant for way in meaning.alternatives]

    assert months("It is done. May we begin?") == []
    assert months("Did it begin in May?") == ["5月"]

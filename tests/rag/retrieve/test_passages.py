import pytest

from rag.query.rewrite import rewrite
from rag.retrieve.passages import PassageBuilder, in_turn
from rag.retrieve.retriever import RankedChunk
from rag.text.sentences import clean
from rag.types.document import Span
from rag.types.evidence import Passage
from tests.doubles import ORCHARD, snapshot_of

LINES = ["甲村今年种树一千棵。", "乙村今年修路两公里。", "丙村今年挖井三口。", "丁村今年养牛两百头。"]
LONG = "各项工作都按照计划完成了，群众的满意度也提高了很多。" * 3
TEXT = f"四村工作简报\n{LONG}\n" + "".join(
    f"{number}、{line}{LONG}\n" for number, line in zip("一二三四", LINES, strict=True)
)


@pytest.fixture
def builder(pipeline_of):
    pipeline = pipeline_of({"a.txt": TEXT, "orchard.txt": ORCHARD})
    return PassageBuilder(snapshot_of(pipeline))


def candidates(*ids: int) -> list[RankedChunk]:
    return [RankedChunk(id_, 1.0 - n / 10, 0.0, 0.0) for n, id_ in enumerate(ids)]


def ids_of(builder, name: str) -> list[int]:
    return [chunk.id for chunk in builder._library.chunks_of(name)]


def test_a_passage_is_a_chunk_with_where_it_stands(builder):
    chunk = builder._library.chunks_of("a.txt")[2]

    (passage,) = builder.passages(candidates(chunk.id), 5)

    assert (passage.id, passage.document, passage.score) == (chunk.id, "a.txt", 1.0)
    assert passage.title == "四村工作简报"
    assert passage.heading_path == chunk.path
    assert passage.text == chunk.text


def test_neighbours_of_a_section_that_were_found_too_are_one_passage(builder):
    _, one, two, three, _ = ids_of(builder, "a.txt")

    passages = builder.passages(candidates(two, three, one), 5)

    assert [(passage.id, passage.score) for passage in passages] == [(one, 1.0)]
    assert passages[0].heading_path == ("四村工作简报",)
    assert [line in passages[0].text for line in LINES] == [True, True, True, False]


def test_chunks_apart_are_passages_apart_the_best_first(builder):
    first, _, two, *_ = ids_of(builder, "a.txt")

    assert [passage.id for passage in builder.passages(candidates(two, first), 5)] == [two, first]


def test_chunks_of_two_documents_are_never_merged(builder):
    last, other = ids_of(builder, "a.txt")[-1], ids_of(builder, "orchard.txt")[0]

    passages = builder.passages(candidates(last, other), 5)

    assert [passage.document for passage in passages] == ["a.txt", "orchard.txt"]


@pytest.mark.parametrize("k", [1, 2])
def test_there_are_at_most_k(builder, k):
    first, _, two, _, four = ids_of(builder, "a.txt")

    assert len(builder.passages(candidates(first, two, four), k)) == k


@pytest.mark.parametrize(
    ("question", "other_score", "expected"),
    [
        ("今年做了什么？", 0.8, ["a.txt", "orchard.txt"]),
        ("今年做了什么？", 0.3, ["a.txt", "a.txt"]),  # what others have is much weaker
        ("《四村工作简报》说今年做了什么？", 0.8, ["a.txt", "a.txt"]),
    ],
)
def test_one_document_leaves_room_for_others_that_are_nearly_as_good(
    builder, question, other_score, expected
):
    first, _, two, *_ = ids_of(builder, "a.txt")
    other = ids_of(builder, "orchard.txt")[0]
    found = [
        RankedChunk(id_, score, score, score)
        for id_, score in ((first, 1.0), (two, 0.9), (other, other_score))
    ]

    passages = builder.passages(found, 2, rewrite(question))

    assert [passage.document for passage in passages] == expected


def test_a_question_put_to_one_document_is_answered_from_it_alone(builder):
    ids = ids_of(builder, "a.txt")
    found = [RankedChunk(id_, 1.0, 1.0, 1.0) for id_ in (ids[0], ids[2], ids[4])]

    assert len(builder.passages(found, 3, rewrite("今年做了什么？", documents=["a.txt"]))) == 3


def test_room_that_no_other_document_takes_goes_to_the_same(builder):
    ids = ids_of(builder, "a.txt")

    passages = builder.passages(candidates(ids[0], ids[2], ids[4]), 3, rewrite("今年做了什么？"))

    assert [passage.document for passage in passages] == ["a.txt"] * 3


def test_a_chunk_that_is_gone_is_passed_over(builder):
    first = ids_of(builder, "a.txt")[0]

    assert [passage.id for passage in builder.passages(candidates(999, first), 5)] == [first]


def test_no_candidates_make_no_passages(builder):
    assert builder.passages([], 5) == []


def test_sentences_are_quoted_from_the_raw_text_and_told_from_headings(builder):
    (passage,) = builder.passages(candidates(ids_of(builder, "orchard.txt")[2]), 5)

    assert [(sentence.text, sentence.is_heading, sentence.block) for sentence in passage.sentences] == [
        ("二、闯市场，扩大销路", True, 0),
        ("果园与城里的超市签订了供货合同，全年卖出苹果3200吨，收入1850万元。", False, 1),
    ]
    assert [ORCHARD[start:end] for start, end in (sentence.span for sentence in passage.sentences)] == [
        sentence.text for sentence in passage.sentences
    ]


@pytest.mark.parametrize(
    "question", ["企业怎样关心职工的生活？", "如何選樹先進典型？", "问题管理分为哪些步骤？"]
)
def test_passages_of_the_seeds_are_their_raw_text_cleaned(seeds, question):
    for passage in seeds.search(question, k=20):
        text = seeds.document(passage.document).text
        shown = "".join(passage.text.split())
        assert "".join(clean(text, passage.spans).text.split()) == shown
        for sentence in passage.sentences:
            assert "".join(text[slice(*sentence.span)].split()) == "".join(sentence.text.split())
            assert "".join(sentence.text.split()) in shown


def test_passages_found_for_several_questions_come_in_turn_and_none_twice():
    def passage(number: int, start: int) -> Passage:
        spans = (Span(start, start + 10),)
        return Passage(
            id=number, document="a.txt", title="", heading_path=(), text="", spans=spans, score=0.0
        )

    first, second, third, again = passage(1, 0), passage(2, 20), passage(3, 40), passage(4, 20)

    assert in_turn([[first, third], [second]], [again], 8) == [first, second, third]
    assert in_turn([[first, third], [second]], [], 2) == [first, second]
    assert in_turn([[], []], [again, first], 8) == [again, first]


MANUAL = """# 取水监测手册

## 校准配置

零点写在下面的文件里：

```ini
# 单位是米
zero = 0.35
unit = m
```

---

## 告警级别

| 级别 | 处理 |
| :--- | ---: |
| 红 | 停泵 |
"""


def test_a_block_of_code_is_one_sentence_and_what_draws_it_is_none(pipeline_of):
    builder = PassageBuilder(snapshot_of(pipeline_of({"手册.md": MANUAL})))

    sentences = builder.whole("手册.md", 1.0).sentences

    assert [sentence.text for sentence in sentences] == [
        *("取水监测手册", "校准配置", "零点写在下面的文件里："),
        "# 单位是米\nzero = 0.35\nunit = m",
        *("告警级别", "级别：红 · 处理：停泵"),
    ]
    code = sentences[3]
    assert MANUAL[code.span.start : code.span.end] == code.text

"""The one object behind every door."""

import threading

import pytest

from rag.errors import InputError, UnknownDocumentError, UnknownNameError
from rag.ingest.ingest import store_passages
from rag.store.library_reader import LibraryReader
from rag.types.query import Turn
from tests.doubles import TEXTS

# What is asked for


@pytest.mark.parametrize("k", [1, 3, 50])
def test_at_most_k_passages_are_given_best_first(seeds, k):
    passages = seeds.search("企业怎样关心职工？", k=k)

    assert 1 <= len(passages) <= k
    assert [passage.score for passage in passages] == sorted((p.score for p in passages), reverse=True)


@pytest.mark.parametrize("k", [0, -1, 51])
def test_a_number_of_passages_out_of_bounds_is_refused_by_its_name(small, k):
    with pytest.raises(InputError, match=f"top_k is {k}: give a number from 1 to 50") as caught:
        small.stream("轮船？", top_k=k)
    assert caught.value.field == "top_k"
    with pytest.raises(InputError, match=f"k is {k}"):
        small.search("轮船", k=k)


def test_documents_limit_what_an_answer_is_made_of(small):
    answer = small.ask("轮船末班是几点？", documents=["orchard.txt"])

    assert {passage.document for passage in answer.passages} == {"orchard.txt"}
    assert {citation.document for citation in answer.citations} <= {"orchard.txt"}
    assert small.search("轮船", documents=[]) == []


def test_a_follow_up_is_understood_with_what_was_said(small):
    history = [Turn("user", "青石镇果园有多少职工？"), Turn("assistant", "职工62名。[1]")]

    answer = small.ask("那负责人呢？", history=history)

    assert answer.understood == "青石镇果园有多少职工？ 那负责人呢？"
    assert answer.passages[0].document == "orchard.txt"


def test_a_document_is_given_by_name(small):
    assert small.document("ferry.txt").text == TEXTS["ferry.txt"]
    assert [info.name for info in small.documents()] == sorted(TEXTS)


def test_the_signs_of_a_question_tell_known_from_unknown_words(small):
    known, unknown = small.found_alone("轮船末班").question, small.found_alone("火箭燃料").question

    assert known.unseen < unknown.unseen


# Streams


def test_a_stream_gives_passages_then_text_then_the_answer(small):
    passages, *pieces, answer = small.stream("青石镇采取了哪三项措施改良土壤？")

    assert isinstance(passages, tuple)
    assert all(isinstance(piece, str) for piece in pieces)
    assert len(pieces) > 1
    assert "".join(pieces).strip() == answer.answer
    assert answer.passages == passages
    assert set(answer.timings_ms) == {"retrieve", "answer"}


def test_two_answers_have_two_request_ids_and_are_the_same_otherwise(small):
    one, other = small.ask("轮船末班是几点？"), small.ask("轮船末班是几点？")

    assert one.request_id != other.request_id
    assert (one.answer, one.citations, one.passages) == (other.answer, other.citations, other.passages)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"question": ""}, InputError),
        ({"question": "问" * 4001}, InputError),
        ({"question": "\ud800"}, InputError),
        ({"question": "轮船？", "top_k": 0}, InputError),
        ({"question": "轮船？", "backend": "nobody"}, UnknownNameError),
        ({"question": "轮船？", "documents": ["not-there.txt"]}, UnknownDocumentError),
    ],
    ids=lambda value: next(reversed(value)) if isinstance(value, dict) else "",
)
def test_what_is_wrong_with_a_question_is_raised_before_the_first_event(small, wrong, error):
    with pytest.raises(error):
        small.stream(wrong.pop("question"), **wrong)


def test_an_unknown_document_is_refused_by_search_too(small):
    with pytest.raises(UnknownDocumentError):
        small.search("轮船", documents=["not-there.txt"])


# Odd cases


def test_an_empty_library_abstains(open_pipeline):
    answer = open_pipeline().ask("轮船末班是几点？")

    assert answer.abstained
    assert (answer.passages, answer.citations) == ((), ())


@pytest.mark.parametrize(
    "question",
    ["？？？", "😀", "12345", "“”", "[1]", "AND OR NOT (", "a\tb\nc", "𠮷", "轮船" * 2000, "\x00轮船"],
)
def test_any_question_has_an_answer_whose_quotes_are_exact(small, question):
    answer = small.ask(question)

    assert answer.answer
    for citation in answer.citations:
        assert TEXTS[citation.document][citation.start : citation.end] == citation.quote


def test_a_name_in_quotes_is_looked_up_in_a_document_without_a_title(open_pipeline):
    pipeline = open_pipeline(embedder="static")
    store_passages(
        pipeline.corpus, [("1", "", "“三看”是指看船体、看天气、看水位。"), ("2", "", "今天的天气很好。")]
    )

    assert "看水位" in pipeline.ask("“三看”是指看什么？").answer


def test_several_threads_ask_at_once(small):
    expected = small.ask("轮船末班是几点？").answer
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda: answers.append(small.ask("轮船末班是几点？").answer))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [expected] * 6


def test_each_part_of_a_question_is_answered_however_few_passages_are_asked_for(pipeline_of):
    texts = {
        "果园.txt": "青石镇果园简介\n青石镇的果园在东山坡上，共种下苹果树四万棵。\n",
        "渡口.txt": "白河渡口管理办法\n白河渡口的渡船由船队长李春生负责，每天开十二班。\n",
    }
    answer = pipeline_of(texts, embedder="static").ask(
        "青石镇的果园种了多少棵苹果树？白河渡口的渡船由谁负责？", top_k=1
    )

    assert [citation.document for citation in answer.citations] == ["果园.txt", "渡口.txt"]
    assert "李春生" in answer.answer


@pytest.mark.parametrize(
    "question", ["轮船末班是几点？", "果园和图书馆的负责人各是谁？", "青石镇采取了哪三项措施改良土壤？"]
)
def test_a_question_asked_again_reads_the_library_five_times_at_most(small, monkeypatch, question):
    statements = []
    own = LibraryReader._all

    def counted(self, sql, *values):
        statements.append(sql)
        return own(self, sql, *values)

    first = small.ask(question)
    monkeypatch.setattr(LibraryReader, "_all", counted)

    assert small.ask(question).answer == first.answer
    assert 1 <= len(statements) <= 5

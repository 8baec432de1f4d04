"""Documents that change: only what is new is made anew, and nobody sees half of a change."""

import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from rag.clean import clean
from rag.errors import UnknownDocumentError
from rag.ingest import IngestReport, ingest, remove
from rag.library import Library
from rag.pipeline import Pipeline
from rag.rebuild import rebuild
from tests.doubles import FERRY, ORCHARD, write_files

NUMBERS = "一二三四五六七八九十"
TOPICS = ("修路", "种树", "治水", "办学", "养老", "防火", "卫生", "文化", "旅游", "财务")
TITLE = "青石镇年度工作总结"


def section(topic: str, year: int = 2023) -> str:
    """Return some sentences that no other topic and year has."""
    return "".join(
        f"{year}年{topic}工作第{n}项已经完成，{topic}经费{year + n}元全部到位。" for n in range(1, 6)
    )


def long_text(sections: Sequence[tuple[str, str]], title: str = TITLE) -> str:
    """Return a document of headed sections."""
    parts = [f"{NUMBERS[i]}、{heading}\n{body}\n" for i, (heading, body) in enumerate(sections)]
    return f"{title}\n" + "".join(parts)


SECTIONS = [(topic, section(topic)) for topic in TOPICS]
LONG = long_text(SECTIONS)


class Asked:
    """What an embedder was asked for since it was last looked at."""

    def __init__(self, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
        self._texts: list[str] = []
        embed = pipeline.embedder.embed_passages

        def noted(texts: Sequence[str]):
            self._texts += texts
            return embed(texts)

        monkeypatch.setattr(pipeline.embedder, "embed_passages", noted)

    def texts(self) -> list[str]:
        """Return the texts, without their heading paths, and forget them."""
        texts, self._texts = self._texts, []
        return [text.partition("\n")[2] for text in texts]


@pytest.fixture
def pipeline(open_pipeline) -> Pipeline:
    return open_pipeline(chunk_tokens=200)


@pytest.fixture
def asked(pipeline, monkeypatch) -> Asked:
    return Asked(pipeline, monkeypatch)


@pytest.fixture
def put(pipeline, tmp_path) -> Callable[..., IngestReport]:
    """Write a text to a file and bring it in."""

    def put_it(text: str, name: str = "a.txt") -> IngestReport:
        folder = write_files(tmp_path / "files", {name: text})
        report = ingest(pipeline, [folder / name])
        assert report.failed == {}
        return report

    return put_it


def chunks(pipeline: Pipeline, name: str = "a.txt") -> dict[int, str]:
    return {chunk.id: chunk.text for chunk in pipeline.library.chunks_of(name)}


def check_whole(pipeline: Pipeline) -> None:
    """Prove that chunks are what stands in their texts and both views hold exactly the library's."""
    for info in pipeline.documents():
        document = pipeline.document(info.name)
        for chunk in pipeline.library.chunks_of(info.name):
            assert chunk.text == clean(document.shown, chunk.pieces).text
    ids = pipeline.library.chunk_ids().tolist()
    with pipeline.views.current() as (store, text):
        assert store.ids().tolist() == text.ids().tolist() == ids
        assert store.change == text.change == pipeline.library.change


def found(pipeline: Pipeline, words: str) -> list[str]:
    """Return the texts of the passages that hold some words, as full text finds them."""
    return [p.text for p in pipeline.search(words, k=50, legs="lexical") if words in p.text]


# Only what is new is made anew


def test_only_the_chunks_of_a_changed_section_are_embedded(pipeline, asked, put):
    put(LONG)
    before = chunks(pipeline)
    asked.texts()

    changed = [*SECTIONS[:4], ("办学", section("办学", 2024)), *SECTIONS[5:]]
    report = put(long_text(changed))

    after = chunks(pipeline)
    new = [text for id_, text in after.items() if id_ not in before]
    assert report.replaced == ["a.txt"]
    assert asked.texts() == new
    assert 0 < len(new) <= 2 < len(before)
    assert {id_: text for id_, text in after.items() if id_ in before}.items() <= before.items()
    check_whole(pipeline)


def test_a_changed_section_is_found_by_its_new_words_only(pipeline, put):
    put(LONG)
    assert found(pipeline, "2023年办学")

    put(long_text([*SECTIONS[:4], ("办学", section("办学", 2024)), *SECTIONS[5:]]))

    assert found(pipeline, "2024年办学")
    assert found(pipeline, "2023年办学") == []
    assert found(pipeline, "2023年种树")


def test_text_put_before_moves_the_chunks_behind_it(pipeline, asked, put):
    put(LONG)
    before = pipeline.library.chunks_of("a.txt")
    asked.texts()

    longer = section("修路") + "另外又修了一座桥，长三十米。"
    put(long_text([("修路", longer), *SECTIONS[1:]]))

    after = {chunk.id: chunk for chunk in pipeline.library.chunks_of("a.txt")}
    moved = [chunk for chunk in before if chunk.id in after and "修路" not in chunk.text]
    assert len(moved) >= len(before) - 2
    by = len("另外又修了一座桥，长三十米。")
    for chunk in moved:
        assert [(start + by, end + by) for start, end in chunk.pieces] == [*after[chunk.id].pieces]
    assert len(asked.texts()) <= 2
    check_whole(pipeline)


def test_a_passage_of_a_chunk_that_moved_quotes_its_words(pipeline, put):
    put(LONG)
    put("　\n\n" + LONG.replace("一、修路\n", "一、修路\n这一年修路很多。\n"))

    (passage,) = [p for p in pipeline.search("防火经费", k=50) if p.heading_path[-1] == "防火"]
    text = pipeline.document("a.txt").text

    assert passage.text.replace("\n", "") in text.replace("\n", "")
    assert all(text[s.span.start : s.span.end] == s.text for s in passage.sentences)


def test_a_section_that_moved_keeps_its_chunk(pipeline, asked, put):
    unnumbered = [(heading, body) for heading, body in SECTIONS]
    put(long_text(unnumbered))
    before = chunks(pipeline)
    asked.texts()

    put(long_text([*unnumbered[5:], *unnumbered[:5]]))

    assert chunks(pipeline).keys() == before.keys()
    assert list(chunks(pipeline)) != list(before)
    assert asked.texts() == []
    check_whole(pipeline)


def test_equal_paragraphs_keep_one_chunk_each(pipeline, put):
    same = ("办法", section("办法"))
    put(long_text([same, SECTIONS[0], same, SECTIONS[1], same]))
    before = [id_ for id_, text in chunks(pipeline).items() if "2023年办法" in text]
    assert len(before) == 3

    put(long_text([SECTIONS[2], same, same]))

    assert [id_ for id_, text in chunks(pipeline).items() if "2023年办法" in text] == before[:2]
    assert len(found(pipeline, "2023年办法")) >= 1
    check_whole(pipeline)


def test_a_document_that_was_cut_to_one_line_holds_no_more(pipeline, asked, put):
    put(LONG)
    put(FERRY, "b.txt")
    asked.texts()

    put("每天开船六班。\n")

    assert list(chunks(pipeline).values()) == ["每天开船六班。"]
    assert asked.texts() == ["每天开船六班。"]
    assert found(pipeline, "2023年") == []
    check_whole(pipeline)


def test_the_same_text_under_another_heading_is_embedded_anew(pipeline, asked, put):
    put(LONG)
    before = chunks(pipeline)
    asked.texts()

    renamed = [("交通", SECTIONS[0][1]), *SECTIONS[1:]]
    put(long_text(renamed))

    new = chunks(pipeline).keys() - before.keys()
    assert [chunks(pipeline)[id_] for id_ in sorted(new)] == asked.texts()
    assert all("2023年修路" in chunks(pipeline)[id_] for id_ in new)
    assert new
    check_whole(pipeline)


def test_another_title_is_above_every_chunk(pipeline, asked, put):
    put(LONG)
    before = chunks(pipeline)
    asked.texts()

    put(long_text(SECTIONS, title="白沙镇年度工作总结"))

    assert chunks(pipeline).keys() & before.keys() == set()
    assert len(asked.texts()) == len(before)
    assert found(pipeline, "白沙镇年度工作总结") or pipeline.search("白沙镇")[0].title == "白沙镇年度工作总结"
    check_whole(pipeline)


def test_a_text_that_comes_back_as_it_was_is_embedded_anew(pipeline, asked, put):
    put(LONG)
    put(FERRY)
    asked.texts()

    put(LONG)

    assert len(asked.texts()) == len(chunks(pipeline))
    check_whole(pipeline)


def test_identical_bytes_change_nothing(pipeline, asked, put):
    put(LONG)
    before = (pipeline.library.change, chunks(pipeline), pipeline.search("防火"))
    asked.texts()

    report = put(LONG)

    assert report.unchanged == ["a.txt"]
    assert asked.texts() == []
    assert (pipeline.library.change, chunks(pipeline), pipeline.search("防火")) == before


def test_other_bytes_of_the_same_text_keep_every_chunk(pipeline, asked, tmp_path, put):
    put(LONG)
    before = chunks(pipeline)
    asked.texts()

    write_files(tmp_path / "files", {"a.txt": LONG.encode("gb18030")})
    report = ingest(pipeline, [tmp_path / "files"])

    assert report.replaced == ["a.txt"]
    assert chunks(pipeline) == before
    assert asked.texts() == []
    assert pipeline.document("a.txt").encoding == "gb18030"
    check_whole(pipeline)


def test_a_section_that_moves_to_another_document_is_embedded_there(pipeline, asked, put):
    put(LONG)
    put(FERRY, "b.txt")
    asked.texts()

    put(long_text(SECTIONS[:9]))
    put(FERRY + section("财务"), "b.txt")

    assert any("2023年财务" in text for text in asked.texts())
    assert {
        p.document for p in pipeline.search("2023年财务经费", k=50, legs="lexical") if "财务" in p.text
    } == {"b.txt"}
    check_whole(pipeline)


def test_several_changed_documents_of_one_ingest_keep_what_is_theirs(pipeline, asked, tmp_path):
    texts = {f"{topic}.txt": LONG.replace("镇", topic) for topic in TOPICS}
    ingest(pipeline, [write_files(tmp_path / "files", texts)])
    before = {name: chunks(pipeline, name) for name in texts}
    asked.texts()

    changed = {name: text.replace("2023年防火", "2024年防火") for name, text in texts.items()}
    ingest(pipeline, [write_files(tmp_path / "files", changed)])

    for name in texts:
        after = chunks(pipeline, name)
        assert [text for id_, text in after.items() if id_ not in before[name]] == [
            text for text in after.values() if "2024年防火" in text
        ]
    assert len(asked.texts()) == sum(
        "2024年防火" in text for name in texts for text in chunks(pipeline, name).values()
    )
    check_whole(pipeline)


def test_a_rebuild_keeps_nothing(pipeline, asked, put):
    put(LONG)
    before = chunks(pipeline)
    asked.texts()

    rebuild(pipeline)

    assert list(chunks(pipeline).values()) == list(before.values())
    assert chunks(pipeline).keys() & before.keys() == set()
    assert len(asked.texts()) == len(before)
    check_whole(pipeline)


def test_many_changes_leave_the_library_as_one_ingest_would(pipeline, put, open_pipeline, tmp_path):
    orders = [SECTIONS[i:] + SECTIONS[:i] for i in range(5)]
    for round_, sections in enumerate(orders):
        put(long_text([*sections[: 10 - round_], ("新事", section("新事", 2000 + round_))]))
    check_whole(pipeline)

    other = open_pipeline(library=tmp_path / "other", chunk_tokens=200)
    ingest(other, [tmp_path / "files"])

    assert list(chunks(other).values()) == list(chunks(pipeline).values())
    assert [p.text for p in other.search("防火经费")] == [p.text for p in pipeline.search("防火经费")]
    assert other.document("a.txt").text == pipeline.document("a.txt").text


# Nobody sees half of a change

OLD = long_text([("修路", section("修路")), *SECTIONS[1:]])
NEW = long_text([("修路", section("修路") * 2), *SECTIONS[1:]])


@pytest.fixture
def changing(pipeline, put, open_pipeline) -> Iterator[tuple[Library, Callable[[], None]]]:
    """The library through another connection, and what puts the other version of its document."""
    put(OLD)
    versions = {}
    for text in (NEW, OLD):
        put(text)
        versions[text] = _entry_of(pipeline)
    reader = Library.open(pipeline.library.folder)
    turn = iter(range(10**6))

    def change() -> None:
        pipeline.library.put([versions[(NEW, OLD)[next(turn) % 2]]])

    yield reader, change
    reader.close()


def _entry_of(pipeline: Pipeline):
    from rag.library import Entry
    from rag.types import Chunk

    stored = pipeline.library.chunks_of("a.txt")
    vectors = pipeline.library.vectors_of("a.txt")
    rows = [vectors[chunk.path, chunk.text] for chunk in stored]
    return Entry(pipeline.document("a.txt"), [Chunk(c.path, c.pieces, c.text) for c in stored], rows)


def at_every_statement(library: Library, do: Callable[[], None]) -> None:
    """Let another connection write before each statement of a library's own."""
    library._connection.set_trace_callback(lambda _: do())


def test_a_document_is_read_whole_while_it_is_replaced(changing):
    reader, change = changing
    at_every_statement(reader, change)

    document = reader.document("a.txt")

    (article,) = document.outline.sections
    for child in article.children:
        assert document.text[child.heading.start : child.heading.end].endswith(child.title)


def test_a_document_that_is_removed_while_it_is_read_is_whole_or_unknown(pipeline, put):
    put(OLD)
    reader = Library.open(pipeline.library.folder)
    at_every_statement(
        reader, lambda: "a.txt" in pipeline.library.hashes() and pipeline.library.remove("a.txt")
    )
    reader._connection.set_trace_callback(None)
    seen = []

    def remove_at_the_second(_: str) -> None:
        seen.append(1)
        if len(seen) == 2:
            pipeline.library.remove("a.txt")

    reader._connection.set_trace_callback(remove_at_the_second)

    try:
        assert reader.document("a.txt").text == OLD
    except UnknownDocumentError:
        pass
    finally:
        reader.close()


def test_a_passage_is_whole_though_its_document_is_replaced_in_between(
    pipeline, put, changing, open_pipeline
):
    _, change = changing
    other = open_pipeline(chunk_tokens=200)
    passages = {p.text for _ in range(2) for p in (change(), *other.search("防火经费", k=50))[1:]}
    at_every_statement(other.library, change)

    torn = [p.text for p in other.search("防火经费", k=50) if p.text not in passages]

    assert torn == []


def test_a_reader_sees_the_old_or_the_new_while_a_writer_replaces_many_times(changing):
    reader, change = changing
    stop = threading.Event()
    torn: list[str] = []
    reads = 0

    def read() -> None:
        nonlocal reads
        while not stop.is_set():
            stored, document = reader.chunks_of("a.txt"), reader.document("a.txt")
            again = reader.chunks_of("a.txt")
            if stored == again:  # nothing came in between
                torn.extend(c.text for c in stored if c.text != clean(document.shown, c.pieces).text)
            reads += 1

    thread = threading.Thread(target=read)
    thread.start()
    for _ in range(60):
        change()
    stop.set()
    thread.join()

    assert reads > 0
    assert torn == []

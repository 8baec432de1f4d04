"""Documents that change: only what is new is made anew, and nobody sees half of a change."""

import hashlib
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count, cycle
from pathlib import Path

import numpy as np
import pytest

from rag.errors import LibraryBusyError, UnknownDocumentError
from rag.ingest.ingest import IngestReport, ingest
from rag.ingest.rebuild import rebuild
from rag.pipeline import Pipeline
from rag.store.library import Entry, Library
from rag.text.sentences import as_read, clean
from rag.types.document import Chunk
from tests.doubles import FERRY, write_files
from tests.libraries import names_in

TOPICS = ("修路", "种树", "治水", "办学", "养老", "防火", "卫生", "文化", "旅游", "财务")
TITLE = "青石镇年度工作总结"


def section(topic: str, year: int = 2023) -> str:
    """Return some sentences that no other topic and year has."""
    return "".join(
        f"{year}年{topic}工作第{n}项已经完成，{topic}经费{year + n}元全部到位。" for n in range(1, 6)
    )


def long_text(sections: Sequence[tuple[str, str]], title: str = TITLE) -> str:
    """Return a document of headed sections."""
    return f"# {title}\n\n" + "".join(f"## {heading}\n\n{body}\n\n" for heading, body in sections)


SECTIONS = [(topic, section(topic)) for topic in TOPICS]
LONG = long_text(SECTIONS)


class Asked:
    """What an embedder was asked for since it was last looked at."""

    def __init__(self, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
        self._texts: list[str] = []
        embed = pipeline.corpus.embedder.embed_passages

        def noted(texts: Sequence[str]):
            self._texts += texts
            return embed(texts)

        monkeypatch.setattr(pipeline.corpus.embedder, "embed_passages", noted)

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

    def put_it(text: str, name: str = "a.md") -> IngestReport:
        folder = write_files(tmp_path / "files", {name: text})
        report = ingest(pipeline.corpus, [folder / name])
        assert report.failed == {}
        return report

    return put_it


def chunks(pipeline: Pipeline, name: str = "a.md") -> dict[int, str]:
    return {chunk.id: chunk.text for chunk in pipeline.library.chunks_of(name)}


def check_whole(pipeline: Pipeline) -> None:
    """Prove that chunks are what stands in their texts and both views hold exactly the library's."""
    for info in pipeline.documents():
        document = pipeline.document(info.name)
        for chunk in pipeline.library.chunks_of(info.name):
            assert chunk.text == clean(document.shown, chunk.pieces).text
    ids = pipeline.library.chunk_ids().tolist()
    with pipeline.corpus.indexes.current() as (store, text):
        assert store.ids().tolist() == text.ids().tolist() == ids
        assert store.state == text.state == pipeline.library.state


def found(pipeline: Pipeline, words: str) -> list[str]:
    """Return the texts of the passages that hold some words, as full text finds them."""
    return [p.text for p in pipeline.search(words, k=50, legs="lexical") if words in p.text]


# Only what is new is made anew


def test_only_the_chunks_of_a_changed_section_are_embedded(pipeline, asked, put):
    put(LONG)
    before = chunks(pipeline)
    asked.texts()

    changed = [*SECTIONS[:3], ("办学", section("办学", 2024)), *SECTIONS[4:]]
    report = put(long_text(changed))

    after = chunks(pipeline)
    new = [text for id_, text in after.items() if id_ not in before]
    assert report.replaced == ["a.md"]
    assert asked.texts() == new
    assert 0 < len(new) <= 2 < len(before)
    assert {id_: text for id_, text in after.items() if id_ in before}.items() <= before.items()
    check_whole(pipeline)


def test_a_changed_section_is_found_by_its_new_words_only(pipeline, put):
    put(LONG)
    assert found(pipeline, "2023年办学")

    put(long_text([*SECTIONS[:3], ("办学", section("办学", 2024)), *SECTIONS[4:]]))

    assert found(pipeline, "2024年办学")
    assert found(pipeline, "2023年办学") == []
    assert found(pipeline, "2023年种树")


def test_text_put_before_moves_the_chunks_behind_it(pipeline, asked, put):
    put(LONG)
    before = pipeline.library.chunks_of("a.md")
    asked.texts()

    longer = section("修路") + "另外又修了一座桥，长三十米。"
    put(long_text([("修路", longer), *SECTIONS[1:]]))

    after = {chunk.id: chunk for chunk in pipeline.library.chunks_of("a.md")}
    moved = [chunk for chunk in before if chunk.id in after and "修路" not in chunk.text]
    assert len(moved) >= len(before) - 2
    by = len("另外又修了一座桥，长三十米。")
    for chunk in moved:
        assert [(start + by, end + by) for start, end in chunk.pieces] == [*after[chunk.id].pieces]
    assert len(asked.texts()) <= 2
    check_whole(pipeline)


def test_a_passage_of_a_chunk_that_moved_quotes_its_words(pipeline, put):
    put(LONG)
    put(LONG.replace("## 修路\n", "## 修路\n\n这一年修路很多。\n"))

    (passage,) = [p for p in pipeline.search("防火经费", k=50) if "2023年防火工作第1项" in p.text]
    text = pipeline.document("a.md").text

    assert passage.text.replace("\n", "") in text.replace("\n", "")
    assert all(as_read(text[s.span.start : s.span.end], True) == s.text for s in passage.sentences)


def test_a_section_that_moved_keeps_its_chunk(pipeline, asked, put):
    put(LONG)
    before = chunks(pipeline)
    asked.texts()

    put(long_text([*SECTIONS[:1], *SECTIONS[5:], *SECTIONS[1:5]]))

    assert chunks(pipeline).keys() == before.keys()
    assert list(chunks(pipeline)) != list(before)
    assert asked.texts() == []
    check_whole(pipeline)


def test_equal_paragraphs_keep_one_chunk_each(pipeline, put):
    same = ("办法", section("办法"))
    put(long_text([same, SECTIONS[0], same, SECTIONS[1], same]))
    _, *before = [id_ for id_, text in chunks(pipeline).items() if "2023年办法" in text]
    assert len(before) == 2  # the title is in the first

    put(long_text([SECTIONS[2], same, same]))

    assert [id_ for id_, text in chunks(pipeline).items() if "2023年办法" in text] == before
    assert len(found(pipeline, "2023年办法")) >= 1
    check_whole(pipeline)


def test_a_document_that_was_cut_to_one_line_holds_no_more(pipeline, asked, put):
    put(LONG)
    put(FERRY, "b.md")
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

    assert report.unchanged == ["a.md"]
    assert asked.texts() == []
    assert (pipeline.library.change, chunks(pipeline), pipeline.search("防火")) == before


def test_other_bytes_of_the_same_text_keep_every_chunk(pipeline, asked, tmp_path, put):
    put(LONG)
    before = chunks(pipeline)
    asked.texts()

    write_files(tmp_path / "files", {"a.md": LONG.encode("gb18030")})
    report = ingest(pipeline.corpus, [tmp_path / "files"])

    assert report.replaced == ["a.md"]
    assert chunks(pipeline) == before
    assert asked.texts() == []
    assert pipeline.document("a.md").encoding == "gb18030"
    check_whole(pipeline)


def test_a_section_that_moves_to_another_document_is_embedded_there(pipeline, asked, put):
    put(LONG)
    put(FERRY, "b.md")
    asked.texts()

    put(long_text(SECTIONS[:9]))
    put(FERRY + section("财务"), "b.md")

    assert any("2023年财务" in text for text in asked.texts())
    assert {
        p.document for p in pipeline.search("2023年财务经费", k=50, legs="lexical") if "财务" in p.text
    } == {"b.md"}
    check_whole(pipeline)


def test_several_changed_documents_of_one_ingest_keep_what_is_theirs(pipeline, asked, tmp_path):
    texts = {f"{topic}.txt": LONG.replace("镇", topic) for topic in TOPICS}
    ingest(pipeline.corpus, [write_files(tmp_path / "files", texts)])
    before = {name: chunks(pipeline, name) for name in texts}
    asked.texts()

    changed = {name: text.replace("2023年防火", "2024年防火") for name, text in texts.items()}
    ingest(pipeline.corpus, [write_files(tmp_path / "files", changed)])

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

    rebuild(pipeline.corpus)

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
    ingest(other.corpus, [tmp_path / "files"])

    assert list(chunks(other).values()) == list(chunks(pipeline).values())
    assert [p.text for p in other.search("防火经费")] == [p.text for p in pipeline.search("防火经费")]
    assert other.document("a.md").text == pipeline.document("a.md").text


# Nobody sees half of a change

OLD = long_text(SECTIONS)
NEW = long_text([("修路", section("修路") * 2), *SECTIONS[1:]])


@pytest.fixture
def change(pipeline, put) -> Callable[[], None]:
    """Put the other version of a document, unless another connection is bringing the indexes up."""
    put(OLD)
    versions = []
    for text in (NEW, OLD):
        put(text)
        versions.append(_entry_of(pipeline))
    turns = cycle(versions)

    def change_it() -> None:
        with suppress(LibraryBusyError), pipeline.library.writing(wait=0):
            pipeline.library.put([next(turns)])

    return change_it


@pytest.fixture
def reader(pipeline) -> Iterator[Library]:
    """The library through another connection."""
    reader = Library.open(pipeline.library.folder)
    yield reader
    reader.close()


def _entry_of(pipeline: Pipeline) -> Entry:
    stored = pipeline.library.chunks_of("a.md")
    vectors = pipeline.library.vectors_of("a.md")
    rows = np.stack([vectors[chunk.path, chunk.text] for chunk in stored])
    return Entry(pipeline.document("a.md"), [Chunk(c.path, c.pieces, c.text) for c in stored], rows)


@contextmanager
def before_statement(library: Library, number: int, do: Callable[[], None]) -> Iterator[None]:
    """Let another connection write just before a library's statement of that number, from 0."""
    numbers = count()
    library._connection.set_trace_callback(lambda _: do() if next(numbers) == number else None)
    yield
    library._connection.set_trace_callback(None)


def test_a_document_is_read_whole_though_it_is_replaced_in_between(change, reader):
    for number in range(4):
        with before_statement(reader, number, change):
            document = reader.document("a.md")

        (article,) = document.outline.sections
        for child in article.children:
            assert document.text[child.heading.start : child.heading.end] == f"## {child.title}"


def test_a_document_that_is_removed_in_between_is_whole_or_unknown(pipeline, put, reader):
    for number in range(4):
        put(OLD)
        with (
            before_statement(reader, number, lambda: pipeline.library.remove("a.md")),
            suppress(UnknownDocumentError),
        ):
            assert reader.document("a.md").text == OLD


def test_a_passage_is_whole_though_its_document_is_replaced_in_between(change, open_pipeline):
    other = open_pipeline(chunk_tokens=200)
    texts = ["".join(text.split()) for text in (OLD, NEW)]
    torn = []

    for number in range(40):
        with before_statement(other.library, number, change):
            found = ["".join(passage.text.split()) for passage in other.search("防火经费", k=50)]
        torn += [passage for passage in found if not any(passage in text for text in texts)]

    assert torn == []


def test_a_question_whose_document_is_removed_in_between_is_answered(pipeline, put, open_pipeline):
    put(FERRY, "ferry.txt")
    other = open_pipeline(chunk_tokens=200)
    other.search("轮船")

    for number in range(20):
        put(OLD)
        with before_statement(other.library, number, lambda: pipeline.library.remove("a.md")):
            other.search("防火经费")


def test_chunks_are_the_old_or_the_new_while_a_writer_replaces_many_times(change, reader):
    stop = threading.Event()
    torn: list[str] = []
    reads = 0

    def read() -> None:
        nonlocal reads
        while not stop.is_set():
            number = reader.change
            text, stored = reader.source_text("a.md").read.text, reader.chunks_of("a.md")
            if reader.change == number:
                torn.extend(c.text for c in stored if c.text != clean(text, c.pieces).text)
                reads += 1

    thread = threading.Thread(target=read)
    thread.start()
    for _ in range(60):
        change()
        time.sleep(0.002)
    stop.set()
    thread.join()

    assert reads > 0
    assert torn == []


# What happens to files meanwhile


def test_a_document_that_comes_from_another_folder_is_told_to_have_moved(pipeline, tmp_path):
    east = write_files(tmp_path / "east", {"a.txt": FERRY}) / "a.txt"
    west = write_files(tmp_path / "west", {"a.txt": FERRY + "周日停航。\n"}) / "a.txt"
    ingest(pipeline.corpus, [east])

    report = ingest(pipeline.corpus, [west])

    assert (report.replaced, report.moved) == (["a.txt"], {"a.txt": str(east)})
    assert pipeline.document("a.txt").source == str(west)
    assert ingest(pipeline.corpus, [west]).moved == {}


def test_the_same_bytes_in_another_folder_are_no_change(pipeline, tmp_path):
    for folder in ("east", "west"):
        report = ingest(pipeline.corpus, [write_files(tmp_path / folder, {"a.txt": FERRY})])

    assert (report.unchanged, report.moved) == (["a.txt"], {})
    assert pipeline.library.change == 1


@pytest.mark.parametrize("way", ["a path through its parent", "a link to its folder", "a link beside it"])
def test_one_file_that_is_reached_in_two_ways_is_told_once(pipeline, tmp_path, way):
    files = write_files(tmp_path / "files", {"a.txt": FERRY})
    (tmp_path / "link").symlink_to(files)
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "a.txt").symlink_to(files / "a.txt")
    other = {
        "a path through its parent": files / ".." / "files",
        "a link to its folder": tmp_path / "link",
        "a link beside it": tmp_path / "links",
    }[way]

    report = ingest(pipeline.corpus, [files, other])

    assert report.failed == {}
    assert report.added == ["a.txt"]


def test_a_file_that_changes_just_after_it_was_read_is_replaced_the_next_time(
    pipeline, tmp_path, monkeypatch
):
    file = write_files(tmp_path / "files", {"a.txt": FERRY}) / "a.txt"
    read = type(file).read_bytes

    def read_and_change(path):
        data = read(path)
        path.write_text(FERRY + "周日停航。\n", encoding="utf-8")
        return data

    monkeypatch.setattr(type(file), "read_bytes", read_and_change)
    ingest(pipeline.corpus, [file])
    monkeypatch.undo()

    assert pipeline.document("a.txt").text == FERRY
    assert ingest(pipeline.corpus, [file]).replaced == ["a.txt"]
    assert pipeline.document("a.txt").text == FERRY + "周日停航。\n"


def test_a_file_that_is_written_all_the_time_is_stored_as_it_once_was(pipeline, tmp_path):
    file = write_files(tmp_path / "files", {"a.txt": LONG}) / "a.txt"
    stop = threading.Event()

    def rewrite() -> None:
        for text in cycle([LONG, FERRY, LONG * 3]):
            file.write_text(text, encoding="utf-8")
            if stop.is_set():
                return

    thread = threading.Thread(target=rewrite)
    thread.start()
    for _ in range(20):
        ingest(pipeline.corpus, [file])
        for info in pipeline.documents():
            text = pipeline.document(info.name).text
            assert hashlib.sha256(text.encode()).hexdigest() == info.sha256 or "\ufffd" in text
    stop.set()
    thread.join()

    check_whole(pipeline)


def test_a_folder_that_vanishes_meanwhile_fails_file_by_file(pipeline, tmp_path):
    folder = write_files(tmp_path / "files", {f"{n:02}.txt": FERRY for n in range(60)})

    report = ingest(pipeline.corpus, [folder], lambda done, *_: None if done else shutil.rmtree(folder))

    assert report.added == names_in(pipeline) != []
    assert len(report.added) + len(report.failed) == 60
    assert set(report.failed.values()) == {"no such file or directory"}
    check_whole(pipeline)


def test_an_error_in_the_middle_leaves_what_was_finished(pipeline, tmp_path):
    folder = write_files(tmp_path / "files", {f"{n:02}.txt": FERRY for n in range(20)})
    report = IngestReport()

    def fail(done: int, *_: object) -> None:
        if done == 9:
            raise OSError("the terminal is gone")

    with pytest.raises(OSError, match="the terminal is gone"):
        ingest(pipeline.corpus, [folder], fail, report)

    assert report.added == names_in(pipeline) == [f"{n:02}.txt" for n in range(9)]
    check_whole(pipeline)
    assert ingest(pipeline.corpus, [folder]).added == [f"{n:02}.txt" for n in range(9, 20)]


def test_what_is_no_file_is_refused_and_the_rest_go_in(pipeline, tmp_path):
    folder = write_files(tmp_path / "files", {"z.txt": FERRY, "folder.txt/a.txt": FERRY})
    os.mkfifo(folder / "pipe.txt")
    (folder / "nothing.txt").symlink_to("not-there.txt")
    (folder / "circle.txt").symlink_to("circle.txt")
    (folder / "device.txt").symlink_to(os.devnull)
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(folder)  # its name may have 108 bytes at most
        listener.bind("socket.txt")
        os.chdir(here)

    report = ingest(pipeline.corpus, [folder])

    assert report.added == ["z.txt", "folder.txt/a.txt"]
    assert report.failed.keys() == {f"{n}.txt" for n in ("pipe", "nothing", "circle", "socket")}
    assert report.passed_over == ["device.txt"]  # which leads out of the folder
    assert report.failed["nothing.txt"] == "no such file or directory"
    assert report.failed["pipe.txt"] == "it is no file, or may not be read"


NAMES = {
    "blanks": " a  b .txt",
    "quotes": "“引”'a'\"b\".txt",
    "marks": "100%_{0}_%s;&|<>.txt",
    "brackets": "[1] (2) *?.txt",
    "a dash": "--help.txt",
    "a backslash": "a\\b.txt",
    "astral": "𠮷野家😀.txt",
    "combining": "re\u0301sume\u0301.txt",
    "long": f"{'长' * 83}.txt",
    "a suffix in capitals": "总结.TXT",
    "markup": "[bold]a.txt",
    "a full-width blank": "年度\u3000总结.txt",
    "a no-break space": "年度\u00a0总结.txt",
    "a family": "👨\u200d👩\u200d👧.txt",
}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, id=kind) for kind, name in NAMES.items()],
)
def test_a_file_may_have_any_name(pipeline, tmp_path, name):
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / name).write_text(FERRY, encoding="utf-8")

    report = ingest(pipeline.corpus, [tmp_path / "files" / name])

    assert report.failed == {}
    assert report.added == names_in(pipeline) == [name]
    assert [passage.document for passage in pipeline.search("轮船", documents=[name])] == [name]
    assert ingest(pipeline.corpus, [tmp_path / "files"]).unchanged == [name]


@pytest.mark.parametrize("name", ["a\nb.txt", "\x1b[31ma.txt", "a\x07.txt", "a\u202eb.txt", "a\x9bb.txt"])
def test_a_name_that_would_disturb_a_terminal_is_refused_and_told_without_it(pipeline, tmp_path, name):
    write_files(tmp_path / "files", {name: FERRY, "z.txt": FERRY})

    report = ingest(pipeline.corpus, [tmp_path / "files"])

    assert report.added == ["z.txt"]
    ((told, reason),) = report.failed.items()
    assert told.isprintable()
    assert "rename it" in reason


def test_two_thousand_small_files_go_in(pipeline, tmp_path):
    texts = {f"{n // 100:02}/{n:04}.txt": f"第{n}号通知\n第{n}号通知说的是第{n}件事。\n" for n in range(2000)}

    report = ingest(pipeline.corpus, [write_files(tmp_path / "files", texts)])

    assert report.added == names_in(pipeline) == list(texts)
    assert pipeline.search("第1234号通知", k=1)[0].document == "12/1234.txt"
    check_whole(pipeline)
    assert len(ingest(pipeline.corpus, [tmp_path / "files"]).unchanged) == 2000

import os

import pytest

from rag.errors import LibraryError, UnknownDocumentError
from rag.ingest.ingest import IngestReport, ingest, remove, store_passages
from rag.ingest.rebuild import rebuild
from tests.doubles import FERRY, ORCHARD, write_files
from tests.libraries import names_in


@pytest.fixture
def files(tmp_path):
    return tmp_path / "files"


def test_files_and_folders_go_in_under_their_names(open_pipeline, files):
    write_files(files, {"a.txt": FERRY, "年度/总结/b.md": ORCHARD, "single.txt": FERRY})
    pipeline = open_pipeline()

    report = ingest(pipeline.corpus, [files / "年度", files / "single.txt"])

    assert report.added == ["总结/b.md", "single.txt"]
    assert names_in(pipeline) == ["single.txt", "总结/b.md"]
    assert pipeline.document("single.txt").source == str(files / "single.txt")


def test_what_goes_in_can_be_found(open_pipeline, files):
    pipeline = open_pipeline()
    ingest(pipeline.corpus, [write_files(files, {"ferry.txt": FERRY, "orchard.txt": ORCHARD})])

    assert pipeline.search("轮船", k=1)[0].document == "ferry.txt"


def test_an_unchanged_file_is_passed_over(open_pipeline, files):
    pipeline = open_pipeline()
    ingest(pipeline.corpus, [write_files(files, {"a.txt": FERRY})])
    change = pipeline.library.change

    report = ingest(pipeline.corpus, [files])

    assert (report.unchanged, report.added, report.replaced) == (["a.txt"], [], [])
    assert pipeline.library.change == change


def test_a_changed_file_is_replaced(open_pipeline, files):
    pipeline = open_pipeline()
    ingest(pipeline.corpus, [write_files(files, {"a.txt": FERRY})])

    report = ingest(pipeline.corpus, [write_files(files, {"a.txt": ORCHARD})])

    assert (report.unchanged, report.added, report.replaced) == ([], [], ["a.txt"])
    assert pipeline.document("a.txt").text == ORCHARD


@pytest.mark.parametrize("is_stored", [True, False])
def test_what_was_just_stored_when_it_was_stopped_is_reported(open_pipeline, files, monkeypatch, is_stored):
    library = open_pipeline().corpus.library
    put = type(library).put

    def put_and_stopped(self, entries, maker=None):
        if is_stored:
            put(self, entries, maker)
        raise KeyboardInterrupt

    report = IngestReport()
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(type(library), "put", put_and_stopped)
        ingest(
            open_pipeline().corpus, [write_files(files, {"a.txt": FERRY, "b.txt": ORCHARD})], report=report
        )

    assert report.added == (["a.txt", "b.txt"] if is_stored else [])
    assert names_in(open_pipeline()) == report.added


def test_a_file_that_cannot_be_read_is_reported_with_its_reason_and_the_rest_go_in(open_pipeline, files):
    write_files(
        files,
        {
            "a.txt": FERRY,
            "binary.txt": b"\x00\x01\x02\x03" * 100,
            "blank.txt": " \n\t\r\n",
            "empty.txt": b"",
            "large.txt": "字" * 400_000,
            "only-junk.txt": "热门标签\n",
            "z.txt": FERRY,
        },
    )
    pipeline = open_pipeline(max_file_mb=1)

    report = ingest(pipeline.corpus, [files, files / "photo.jpg", files / "not-there.txt"])

    assert report.added == ["a.txt", "z.txt"]
    assert names_in(pipeline) == ["a.txt", "z.txt"]
    assert set(report.failed) == {
        *("binary.txt", "blank.txt", "empty.txt", "large.txt", "only-junk.txt"),
        *("photo.jpg", "not-there.txt"),
    }
    assert "control characters" in report.failed["binary.txt"]
    assert report.failed["blank.txt"] == report.failed["empty.txt"] == "the file is empty"
    assert "1 are read (YINJU_MAX_FILE_MB)" in report.failed["large.txt"]
    assert report.failed["only-junk.txt"] == "it holds no text"
    assert report.failed["not-there.txt"] == "no such file or directory"


def test_a_file_of_an_unknown_type_is_reported_with_the_known_ones(open_pipeline, files):
    report = ingest(open_pipeline().corpus, [write_files(files, {"photo.jpg": b"x"}) / "photo.jpg"])

    assert report.failed["photo.jpg"].startswith("files of type .jpg are not read, only")
    assert ".txt" in report.failed["photo.jpg"]


def test_a_file_without_a_type_is_reported(open_pipeline, files):
    report = ingest(open_pipeline().corpus, [write_files(files, {"README": FERRY}) / "README"])

    assert "type (none)" in report.failed["README"]


def test_a_file_that_may_not_be_read_is_reported_and_the_rest_go_in(open_pipeline, files, monkeypatch):
    write_files(files, {"a.txt": FERRY, "secret.txt": FERRY})
    read = type(files).read_bytes

    def guarded(path):
        if path.name == "secret.txt":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(type(files), "read_bytes", guarded)

    report = ingest(open_pipeline().corpus, [files])

    assert report.added == ["a.txt"]
    assert report.failed == {"secret.txt": "permission denied"}


def test_a_folder_that_may_not_be_listed_is_reported_and_the_rest_go_in(open_pipeline, files, monkeypatch):
    write_files(files, {"a.txt": FERRY, "secret/b.txt": FERRY})
    scandir = os.scandir

    def guarded(path):
        if os.fspath(path).endswith("secret"):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return scandir(path)

    monkeypatch.setattr("os.scandir", guarded)

    report = ingest(open_pipeline().corpus, [files])

    assert report.added == ["a.txt"]
    assert list(report.failed) == ["secret"]


def test_two_files_of_one_name_are_not_taken_for_each_other(open_pipeline, files):
    write_files(files, {"east/a.txt": FERRY, "west/a.txt": ORCHARD})
    pipeline = open_pipeline()

    report = ingest(pipeline.corpus, [files / "east", files / "west"])

    assert report.added == ["a.txt"]
    assert pipeline.document("a.txt").text == FERRY
    assert "has the same name as" in report.failed["a.txt"]


def test_one_file_that_is_named_twice_goes_in_once(open_pipeline, files):
    write_files(files, {"a.txt": FERRY})

    report = ingest(open_pipeline().corpus, [files, files / "a.txt"])

    assert report.failed == {}
    assert report.added[0] == "a.txt"


def test_one_file_that_is_named_twice_is_stored_once(open_pipeline, files):
    pipeline = open_pipeline()

    report = ingest(pipeline.corpus, [write_files(files, {"a.txt": FERRY}), files / "a.txt"])

    assert report.replaced == []
    assert pipeline.library.change == 1


def test_a_file_whose_name_is_no_unicode_is_reported_and_the_rest_go_in(open_pipeline, files):
    write_files(files, {"a.txt": FERRY})
    with open(os.fsencode(files) + "/总结.txt".encode("gbk"), "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(FERRY)

    report = ingest(open_pipeline().corpus, [files])

    assert report.added == ["a.txt"]
    assert len(report.failed) == 1


def test_an_empty_folder_brings_nothing_in(open_pipeline, files):
    files.mkdir()

    assert ingest(open_pipeline().corpus, [files]).added == []


def test_progress_is_told_from_the_first_file_to_the_end(open_pipeline, files):
    calls: list[tuple[int, int, str]] = []
    write_files(files, {"a.txt": FERRY, "b.txt": ORCHARD})

    ingest(open_pipeline().corpus, [files], lambda *call: calls.append(call))

    assert calls == [(0, 2, "a.txt"), (1, 2, "b.txt"), (2, 2, "")]


def test_removed_documents_are_gone(pipeline_of):
    pipeline = pipeline_of({"a.txt": FERRY, "b.txt": ORCHARD})

    remove(pipeline.corpus, ["a.txt", "a.txt"])

    assert names_in(pipeline) == ["b.txt"]
    assert {passage.document for passage in pipeline.search("轮船")} == {"b.txt"}


def test_nothing_is_removed_if_one_name_is_unknown(pipeline_of):
    pipeline = pipeline_of({"a.txt": FERRY})

    with pytest.raises(UnknownDocumentError, match=r"x\.txt"):
        remove(pipeline.corpus, ["a.txt", "x.txt"])

    assert names_in(pipeline) == ["a.txt"]


def test_passages_of_a_data_set_go_in_as_documents_of_one_chunk(open_pipeline):
    pipeline = open_pipeline()

    store_passages(pipeline.corpus, [("1", "渡口", "每天六班。\n大雾停航。"), ("2", "", "没有标题的一段。")])

    assert [(info.name, info.title, info.chunks) for info in pipeline.documents()] == [
        ("1", "渡口", 1),
        ("2", "", 1),
    ]
    assert [passage.document for passage in pipeline.search("大雾", k=1)] == ["1"]


# The embedder a library was made with


def test_a_library_of_another_embedder_is_not_opened_and_the_remedies_are_named(pipeline_of, open_pipeline):
    pipeline_of({"a.txt": FERRY})

    with pytest.raises(
        LibraryError, match=r"made by hashing-64.*now it is static-.*YINJU_EMBEDDER.*`yinju rebuild`"
    ):
        open_pipeline(embedder="static")


def test_a_library_of_another_embedder_takes_no_documents(pipeline_of, open_pipeline, files):
    pipeline_of({"a.txt": FERRY})
    other = open_pipeline(embedder="static", check=False)

    with pytest.raises(LibraryError, match="YINJU_EMBEDDER"):
        ingest(other.corpus, [write_files(files, {"b.txt": ORCHARD})])

    assert names_in(other) == ["a.txt"]


def test_a_rebuilt_library_is_the_other_embedders_own(pipeline_of, open_pipeline):
    old = pipeline_of({"a.txt": FERRY, "b.txt": ORCHARD})
    documents = [old.document(name) for name in names_in(old)]
    old.close()

    rebuild(open_pipeline(embedder="static", check=False).corpus)

    new = open_pipeline(embedder="static")
    assert [new.document(name) for name in names_in(new)] == documents
    assert new.search("How many apples were sold?", k=1)[0].document == "b.txt"
    with pytest.raises(LibraryError):
        open_pipeline(embedder="hashing")


def test_a_rebuild_that_fails_leaves_the_library_as_it_was(pipeline_of, open_pipeline, monkeypatch):
    pipeline = pipeline_of({"a.txt": FERRY, "b.txt": ORCHARD})
    before = (pipeline.library.change, pipeline.library.chunk_ids().tolist(), pipeline.search("轮船"))
    embed = pipeline.corpus.embedder.embed_passages

    def fail_at_the_second(texts):
        if "果园" in texts[0]:
            raise MemoryError
        return embed(texts)

    monkeypatch.setattr(pipeline.corpus.embedder, "embed_passages", fail_at_the_second)
    with pytest.raises(MemoryError):
        rebuild(pipeline.corpus)
    monkeypatch.undo()

    pipeline = open_pipeline()
    after = (pipeline.library.change, pipeline.library.chunk_ids().tolist(), pipeline.search("轮船"))
    assert after == before


def test_a_library_of_an_earlier_version_of_its_maker_is_made_anew_when_documents_come(
    pipeline_of, open_pipeline, files
):
    pipeline = pipeline_of({"a.txt": FERRY})
    maker = pipeline.library.meta("maker")
    pipeline.library.set_meta("maker", "hashing-64+chunker-0")
    old = pipeline.library.chunk_ids().tolist()

    ingest(open_pipeline(check=False).corpus, [write_files(files, {"b.txt": ORCHARD})])

    assert pipeline.library.meta("maker") == maker
    assert not set(old) & set(pipeline.library.chunk_ids().tolist())
    assert names_in(pipeline) == ["a.txt", "b.txt"]

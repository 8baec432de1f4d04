import shutil

import numpy as np
import pytest

from rag.doctor import examine, examine_models
from rag.resources import MODELS
from rag.store.checksums import chunk_digest
from tests.doubles import TEXTS


def test_a_sound_library_passes_every_check(pipeline_of):
    findings = examine(pipeline_of(TEXTS))

    assert [finding.name for finding in findings if not finding.ok] == []
    assert len(findings) >= 5


def test_another_embedder_is_found_with_its_remedy(pipeline_of, open_pipeline):
    pipeline_of(TEXTS)

    bad = [finding for finding in examine(open_pipeline(embedder="static", check=False)) if not finding.ok]

    assert [finding.name for finding in bad] == ["vectors"]
    assert "YINJU_EMBEDDER" in bad[0].detail


def lose_a_vector(store, text):
    store.remove(store.ids()[:1])


def swap_a_vector(store, text):
    ids = store.ids()[:1]
    store.add(ids, np.roll(np.eye(1, 64, dtype=np.float32), 7), [""])


def add_a_vector(store, text):
    store.add(np.array([999]), np.eye(1, 64, dtype=np.float32), [""])


def lose_words(store, text):
    text.update(text.ids()[:1].tolist(), [], text.state)


def change_words(store, text):
    text.update([], [(int(text.ids()[0]), "别的", "别的话。")], text.state)


@pytest.mark.parametrize(
    ("spoil", "name", "said"),
    [
        (lose_a_vector, "vector index", "1 of 8 chunks missing"),
        (swap_a_vector, "vector index", "1 of 8 chunks missing or other"),
        (add_a_vector, "vector index", "1 too many"),
        (lose_words, "full-text index", "1 of 8 chunks missing"),
        (change_words, "full-text index", "1 of 8 chunks missing or other"),
    ],
)
def test_an_index_that_is_not_the_librarys_is_found_and_mended(pipeline_of, spoil, name, said):
    pipeline = pipeline_of(TEXTS)
    with pipeline.corpus.indexes.current() as (store, text):
        spoil(store, text)

    findings = {finding.name: finding for finding in examine(pipeline)}

    assert all(finding.ok for finding in findings.values())
    assert "mended" in findings[name].detail and said in findings[name].detail
    assert not any("mended" in finding.detail for finding in examine(pipeline))


def test_indexes_that_were_put_aside_are_named(pipeline_of):
    pipeline = pipeline_of(TEXTS)
    (pipeline.library.folder / "views" / "damaged-7").mkdir()

    (told,) = (finding.detail for finding in examine(pipeline) if finding.name == "put aside")
    assert told.endswith("delete it when you like")


@pytest.mark.parametrize("pieces", ["[[0, 9999]]", "[[0, 3]]"], ids=["outside", "other words"])
def test_a_chunk_that_is_not_what_its_text_says_is_found(pipeline_of, pieces):
    pipeline = pipeline_of(TEXTS)
    connection = pipeline.library._connection
    connection.create_function("digest", 5, chunk_digest)
    connection.execute("UPDATE chunks SET pieces = ? WHERE id = 1", (pieces,))
    connection.execute("UPDATE chunks SET digest = digest(ordinal, path, pieces, text, vector) WHERE id = 1")

    bad = [finding for finding in examine(pipeline) if not finding.ok]

    assert [finding.name for finding in bad] == ["quotations"]
    assert "ferry.txt" in bad[0].detail


def test_a_damaged_model_file_is_named_with_its_remedy(tmp_path):
    shutil.copytree(MODELS / "tokens", tmp_path / "tokens")
    (sound,) = examine_models(tmp_path)
    with (tmp_path / "tokens" / "tokens.tiktoken").open("ab") as file:
        file.write(b"\n")
    (damaged,) = examine_models(tmp_path)

    assert (sound.ok, damaged.ok) == (True, False)
    assert "tokens.tiktoken has 246,187 bytes where 246,186 were written" in damaged.detail
    assert "install yinju again" in damaged.detail

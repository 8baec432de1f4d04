from rag.doctor import examine
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


def test_an_index_that_misses_a_chunk_is_found_with_its_remedy(pipeline_of):
    pipeline = pipeline_of(TEXTS)
    with pipeline.views.current() as (store, _):
        store.remove(store.ids()[:1])

    bad = [finding for finding in examine(pipeline) if not finding.ok]

    assert [finding.name for finding in bad] == ["vector index"]
    assert "delete" in bad[0].detail


def test_a_span_outside_its_document_is_found(pipeline_of):
    pipeline = pipeline_of(TEXTS)
    pipeline.library._connection.execute("UPDATE chunks SET pieces = '[[0, 9999]]' WHERE id = 1")

    bad = [finding for finding in examine(pipeline) if not finding.ok]

    assert [finding.name for finding in bad] == ["spans"]
    assert "ferry.txt" in bad[0].detail

import json

import pytest

from rag.support import Signs


@pytest.mark.slow
def test_the_fit_tells_answerable_from_unanswerable_and_is_written_as_the_pipeline_reads_it(tmp_path):
    from rag.train.support import fit_support

    none = Signs(**dict.fromkeys(Signs._fields, 0.0))
    known = [none._replace(dense=0.6 + n / 100, passage=0.5) for n in range(20)]
    unknown = [none._replace(unseen=0.6 + n / 100, dense=0.1) for n in range(20)]

    figures = fit_support(known + unknown, [True] * 20 + [False] * 20, tmp_path / "support.json")

    assert (figures["questions"], figures["unanswerable"]) == (40, 20)
    assert figures["refused_of_unanswerable"] == 1.0
    written = json.loads((tmp_path / "support.json").read_text(encoding="utf-8"))
    assert set(written["weights"]) == set(Signs._fields)
    assert written["weights"]["unseen"] < 0 < written["weights"]["dense"]

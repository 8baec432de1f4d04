import gzip

import pytest

from rag.errors import InputError
from rag.train.data.sampling import few_rows, reservoir


def test_a_reservoir_holds_all_of_few_and_a_sample_of_many():
    few = [str(n) for n in range(5)]
    many = [str(n) for n in range(1000)]

    assert reservoir(few, 10, seed=0) == few
    sample = reservoir(many, 10, seed=0)
    assert len(set(sample)) == 10
    assert sample != many[:10]
    assert reservoir(many, 10, seed=0) == sample


def test_files_are_cut_short_and_broken_ones_told(tmp_path):
    with gzip.open(tmp_path / "a.txt.gz", "wt", encoding="utf-8") as file:
        file.write("一\n二\n三\n")
    with gzip.open(few_rows(tmp_path, tmp_path / "few", 2) / "a.txt.gz", "rt", encoding="utf-8") as file:
        assert file.read() == "一\n二\n"

    (tmp_path / "b.txt.gz").write_text("not compressed")
    with pytest.raises(InputError, match=r"b\.txt\.gz cannot be read"):
        few_rows(tmp_path, tmp_path / "few", 2)

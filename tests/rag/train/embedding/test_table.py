"""The table that ships is the one that was trained, but for half a step of a byte."""

import numpy as np
import pytest

pytestmark = pytest.mark.slow


def test_each_number_is_within_half_a_step_of_its_row():
    from rag.train.embedding.table import in_bytes

    table = np.random.default_rng(1).normal(size=(50, 600)) * np.linspace(0.01, 3, 50)[:, None]
    rows, scales = in_bytes(table)

    assert rows.dtype == np.int8
    assert scales.dtype == np.float32
    assert np.abs(rows.astype(int)).max(axis=1).tolist() == [112] * 50
    assert (np.abs(rows * scales[:, None] - table) <= scales[:, None] * 0.5001).all()


def test_a_row_of_zeros_stays_one():
    from rag.train.embedding.table import in_bytes

    rows, scales = in_bytes(np.zeros((2, 8), dtype=np.float16))

    assert not rows.any()
    assert (scales > 0).all()

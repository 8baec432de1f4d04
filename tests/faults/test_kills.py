"""A writer that is killed at a system call; `python -m tests.faults.kills` does it at many more."""

import os
import shutil

import pytest

from tests.faults.kills import TASKS, measure
from tests.faults.program import Program


def test_a_library_whose_writer_is_killed_at_a_system_call_loses_nothing(tmp_path):
    if not shutil.which("strace"):
        missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        missing("strace is not installed")

    report = measure(tmp_path, Program.read(), wanted=12)

    assert [f"{point}: {fault}" for point, fault in report.violations] == []
    assert {point.task.name for point in report.points} == {task.name for task in TASKS}

"""What every test may use: a library made of the seeds, and small ones made to order."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import hypothesis
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from rag.build import build_pipeline
from rag.ingest.ingest import ingest
from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.doubles import write_files

_SLOW_ROOMS = (
    "faults",
    "rag/train",
    "ui/cli",
    "ui/server",
    "rag/answer/llm",
    "rag/ingest/test_sandbox",
    "eval",
    "test_wheel",
)
_SLOW_FIXTURES = frozenset({"seeds", "pipeline_of", "open_pipeline", "browser", "box", "boxes", "run"})


# Files that share what takes long to make: one process has them all.
_TOGETHER = {
    "tests/eval/report/test_page_browser.py": "tests/eval/test_reference_answers.py",
}


class _FilesTogether(LoadFileScheduling):
    """Gives the tests of a file to one process, and those of files that belong together."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return _TOGETHER.get(file, file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> _FilesTogether | None:
    return _FilesTogether(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fast", action="store_true", help="only tests that need no library, process or browser"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--fast"):
        return
    slow = [item for item in items if _is_slow(item)]
    config.hook.pytest_deselected(items=slow)
    items[:] = [item for item in items if not _is_slow(item)]


def _is_slow(item: pytest.Item) -> bool:
    place = item.path.relative_to(Path(__file__).parent).as_posix()
    fixtures = getattr(item, "fixturenames", ())
    return place.startswith(_SLOW_ROOMS) or not _SLOW_FIXTURES.isdisjoint(fixtures)


SEEDS = Path(__file__).parents[1] / "seeds"

# The same examples in every run: a test that fails here fails for everyone.
hypothesis.settings.register_profile("yinju", max_examples=40, deadline=None, derandomize=True)
hypothesis.settings.load_profile("yinju")


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("YINJU_")]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session", autouse=True)
def _interrupts_are_heard() -> None:
    """Programs that tests stop inherit what becomes of Ctrl-C, which a shell's background ignores."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """The seeds in a real library, with the shipped model. Only read it."""
    settings = Settings.read(library=tmp_path_factory.mktemp("seeds") / "library")
    pipeline = build_pipeline(settings, create=True)
    ingest(pipeline.corpus, [SEEDS])
    yield pipeline
    pipeline.close()


MakePipeline = Callable[..., Pipeline]


@pytest.fixture
def open_pipeline(tmp_path: Path) -> Iterator[MakePipeline]:
    """Open a pipeline on `tmp_path / "library"`, with the hashing embedder unless told otherwise."""
    opened: list[Pipeline] = []

    def open_one(check: bool = True, **settings: object) -> Pipeline:
        given = {"library": tmp_path / "library", "embedder": "hashing"} | settings
        opened.append(build_pipeline(Settings.read(**given), create=True, check=check))
        return opened[-1]

    yield open_one
    for pipeline in opened:
        pipeline.close()


@pytest.fixture
def pipeline_of(tmp_path: Path, open_pipeline: MakePipeline) -> MakePipeline:
    """Make a library of texts: `pipeline_of({"a.txt": "…"})`."""

    def make(texts: Mapping[str, str], **settings: object) -> Pipeline:
        pipeline = open_pipeline(**settings)
        assert ingest(pipeline.corpus, [write_files(tmp_path / "files", texts)]).failed == {}
        return pipeline

    return make

"""Files are parsed in child processes: whatever a child does, its file is all that is lost.

The reader of text is replaced in the children: of a file that begins with #! it does what that says.
"""

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag.errors import ReadError
from rag.ingest.formats import ReadText
from rag.ingest.parse import Parsed
from rag.ingest.sandbox import Job, Sandbox, file_job, sandbox, text_job
from rag.settings import Settings
from rag.types.document import Markup
from tests.doubles import write_files
from tests.rag.ingest.formats.makers import Paragraph, html_of
from tests.rag.ingest.formats.makers_docx import docx_of
from tests.rag.ingest.formats.makers_pdf import pdf_of
from tests.waiting import wait_until

ROOT = Path(__file__).parents[3]
SETTINGS = Settings()
BRIEF = Settings(parse_seconds=1)
LONGEST_WAIT = 60.0  # seconds; what is waited for comes much sooner
PLANTED = """
from rag.types.document import ReadText
from rag.ingest.formats.text import TextReader

whole = TextReader.read

def read(self, data, name, limits):
    if not data.startswith(b"#!"):
        return whole(self, data, name, limits)
    names = {"said": "好。"}
    exec(data, names)
    return ReadText(str(names["said"]), "utf-8")

TextReader.read = read
"""

Outcome = Parsed | ReadError | None


@pytest.fixture(scope="module", autouse=True)
def planted(tmp_path_factory) -> Iterator[Path]:
    """A folder on the path of every child, with what it imports when it starts."""
    folder = tmp_path_factory.mktemp("planted")
    (folder / "sitecustomize.py").write_text(PLANTED, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield folder


@pytest.fixture(scope="module")
def box(planted) -> Iterator[Sandbox]:
    """One worker, for all tests that leave it as they found it."""
    box = Sandbox(1)
    yield box
    box.close()


@pytest.fixture
def boxes() -> Iterator[Callable[[int], Sandbox]]:
    """Sandboxes of a test's own."""
    made: list[Sandbox] = []

    def make(workers: int = 1) -> Sandbox:
        made.append(Sandbox(workers))
        return made[-1]

    yield make
    for box in made:
        box.close()


def text_file(text: str, name: str = "a.txt", settings: Settings = SETTINGS) -> Job:
    return file_job(name, ".txt", text.encode(), settings)


def deed(code: str, name: str = "a.txt", settings: Settings = SETTINGS) -> Job:
    return text_file(f"#!\n{code}", name, settings)


def outcome_of(box: Sandbox, job: Job) -> Outcome:
    ((_, outcome),) = box.parsed([job.name], lambda _: job)
    return outcome


def said(box: Sandbox, code: str, settings: Settings = SETTINGS) -> str:
    """Return what a planted reader read, or why it failed."""
    outcome = outcome_of(box, deed(code, settings=settings))
    if isinstance(outcome, ReadError):
        assert str(outcome) == f"a.txt: {outcome.reason}"
        return outcome.reason
    return outcome.read.text


def pid_in(box: Sandbox) -> int:
    """Return the process of a sandbox's only worker."""
    worker = box._idle.get()
    box._idle.put(worker)
    return worker._process.pid


def is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
    except OSError:
        return True
    return state in "ZX"  # a zombie of another parent is that one's affair


# What comes back


def test_each_item_comes_with_its_outcome_in_the_order_of_the_items(boxes):
    codes = {
        f"{i}.txt": f"import time; time.sleep({0.3 * (i % 3 == 0)}); said = '第{i}。'" for i in range(12)
    }

    outcomes = list(boxes(2).parsed(codes, lambda name: deed(codes[name], name)))

    assert [(name, outcome.read.text) for name, outcome in outcomes] == [
        (f"{i}.txt", f"第{i}。") for i in range(12)
    ]


def test_an_item_without_a_job_comes_with_nothing(box):
    outcomes = list(box.parsed("abc", lambda item: text_file(item) if item == "b" else None))

    assert [(item, outcome and outcome.read.text) for item, outcome in outcomes] == [
        ("a", None),
        ("b", "b"),
        ("c", None),
    ]


def test_no_items_give_no_outcomes(box):
    assert list(box.parsed([], text_file)) == []


@pytest.mark.parametrize("count", [1, 40, 400, 1200])
def test_only_a_few_items_are_taken_ahead_however_many_there_are(count):
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for item in range(count):
            taken += 1
            yield item

    ahead = 0
    given = 0
    box = Sandbox(2)
    for given, _ in enumerate(box.parsed(items(), lambda _: None), 1):
        ahead = max(ahead, taken - given)
    box.close()

    assert given == taken == count
    assert ahead <= 2 * 32


def test_nothing_is_taken_before_it_is_asked_for(box):
    taken = []

    box.parsed(iter(lambda: taken.append(1), None), lambda _: None)

    assert taken == []


def test_the_next_file_is_fetched_while_one_is_read(boxes, tmp_path):
    fetched = tmp_path / "fetched"
    wait = f"import os, time\nwhile not os.path.exists({str(fetched)!r}): time.sleep(0.01)"

    def job_of(code: str) -> Job:
        if not code:
            fetched.touch()
        return deed(code)

    outcomes = dict(boxes(2).parsed([wait, ""], job_of))

    assert [outcome.read.text for outcome in outcomes.values()] == ["好。", "好。"]


def test_two_threads_may_use_one_sandbox(boxes):
    box = boxes(2)
    found: dict[str, list[str]] = {}

    def read_all(mark: str) -> None:
        items = [f"{mark}{i}" for i in range(20)]
        found[mark] = [o.read.text for _, o in box.parsed(items, lambda item: deed(f"said = {item!r}"))]

    threads = [threading.Thread(target=read_all, args=(mark,)) for mark in "甲乙"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST_WAIT)

    assert found == {mark: [f"{mark}{i}" for i in range(20)] for mark in "甲乙"}


TEXTS = {
    "astral": "𠮷野家在𩸽市，😀。",
    "nul": "甲\0乙。\x7f\x01丙。",
    "separators": "一行。\u2028二行。\u2029三行。\x85四行。\x0b五行。\x1c六行。",
    "noncharacters": "甲\ufffe乙\uffff丙\ufffd丁\ufeff。",
    "combining": "e\u0301。ﾊﾞ。\u200d\u202e反。",
    "quotes": '{"last": true, "error": "\\u0000"}。\\n\\',
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_survives_the_way_there_and_back(box, text):
    read = ReadText(text, "utf-8", 0.5, (Markup(0, 1, "bold", 2, text),))

    assert outcome_of(box, text_job("𠮷.txt", read, SETTINGS)).read == read


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_that_a_reader_gives_comes_back(box, text):
    assert said(box, f"said = {text!r}") == text


def test_half_a_surrogate_pair_fails_with_its_file_alone(box):

    assert said(box, "said = '甲\\ud800乙。'") != "好。"
    assert said(box, "") == "好。"


@pytest.mark.parametrize("name", ["总结\ud800.txt", "a\nb.txt", '"quoted".txt', "\0.txt", "", "长" * 5000])
def test_any_name_may_be_that_of_a_file(box, name):
    good = outcome_of(box, text_file("好。", name))
    bad = outcome_of(box, text_file(" ", name))

    assert good.read.text == "好。"
    assert (bad.name, bad.reason) == (name, "the file is empty")


def test_a_text_as_large_as_many_pipes_comes_back(box):
    assert said(box, "said = ('长' * 99 + '。') * 4000") == ("长" * 99 + "。") * 4000


def test_the_bytes_of_a_large_file_arrive(box):
    assert said(box, f"said = len({'长' * 2_000_000!r})") == "2000000"


# What goes wrong in a child


TOO_LARGE = "it needs more memory to read than it may have (YINJU_PARSE_MEMORY_MB)"
BROUGHT_DOWN = (
    r"it brought the reader down \(exit status -?\d+\): it may be damaged,"
    r" or need more memory than it may have \(YINJU_PARSE_MEMORY_MB\)"
)
ENDS = {
    "killed": "import os; os.kill(os.getpid(), 9)",
    "crashed": "import ctypes; ctypes.string_at(0)",
    "aborted": "import os; os.abort()",
    "left": "import os; os._exit(3)",
    "left in order": "raise SystemExit",
    "interrupted": "raise KeyboardInterrupt",
    "dead to the kernel": "import os, signal; os.kill(os.getpid(), signal.SIGXCPU)",
}


@pytest.mark.parametrize("code", ENDS.values(), ids=ENDS)
def test_a_child_that_ends_takes_only_its_file_with_it(box, code):
    codes = {"a.txt": "", "bad.txt": code, "c.txt": ""}

    outcomes = dict(box.parsed(codes, lambda name: deed(codes[name], name)))

    assert outcomes["bad.txt"].name == "bad.txt"
    assert re.fullmatch(BROUGHT_DOWN, outcomes["bad.txt"].reason)
    assert outcomes["a.txt"].read.text == outcomes["c.txt"].read.text == "好。"


ANSWERS = (
    "import os, stat\nfor fd in range(3, 9):\n  try: stat.S_ISFIFO(os.fstat(fd).st_mode) and os.write(fd, "
)
GARBAGE = {
    "too long an answer": r"b'\x7f' * 8)",
    "longer than can be counted": r"b'\xff' * 8)",
    "no JSON": r"b'\0' * 7 + b'\3{,}')",
    "other JSON": r"b'\0' * 7 + b'\2[]')",
    "an incomplete answer": r"b'\0' * 7 + b'\2{}')",
    "another answer": r"b'\0' * 7 + b'\x0d{\"error\": \"\"}')",
}


@pytest.mark.parametrize("code", GARBAGE.values(), ids=GARBAGE)
def test_a_child_that_gives_no_answer_takes_only_its_file_with_it(boxes, code):
    box = boxes()
    garbage = f"{ANSWERS}{code}\n  except OSError: pass"

    assert isinstance(outcome_of(box, deed(garbage, "bad.txt")), ReadError)
    assert [said(box, "said = '又好了。'") for _ in range(3)] == ["又好了。"] * 3


HANGS = {
    "asleep": "import time; time.sleep(3600)",
    "spinning": "while True: pass",
    "deaf": "import signal, time; signal.pthread_sigmask(0, range(1, 65)); time.sleep(3600)",
    "stopped": "import os; os.kill(os.getpid(), 19)",
    "reading its input": "import sys; sys.stdin.buffer.read()",
    "backtracking": "import re; re.match('(a+)+$', 'a' * 64 + 'b')",
}


@pytest.mark.parametrize("code", HANGS.values(), ids=HANGS)
def test_a_child_that_hangs_is_ended_when_its_time_is_over(box, code):

    assert said(box, code, BRIEF) == "it took longer than 1 s to read (YINJU_PARSE_SECONDS)"
    assert said(box, "") == "好。"


def test_a_file_has_more_time_the_larger_it_is():
    small, large = text_file("字", settings=BRIEF), text_file("字" * 1_000_000, settings=BRIEF)

    assert small.seconds == pytest.approx(1, abs=0.01)
    assert large.seconds == pytest.approx(7, abs=0.01)


SWELLS = {
    "at once": "x = b'x' * 10**9",
    "little by little": "x = []\nwhile True: x.append(b'x' * 10**6)",
    "in small steps": "x = []\nwhile True: x.append([])",
    "in its text": "said = '长' * 10**9",
    "in its answer": "said = '长' * 10**7 + '。'",
    "behind another error": "try: b'x' * 10**9\nexcept MemoryError as e: raise ValueError('bad') from e",
    "while another error is handled": "try: 1 / 0\nexcept ZeroDivisionError: b'x' * 10**9",
    "before another error": "try: b'x' * 10**9\nfinally: raise KeyError('bad')",
    "in a group": "raise ExceptionGroup('two', [ValueError(), MemoryError()])",
    "behind an error of ours": (
        "from rag.errors import ReadError\n"
        "try: b'x' * 10**9\nexcept MemoryError as e: raise ReadError('a.txt', 'it is no whole text') from e"
    ),
    "for the kernel": "import errno; raise OSError(errno.ENOMEM, 'no')",
    "in a library of C++": "raise RuntimeError('std::bad_alloc')",
    "in a library that is loaded": (
        "raise ImportError('/lib/x.so: failed to map segment from shared object', name='x')"
    ),
    "in a tree": "import lxml.etree as e; e.fromstring(b'<a>' + b'<b>x</b>' * 3_000_000 + b'</a>')",
}


@pytest.mark.parametrize("code", SWELLS.values(), ids=SWELLS)
def test_a_child_that_swells_fails_with_its_file_alone(box, code):
    narrow = Settings(parse_memory_mb=300)

    assert said(box, code, narrow) == TOO_LARGE
    assert said(box, "", narrow) == "好。"


LINE = "本镇修建道路三十公里，种树四万棵"
TOO_LARGE_FILES = {
    "lines.html": lambda: f"<p>{LINE}</p>" * 800_000,
    "line.html": lambda: f"<p>{LINE}" * 200_000,
    "list.md": lambda: f"- {LINE}\n\n" * 200_000,
    "line.txt": lambda: LINE * 800_000,
    "larger than the limit.txt": lambda: LINE * 7_000_000,
}


@pytest.mark.parametrize("name", TOO_LARGE_FILES)
def test_a_file_that_needs_more_memory_than_it_may_have_is_said_to(box, name):
    data = TOO_LARGE_FILES[name]().encode()
    narrow = Settings(parse_memory_mb=300)

    outcome = outcome_of(box, file_job(name, Path(name).suffix, data, narrow))

    assert isinstance(outcome, ReadError)
    assert outcome.reason == TOO_LARGE or re.fullmatch(BROUGHT_DOWN, outcome.reason)
    assert outcome_of(box, text_file("好。", settings=narrow)).read.text == "好。"


def test_a_text_that_needs_more_memory_than_it_may_have_is_said_to(box):
    marks = tuple(Markup(i, i + 1, "bold", 0, "") for i in range(0, 2_000_000, 2))
    read = ReadText("长" * 2_000_000, "utf-8", 1.0, marks)

    outcome = outcome_of(box, text_job("a.txt", read, Settings(parse_memory_mb=300)))

    assert (outcome.name, outcome.reason) == ("a.txt", TOO_LARGE)


def test_a_process_that_had_too_little_memory_is_followed_by_a_fresh_one(box):
    narrow = Settings(parse_memory_mb=300)
    outcome_of(box, text_file("好。", settings=narrow))
    before = pid_in(box)

    said(box, SWELLS["at once"], narrow)
    outcome_of(box, text_file("好。", settings=narrow))

    assert pid_in(box) != before


def test_the_limit_of_memory_can_change_between_two_files(box):
    code = "import resource; said = str(resource.getrlimit(resource.RLIMIT_AS)[0])"

    assert said(box, code, Settings(parse_memory_mb=800)) == "800000000"
    assert said(box, code, Settings(parse_memory_mb=900)) == "900000000"


SMALL = [Paragraph("年度总结", 0), Paragraph("一、修路", 1), Paragraph("本镇修建道路三十公里。" * 20)]
FILES = {
    ".txt": "一、修路\n本镇修建道路三十公里。".encode(),
    ".md": "# 修路\n本镇修建道路三十公里。".encode(),
    ".html": html_of(SMALL).encode(),
    ".docx": docx_of(SMALL),
    ".pdf": pdf_of(SMALL),
}


@pytest.mark.parametrize("suffix", FILES)
def test_the_least_memory_that_can_be_set_is_enough_for_a_small_file(box, suffix):
    settings = Settings(parse_memory_mb=300)

    assert outcome_of(box, file_job("a", suffix, FILES[suffix], settings)).chunks != []


ERRORS = {
    "of a parser": "raise ValueError('no objects to concatenate')",
    "without words": "raise ZeroDivisionError",
    "of several lines": "raise KeyError('a\\nb\\r\\nc')",
    "in deep recursion": "f = lambda: f(); f()",
    "without unicode": "raise ValueError('\\ud800')",
    "that cannot be shown": "class E(Exception):\n    __str__ = None\nraise E",
    "in a group": "raise ExceptionGroup('two', [ValueError(), TypeError()])",
}


@pytest.mark.parametrize("code", ERRORS.values(), ids=ERRORS)
def test_an_error_in_a_child_becomes_the_reason_of_its_file(box, code):

    reason = said(box, code)

    assert "damaged" in reason
    assert said(box, "") == "好。"


def test_a_file_that_cannot_be_read_gives_its_own_reason(box):
    outcome = outcome_of(box, text_file("\0\1\2\3" * 99, "坏.txt"))

    assert (outcome.name, outcome.reason) == ("坏.txt", "this is no text: it holds control characters")


def test_a_worker_that_was_killed_while_it_was_idle_is_replaced(box):
    outcome_of(box, text_file("好。"))
    pid = pid_in(box)
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: is_gone(pid))

    assert outcome_of(box, text_file("好。")).read.text == "好。"


def test_a_worker_that_is_killed_in_the_middle_of_a_file_loses_that_file(box):
    outcome_of(box, text_file("好。"))
    pid = pid_in(box)
    requests = box._idle.get()
    box._idle.put(requests)
    os.kill(pid, signal.SIGSTOP)
    outcomes: list[Outcome] = []
    asking = threading.Thread(target=lambda: outcomes.append(outcome_of(box, text_file("好。", "lost.txt"))))
    asking.start()
    wait_until(lambda: _waiting_bytes(requests._process.stdin.fileno()) > 0)

    os.kill(pid, signal.SIGKILL)
    asking.join(LONGEST_WAIT)

    assert outcomes[0].name == "lost.txt"
    assert re.fullmatch(BROUGHT_DOWN, outcomes[0].reason)
    assert "(exit status -9)" in outcomes[0].reason
    assert outcome_of(box, text_file("好。")).read.text == "好。"


def _waiting_bytes(pipe: int) -> int:
    FIONREAD = 0x541B  # noqa: N806
    return int.from_bytes(fcntl.ioctl(pipe, FIONREAD, b"\0\0\0\0"), sys.byteorder)


# What goes wrong in the parent


def test_a_read_error_before_the_job_is_what_became_of_the_item(box):
    def job_of(name: str) -> Job:
        if name == "b":
            raise ReadError("b", "it is a folder")
        return text_file("好。", name)

    outcomes = dict(box.parsed("abc", job_of))

    assert str(outcomes["b"]) == "b: it is a folder"
    assert outcomes["a"].read == outcomes["c"].read


def test_any_other_error_before_the_job_comes_out_at_its_item(box):
    def job_of(name: str) -> Job:
        return {"a": text_file("好。")}[name]

    outcomes = box.parsed("abc", job_of)

    assert next(outcomes)[0] == "a"
    with pytest.raises(KeyError, match="b"):
        next(outcomes)
    assert outcome_of(box, text_file("好。")).read.text == "好。"


def test_an_error_of_the_items_comes_out(box):
    def items() -> Iterator[str]:
        yield "a"
        raise OSError("the folder is gone")

    with pytest.raises(OSError, match="the folder is gone"):
        list(box.parsed(items(), text_file))
    assert outcome_of(box, text_file("好。")).read.text == "好。"


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, GeneratorExit])
def test_a_consumer_that_stops_leaves_a_sandbox_that_works(box, error):
    started: list[int] = []

    def job_of(item: int) -> Job:
        started.append(item)
        return deed("import time; time.sleep(0.2)")

    def consume() -> None:
        outcomes = box.parsed(range(100), job_of)
        next(outcomes)
        try:
            raise error
        finally:
            outcomes.close()

    with pytest.raises(error):
        consume()
    assert said(box, "said = '又好了。'") == "又好了。"
    assert len(started) < 5  # what waited was given up


@pytest.mark.parametrize(
    "when",
    [
        "idle",
        pytest.param("reading"),
    ],
)
def test_a_closed_sandbox_leaves_no_process(boxes, when):
    box = boxes()
    said(box, "")
    pid = pid_in(box)
    if when == "reading":
        outcomes = box.parsed([""], lambda _: deed("import time; time.sleep(3600)"))
        threading.Thread(target=lambda: list(outcomes), daemon=True).start()
        wait_until(box._idle.empty)

    box.close()

    wait_until(lambda: is_gone(pid), 8)


# What a child may not do, and what it does not see


WRITES = {
    "a new file": "f = open(path + '/new', 'w'); f.write('x'); f.flush()",
    "at the end of a file": "f = open(path + '/old', 'a'); f.write('x'); f.flush()",
    "over a file": "f = open(path + '/old', 'r+'); f.write('x'); f.flush()",
    "a temporary file": "import tempfile; f = tempfile.TemporaryFile(); f.write(b'x'); f.flush()",
    "by its descriptor": "import os; os.pwrite(os.open(path + '/old', os.O_RDWR), b'xyz', 0)",
    "a longer file": "import os; os.truncate(path + '/old', 9)",
    "a copy": "import shutil; shutil.copy(shutil.__file__, path + '/new')",
}


@pytest.fixture
def held(tmp_path) -> Path:
    folder = tmp_path / "held"
    (folder / "folder").mkdir(parents=True)
    (folder / "old").write_text("")
    return folder


@pytest.mark.parametrize("code", WRITES.values(), ids=WRITES)
def test_a_child_cannot_write(box, held, code):
    reason = said(box, f"path = {str(held)!r}\n{code}")

    assert "damaged" in reason
    assert [path.stat().st_size for path in held.iterdir() if path.is_file()] in ([0], [0, 0])


CHANGES = {
    "empty a file": "open(path + '/old', 'w').close()",
    "cut a file": "import os; os.truncate(path + '/old', 0)",
    "make a file": "open(path + '/new', 'x').close()",
    "make a folder": "import os; os.mkdir(path + '/new')",
    "delete a file": "import os; os.unlink(path + '/old')",
    "delete a folder": "import os; os.rmdir(path + '/folder')",
    "rename a file": "import os; os.rename(path + '/old', path + '/new')",
    "link a file": "import os; os.symlink(path + '/old', path + '/new')",
    "close a file to others": "import os; os.chmod(path + '/old', 0)",
}


@pytest.mark.parametrize("code", CHANGES.values(), ids=CHANGES)
def test_a_child_cannot(box, held, code):
    (held / "old").write_text("old")

    said(box, f"path = {str(held)!r}\n{code}")

    assert {path.name: path.is_dir() or path.read_text() for path in held.iterdir()} == {
        "folder": True,
        "old": "old",
    }
    assert (held / "old").stat().st_mode & 0o777


REACHES = {
    "connects": "import socket; socket.create_connection(('127.0.0.1', 9))",
    "connects and asks no error": "import socket; socket.socket().connect_ex(('127.0.0.1', 9))",
    "connects to a file": "import socket; socket.socket(socket.AF_UNIX).connect('/run/x')",
    "fetches a page": "import urllib.request as u; u.urlopen('http://127.0.0.1:9', timeout=2)",
    "listens": "import socket; socket.socket().bind(('127.0.0.1', 0))",
    "runs a program": "import subprocess; subprocess.run(['true'])",
    "runs a shell": "import os; os.system('true')",
    "opens a pipe to a program": "import os; os.popen('true').read()",
    "becomes a program": "import os; os.execv('/bin/sh', ['sh', '-c', 'sleep 9'])",
    "forks": "import os; os.fork() or os._exit(0)",
    "starts a process": "import multiprocessing as m; m.get_context('fork').Process(target=id).start()",
}
REACHES_UNSEEN = {
    "sends a datagram": "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
    "spawns a program": "import os; os.waitpid(os.posix_spawn('/bin/sh', ['sh', '-c', ':'], {}), 0)",
    "forks at a terminal": "import os; pid, _ = os.forkpty(); pid or os._exit(0); os.waitpid(pid, 0)",
}


@pytest.mark.parametrize(
    "code",
    [
        *(pytest.param(code, id=deed) for deed, code in REACHES.items()),
        *(pytest.param(code, id=deed) for deed, code in REACHES_UNSEEN.items()),
    ],
)
def test_a_child_is_refused_when_it(box, code):

    assert "is not for readers" in said(box, code)
    assert said(box, "") == "好。"


def test_a_child_sees_no_secrets_of_the_environment(box, monkeypatch):
    monkeypatch.setenv("API_KEY", "secret")

    assert "API_KEY" not in said(box, "import os; said = ' '.join(os.environ)")


def test_a_child_works_in_an_empty_folder(box):
    assert said(box, "import os; said = f'{os.listdir()}。'") == "[]。"


def test_a_child_starts_though_its_empty_folder_was_cleaned_up(boxes):
    folder = Path(said(boxes(), "import os; said = os.getcwd()"))
    folder.rmdir()

    assert said(boxes(), "import os; said = f'{os.listdir()}。'") == "[]。"


LOUD = {
    "print": "print('好' * 99999)",
    "standard output": "import sys; sys.stdout.write('x'); sys.stdout.flush()",
    "the descriptor": "import os; os.write(1, b'x' * 9)",
    "standard error": "import sys; sys.stderr.write('x' * 999_999)",
    "a library in C": "import ctypes; c = ctypes.CDLL(None); c.puts(b'x'); c.fflush(None)",
    "a warning": "import warnings; warnings.warn('x')",
    "a log": "import logging; logging.error('x' * 99_999)",
}


@pytest.mark.parametrize("code", LOUD.values(), ids=LOUD)
def test_what_a_library_prints_disturbs_no_answer(box, capfd, code):

    assert [said(box, code), said(box, code), said(box, "")] == ["好。"] * 3
    assert capfd.readouterr() == ("", "")


# Which process works


IN_A_PROGRAM = r"""
import sys
sys.path.insert(0, sys.argv[1])
from rag.ingest.sandbox import Sandbox, file_job
from rag.settings import Settings

box = Sandbox(1)

def said(code, settings=Settings()):
    ((_, outcome),) = box.parsed([0], lambda _: file_job("a.txt", ".txt", b"#!\n" + code.encode(), settings))
    return outcome.read.text if hasattr(outcome, "read") else outcome.reason

PID = "import os; said = os.getpid()"
"""


@pytest.fixture
def program(planted) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Start a program of its own that has a sandbox with planted readers."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", IN_A_PROGRAM + code, str(planted)]
        started.append(
            subprocess.Popen(
                command,
                cwd=ROOT,
                text=True,
                start_new_session=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_one_process_reads_many_files(program):
    pids = program("print([said(PID) for _ in range(5)])").communicate(timeout=LONGEST_WAIT)[0]

    assert len(set(json.loads(pids.replace("'", '"')))) == 1


def test_a_process_that_took_much_memory_is_followed_by_a_fresh_one(program):
    large = "PID + '; import sys; sys.held = b\"x\" * 450_000_000'"
    code = f"print([said(PID), said(PID), said({large}), said(PID), said(PID)])"

    pids = json.loads(program(code).communicate(timeout=LONGEST_WAIT)[0].replace("'", '"'))

    assert pids[0] == pids[1] == pids[2] != pids[3] == pids[4]


def test_one_process_reads_many_files_for_a_parent_that_took_much_memory(program):
    code = "x = b'x' * 450_000_000; print([said(PID) for _ in range(5)])"

    pids = json.loads(program(code).communicate(timeout=LONGEST_WAIT)[0].replace("'", '"'))

    assert len(set(pids)) == 1


def test_ctrl_c_in_a_terminal_reaches_the_parent_and_not_its_workers(program):
    parent = program(
        """
before = said(PID)
try:
    print("ready", flush=True)
    sys.stdin.read()
except KeyboardInterrupt:
    print(before == said(PID), flush=True)
"""
    )
    assert parent.stdout.readline() == "ready\n"

    os.killpg(parent.pid, signal.SIGINT)

    assert parent.communicate(timeout=LONGEST_WAIT)[0] == "True\n"


ENDINGS = {
    "ends": "",
    "fails": "raise ValueError",
    "is killed": "sys.stdin.read()",
    "leaves": "import os; os._exit(0)",
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_worker_outlives_a_parent_that(program, ending):
    parent = program(f"print(said(PID), flush=True)\n{ENDINGS[ending]}")
    pid = int(parent.stdout.readline())
    if ending == "is killed":
        parent.kill()
    parent.wait(LONGEST_WAIT)

    wait_until(lambda: is_gone(pid), 20)


def test_a_worker_that_spins_does_not_outlive_its_parent_for_long(program):
    parent = program(
        """
print(said(PID), flush=True)
said("while True: pass", Settings(parse_seconds=1))
"""
    )
    pid = int(parent.stdout.readline())
    time.sleep(0.5)

    parent.kill()

    wait_until(lambda: is_gone(pid))


def test_a_program_with_a_limit_of_its_own_still_reads(program):
    parent = program(
        """
import resource
resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, 1_500_000_000))
print(said("said = 1"), flush=True)
"""
    )

    assert parent.communicate(timeout=LONGEST_WAIT)[0] == "1\n"


def test_a_program_leaves_at_once_though_a_file_is_being_read(program):
    parent = program(
        """
outcomes = box.parsed(["", "import time; time.sleep(3600)", ""], lambda code:
    file_job("a.txt", ".txt", b"#!\\n" + code.encode(), Settings(parse_seconds=25)))
next(outcomes)
outcomes.close()
print("leaving", flush=True)
"""
    )
    assert parent.stdout.readline() == "leaving\n"

    wait_until(lambda: parent.poll() == 0, 120)


@pytest.fixture
def temporary(tmp_path, monkeypatch) -> Path:
    """The folder for temporary files of the programs that a test starts."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def pid_that_is_gone() -> int:
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_the_empty_folder_of_a_program_that_was_killed_goes_when_the_next_one_starts(program, temporary):
    parent = program("print(said(PID), flush=True)\nsys.stdin.read()")
    child = int(parent.stdout.readline())
    (left,) = temporary.iterdir()
    parent.kill()
    parent.wait(LONGEST_WAIT)
    wait_until(lambda: is_gone(child))
    assert left.is_dir()

    program("said(PID)").communicate(timeout=LONGEST_WAIT)

    assert list(temporary.iterdir()) == []


def test_a_program_leaves_the_folder_of_another_that_goes_on(program, temporary):
    parent = program(
        "print(said(PID), flush=True)\nsys.stdin.readline()\nprint(said('import os; said = os.listdir()'))"
    )
    parent.stdout.readline()
    (held,) = temporary.iterdir()

    program("said(PID)").communicate(timeout=LONGEST_WAIT)

    assert list(temporary.iterdir()) == [held]
    assert str(parent.pid) in held.name
    assert parent.communicate("\n", timeout=LONGEST_WAIT)[0] == "[]\n"


def test_only_empty_folders_of_programs_that_are_gone_are_removed(program, temporary):
    gone = pid_that_is_gone()
    write_files(temporary, {f"yinju-{gone}-full/a.txt": "", f"yinju-{gone}-file": ""})
    kept = [
        "yinju-abcdefgh",
        "yinju-12345678",
        f"yinju-{os.getpid()}-abc",
        f"other-{gone}-abc",
        f"yinju-{gone}-",
    ]
    for name in [*kept, f"yinju-{gone}-empty", f"yinju-{'9' * 30}-abc"]:
        (temporary / name).mkdir()
    (temporary / f"yinju-{gone}-link").symlink_to(temporary / "yinju-abcdefgh", target_is_directory=True)

    program("said(PID)").communicate(timeout=LONGEST_WAIT)

    left = {path.name for path in temporary.iterdir()}
    assert f"yinju-{gone}-empty" not in left
    assert left >= {*kept, f"yinju-{gone}-full", f"yinju-{gone}-file", f"yinju-{gone}-link"}


def test_all_of_this_process_shares_one_sandbox():
    assert sandbox() is sandbox()

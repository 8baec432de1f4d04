"""Every peer that is installed, held to the same contract, for real."""

import re
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from inspect import signature
from pathlib import Path

import pytest

from eval.retrieval.peers import NOT_INSTALLED, NOT_PARTS, PEERS, Peer

ROOT = Path(__file__).parents[4]
FOLDER = ROOT / "eval" / "retrieval" / "peers"
PASSAGES = [
    ("orchard", "青石镇果园", "苹果树在山坡上生长，每年春天开花。"),
    ("ferry", "白沙渡口", "轮船早上七点出发，大雾停航。"),
    ("library", "", "图书馆周一闭馆，读者可以借五本书。"),
    ("bridge", "", "这座大桥长三百米，去年建成通车。"),
    ("School", "", "The school opens its doors in September."),
]


def peer(name):
    """Return a peer, or skip the test and say what is not installed."""
    found = PEERS.factory(name)()
    is_given_words = "cut" in signature(found.index).parameters
    if found.version() is None:
        pytest.skip(f"{found.package} is {NOT_INSTALLED}")
    if is_given_words and find_spec("rjieba") is None:
        pytest.skip(f"rjieba is {NOT_INSTALLED}")
    return found


@pytest.fixture(scope="module", params=PEERS.names())
def search(request):
    return peer(request.param).index(PASSAGES)


def test_every_file_is_a_peer_and_every_peer_a_file():
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__", *NOT_PARTS}
    assert set(PEERS.names()) == files
    assert {"sqlite_fts5", "tantivy", "bm25s"} <= files
    for name in files:
        assert isinstance(PEERS.factory(name)(), Peer)


def test_every_package_is_declared_and_every_declared_one_is_used():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extra = {re.split("[>=]", line)[0] for line in project["optional-dependencies"]["bench"]}
    own = {re.split("[>=]", line)[0] for line in project["dependencies"]}
    packages = {PEERS.factory(name)().package for name in PEERS.names()} - {""}
    assert packages - own == extra - {"rjieba", "llama-index-core"}


def test_naming_the_peers_imports_none_of_them():
    code = "\n".join(
        [
            "import sys",
            "from eval.retrieval.peers import PEERS",
            "peers = [PEERS.factory(name)() for name in PEERS.names()]",
            "assert len(peers) > 9 and all(peer.setup for peer in peers)",
            "heavy = {'bm25s', 'haystack', 'lancedb', 'torch', 'txtai', 'tantivy', 'rjieba', 'llama_index'}",
            "assert not heavy & sys.modules.keys(), heavy & sys.modules.keys()",
        ]
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("苹果树在山坡上生长", "orchard"),
        ("轮船早上七点出发，大雾停航", "ferry"),
        ("读者可以借五本书", "library"),
        ("THE SCHOOL OPENS", "School"),
    ],
)
def test_what_says_the_same_is_found_first(search, question, right):
    assert search(question, 3)[0] == right


def test_the_title_is_searched_too(search):
    assert search("青石镇果园", 1) == ["orchard"]


@pytest.mark.parametrize("k", [1, 2, 10])
def test_at_most_k_ids_are_given_each_once(search, k):
    found = search("轮船和大桥，图书馆和苹果树", k)
    assert 1 <= len(found) <= min(k, len(PASSAGES))
    assert len(set(found)) == len(found)
    assert set(found) <= {row[0] for row in PASSAGES}
    assert all(type(id_) is str for id_ in found)


@pytest.mark.parametrize("question", ["？？！", "龘", "无", 'a"b AND (c OR', "NEAR * : ^ - + title:x", "😀"])
def test_a_question_that_nothing_matches_or_that_looks_like_a_query_raises_nothing(search, question):
    assert set(search(question, 3)) <= {row[0] for row in PASSAGES}

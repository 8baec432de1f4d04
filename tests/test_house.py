"""The rules of the house, read from the source itself; which room may import which, `make lint` tells.

Each rule is a function from a file's path and text to the faults it finds there; each has a planted
breach below that proves that it can fail.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from rag.text.normalize import normalise

ROOT = Path(__file__).parents[1]
PACKAGES = ("vectorstore", "rag", "ui", "eval")
LONGEST_FUNCTION = 60
LONGEST_MODULE = 400

Rule = Callable[[str, str], Iterator[str]]


class Import(NamedTuple):
    """A module that is imported, and the line that does it."""

    line: int
    module: str

    @property
    def root(self) -> str:
        """The package it belongs to."""
        return self.module.partition(".")[0]


@cache
def nodes_of(text: str) -> list[ast.AST]:
    """Return every node of a module."""
    return list(ast.walk(ast.parse(text)))


def imports_of(path: str, text: str) -> Iterator[Import]:
    """Yield every import of a module, those inside functions and by literal name included."""
    for node in nodes_of(text):
        match node:
            case ast.Import(names=names):
                yield from (Import(node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=module, level=0) if module:
                yield Import(node.lineno, module)
            case ast.ImportFrom(level=level):
                yield Import(node.lineno, ".".join(Path(path).parts[:-level]))
            case ast.Call(func=function, args=[ast.Constant(value=str(module)), *_]):
                if _name(function).rpartition(".")[2] in ("import_module", "__import__"):
                    yield Import(node.lineno, module)


def _name(node: ast.expr) -> str:
    """Return a dotted name as it is written, empty for what is none."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attribute):
            return f"{_name(value)}.{attribute}"
        case _:
            return ""


def calls_of(text: str) -> Iterator[ast.Call]:
    """Yield every call."""
    return (node for node in nodes_of(text) if isinstance(node, ast.Call))


# The rules


def nothing_imports_the_tests(path: str, text: str) -> Iterator[str]:
    """What ships stands without them."""
    for found in imports_of(path, text):
        if found.root == "tests":
            yield f"{path}:{found.line} imports {found.module}"


HOMES = {
    "faiss": ("vectorstore/faiss.py",),
    "fastapi": ("ui/",),
    "starlette": ("ui/",),
    "uvicorn": ("ui/",),
    "gradio": ("ui/page/",),
    "gradio_client": ("ui/page/",),
    "sentence_transformers": (
        "rag/models/embedders/sentence_transformer.py",
        "rag/retrieve/rerank/cross_encoder.py",
    ),
    "lightgbm": ("rag/train/",),
    "torch": ("rag/train/", "rag/models/embedders/sentence_transformer.py", "rag/answer/llm/local_model.py"),
    "transformers": ("rag/answer/llm/local_model.py",),
    "h11": ("ui/server/connections.py",),
    "httpx": ("rag/answer/llm/http_client.py",),
}


def libraries_stay_in_their_rooms(path: str, text: str) -> Iterator[str]:
    """faiss in one file, web frameworks under ui/, torch where models are trained."""
    for found in imports_of(path, text):
        homes = HOMES.get(found.root)
        if homes and not path.startswith(homes):
            yield f"{path}:{found.line} imports {found.module}, whose place is {' or '.join(homes)}"


def only_settings_read_the_environment(path: str, text: str) -> Iterator[str]:
    """rag/settings.py reads it; ui/page and the entry point tell libraries something through it."""
    if path in ("rag/settings.py", "ui/cli/__init__.py"):
        return
    told = _telling_gradio(text) if path.startswith("ui/page/") else set()
    for node in nodes_of(text):
        if isinstance(node, ast.Attribute) and _name(node) in ENVIRONMENT and node.lineno not in told:
            yield f"{path}:{node.lineno} uses {_name(node)}"
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            yield from (
                f"{path}:{node.lineno} imports {a.name}" for a in node.names if f"os.{a.name}" in ENVIRONMENT
            )
    for found in imports_of(path, text):
        if found.root in ("pydantic_settings", "dotenv"):
            yield f"{path}:{found.line} imports {found.module}"


ENVIRONMENT = {"os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv", "os.unsetenv"}


def _telling_gradio(text: str) -> set[int]:
    """Return the lines that set GRADIO_ANALYTICS_ENABLED."""
    targets = [t for node in nodes_of(text) if isinstance(node, ast.Assign) for t in node.targets]
    return {
        target.lineno
        for target in targets
        if isinstance(target, ast.Subscript)
        and isinstance(target.slice, ast.Constant)
        and target.slice.value == "GRADIO_ANALYTICS_ENABLED"
    }


def only_the_entry_point_makes_settings(path: str, text: str) -> Iterator[str]:
    """Settings are read by the command line and passed in."""
    if path.startswith("ui/cli/") or path == "rag/settings.py":
        return
    for call in calls_of(text):
        if _name(call.func) in ("Settings", "Settings.read"):
            yield f"{path}:{call.lineno} calls {_name(call.func)}"


RUNS_CODE = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
RUNS_CODE_CALLS = {
    "eval",
    "exec",
    "compile",
    "os.system",
    "os.popen",
    "torch.load",
    "yaml.load",
    "yaml.unsafe_load",
}
RUNS_CODE_ARGUMENTS = {"shell", "trust_remote_code", "allow_pickle"}


def nothing_runs_what_it_reads(path: str, text: str) -> Iterator[str]:
    """No pickle, no eval or exec, no shell, no code of a model's own."""
    for found in imports_of(path, text):
        if found.root in RUNS_CODE:
            yield f"{path}:{found.line} imports {found.module}"
    for call in calls_of(text):
        if _name(call.func) in RUNS_CODE_CALLS:
            yield f"{path}:{call.lineno} calls {_name(call.func)}"
        for given in call.keywords:
            is_off = isinstance(given.value, ast.Constant) and not given.value.value
            if given.arg in RUNS_CODE_ARGUMENTS and not is_off:
                yield f"{path}:{call.lineno} passes {given.arg}"


def only_the_command_line_prints(path: str, text: str) -> Iterator[str]:
    """No print() but under ui/cli/."""
    if path.startswith("ui/cli/"):
        return
    for call in calls_of(text):
        if _name(call.func) in ("print", "pprint", "pprint.pprint", "sys.stdout.write"):
            yield f"{path}:{call.lineno} calls {_name(call.func)}"


def what_is_exported_exists(path: str, text: str) -> Iterator[str]:
    """`__all__` names what the module has, each once."""
    exported: list[str] = []
    defined: set[str] = set()
    for node in ast.parse(text).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                exported = list(ast.literal_eval(value))
            case ast.Assign(targets=targets):
                defined |= {inner.id for t in targets for inner in ast.walk(t) if isinstance(inner, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                defined.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                defined.add(name)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                defined |= {(alias.asname or alias.name).partition(".")[0] for alias in names}
    yield from (f"{path} exports {name}, which it has not" for name in exported if name not in defined)
    yield from (f"{path} exports {name} twice" for name in set(exported) if exported.count(name) > 1)


def functions_fit_in_the_eye(path: str, text: str) -> Iterator[str]:
    """No function is longer than 60 lines."""
    for node in nodes_of(text):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{path}:{node.lineno} {node.name} has {lines} lines"


def modules_fit_in_the_head(path: str, text: str) -> Iterator[str]:
    """No module is longer than 400 lines."""
    lines = len(text.splitlines())
    if lines > LONGEST_MODULE:
        yield f"{path} has {lines} lines"


HOMES_OF_CHARACTERS = {
    re.compile("[四五六七八九]{6}"): "rag/text/numbers.py",
    re.compile("[“「『]{3}|[”」』]{3}"): "rag/text/marks.py",
}


def characters_have_one_home(path: str, text: str) -> Iterator[str]:
    """Numerals and quotation marks are spelled once; others take their names. What trains is left alone."""
    if path.startswith("rag/train/"):
        return
    for number, line in enumerate(text.splitlines(), 1):
        for characters, home in HOMES_OF_CHARACTERS.items():
            if path != home and characters.search(line):
                yield f"{path}:{number} spells what {home} names"


# Words of the seeds' working methods, and names in them, that a general rule has no use for.
OF_THE_SEEDS = re.findall(
    r"\w+",
    """三正三创 跨村联建 菜单式课堂 拓展式课堂 三类课堂 亮晒作 三线一岗 三项举措 四位一体 五个坚持 问题管理
    同心圆 植根行动 绿色关爱 讲习所 攻关队 开放式党课 一领五联 五同联学 三把尺子 全科网格 云南园区 浦东政协
    霍城 黎城 旬阳 钟秀 百色 玉溪 官渡 曲靖 渭滨 张湾区 江岸区 龙源 上航 林雪梅 俞复玲""",
)
_315 = re.compile(r"(?<![\w.#])315(?![\w.])")


def nothing_is_made_for_the_seeds(path: str, text: str) -> Iterator[str]:
    """Nothing names a seed, a method told of in one or a place, in either script."""
    names = {file.stem for file in (ROOT / "seeds").glob("*.txt")}
    for number, line in enumerate(text.splitlines(), 1):
        folded = normalise(line)
        found = [word for word in (*OF_THE_SEEDS, *names) if word in folded] + _315.findall(folded)
        yield from (f"{path}:{number} names {word}" for word in found)


# The rules on the project

CODE_RULES: list[Rule] = [
    nothing_imports_the_tests,
    libraries_stay_in_their_rooms,
    only_settings_read_the_environment,
    only_the_entry_point_makes_settings,
    nothing_runs_what_it_reads,
    only_the_command_line_prints,
    what_is_exported_exists,
    functions_fit_in_the_eye,
    modules_fit_in_the_head,
    characters_have_one_home,
]


def sources(*suffixes: str, below: tuple[str, ...] = PACKAGES) -> list[tuple[str, str]]:
    """Return the path and text of every file of some kinds, models left out."""
    files = sorted(
        file for package in below for suffix in suffixes for file in (ROOT / package).rglob(f"*{suffix}")
    )
    paths = [(file.relative_to(ROOT).as_posix(), file) for file in files]
    own = [(path, file) for path, file in paths if file.suffix == ".py" or "/models/" not in path]
    return [(path, file.read_text(encoding="utf-8")) for path, file in own]


@pytest.mark.parametrize("rule", CODE_RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule):
    code = sources(".py")
    assert len(code) > 50  # it looks where the code is
    assert [fault for path, text in code for fault in rule(path, text)] == []


def test_nothing_is_made_for_the_seeds():
    files = sources(".py", ".css", ".js", ".sql", ".html", ".json", below=("rag", "ui", "vectorstore"))
    assert {path.rpartition(".")[2] for path, _ in files} >= {"py", "css", "sql"}
    assert [fault for path, text in files for fault in nothing_is_made_for_the_seeds(path, text)] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_says_that_it_is_typed(package):
    assert (ROOT / package / "py.typed").is_file()


# Libraries whose package has another name, and those that come with a declared one.
DECLARED_AS = {
    "docx": "python-docx",
    "faiss": "faiss-cpu",
    "haystack": "haystack-ai",
    "llama_index": "llama-index-core",
    "markdown_it": "markdown-it-py",
    "jinja2": "gradio",
    "sklearn": "sentence-transformers",
    "starlette": "fastapi",
    "threadpoolctl": "sentence-transformers",
    "torch": "sentence-transformers",
    "transformers": "sentence-transformers",
}


def test_every_library_that_is_imported_is_declared():
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    roots = {found.root for path, text in sources(".py") for found in imports_of(path, text)}
    libraries = roots - set(PACKAGES) - sys.stdlib_module_names
    names = {DECLARED_AS.get(name, name).replace("_", "-") for name in libraries}
    assert {name for name in names if f'"{name}>=' not in declared} == set()


# Planted breaches: (rule, path, text that breaks it)

LONG_FUNCTION = "def f():\n" + "    x = 1\n" * LONGEST_FUNCTION
PLANTED = [
    (characters_have_one_home, "rag/query/rewrite.py", "A = '[一二三四五六七八九十]'"),
    (characters_have_one_home, "rag/answer/verify.py", "A = '[^”」』]'"),
    (nothing_imports_the_tests, "ui/cli/ask.py", "from tests.doubles import write_files"),
    (libraries_stay_in_their_rooms, "vectorstore/seal.py", "import faiss"),
    (libraries_stay_in_their_rooms, "rag/store/indexes.py", "from faiss import IndexFlatIP"),
    (libraries_stay_in_their_rooms, "eval/run.py", "from fastapi import FastAPI"),
    (libraries_stay_in_their_rooms, "rag/pipeline.py", "import starlette.routing"),
    (libraries_stay_in_their_rooms, "rag/pipeline.py", "import uvicorn"),
    (libraries_stay_in_their_rooms, "ui/cli/serve.py", "import gradio as gr"),
    (libraries_stay_in_their_rooms, "rag/train/embedding/recipe.py", "import sentence_transformers"),
    (libraries_stay_in_their_rooms, "rag/models/embedders/static.py", "import torch.nn"),
    (
        libraries_stay_in_their_rooms,
        "rag/answer/backends/transformers.py",
        "from transformers import AutoTokenizer",
    ),
    (libraries_stay_in_their_rooms, "rag/answer/backends/openai.py", "import httpx"),
    (only_settings_read_the_environment, "rag/build.py", "import os\nos.environ['X']"),
    (only_settings_read_the_environment, "ui/cli/serve.py", "import os\nos.getenv('X')"),
    (only_settings_read_the_environment, "rag/build.py", "from os import environ"),
    (only_settings_read_the_environment, "rag/build.py", "from pydantic_settings import BaseSettings"),
    (only_settings_read_the_environment, "ui/page/__init__.py", "import os\nos.environ['OTHER'] = '1'"),
    (
        only_settings_read_the_environment,
        "ui/api/app.py",
        "import os\nos.environ['GRADIO_ANALYTICS_ENABLED'] = '0'",
    ),
    (only_the_entry_point_makes_settings, "rag/pipeline.py", "Settings.read()"),
    (only_the_entry_point_makes_settings, "eval/run.py", "x = given or Settings()"),
    (nothing_runs_what_it_reads, "rag/store/library.py", "import pickle"),
    (nothing_runs_what_it_reads, "rag/store/library.py", "eval('1')"),
    (nothing_runs_what_it_reads, "rag/store/library.py", "exec('1')"),
    (nothing_runs_what_it_reads, "rag/store/library.py", "subprocess.run('ls', shell=True)"),
    (nothing_runs_what_it_reads, "rag/store/library.py", "subprocess.run('ls', shell=x)"),
    (nothing_runs_what_it_reads, "rag/store/library.py", "os.system('ls')"),
    (nothing_runs_what_it_reads, "rag/store/library.py", "np.load(path, allow_pickle=True)"),
    (nothing_runs_what_it_reads, "rag/store/library.py", "Model(name, trust_remote_code=True)"),
    (only_the_command_line_prints, "rag/pipeline.py", "def f():\n    print(1)"),
    (what_is_exported_exists, "rag/a.py", "__all__ = ['a', 'b']\na = 1"),
    (what_is_exported_exists, "rag/a.py", "__all__ = ['a', 'a']\na = 1"),
    (functions_fit_in_the_eye, "rag/a.py", LONG_FUNCTION),
    (
        functions_fit_in_the_eye,
        "rag/a.py",
        "class C:\n" + re.sub("^", "    ", LONG_FUNCTION, flags=re.MULTILINE),
    ),
    (modules_fit_in_the_head, "rag/a.py", "x = 1\n" * (LONGEST_MODULE + 1)),
    (nothing_is_made_for_the_seeds, "rag/a.py", "# 霍城县"),
    (nothing_is_made_for_the_seeds, "rag/a.py", "x = '黨員攻關隊'"),
    (nothing_is_made_for_the_seeds, "rag/a.py", "x = '004_76d1a7742d2e14f1.txt'"),
    (nothing_is_made_for_the_seeds, "rag/a.py", "if count == 315:"),
    (nothing_is_made_for_the_seeds, "ui/page/style.css", "/* “315”模式 */"),
]
# What each rule lets pass: the text beside a planted breach that is none.
FAIR = [
    (nothing_imports_the_tests, "ui/cli/ask.py", "from rag.build import build_pipeline"),
    (libraries_stay_in_their_rooms, "vectorstore/faiss.py", "import faiss"),
    (libraries_stay_in_their_rooms, "rag/train/embedding/recipe.py", "import torch"),
    (libraries_stay_in_their_rooms, "ui/page/mount.py", "import gradio as gr\nimport fastapi"),
    (
        only_settings_read_the_environment,
        "ui/page/__init__.py",
        "import os\nos.environ['GRADIO_ANALYTICS_ENABLED'] = ''",
    ),
    (only_settings_read_the_environment, "rag/settings.py", "from pydantic_settings import BaseSettings"),
    (only_settings_read_the_environment, "rag/ingest/formats/__init__.py", "import os\nos.walk('.')"),
    (only_the_entry_point_makes_settings, "ui/cli/shared.py", "Settings.read()"),
    (
        nothing_runs_what_it_reads,
        "rag/a.py",
        "import re\nre.compile('x')\nModel(trust_remote_code=False)\nx.eval()",
    ),
    (only_the_command_line_prints, "ui/cli/shared.py", "print(1)"),
    (only_the_command_line_prints, "rag/a.py", "CONSOLE.print(1)"),
    (
        what_is_exported_exists,
        "rag/a.py",
        "import x.y\nfrom z import w as v\n__all__ = ['x', 'v', 'u']\nu: int = 1",
    ),
    (functions_fit_in_the_eye, "rag/a.py", LONG_FUNCTION.removesuffix("    x = 1\n")),
    (modules_fit_in_the_head, "rag/a.py", "x = 1\n" * LONGEST_MODULE),
    (characters_have_one_home, "rag/text/numbers.py", "A = '一二三四五六七八九'"),
    (characters_have_one_home, "rag/a.py", "A = '周一二三四五六日'  # “三亲”"),
    (nothing_is_made_for_the_seeds, "rag/a.py", "x = 0x315  # 3.15, a315, 3150; 党建引领基层治理"),
]


@pytest.mark.parametrize(
    ("rule", "path", "text"), PLANTED, ids=lambda value: getattr(value, "__name__", None)
)
def test_a_planted_breach_is_found(rule, path, text):
    assert list(rule(path, text)) != []


@pytest.mark.parametrize(("rule", "path", "text"), FAIR, ids=lambda value: getattr(value, "__name__", None))
def test_what_is_fair_passes(rule, path, text):
    assert list(rule(path, text)) == []


def test_every_rule_has_a_planted_breach_and_something_fair():
    rules = {*CODE_RULES, nothing_is_made_for_the_seeds}
    assert {rule for rule, _, _ in PLANTED} == rules == {rule for rule, _, _ in FAIR}

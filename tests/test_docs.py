"""What is written about the project is true: commands, settings, dependencies, versions.

Each check is a function from text to the faults it finds, with a planted fault that proves that it
can fail.
"""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from rag.settings import Settings
from ui.cli import app

ROOT = Path(__file__).parents[1]
PYPROJECT = ROOT / "pyproject.toml"


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


# Commands

FENCE = re.compile(r"^(`{3,}|~{3,})[^\n]*\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
ENDS_A_COMMAND = {"|", "||", "&", "&&", ";", ">", ">>", "<", "2>"}


def commands_in(markdown: str) -> list[list[str]]:
    """Return the words of every `make …` and `yinju …` in the code blocks and code spans of a page."""
    blocks = [match[2] for match in FENCE.finditer(markdown)]
    spans = INLINE.findall(FENCE.sub("", markdown))
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return [command for line in [*lines, *spans] for command in _commands(line)]


def _commands(line: str) -> Iterator[list[str]]:
    """Yield the commands of a line of shell, prompt, variables and what they write to left out."""
    try:
        words = shlex.split(line.strip().removeprefix("$ "), comments=True)
    except ValueError:  # no shell: another language's quotes
        return
    command: list[str] = []
    for word in [*words, ";"]:
        if word in ENDS_A_COMMAND:
            if command and command[0].rpartition("/")[2] in ("make", "yinju"):
                yield [command[0].rpartition("/")[2], *command[1:]]
            command = []
        elif command or not re.fullmatch(r"[A-Z_]+=.*", word):
            command.append(word)


def fault_of(command: list[str], targets: set[str]) -> str:
    """Say why a command would not run, empty if it would; files need not be there."""
    name, *arguments = command
    if name == "make":
        unknown = [word for word in arguments if "=" not in word and not word.startswith("-")]
        missing = [word for word in unknown if word not in targets]
        return f"make has no target {', '.join(missing)}" if missing else ""
    try:
        _parse(get_command(app), arguments)
    except Exception as error:  # noqa: BLE001 - typer keeps the class of its usage errors to itself
        return f"{shlex.join(command)}: {getattr(error, 'message', error)}"
    return ""


def _parse(command, arguments: list[str], parent=None) -> None:
    """Parse a command line as the command line does, without running it."""
    if not arguments and hasattr(command, "commands"):
        return
    if hasattr(command, "commands") and arguments[0] != "--help":
        name, *rest = arguments
        if name not in command.commands:
            raise LookupError(f"no command {name!r}")
        _parse(command.commands[name], rest)
    elif "--help" not in arguments:
        command.make_context(command.name, list(arguments))


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z][\w-]*):", read("Makefile"), re.MULTILINE))


def test_every_command_of_the_readme_would_run():
    commands = commands_in(read("README.md"))
    assert ["make", "serve"] in commands
    assert [fault for command in commands if (fault := fault_of(command, make_targets()))] == []


def examples_in(markdown: str) -> list[tuple[list[str], list[str]]]:
    """Return the commands that stand behind a `$` in a code block, and the lines shown below each."""
    shown = [block for _, block in FENCE.findall(markdown) if block.startswith("$ ")]
    parts = [re.split(r"^\$ ", block, flags=re.MULTILINE)[1:] for block in shown]
    pairs = [part.partition("\n") for block in parts for part in block]
    return [
        (commands[0], below.splitlines()) for line, _, below in pairs if (commands := list(_commands(line)))
    ]


def test_every_example_of_the_readme_gives_what_it_shows(seeds):
    examples = examples_in(read("README.md"))
    assert examples
    for (_, *arguments), shown in examples:
        result = CliRunner().invoke(app, [*arguments, "--library", str(seeds.library.folder)])
        assert result.exit_code == 0
        given = result.output.splitlines()
        expected = [line.rstrip() for line in shown if line != "…"]  # an ellipsis leaves out the rest
        assert [line.rstrip() for line in given[: len(expected)]] == expected


def test_examples_are_found_with_what_they_show():
    page = "```\n$ yinju ask '党建'\n一\n\n二\n$ make test\nok\n```\n```\nyinju doctor\n```\n"
    assert examples_in(page) == [(["yinju", "ask", "党建"], ["一", "", "二"]), (["make", "test"], ["ok"])]


LINK = re.compile(r"\]\((?![a-z]+:|#)([^)#\s]+)")


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md"])
def test_every_file_that_a_page_points_to_is_there(page):
    assert [link for link in LINK.findall(read(page)) if not (ROOT / link).exists()] == []


NAMED = re.compile(r"`((?:rag|ui|eval|tests|vectorstore)/[\w./-]*\w/?)`")


def test_every_file_that_the_architecture_names_is_there():
    named = [name for name in NAMED.findall(read("docs/architecture.md")) if "NAME" not in name]
    assert len(named) > 30
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_links_to_files_are_found():
    page = "![p](a/b.png) [q](https://x.y/z) [r](#here) [s](docs/c.md#there)"
    assert LINK.findall(page) == ["a/b.png", "docs/c.md"]


def test_every_target_says_what_it_does_and_is_no_file():
    makefile = read("Makefile")
    described = set(re.findall(r"^([a-z][\w-]*):.*## \S", makefile, re.MULTILINE))
    phony = re.search(r"^\.PHONY:(.*)$", makefile, re.MULTILINE)
    assert phony
    assert make_targets() == described == set(phony[1].split())
    assert {"serve", "test", "eval", "bench", "lint"} <= described


@pytest.mark.parametrize(
    ("markdown", "commands"),
    [
        ("```sh\nmake serve  # a comment\n```", [["make", "serve"]]),
        (
            "```\n$ yinju ask '党建 是什么？' --json | jq .answer\n```",
            [["yinju", "ask", "党建 是什么？", "--json"]],
        ),
        ("~~~\nYINJU_PORT=1 .venv/bin/yinju serve &\n~~~", [["yinju", "serve"]]),
        (
            "```\nyinju search x \\\n  -k 3 > out && make test\n```",
            [["yinju", "search", "x", "-k", "3"], ["make", "test"]],
        ),
        ("Type `make test`, then `yinju doctor`.", [["make", "test"], ["yinju", "doctor"]]),
        ("We make test runs with yinju, and `a make test`.", []),
        ("```python\nprint('it isn\\'t\n```", []),
    ],
)
def test_commands_are_found_where_code_is(markdown, commands):
    assert commands_in(markdown) == commands


@pytest.mark.parametrize(
    "command",
    [
        "make nope",
        "yinju nope",
        "yinju ask",
        "yinju ask one two",
        "yinju ask x --nope",
        "yinju search x -k many",
        "yinju serve --port",
        "yinju train nope",
    ],
)
def test_a_command_that_would_not_run_is_found(command):
    assert fault_of(shlex.split(command), {"serve"}) != ""


@pytest.mark.parametrize(
    "command",
    [
        "make serve",
        "make serve LIBRARY=x",
        "yinju",
        "yinju --help",
        "yinju ask --help",
        "yinju ingest PATH...",
        "yinju search x -k 3 --json",
        "yinju serve --port 80 --library DIR",
        "yinju train",
        "yinju train tokens --data D",
    ],
)
def test_a_command_that_would_run_passes(command):
    assert fault_of(shlex.split(command), {"serve"}) == ""


# Settings

TABLE = re.compile(r"<!-- settings:begin -->\n(.*?)<!-- settings:end -->", re.DOTALL)
HEAD = ["setting", "variable", "default", "what it is"]


def settings_table() -> str:
    """Return the table of settings as the README has it between its two marks: paste it there."""
    rows = [
        [f"`{name}`", f"`YINJU_{name.upper()}`", f"`{field.default}`", field.description or ""]
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in [HEAD, ["---"] * 4, *rows]) + "\n"


def cells_of(table: str) -> list[list[str]]:
    """Return the cells of a Markdown table, code marks off, without the line under the head."""
    lines = [line.strip().strip("|") for line in table.strip().splitlines() if line.strip()]
    rows = [[cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line)] for line in lines]
    return [row for row in rows if not all(re.fullmatch(r":?-+:?", cell) for cell in row)]


def settings_faults(markdown: str) -> list[str]:
    """Say how the table of settings differs from the settings, but for the words of the last column."""
    found = TABLE.search(markdown)
    if not found:
        return ["there is no table between <!-- settings:begin --> and <!-- settings:end -->"]
    head, *rows = cells_of(found[1])
    expected_head, *expected = cells_of(settings_table())
    faults = [f"the head is {head}"] if head != expected_head else []
    if [row[:3] for row in rows] != [row[:3] for row in expected]:
        faults.append(f"the rows are not these:\n{settings_table()}")
    return faults + [f"{row[0]} is not explained" for row in rows if len(row) != 4 or not row[3]]


def test_the_readme_lists_every_setting_with_its_variable_and_default():
    assert settings_faults(read("README.md")) == []


def test_the_table_of_settings_is_checked():
    page = f"# A\n\n<!-- settings:begin -->\n{settings_table()}<!-- settings:end -->\n"
    assert settings_faults(page) == []
    assert settings_faults("# A") != []
    assert settings_faults(page.replace("| `7860` |", "| `7861` |")) != []
    assert settings_faults(page.replace("YINJU_PORT", "YINJU_PORTS")) != []
    assert settings_faults(re.sub(r"\| `host`.*\n", "", page)) != []
    assert settings_faults(page.replace("| variable |", "| name |")) != []
    assert settings_faults(re.sub(r"(\| `host`.*\|) .*\|", r"\1  |", page)) != []


def test_every_setting_is_explained():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


# Dependencies

REQUIREMENT = re.compile(r'^\s*"([A-Za-z0-9][\w.-]*)[^"]*",?(.*)$')
ARRAY = re.compile(r"^(?!classifiers)(?:dependencies|[a-z]+) = \[\n(.*?)^\]", re.MULTILINE | re.DOTALL)


def unexplained(pyproject: str) -> list[str]:
    """Return the dependencies, those of the extras included, that have no comment beside them."""
    sections = re.split(r"^(?=\[)", pyproject, flags=re.MULTILINE)
    listed = [s for s in sections if s.startswith(("[project]\n", "[project.optional-dependencies]"))]
    lines = [line for section in listed for array in ARRAY.findall(section) for line in array.splitlines()]
    found = [match for line in lines if (match := REQUIREMENT.match(line))]
    return [match[1] for match in found if not re.search(r"#\s*\w", match[2])]


def required() -> list[str]:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    extras = [requirement for extra in project["optional-dependencies"].values() for requirement in extra]
    return [re.split(r"[^\w.-]", requirement)[0] for requirement in [*project["dependencies"], *extras]]


def canonical(name: str) -> str:
    """Return a package's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(constraints: str) -> dict[str, str]:
    """Return the version that each package is held at."""
    lines = [line.partition("#")[0].strip() for line in constraints.splitlines()]
    pins = [re.fullmatch(r"([\w.-]+)==([\w.+!]+)", line) for line in lines if line]
    assert all(pins), "a line is no pin: name==version"
    return {canonical(pin[1]): pin[2] for pin in pins if pin}


def test_every_dependency_says_why_it_is_there():
    assert unexplained(PYPROJECT.read_text(encoding="utf-8")) == []


def test_a_dependency_without_a_reason_is_found():
    text = '[project]\ndependencies = [\n    "a>=1", # why\n    "b-c[d]>=2",\n    "e>=3"  # \n]\n'
    extra = (
        '[project.optional-dependencies]\ndev = [\n    "f",\n    "g", # a\n]\n[tool.x]\ny = [\n    "h",\n]\n'
    )
    assert unexplained(text + extra) == ["b-c", "e", "f"]


def test_every_dependency_is_pinned():
    pins = pinned(read("constraints.txt"))
    assert len(required()) > 15
    assert [name for name in required() if canonical(name) not in pins] == []


def test_a_pin_satisfies_what_the_project_asks_for():
    packaging = pytest.importorskip("packaging.requirements")
    pins = pinned(read("constraints.txt"))
    project = tomllib.loads(read("pyproject.toml"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    wrong = [
        requirement
        for requirement in map(packaging.Requirement, asked)
        if not requirement.specifier.contains(pins.get(canonical(requirement.name), "0"))
    ]
    assert wrong == []


def test_a_line_that_is_no_pin_is_found():
    assert pinned("# why\na_B.c==1.0\n") == {"a-b-c": "1.0"}
    with pytest.raises(AssertionError, match="no pin"):
        pinned("a>=1\n")


# Changes

VERSION_HEADING = re.compile(r"^## \[?(?:Unreleased|\d+\.\d+\.\d+)\b", re.MULTILINE)


def test_the_changelog_has_a_heading_for_a_version_or_for_what_is_to_come():
    changelog = read("CHANGELOG.md")
    assert VERSION_HEADING.search(changelog)
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    assert "Unreleased" in changelog or version in changelog


@pytest.mark.parametrize(
    "heading", ["## Unreleased", "## [Unreleased]", "## 0.1.0", "## [0.1.0] - 2026-11-21"]
)
def test_a_heading_of_a_version_is_one(heading):
    assert VERSION_HEADING.search(f"# Changes\n\n{heading}\n")


@pytest.mark.parametrize("heading", ["# Unreleased", "## Version", "Unreleased", "## 0.1"])
def test_another_heading_is_none(heading):
    assert not VERSION_HEADING.search(f"# Changes\n\n{heading}\n")

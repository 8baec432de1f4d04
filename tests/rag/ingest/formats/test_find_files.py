import re
from pathlib import Path

import pytest

from rag.errors import ReadError
from rag.ingest.discover import FoundFile, find_files, is_pattern
from tests.doubles import write_files


def found(*paths: Path | str) -> list[str]:
    return [file.name for file in find_files(map(Path, paths))]


def passed_over(*paths: Path | str) -> list[str]:
    names: list[str] = []
    for _ in find_files(map(Path, paths), names):
        pass
    return names


@pytest.fixture
def docs(tmp_path, monkeypatch):
    """A folder `docs` below the present one, with files of every sort."""
    names = (
        "a.md",
        "b.txt",
        "c.jpg",
        "sub/d.md",
        "sub/deep/e.md",
        "sub/f.HTML",
        ".g.md",
        ".git/h.md",
        "x[1].txt",
    )
    write_files(tmp_path / "docs", dict.fromkeys(names, ""))
    monkeypatch.chdir(tmp_path)
    return Path("docs")


# Files and folders


def test_a_file_that_is_named_is_taken_whatever_it_is(tmp_path):
    assert found(tmp_path / ".hidden.txt", tmp_path / "photo.jpg") == [".hidden.txt", "photo.jpg"]


def test_a_file_s_document_is_named_after_it_and_knows_its_path(docs):
    assert list(find_files([docs / "sub/deep/e.md"])) == [FoundFile("e.md", docs / "sub/deep/e.md")]


def test_files_of_a_folder_are_named_below_it_in_order(tmp_path):
    write_files(tmp_path, {"b.txt": "", "a.md": "", "c/d/e.markdown": "", "photo.jpg": ""})

    assert found(tmp_path) == ["a.md", "b.txt", "c/d/e.markdown"]


@pytest.mark.parametrize(
    "suffix", ["txt", "md", "markdown", "html", "htm", "xhtml", "docx", "pdf", "PDF", "Txt"]
)
def test_every_suffix_that_is_read_is_found_in_whatever_case(tmp_path, suffix):
    write_files(tmp_path, {f"a.{suffix}": "", f"b.{suffix}~": "", suffix: ""})

    assert found(tmp_path) == [f"a.{suffix}"]


def test_hidden_files_and_folders_are_passed_over(tmp_path):
    write_files(tmp_path, {".a.txt": "", ".git/b.txt": "", "c.txt": ""})

    assert found(tmp_path) == ["c.txt"]


def test_a_hidden_folder_that_is_named_is_taken(docs):
    assert found(docs / ".git") == ["h.md"]


def test_what_nothing_reads_is_named(docs):
    assert passed_over(docs) == ["c.jpg"]


def test_what_is_hidden_or_ignored_is_not_even_named(tmp_path):
    write_files(
        tmp_path, {".yinjuignore": "old\n*.bak\n", ".a.jpg": "", "b.bak": "", "old/c.jpg": "", "d.jpg": ""}
    )

    assert passed_over(tmp_path) == ["d.jpg"]


def test_an_empty_folder_holds_nothing(tmp_path):
    assert found(tmp_path) == []


def test_several_paths_come_one_behind_the_other(docs):
    assert found(docs / "sub", docs / "b.txt") == ["d.md", "f.HTML", "deep/e.md", "b.txt"]


def test_links_to_folders_are_not_followed_into_a_circle(tmp_path):
    write_files(tmp_path, {"a/b.txt": ""})
    (tmp_path / "a/circle").symlink_to(tmp_path, target_is_directory=True)

    assert found(tmp_path) == ["a/b.txt"]


# .yinjuignore


def test_what_a_folder_ignores_is_passed_over(tmp_path):
    write_files(
        tmp_path,
        {".yinjuignore": "# 说明\n*.md\nold\n", "a.txt": "", "b.md": "", "old/c.txt": "", "new/d.md": ""},
    )

    assert found(tmp_path) == ["a.txt", "new/d.md"]


def test_what_a_folder_ignores_may_be_written_in_any_encoding(tmp_path):
    write_files(tmp_path, {".yinjuignore": "说明.txt\n".encode("gbk"), "a.txt": "", "说明.txt": ""})

    assert found(tmp_path) == ["a.txt"]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("", id="empty"),
        pytest.param("\n \n# a.txt\n", id="remarks"),
        pytest.param("A.TXT\n", id="another case"),
        pytest.param("sub/a.txt\n", id="a path"),
    ],
)
def test_lines_that_match_no_name_ignore_nothing(tmp_path, lines):
    write_files(tmp_path, {".yinjuignore": lines, "a.txt": ""})

    assert found(tmp_path) == ["a.txt"]


@pytest.mark.parametrize(
    "lines", ["a.txt", "  a.txt  \r\n", "?.txt\n", "[ab].*", "*"], ids=["no end", "blanks", "?", "[]", "*"]
)
def test_lines_are_patterns_of_names(tmp_path, lines):
    write_files(tmp_path, {".yinjuignore": lines, "a.txt": "", "sub/c.txt": ""})

    assert "a.txt" not in found(tmp_path)


def test_a_folder_ignores_for_itself_alone(tmp_path):
    write_files(tmp_path, {"sub/.yinjuignore": "*.txt\n", "sub/a.txt": "", "sub/deep/b.txt": "", "c.txt": ""})

    assert found(tmp_path) == ["c.txt", "sub/deep/b.txt"]


def test_a_folder_may_be_ignored_with_a_slash(tmp_path):
    write_files(tmp_path, {".yinjuignore": "old/\n", "old/a.txt": "", "b.txt": ""})

    assert found(tmp_path) == ["b.txt"]


def test_a_list_that_cannot_be_read_ignores_nothing(tmp_path):
    write_files(tmp_path, {"sub/.yinjuignore": b"\0\1\2\3", "sub/a.txt": "", "b.txt": ""})

    assert "b.txt" in found(tmp_path)


# Patterns


@pytest.mark.parametrize(
    ("path", "expected"),
    [("*.txt", True), ("a?.md", True), ("[ab]", True), ("docs/**", True), ("a.txt", False)],
)
def test_a_pattern_is_known_by_its_marks(path, expected):
    assert is_pattern(Path(path)) is expected


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("docs/*.md", ["a.md"]),
        ("docs/*.txt", ["b.txt", "x[1].txt"]),
        ("docs/?.*", ["a.md", "b.txt"]),
        ("docs/[ab].*", ["a.md", "b.txt"]),
        ("docs/**/*.md", ["a.md", "sub/d.md", "sub/deep/e.md"]),
        ("docs/sub/**/*.md", ["d.md", "deep/e.md"]),
        ("docs/*/*.md", ["sub/d.md"]),
        ("docs/**", ["a.md", "b.txt", "sub/d.md", "sub/deep/e.md", "sub/f.HTML", "x[1].txt"]),
        ("docs/s*", ["sub/d.md", "sub/f.HTML", "sub/deep/e.md"]),
        ("docs/**/deep", ["sub/deep/e.md"]),
        ("d?cs/a.md", ["docs/a.md"]),
        ("./docs/*.md", ["a.md"]),
        ("docs/sub/../*.md", ["a.md"]),
        ("docs/x[[]1].txt", ["x[1].txt"]),
    ],
)
def test_files_that_a_pattern_matches_are_named_below_where_it_begins(docs, pattern, names):
    assert sorted(found(pattern)) == sorted(names)


def test_a_pattern_may_be_absolute(docs):
    assert [file.path for file in find_files([Path.cwd() / "docs" / "*.md"])] == [
        Path.cwd() / "docs" / "a.md"
    ]


def test_a_pattern_without_a_folder_searches_the_present_one(docs, monkeypatch):
    monkeypatch.chdir("docs")

    assert found("*.txt") == ["b.txt", "x[1].txt"]


def test_a_name_that_looks_like_a_pattern_is_a_name_if_it_is_there(docs):
    assert found("docs/x[1].txt") == ["x[1].txt"]


@pytest.mark.parametrize("pattern", ["nothing*", "docs/*.pdf", "docs/x[2].txt", "nowhere/**/*.md"])
def test_a_pattern_that_matches_nothing_is_told(docs, pattern):
    with pytest.raises(ReadError, match=f"^{re.escape(pattern)}: no file matches$"):
        found(pattern)


def test_what_a_pattern_matches_and_nothing_reads_is_named(docs):
    assert found("docs/*.jpg") == []
    assert passed_over("docs/*.jpg") == ["c.jpg"]


@pytest.mark.parametrize("pattern", ["docs/*", "docs/**"])
def test_a_pattern_matches_nothing_hidden(docs, pattern):
    assert not [name for name in found(pattern) if name.startswith(".")]


@pytest.mark.parametrize("pattern", ["docs/**/*", "docs/**/**", "docs/**/s*"])
def test_a_file_that_a_pattern_matches_twice_is_found_once(docs, pattern):
    write_files(docs, {"sub/s.md": "", "sub/photo.jpg": ""})

    assert len(found(pattern)) == len(set(found(pattern)))
    assert len(passed_over(pattern)) == len(set(passed_over(pattern)))


@pytest.mark.parametrize("pattern", ["docs/*", "docs/**", "docs/*.txt"])
def test_what_a_folder_ignores_no_pattern_matches(docs, pattern):
    write_files(docs, {".yinjuignore": "b.txt\n"})

    assert "b.txt" not in found(pattern)


# Links


@pytest.fixture
def linked(docs, tmp_path):
    """The folder `docs`, with links to files and folders inside it and out of it, straight and by another."""
    write_files(tmp_path, {"outside/o.md": "", "outside/deep/p.md": "", "docs2/q.md": ""})
    for link, target in {
        "in.md": "sub/d.md",
        "out.md": "../outside/o.md",
        "again.md": "sub/back.md",
        "near.md": "../docs2/q.md",
        "lost.md": "../nowhere/r.md",
        "to_folder": "../outside",
        "sub/back.md": "../../outside/o.md",
        "sub/up.md": "../a.md",
    }.items():
        (docs / link).symlink_to(target)
    (docs / "absolute.md").symlink_to(tmp_path / "outside/o.md")
    return docs


INSIDE = ["a.md", "b.txt", "in.md", "sub/d.md", "sub/deep/e.md", "sub/f.HTML", "sub/up.md", "x[1].txt"]
OUTSIDE = ["absolute.md", "again.md", "lost.md", "near.md", "out.md", "sub/back.md", "to_folder"]


def test_links_that_lead_out_of_a_folder_are_passed_over_and_named(linked):
    assert sorted(found(linked)) == INSIDE
    assert sorted(passed_over(linked)) == sorted([*OUTSIDE, "c.jpg"])


def test_a_link_that_leads_out_is_not_named_where_it_is_ignored(linked):
    write_files(linked, {".yinjuignore": "*.md\nto_folder\n", "sub/.yinjuignore": "back.*\n"})

    assert passed_over(linked) == passed_over("docs/**") == ["c.jpg"]


@pytest.mark.parametrize("name", ["docs/out.md", "docs/sub/back.md", "docs/lost.md"])
def test_a_link_that_is_named_is_taken(linked, name):
    assert found(name) == [Path(name).name]
    assert passed_over(name) == []


def test_a_link_to_a_folder_that_is_named_is_the_folder(linked):
    assert found("docs/to_folder") == ["o.md", "deep/p.md"]


def test_links_stay_inside_a_folder_that_is_named_by_a_link(linked, tmp_path):
    (tmp_path / "other").symlink_to("docs", target_is_directory=True)

    assert sorted(found("other")) == INSIDE
    assert sorted(passed_over("other/**")) == sorted([*OUTSIDE, "c.jpg"])


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("docs/o*.md", ["out.md"]),
        ("docs/sub/*.md", ["back.md", "d.md", "up.md"]),
        ("docs/to_*", ["to_folder/deep/p.md", "to_folder/o.md"]),
        ("docs/to_*/*.md", ["to_folder/o.md"]),
        ("docs/to_folder/**/*.md", ["deep/p.md", "o.md"]),
    ],
)
def test_a_link_that_a_pattern_names_is_taken(linked, pattern, names):
    assert sorted(found(pattern)) == names
    assert passed_over(pattern) == []


@pytest.mark.parametrize("pattern", ["docs/**", "docs/**/*", "docs/**/**", "doc?/**"])
def test_what_a_pattern_finds_at_any_depth_stays_inside(linked, pattern):
    below = "docs/" if pattern.startswith("doc?") else ""

    assert sorted(found(pattern)) == [f"{below}{name}" for name in INSIDE]
    assert sorted(passed_over(pattern)) == sorted(f"{below}{name}" for name in [*OUTSIDE, "c.jpg"])


@pytest.mark.parametrize("pattern", ["docs/**/o.md", "docs/**/to_folder/*.md", "docs/**/deep/**/p.md"])
def test_no_name_that_a_pattern_looks_for_is_found_outside(linked, pattern):
    assert found(pattern) == []
    assert "to_folder" in passed_over(pattern)


def test_links_in_a_folder_that_a_pattern_names_stay_inside_that(linked):
    assert sorted(found("docs/s*")) == ["sub/d.md", "sub/deep/e.md", "sub/f.HTML"]
    assert sorted(passed_over("docs/s*")) == ["sub/back.md", "sub/up.md"]


def test_a_link_to_a_folder_inside_is_followed_by_a_pattern_of_any_depth(tmp_path):
    write_files(tmp_path, {"docs/sub/d.md": "", "docs/z/e.md": ""})
    (tmp_path / "docs/link").symlink_to("sub", target_is_directory=True)

    assert found(tmp_path / "docs/**/*.md") == ["link/d.md", "sub/d.md", "z/e.md"]
    assert found(tmp_path / "docs") == ["sub/d.md", "z/e.md"]


@pytest.mark.parametrize("pattern", ["docs", "docs/**", "docs/**/*", "docs/**/*.md", "docs/**/**/*.md"])
def test_links_in_a_circle_come_to_an_end(docs, pattern):
    for number in range(3):
        (docs / f"circle{number}").symlink_to("../docs", target_is_directory=True)
        (docs / f"sub/circle{number}").symlink_to("..", target_is_directory=True)
    (docs / "itself.md").symlink_to("itself.md")

    assert {name for name in found(pattern) if name.endswith(".md")} == {
        "a.md",
        "itself.md",
        "sub/d.md",
        "sub/deep/e.md",
    }


def test_links_that_fan_out_come_to_an_end(tmp_path):
    for number in range(30):
        write_files(tmp_path, {f"docs/{number}/a.md": ""})
        for name in "xyz":
            (tmp_path / f"docs/{number}/{name}").symlink_to(f"../{number + 1}", target_is_directory=True)

    assert set(found(tmp_path / "docs/**/*.md")) >= {f"{number}/a.md" for number in range(30)}

"""The outline of each seed is the one that was read line by line against its text."""

import pytest

from rag.types.document import Section
from tests.rag.ingest.outline.render import GOLDEN, SEEDS, outline_of_seed, render

SEED_FILES = sorted(SEEDS.glob("*.txt"))
REGENERATE = "`python -m tests.rag.ingest.outline.render` writes the golden files anew: read what changed"


def test_every_seed_has_its_golden_outline_and_there_are_no_others():
    assert sorted(path.name for path in GOLDEN.iterdir()) == [
        f"{path.name}.outline.txt" for path in SEED_FILES
    ]


@pytest.mark.parametrize("path", SEED_FILES, ids=lambda path: path.name)
def test_the_outline_of_a_seed_is_its_golden_one(path):
    golden = (GOLDEN / f"{path.name}.outline.txt").read_text(encoding="utf-8")

    assert render(outline_of_seed(path)) == golden, REGENERATE


def seed(number: str) -> tuple[str, tuple[Section, ...]]:
    (path,) = SEEDS.glob(f"{number}_*.txt")
    return path.read_bytes().decode("utf-8"), outline_of_seed(path).sections


def section(sections: tuple[Section, ...], title: str) -> Section:
    return next(found for article in sections for found in article.walk() if found.title == title)


BYLINE = "a line on the author at the end of an article is taken into its last section"


@pytest.mark.parametrize("title", ["突出氛围营造，提升思想政治工作凝聚力", "在生活上贴心，激发干部内生动力"])
def test_the_byline_behind_an_article_is_no_part_of_its_last_section(title):
    text, sections = seed("001")
    found = section(sections, title)

    assert "作者单位" not in text[found.start : found.end]


def test_the_second_question_of_seed_002_is_titled_by_more_than_where_it_stands():
    _, sections = seed("002")

    assert [child.title for child in section(sections, "背景起因").children][1] != "“兩學一做”中"


def test_the_second_question_of_seed_002_ends_with_its_question_mark():
    text, sections = seed("002")
    last = section(sections, "背景起因").children[-1]

    assert text[last.start : last.end].endswith("如何實現兩者之間的有效融合?")


def test_the_four_characters_of_seed_002_are_points():
    _, sections = seed("002")

    assert len(section(sections, "找準爭創載體").children) == 4

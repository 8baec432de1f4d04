"""What holds for the outline of any text whatever."""

import json
from itertools import pairwise

from hypothesis import example, given

from rag.ingest.outline import find_outline
from rag.store.codec import outline_from_data, outline_to_data
from rag.types.document import Outline, Section
from tests.rag.strategies import texts


def sections(outline: Outline) -> list[Section]:
    return [section for article in outline.sections for section in article.walk()]


@given(texts())
def test_every_character_but_white_space_is_in_one_block_or_junk(text):
    outline = find_outline(text)
    spans = sorted([*outline.blocks, *(junk[:2] for junk in outline.junk)])

    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    covered = "".join(text[start:end] for start, end in spans)
    assert "".join(covered.split()) == "".join(text.split())


@given(texts())
def test_children_lie_inside_their_parent_in_order(text):
    for parent in sections(find_outline(text)):
        bounds = [
            parent.start,
            *(at for child in parent.children for at in (child.start, child.end)),
            parent.end,
        ]
        assert bounds == sorted(bounds)
        assert parent.start < parent.end


@given(texts())
def test_a_heading_lies_inside_its_section(text):
    for section in sections(find_outline(text)):
        assert section.start <= section.heading.start <= section.heading.end <= section.end


@given(texts())
def test_every_section_below_an_article_has_a_title_that_its_heading_holds(text):
    for section in sections(find_outline(text)):
        if section.kind == "section":
            heading = "".join(text[section.heading.start : section.heading.end].split())
            assert section.title
            assert "".join(section.title.split()) in heading


@given(texts())
@example("清河镇工作总结\n采取三项措施：一是种树；二是修路；三是治水。\n")
def test_the_title_of_a_point_stands_in_the_point(text):
    for point in sections(find_outline(text)):
        if point.kind == "point":
            assert "".join(point.title.split()) in "".join(text[point.start : point.end].split())


@given(texts())
def test_levels_count_down_from_one(text):
    def check(section: Section, level: int) -> None:
        assert section.level == level
        for child in section.children:
            check(child, level + 1)

    for article in find_outline(text).sections:
        assert article.kind == "article"
        check(article, 1)


@given(texts())
def test_the_same_text_has_the_same_outline(text):
    assert find_outline(text) == find_outline(text)


@given(texts())
def test_an_outline_survives_json(text):
    outline = find_outline(text)

    assert outline_from_data(json.loads(json.dumps(outline_to_data(outline)))) == outline


@given(texts())
def test_the_path_at_a_position_leads_from_an_article_to_the_innermost_section(text):
    outline = find_outline(text)
    for section in sections(outline):
        path = outline.path_at(section.start)
        assert section in path
        assert all(outer.start <= inner.start and inner.end <= outer.end for outer, inner in pairwise(path))

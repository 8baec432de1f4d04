"""The checks of shape can fail."""

import pytest

from tests.ui.api.shapes import ANSWER, PASSAGES, badly_nested, lacks

PASSAGE = {
    "id": 1,
    "document": "a.txt",
    "title": "题",
    "heading_path": ["题"],
    "text": "文",
    "spans": [[0, 1]],
    "score": 1,
}


def test_what_has_the_shape_lacks_nothing_and_may_have_more():
    assert lacks({"passages": [PASSAGE], "more": 1}, PASSAGES) == []
    assert lacks({"passages": []}, PASSAGES) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": "1"}, "it.passages[0].id is '1', not int"),
        ({"id": True}, "it.passages[0].id is True, not int"),
        ({"id": 1.0}, "it.passages[0].id is 1.0, not int"),
        ({"spans": [[0, "1"]]}, "it.passages[0].spans[0][1] is '1', not int"),
        ({"heading_path": "题"}, "it.passages[0].heading_path is '题', not [<class 'str'>]"),
        ({"score": None}, "it.passages[0].score is None, not float"),
    ],
)
def test_a_value_of_another_type_is_named(change, said):
    assert lacks({"passages": [PASSAGE | change]}, PASSAGES) == [said]


def test_a_key_that_is_missing_is_named():
    assert lacks({}, PASSAGES) == ["it has no 'passages'"]
    assert "it has no 'abstained'" in lacks({"answer": ""}, ANSWER)


def test_an_alternative_that_is_none_of_those_named_is_named():
    assert any("language" in fault for fault in lacks({"language": "fr"}, ANSWER))


def test_a_section_outside_its_parent_is_named():
    inside = {"title": "b", "start": 2, "end": 5, "children": []}
    assert badly_nested([{"title": "a", "start": 0, "end": 5, "children": [inside]}], 0, 9) == []
    assert badly_nested([{"title": "a", "start": 0, "end": 4, "children": [inside]}], 0, 9) == [
        "b: 2-5 in 0-4"
    ]

"""Numbers in characters are read and written alike."""

import pytest

from rag.text.numbers import count_in, in_characters, ordinal


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (110, "一百一十"),
        (102, "一百零二"),
        (2005, "二千零五"),
        (9999, "九千九百九十九"),
    ],
)
def test_a_number_is_read_as_it_is_written(number, written):
    assert in_characters(number) == written
    assert ordinal(written) == number


@pytest.mark.parametrize("number", [0, -3, 10_000])
def test_what_is_not_counted_in_characters_stays_in_digits(number):
    assert in_characters(number) == str(number)


@pytest.mark.parametrize(("text", "count"), [("两", 2), ("二", 2), ("两百", 200), ("12", 12), ("些", 0)])
def test_a_count_may_be_written_as_its_own_word_for_two(text, count):
    assert count_in(text) == count


@pytest.mark.parametrize(("text", "number"), [("⑫", 12), ("XII", 12), ("C", 3), ("丙", 3), ("叁", 3)])
def test_other_ways_to_number_are_read(text, number):
    assert ordinal(text) == number

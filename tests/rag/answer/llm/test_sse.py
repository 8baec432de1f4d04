import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.llm.sse import EventReader
from rag.errors import BackendError

EVENTS = ["一", "two\nlines", '{"a": "、𠮷"}', "x" * 300]


def stream(*events, line_end="\n"):
    lines = [[f"data: {line}" for line in event.split("\n")] for event in events]
    return line_end.join(line for event in lines for line in [": comment", "id: 1", *event, "", ""]).encode()


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@given(cuts=st.lists(st.integers(0, 1000), max_size=30))
def test_events_are_the_same_however_their_bytes_are_cut(line_end, cuts):
    data = stream(*EVENTS, line_end=line_end)
    places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    reader = EventReader()

    found = [event for start, end in pairwise(places) for event in reader.read(data[start:end])]

    assert [*found, *reader.end()] == EVENTS


@pytest.mark.parametrize("data", [b"data: half", b"data: a\ndata: half", b"data: \xe4\xbd"])
def test_an_event_that_broke_off_is_none(data):
    reader = EventReader()

    assert [*reader.read(data), *reader.end()] == []


@pytest.mark.parametrize("data", [b"data: \xff\n\n", b"data: \xed\xa0\x80\n\n", b": \xe4\xbd\n\n"])
def test_what_is_not_utf_8_is_refused(data):
    with pytest.raises(BackendError, match="not UTF-8"):
        list(EventReader().read(data))


@pytest.mark.parametrize("line", [b"x" * 65536, b"data: x\n" * 8192], ids=["one line", "many lines"])
def test_an_event_that_does_not_end_is_refused(line):
    reader = EventReader()

    with pytest.raises(BackendError, match="longer than") as caught:
        for _ in range(40):
            list(reader.read(line))
    assert caught.value.failure == "endless"


@given(st.binary(max_size=200))
def test_any_bytes_give_events_or_an_error_of_ours(data):
    reader = EventReader()
    try:
        found = [*reader.read(data), *reader.end()]
    except BackendError:
        return
    assert all(isinstance(json.dumps(event), str) for event in found)

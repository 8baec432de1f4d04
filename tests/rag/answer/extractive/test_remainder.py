"""What is left over is told by the sentence that counts it, though it does not name what it counts."""

import pytest

HOUSES = {
    "a.txt": "石坪村危房改造情况\n一、排查\n全村共排查出危房46户。排查历时两个月。\n"
    "二、改造\n46户危房已改造39户，改造率84.8%。剩余7户中，4户待选址，3户在外务工。\n"
    "三、道路\n入户道路硬化12公里。剩余2公里明年完成。\n"
}
PARK = {
    "b.txt": "Harbour Park report\n\nThe survey of the park found twenty broken benches. "
    "Seventeen of the broken benches had been repaired by May. "
    "The remaining three, which stand by the pond, will be repaired in autumn.\n\n"
    "The kiosk was painted. The gate was widened to four metres.\n"
}


@pytest.fixture
def answered(pipeline_of):
    def ask(question: str, texts: dict[str, str]):
        return pipeline_of(texts, embedder="static").ask(question).answer

    return ask


def test_what_is_left_is_counted_and_not_the_whole(answered):
    answer = answered("石坪村的危房还剩多少户没改造？", HOUSES)

    assert "剩余7户中，4户待选址" in answer
    assert "排查出" not in answer
    assert "2公里" not in answer


def test_what_is_left_is_counted_in_english(answered):
    assert "remaining three" in answered("How many broken benches are still not repaired?", PARK)


def test_the_whole_is_counted_where_it_is_asked_for(answered):
    assert "46户" in answered("石坪村一共排查出多少户危房？", HOUSES)

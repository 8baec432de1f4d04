"""English questions over English text of several kinds: the sentence that answers comes first."""

import pytest

POLICY = """# Fennick Swimming Baths: rules of use

## 1. Admission

The baths are open to everybody from 6 a.m. to 9 p.m. Children under eight are admitted with an adult only.

## 2. Lockers

A locker is used against a deposit of £2. The deposit is returned with the key. Lockers are emptied every
night, and what is found in them is kept at the desk for three weeks.

## 3. Closure

The Fennick Baths are closed on public holidays. If the water is colder than 24 °C, the large pool stays shut
until it has warmed up.
"""
MANUAL = """# Orrin 3 water pump: manual

The Orrin 3 is a pump for wells of up to forty metres. It is delivered with a cable of fifteen metres.

## Running

Never let the pump run dry, because the seal is cooled by the water that is pumped and melts without it.
Check the oil of the Orrin 3 once a month.

## Faults

If the fuse blows twice within an hour, call an electrician. A humming noise is of no importance.
"""
MINUTES = """# Minutes of the allotment society, 4 March

Present: Ruth Calder (chair), Owen Pike, Lena Strand

The society heard that the hedge along the brook had been cut. Owen Pike will mend the gate before Easter.
The rent of a plot was raised from £30 to £34, since the price of water has gone up.
"""


@pytest.fixture
def answered(pipeline_of):
    pipeline = pipeline_of({"a.md": POLICY, "b.md": MANUAL, "c.md": MINUTES}, embedder="static")
    return pipeline.ask


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What happens to things that somebody leaves behind in a locker?", "three weeks"),
        ("At what temperature does the big pool at Fennick not open?", "24 °C"),
        ("Why must the Orrin 3 not be used without water?", "cooled"),
        ("What do I do when the fuse keeps blowing?", "electrician"),
        ("Why do gardeners have to pay more for their plots?", "price of water"),
    ],
)
def test_the_sentence_that_answers_is_given_however_few_of_the_words_it_has(answered, question, told):
    answer = answered(question)

    assert told in answer.answer
    assert len(answer.citations) < 4


def test_who_is_asked_for_may_have_an_english_name(answered):
    assert "Owen Pike" in answered("Who is going to repair the gate?").answer


def test_a_question_is_put_to_a_text_in_the_text_s_language(pipeline_of):
    pipeline = pipeline_of({"a.md": POLICY, "b.txt": "村民在医院坐轮椅。"}, embedder="static")
    with pipeline.planner() as planner:
        question = planner.question(planner.understood("Who uses a wheelchair?", (), None))
        (english, _), (chinese, _) = question.put_to(
            ["A wheelchair is kept at the desk.", "村民在医院坐轮椅。"]
        )

    assert english.startswith("Who uses a wheelchair?")
    assert "轮椅" in chinese
    assert "wheelchair" not in chinese


def test_a_question_about_another_world_is_refused_in_an_english_library(answered):
    assert answered("Which volcano erupted in Iceland last spring?").abstained

import pytest

from rag.errors import BackendError
from rag.pipeline import Pipeline
from rag.types.query import Turn
from tests.stand_in import StandIn
from tests.ui.page.doubles import answer, citation, document, passage, visible
from ui.page.chat import Conversation, converse, messages, sources
from ui.page.texts import words_in

WORDS = words_in("zh-Hans")
DOC = document("各单位应当每年检查一次。")
PASSAGE = passage(DOC)
ANSWER = answer("每年一次。[1]", (citation(DOC, "每年检查一次"),), (PASSAGE,), documents={DOC.name: DOC})


class Scripted(StandIn):
    """Answers with given events; stands where the page asks its pipeline."""

    def __init__(self, settings, *events):
        self.settings = settings
        self.events = events
        self.histories = []

    def stream(self, question, *, history):
        self.histories.append(tuple(history))

        def play():
            for event in self.events:
                if isinstance(event, Exception):
                    raise event
                yield event

        return play()


@pytest.fixture
def settings(pipeline: Pipeline):
    return pipeline.settings


def replies(conversation):
    return [visible(m["content"]) for m in messages(conversation, WORDS) if m["role"] == "assistant"]


def test_an_answer_grows_and_ends_with_its_sources(settings):
    scripted = Scripted(settings, (PASSAGE,), "每年", "一次。[1]", ANSWER)
    steps = list(converse(scripted, Conversation(), " 问 ", WORDS))
    assert [replies(step)[0] for step in steps] == [
        "正在查找……",
        "找到 1 个相关段落，正在作答……",
        "每年",
        "每年一次。1",
        "每年一次。1引用原文 1 处",
    ]
    assert [step.is_open for step in steps] == [True, True, True, True, False]
    assert "<mark" in sources(steps[-1], WORDS)
    assert "<mark" not in sources(steps[-2], WORDS)


def test_a_follow_up_is_asked_with_what_was_said_before(settings):
    scripted = Scripted(settings, ANSWER)
    *_, first = converse(scripted, Conversation(), "问", WORDS)
    list(converse(scripted, first, "它呢？", WORDS))
    assert scripted.histories == [(), (Turn("user", "问"), Turn("assistant", "每年一次。[1]"))]


def test_the_understood_question_is_shown_only_if_it_differs(settings):
    *_, same = converse(Scripted(settings, ANSWER), Conversation(), "问", WORDS)
    *_, other = converse(Scripted(settings, ANSWER), Conversation(), "它呢？", WORDS)
    assert "按此查找" not in replies(same)[0]
    assert replies(other)[0].startswith("按此查找：问")


def test_an_error_is_a_sentence_and_no_part_of_the_history(settings):
    failing = Scripted(settings, (PASSAGE,), "每年", BackendError("连接超时"))
    *_, failed = converse(failing, Conversation(), "问", WORDS)
    assert "语言模型没有完成回答，请稍后再问：连接超时" in replies(failed)[0]
    assert failed.history() == ()
    assert not failed.is_open


def test_what_nobody_foresaw_is_a_sentence_too_and_goes_on_to_the_log(settings):
    steps: list[Conversation] = []
    with pytest.raises(ZeroDivisionError):
        steps.extend(
            _each(converse(Scripted(settings, ZeroDivisionError("x")), Conversation(), "问", WORDS), steps)
        )
    assert "出了意外" in replies(steps[-1])[0]


def _each(conversations, steps):
    for step in conversations:
        steps.append(step)
    return []


def test_a_blank_question_is_answered_once_and_forgotten(pipeline):
    *_, blank = converse(pipeline, Conversation(), "  ", WORDS)
    assert [m["role"] for m in messages(blank, WORDS)] == ["assistant"]
    assert replies(blank) == ["请先输入一个问题。"]
    *_, again = converse(pipeline, blank, "  ", WORDS)
    assert len(again.exchanges) == 1


def test_an_overlong_question_is_refused_and_only_its_beginning_is_shown(pipeline):
    *_, refused = converse(pipeline, Conversation(), "长" * 4001, WORDS)
    assert replies(refused) == ["这个问题有 4,001 个字，最多可以问 4,000 个字，请缩短后再问。"]
    assert len(visible(messages(refused, WORDS)[0]["content"])) < 300


def test_a_stopped_answer_keeps_what_was_written(settings):
    steps = list(converse(Scripted(settings, (PASSAGE,), "每年"), Conversation(), "问", WORDS))
    stopped = steps[-1].stopped()
    assert replies(stopped) == ["每年已停止"]
    assert not stopped.is_open
    assert stopped.history() == (Turn("user", "问"), Turn("assistant", "每年"))
    assert stopped.stopped() is stopped


def test_earlier_sources_stay_folded_below_the_latest(settings):
    scripted = Scripted(settings, ANSWER)
    *_, first = converse(scripted, Conversation(), "问", WORDS)
    *_, second = converse(scripted, first, "再问", WORDS)
    html = sources(second, WORDS)
    assert html.index('id="sources-2"') < html.index('<details class="turn earlier" id="sources-1"')


def test_a_question_is_shown_and_not_obeyed(settings):
    *_, asked = converse(Scripted(settings, ANSWER), Conversation(), "<b>![a](http://x)", WORDS)
    content = messages(asked, WORDS)[0]["content"]
    assert visible(content) == "<b>![a](http://x)"
    assert "<b>" not in content
    assert "![" not in content

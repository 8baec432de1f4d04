from tests.stand_in import StandIn
from tests.ui.page.doubles import answer, citation, document, passage, section
from ui.page.examples import example_questions

ITEMS = (section("甲"), section("乙"), section("丙"))
DOC = document("各单位应当每年检查一次。")
ANSWER = answer("[1]", (citation(DOC, "每年检查一次"),), (passage(DOC),))
REFUSAL = answer("没有找到。", (), ())


class Outlined(StandIn):
    """A pipeline of documents of which only the outlines matter; refuses what holds a word."""

    def __init__(self, *documents, refuses="\0"):
        self.known = {doc.name: doc for doc in documents}
        self.refuses = refuses

    def documents(self):
        return sorted(self.known.values(), key=lambda doc: doc.name)

    def document(self, name):
        return self.known[name]

    def ask(self, question, *, backend):
        return REFUSAL if self.refuses in question else ANSWER


def outlined(name, *titles):
    tree = section("汇编", *(section(title, *ITEMS) for title in titles), kind="article")
    return document("文", name=name, sections=(tree,))


def test_documents_take_turns():
    pipeline = Outlined(
        outlined("a.txt", "加强安全生产管理工作", "做好应急值守准备工作"),
        outlined("b.txt", "完善干部教育培训制度"),
    )
    assert example_questions(pipeline) == [
        "「加强安全生产管理工作」包括哪些内容？",
        "「完善干部教育培训制度」有哪几个方面？",
        "「做好应急值守准备工作」的具体做法有哪些？",
    ]


def test_a_question_is_in_the_script_of_its_title():
    assert example_questions(Outlined(outlined("a.txt", "強化責任落實機制"))) == [
        "「強化責任落實機制」包括哪些內容？"
    ]


def test_bare_repeated_and_endless_titles_are_passed_over():
    pipeline = Outlined(outlined("a.txt", "主要做法", "重复出现的标题", "重复出现的标题", "长" * 40))
    assert example_questions(pipeline) == []


def test_a_section_without_items_is_passed_over():
    tree = section("汇编", section("加强安全生产管理工作"), kind="article")
    assert example_questions(Outlined(document("文", sections=(tree,)))) == []


def test_a_question_that_is_not_answered_is_passed_over():
    pipeline = Outlined(outlined("a.txt", "加强安全生产管理工作", "做好应急值守准备工作"), refuses="安全")
    assert example_questions(pipeline) == ["「做好应急值守准备工作」包括哪些内容？"]


def test_an_empty_library_suggests_nothing():
    assert example_questions(Outlined()) == []


def test_the_library_of_seeds_suggests_six_and_always_the_same(pipeline):
    first = example_questions(pipeline)
    assert len(first) == 6
    assert len(set(first)) == 6
    assert example_questions(pipeline) == first

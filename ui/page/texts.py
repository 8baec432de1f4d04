"""What the page says, in each language and script."""

from dataclasses import dataclass, fields
from functools import cache
from typing import Final

from rag.errors import BackendError, InputError, LibraryError, YinjuError
from rag.text.normalize import convert
from rag.types.query import Language

__all__ = ["LOCALES", "Words", "browser_language", "words_in"]


@dataclass(frozen=True, slots=True)
class Words:
    """Every sentence of the page; `{…}` is filled in where it is used."""

    does: str
    library_holds: str
    library_empty: str
    library_more: str
    document_size: str
    ask_here: str
    question: str
    conversation: str
    send: str
    stop: str
    new_conversation: str
    welcome: str
    welcome_more: str
    sources_hint: str
    sources_of: str
    nearest: str
    cited_places: str
    also_found: str
    path: str
    original: str
    whole: str
    copy: str
    copied: str
    searching: str
    reading: str
    stopped: str
    unsupported: str
    understood: str
    ask_something: str
    too_long: str
    cannot_ask: str
    library_failed: str
    model_failed: str
    failed: str
    too_busy: str
    broken: str

    def refusal(self, question: str, longest: int) -> str:
        """Say what keeps a question from being asked; empty if nothing does."""
        if not question:
            return self.ask_something
        if len(question) > longest:
            return self.too_long.format(most=f"{longest:,}", has=f"{len(question):,}")
        return ""

    def error(self, error: YinjuError) -> str:
        """Say in one sentence what went wrong."""
        kinds = (
            (InputError, self.cannot_ask),
            (LibraryError, self.library_failed),
            (BackendError, self.model_failed),
        )
        sentence = next((sentence for kind, sentence in kinds if isinstance(error, kind)), self.failed)
        return sentence.format(reason=error)


_SIMPLIFIED: Final = Words(
    does="向您的文档提问，每个回答都注明出处，可与原文逐字对照。",
    library_holds="文档库：{count} 份文档",
    library_empty="文档库还是空的。请在终端运行 yinju ingest 文件或文件夹，再刷新本页。",
    library_more="……另有 {count} 份",
    document_size="{count} 字",
    ask_here="输入问题，按回车发送",
    question="问题",
    conversation="对话",
    send="发送",
    stop="停止",
    new_conversation="新对话",
    welcome="想从文档里查什么？",
    welcome_more="直接提问，或从下面选一个问题开始。答案里的编号对应原文出处。",
    sources_hint="回答所依据的原文会列在这里，引用的字句用颜色标出。",
    sources_of="此前的问题",
    nearest="没有找到答案，以下是最接近的段落",
    cited_places="引用原文 {count} 处",
    also_found="其他相关段落（{count}）",
    path="所在章节",
    original="查看全文",
    whole="展开整段（{count} 字）",
    copy="复制回答与出处",
    copied="已复制",
    searching="正在查找……",
    reading="找到 {count} 个相关段落，正在作答……",
    stopped="已停止",
    unsupported="标有“?”的句子在所引的原文里没有找到依据。",
    understood="按此查找：",
    ask_something="请先输入一个问题。",
    too_long="这个问题有 {has} 个字，最多可以问 {most} 个字，请缩短后再问。",
    cannot_ask="这个问题无法处理：{reason}",
    library_failed="暂时读不了文档库：{reason}",
    model_failed="语言模型没有完成回答，请稍后再问：{reason}",
    failed="没有完成回答：{reason}",
    too_busy="现在提问的人太多，暂时答不过来，请在 {seconds} 秒后再问。",
    broken="出了意外，没有完成回答。请再问一次；若仍不行，请查看服务器日志。",
)

_ENGLISH: Final = Words(
    does="Ask your documents. Every answer names its sources, to be checked word for word.",
    library_holds="Documents in the library: {count}",
    library_empty="The library is empty: run yinju ingest PATHS in a terminal, then reload this page.",
    library_more="… and {count} more",
    document_size="{count} characters",
    ask_here="Type a question and press Enter",
    question="Question",
    conversation="Conversation",
    send="Send",
    stop="Stop",
    new_conversation="New chat",
    welcome="What would you like to find?",
    welcome_more="Ask anything, or start from one of these. Numbers in an answer lead to its sources.",
    sources_hint="The passages an answer relies on are listed here, with the quoted words marked.",
    sources_of="Earlier question",
    nearest="No answer found. The nearest passages",
    cited_places="Places quoted: {count}",
    also_found="Other passages found ({count})",
    path="Section",
    original="Full text",
    whole="Show the whole passage ({count} characters)",
    copy="Copy answer and sources",
    copied="Copied",
    searching="Searching…",
    reading="{count} passages found, answering…",
    stopped="Stopped",
    unsupported="Sentences marked “?” were not found in what they cite.",
    understood="Searched for: ",
    ask_something="Please type a question first.",
    too_long="This question has {has} characters; at most {most} can be asked. Please shorten it.",
    cannot_ask="This question cannot be used: {reason}",
    library_failed="The library cannot be read at the moment: {reason}",
    model_failed="The language model did not finish its answer, please try again later: {reason}",
    failed="The answer was not finished: {reason}",
    too_busy="Too many questions are being asked at the moment. Please ask again in {seconds} seconds.",
    broken="Something unexpected happened. Please ask again; if it stays, look at the server's log.",
)

LOCALES: Final[dict[str, Language]] = {
    "zh-CN": "zh-Hans",
    "zh": "zh-Hans",
    "zh-TW": "zh-Hant",
    "zh-HK": "zh-Hant",
    "en": "en",
}
"""Which words a browser's locale gets."""

_TRADITIONAL_TAGS: Final = ("zh-tw", "zh-hk", "zh-mo", "zh-hant")


@cache
def words_in(language: Language) -> Words:
    """Return the page's words; Traditional ones are converted from Simplified."""
    if language == "en":
        return _ENGLISH
    return Words(*(convert(getattr(_SIMPLIFIED, field.name), language) for field in fields(Words)))


def browser_language(accept: str | None) -> Language:
    """Choose the language for an Accept-Language header; without one it is Simplified Chinese."""
    tag = (accept or "zh").split(",")[0].split(";")[0].strip().lower()
    if tag.startswith(_TRADITIONAL_TAGS):
        return "zh-Hant"
    return "zh-Hans" if tag.startswith("zh") else "en"

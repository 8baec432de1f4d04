"""What the answers say in their own words, in each language and script."""

from collections.abc import Sequence
from typing import Final

from rag.errors import BackendError, Failure
from rag.text.normalize import convert
from rag.types.query import Language

__all__ = [
    "IN_CHINESE",
    "NOT_FOUND",
    "NOT_FOUND_OF",
    "NOT_TOLD",
    "UNSURE",
    "called_otherwise",
    "cut_short",
    "fallen_back",
    "left_out",
    "no_such_version",
    "overruled",
]

NOT_FOUND: Final[dict[Language, str]] = {
    "zh-Hans": "文档里没有找到能回答这个问题的内容。下面列出最接近的段落，供您查看。",
    "zh-Hant": "文檔裏沒有找到能回答這個問題的內容。下面列出最接近的段落，供您查看。",
    "en": "The documents hold nothing that answers this question. The nearest passages are listed below.",
}

# Where the documents treat the thing and do not tell the detail; what they do say stands below.
NOT_TOLD: Final[dict[Language, str]] = {
    "zh-Hans": "文档里没有写明这一点，写到的是：",
    "zh-Hant": "文檔裏沒有寫明這一點，寫到的是：",
    "en": "The documents do not say. What they do say is:",
}

UNSURE: Final[dict[Language, str]] = {
    "zh-Hans": "文档里没有找到明确的回答，以下是最接近的原文，请核对。",
    "zh-Hant": "文檔裏沒有找到明確的回答，以下是最接近的原文，請核對。",
    "en": "The documents give no plain answer. This is what comes closest: please check it.",
}

IN_CHINESE: Final = "Quoted in Chinese: "

# Under the name of one of several things that are asked about.
NOT_FOUND_OF: Final[dict[Language, str]] = {
    "zh-Hans": "文档里没有找到。",
    "zh-Hant": "文檔裏沒有找到。",
    "en": "Not found in the documents.",
}
# Simplified Chinese and English
_CALLED: Final = (
    "文档里没有“{asked}”，有“{called}”：",
    "The documents do not write “{asked}”, but “{called}”:",
)
_FALLEN_BACK: Final = (
    "语言模型没有完成回答（{why}），以下回答直接摘自文档。",
    "The language model did not finish its answer ({why}). This one is quoted from the documents.",
)
_OVERRULED: Final = (
    "语言模型没有找到回答，以下回答直接摘自文档。",
    "The language model found no answer. This one is quoted from the documents.",
)
_CUT_SHORT: Final = (
    "回答达到长度上限，只保留了完整的句子。",
    "The answer reached its longest length; only its whole sentences are kept.",
)
_WHY: Final[dict[Failure, tuple[str, str]]] = {
    "unreachable": ("连不上模型服务器", "its server cannot be reached"),
    "slow": ("没有在规定时间内答完", "it took too long"),
    "refused": ("模型服务器拒绝了请求", "its server refused"),
    "cut": ("回答中途断开", "its answer broke off"),
    "garbled": ("模型服务器的回复无法识别", "its server sent something that cannot be read"),
    "empty": ("回答是空的", "its answer was empty"),
    "endless": ("回答没完没了", "its answer did not come to an end"),
    "other": ("出了故障", "something went wrong"),
}


def fallen_back(error: BackendError, language: Language) -> str:
    """Say why an answer is no language model's; of the error, only its kind and status are told."""
    why = _in(_WHY[error.failure], language)
    if error.status is not None:
        why = f"{why}, {error.status}" if language == "en" else f"{why}，{error.status}"
    return _in(_FALLEN_BACK, language).format(why=why)


def overruled(language: Language) -> str:
    """Say that the documents are quoted where a language model found nothing."""
    return _in(_OVERRULED, language)


def cut_short(language: Language) -> str:
    """Say that an answer ends where it does because the model was stopped."""
    return _in(_CUT_SHORT, language)


def _in(said: tuple[str, str], language: Language) -> str:
    return said[1] if language == "en" else convert(said[0], language)


def called_otherwise(asked: str, called: str, language: Language) -> str:
    """Say that the documents call a thing by a name very like the one it was asked by."""
    return _in(_CALLED, language).format(asked=asked, called=called)


def left_out(count: int, language: Language) -> str:
    """Say how many further items there are."""
    return _in((f"（另有{count}项未列出）", f"({count} more are not listed)"), language)


def no_such_version(year: str, there: Sequence[str], language: Language) -> str:
    """Say that a document has no version of a year, and which versions there are."""
    said = (
        f"文档里没有{year}年的版本，有的是：{'、'.join(f'《{title}》' for title in there)}。",
        f"The documents hold no version of {year}. They hold: {'; '.join(there)}.",
    )
    return _in(said, language)

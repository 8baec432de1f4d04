"""What the answers say in their own words, in each language and script."""

from typing import Final

from rag.text import Language

__all__ = ["IN_CHINESE", "NOT_FOUND", "NOT_FOUND_OF"]

NOT_FOUND: Final[dict[Language, str]] = {
    "zh-Hans": "文档里没有找到能回答这个问题的内容。下面列出最接近的段落，供您查看。",
    "zh-Hant": "文檔裏沒有找到能回答這個問題的內容。下面列出最接近的段落，供您查看。",
    "en": "The documents hold nothing that answers this question. The nearest passages are listed below.",
}

IN_CHINESE: Final = "In the document's own words (Chinese): "

# Behind the name of one of several things that are asked about.
NOT_FOUND_OF: Final[dict[Language, str]] = {
    "zh-Hans": "文档里没有找到。",
    "zh-Hant": "文檔裏沒有找到。",
    "en": "not found in the documents.",
}

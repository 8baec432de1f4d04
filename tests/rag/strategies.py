"""Made-up documents that look like those people have, with everything in the wrong place."""

from hypothesis import strategies as st

NUMBERS = "一二三四五六七八九十"
_NUMBER = st.integers(1, 4)
_WORDS = (
    st.text("种树修路治水选苗浇肥党群联心乡村ABc12 “”", min_size=1, max_size=12).map(str.strip).filter(bool)
)
_SENTENCE = st.builds(
    lambda words, mark: "，".join(words) + mark,
    st.lists(_WORDS, min_size=1, max_size=6),
    st.sampled_from("。。。！？；"),
)
_PARAGRAPH = st.lists(_SENTENCE, min_size=1, max_size=8).map("".join)
_POINTS = st.lists(_SENTENCE, min_size=1, max_size=4).map(
    lambda sentences: "".join(f"{NUMBERS[i]}是{sentence}" for i, sentence in enumerate(sentences))
)
_UNBROKEN = st.integers(60, 400).map(lambda n: "长" * n)


def _numbered(shape: str) -> st.SearchStrategy[str]:
    return st.builds(lambda n, words: shape.format(han=NUMBERS[n - 1], n=n) + words, _NUMBER, _WORDS)


_HEADING = st.one_of(
    *(
        _numbered(shape)
        for shape in ("{han}、", "（{han}）", "{n}.", "（{n}）", "第{han}章 ", "第{n}条 ", "【例】{han}")
    ),
    _WORDS.map("■{}".format),
    _WORDS.map("## {}".format),
    st.builds(lambda words, n: f"{words} 篇{n}", _WORDS, _NUMBER),
    _WORDS,
)
_ODD = st.sampled_from(
    ["", "", "　", "##paidend##", "来源：某网", "热门标签", "- 3 -", "●王小林", "（作者单位：某站）"]
)
_LINE = st.one_of(_HEADING, _HEADING, _PARAGRAPH, _PARAGRAPH, _POINTS, _UNBROKEN, _ODD)


def _wrapped(line: str) -> str:
    return "\n".join(line[start : start + 18] for start in range(0, len(line), 18))


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Texts of headings, points, paragraphs, very long sentences and junk; some hard-wrapped."""
    lines = draw(st.lists(_LINE, max_size=24))
    if draw(st.booleans()):
        lines = [_wrapped(line) for line in lines]
    ends = draw(st.sampled_from(["\n", "\n\n", "\n　　"]))
    return ends.join(lines)

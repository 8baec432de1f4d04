"""Documents for tests in a neutral form: the seeds by their true outlines, and web pages made of them.

`makers_docx` and `makers_pdf` make Word and PDF files of the same form.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

SEEDS: Final = Path(__file__).parents[4] / "seeds"
GOLDEN: Final = Path(__file__).parents[1] / "outline" / "golden"
NUMBER_LENGTH: Final = 12  # a title begins at most so far behind the start of its section
WRAPPED_LENGTH: Final = 40  # no line of a hard-wrapped text is longer

_ENTRY: Final = re.compile(r"( *)([#§]).*?(?<=[#§])\d+ (.*) (\d+)-(\d+)$")
_JUNK: Final = re.compile(r"^junk: (\d+)-(\d+)\b", re.M)
_WIDE: Final = re.compile(r"[“”‘’…—\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_TEXT_FOLLOWS: Final = re.compile(r"([^\S\n]*[。！？；：!?;:])[^\S\n]*\S")
_SENTENCE_END: Final = re.compile(r"[。！？][”’）]*$|）$")
_BYLINE: Final = "●"


class Paragraph(NamedTuple):
    """A paragraph; `level` is None in body text, 0 in the title, 1 and up in headings; \\n: soft break."""

    text: str
    level: int | None = None


class _Line(NamedTuple):
    """A line of a seed that is not blank; `apart`: a blank line stands before it."""

    start: int
    text: str
    apart: bool


class _Entry(NamedTuple):
    """A line of a golden outline; `depth` is 0 for an article."""

    depth: int
    title: str
    start: int
    end: int


class _Heading(NamedTuple):
    """A heading as it stands in a seed; text follows it in its line if it is `run_in`."""

    start: int
    end: int
    depth: int
    words: str
    run_in: bool


class _Seed(NamedTuple):
    """A seed by its golden outline; a title behind its article has been put before it."""

    title: str
    lines: Sequence[_Line]
    headings: Sequence[_Heading]


def seed_paragraphs(name: str) -> list[Paragraph]:
    """Return the paragraphs of a seed, named by its file or the beginning of it, without its junk."""
    seed = _seed(name)
    starts = {heading.start: heading for heading in seed.headings}
    wrapped = all(len(line.text) < WRAPPED_LENGTH for line in seed.lines)
    paragraphs: list[Paragraph] = []
    within = range(0)  # of a heading of several lines
    for line in seed.lines:
        heading = starts.get(line.start)
        if line.start in within:
            continue
        if heading and not heading.run_in:
            within = range(heading.start, heading.end)
            paragraphs.append(Paragraph(heading.words, heading.depth + 1))
        elif not paragraphs and line.text == seed.title:
            paragraphs.append(Paragraph(line.text, 0))
        elif wrapped and not heading and paragraphs and _goes_on(paragraphs[-1], line):
            paragraphs[-1] = Paragraph(joined((paragraphs[-1].text, line.text)))
        else:
            paragraphs.append(Paragraph(line.text))
    return paragraphs


def seed_headings(name: str) -> str:
    """Return the true outline of `seed_paragraphs`: a heading a line, two blanks a level, no points."""
    return "".join(f"{'  ' * heading.depth}{heading.words}\n" for heading in _seed(name).headings)


def joined(lines: Iterable[str]) -> str:
    """Join hard-wrapped lines, with a blank only where neither side is a Chinese character or mark."""
    text = ""
    for line in filter(None, map(str.strip, lines)):
        blank = " " if text and not _WIDE.match(text[-1]) and not _WIDE.match(line) else ""
        text += blank + line
    return text


def html_of(paragraphs: Sequence[Paragraph], site: str = "某某网") -> str:
    """Return a web page with navigation, sidebar and footer around its article."""
    title = next((p.text for p in paragraphs if p.level is not None), site)
    blocks = "\n".join(_block(paragraph) for paragraph in paragraphs)
    links = "".join(f'<li><a href="/{i}">{word}</a></li>' for i, word in enumerate(("首页", "新闻", "范文")))
    return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>{html.escape(title)} - {html.escape(site)}</title></head>
<body>
<header><div class="logo">{html.escape(site)}</div><nav><ul>{links}</ul></nav></header>
<main>
<article>
{blocks}
</article>
<aside class="sidebar"><h3>热门文章</h3><ul><li><a href="/7">最新工作总结精选</a></li></ul></aside>
</main>
<footer><p>版权所有 © {html.escape(site)} 备案号 00000000</p></footer>
</body>
</html>
"""


def _block(paragraph: Paragraph) -> str:
    tag = "p" if paragraph.level is None else f"h{min(paragraph.level + 1, 6)}"
    text = html.escape(paragraph.text, quote=False).replace("\n", "<br>")
    return f"<{tag}>{text}</{tag}>"


def _goes_on(before: Paragraph, line: _Line) -> bool:
    """Tell whether a line of a hard-wrapped text belongs to the paragraph before it."""
    if before.level is not None or before.text.startswith(_BYLINE) or line.text.startswith(_BYLINE):
        return False
    return not (line.apart and _SENTENCE_END.search(before.text))


def _seed(name: str) -> _Seed:
    (path,) = SEEDS.glob(f"{name.removesuffix('.txt')}*.txt")
    golden = (GOLDEN / f"{path.name}.outline.txt").read_text(encoding="utf-8")
    text = _decoded(path.read_bytes())
    for junk in _JUNK.finditer(golden):
        start, end = int(junk[1]), int(junk[2])
        text = text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]
    entries = [
        _Entry(len(found[1]) // 2, found[3], int(found[4]), int(found[5]))
        for found in map(_ENTRY.match, golden.splitlines())
        if found
    ]
    title = golden.partition("\n")[0].removeprefix("title: ")
    lines = _in_order(text, list(_lines(text)), [entry for entry in entries if entry.depth == 0])
    return _Seed(title, lines, list(_headings(text, entries)))


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _lines(text: str) -> Iterator[_Line]:
    end = 0
    for found in re.finditer(r"\S.*", text):
        yield _Line(found.start(), found[0].rstrip(), text.count("\n", end, found.start()) > 1)
        end = found.end()


def _headings(text: str, entries: Sequence[_Entry]) -> Iterator[_Heading]:
    """Find the words of each heading; sections of an article without a title stand one level higher."""
    bare_article = 0
    for entry in entries:
        found = _title(text, entry)
        if entry.depth == 0:
            bare_article = int(found is None)
        if found is None:
            continue
        text_follows = _TEXT_FOLLOWS.match(text, found.end())
        end = text_follows.end(1) if text_follows else _line_end(text, found.end())
        start = entry.start if _near(found, entry) else found.start()
        words = joined(text[start:end].split("\n"))
        yield _Heading(start, end, entry.depth - bare_article, words, text_follows is not None)


def _title(text: str, entry: _Entry) -> re.Match[str] | None:
    """Find the title of a section near its start, of an article also alone in a line of it."""
    words = r"\s*".join(map(re.escape, "".join(entry.title.split())))
    found = re.compile(words).search(text, entry.start, entry.end)
    if found is None or _near(found, entry):
        return found
    alone = re.compile(rf"^{words}(?=[^\S\n]*$)", re.M)
    return alone.search(text, entry.start, entry.end) if entry.depth == 0 else None


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return end if end >= 0 else len(text)


def _near(found: re.Match[str], entry: _Entry) -> bool:
    return found.start() - entry.start < NUMBER_LENGTH


def _in_order(text: str, lines: list[_Line], articles: Iterable[_Entry]) -> Sequence[_Line]:
    """Put a title that stands behind its article, and what follows it there, before the article."""
    for article in articles:
        found = _title(text, article)
        if found and not _near(found, article):
            moved = [line for line in lines if found.start() <= line.start < article.end]
            rest = [line for line in lines if line not in moved]
            at = next(i for i, line in enumerate(rest) if line.start >= article.start)
            lines = rest[:at] + moved + rest[at:]
    return lines

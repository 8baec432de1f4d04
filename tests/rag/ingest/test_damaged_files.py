"""Damaged files of every format: each is read as far as it can be, or refused with a reason.

`python -m tests.rag.ingest.test_damaged_files 1000` tries a thousand of each and prints what became of them.
"""

import io
import random
import re
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import islice, pairwise
from typing import Final, NamedTuple

import pytest
from reportlab import rl_config

from rag.errors import ReadError
from rag.ingest.parse import Parsed
from rag.ingest.sandbox import Job, file_job, sandbox
from rag.settings import Settings
from rag.text.sentences import clean
from rag.types.document import Section
from tests.doubles import FERRY, ORCHARD, READING_ROOM
from tests.rag.ingest.formats.makers import Paragraph, html_of
from tests.rag.ingest.formats.makers_docx import STYLES as DOCX_STYLES
from tests.rag.ingest.formats.makers_docx import Extras, docx_of
from tests.rag.ingest.formats.makers_pdf import STYLES as PDF_STYLES
from tests.rag.ingest.formats.makers_pdf import pdf_of

Mutate = Callable[[random.Random, bytes, Sequence[bytes]], bytes]

SETTINGS: Final = Settings()
SUFFIXES: Final = {
    "utf-8": ".txt",
    "gb18030": ".txt",
    "utf-16": ".txt",
    "md": ".md",
    "html": ".html",
    "docx": ".docx",
    "pdf": ".pdf",
}
FEW: Final = 60
ODD_VALUES: Final = ("0", "-1", "1", "9", "9" * 20, "1e9", "-2147483649", "abc", "%1", "一", "\u202e", "")
MARKDOWN: Final = """---
title: 青石镇果园
---
# 青石镇果园建设工作总结

青石镇果园始建于**1998年**，现有果树四万棵[^1]。

## 一、打基础
1. 施用有机肥。每亩施肥 `两吨`。
2. 修建蓄水池。
   - 新建蓄水池12座
     > 解决了旱季浇水难的问题。

**二、闯市场**

| 年份 | 苹果（吨） | 收入 |
|:---|---:|---|
| 2019 | 3200 | 1850万元 |
| 2020 | 3300 | 1900万元 |

```python
# 这一行不是标题
```

<h3 id="a">三、强管理</h3>

三、强管理
----------
果园实行“五查”制度，见 [说明](https://example.org "题") ![图](a.png) &lt;注&gt; &#x4e00;
"""
LONG: Final = "".join(ORCHARD.replace("年", f"{year}年") for year in range(2001, 2010))


class Damaged(NamedTuple):
    """A damaged file, and how to get it again: the last of `mutations(kind, number + 1, seed)`."""

    kind: str
    seed: int
    number: int
    data: bytes

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.seed}-{self.number}{SUFFIXES[self.kind]}"


def mutations(kind: str, count: int, seed: int) -> Iterator[Damaged]:
    """Yield damaged files of a kind, the same for the same seed."""
    source = random.Random(f"{kind}-{seed}")  # noqa: S311
    whole = bases(kind)
    mutate = {"docx": _damaged_docx, "pdf": _damaged_pdf}.get(kind, _damaged_bytes)
    for number in range(count):
        yield Damaged(kind, seed, number, mutate(source, source.choice(whole), whole))


def fault_of(damaged: Damaged, outcome: Parsed | ReadError | None) -> str:
    """Return what is wrong with what became of a damaged file, empty if nothing."""
    if isinstance(outcome, ReadError):
        return _fault_of_error(damaged.name, outcome)
    if outcome is None:
        return "no outcome"
    read, outline, chunks = outcome
    end = len(read.text)
    spans = [piece for chunk in chunks for piece in chunk.pieces]
    inside = [*spans, *outline.blocks, *(section[:2] for section in _sections(outline.sections))]
    ends = [*(last for _, last in inside), *(m.end for m in read.markup), *(j.end for j in outline.junk)]
    faults = {
        "an empty document": not read.text.strip() or not chunks or not all(c.text.strip() for c in chunks),
        "half a surrogate pair": any("\ud800" <= char <= "\udfff" for char in read.text),
        "confidence beyond 0 and 1": not 0 <= read.confidence <= 1,
        "an empty span": not all(0 <= start < end for start, end in inside),
        "a span beyond the text": not all(last <= end for last in ends),
        "chunks that overlap": not all(one.end <= other.start for one, other in pairwise(spans)),
        "markup that overlaps": not all(one.end <= other.start for one, other in pairwise(read.markup)),
        "chunks of other words": any(
            chunk.text != clean(outline.shown(read.text), chunk.pieces).text for chunk in chunks
        ),
    }
    return ", ".join(fault for fault, is_so in faults.items() if is_so)


def _fault_of_error(name: str, error: ReadError) -> str:
    faults = {
        "another name": error.name != name or not str(error).startswith(f"{name}: "),
        "no reason": not error.reason.strip(),
        "a reason of several lines": len(error.reason.splitlines()) > 1,
        "a reason that cannot be shown": any(not char.isprintable() for char in error.reason),
        "a very long reason": len(error.reason) > 500,
    }
    told = ", ".join(fault for fault, is_so in faults.items() if is_so)
    return f"{told}: {error.reason!r}" if told else ""


def _sections(sections: Sequence[Section]) -> Iterator[tuple[int, int]]:
    for top in sections:
        for section in top.walk():
            yield section.start, section.end


# Whole files


@cache
def bases(kind: str) -> tuple[bytes, ...]:
    """Return the whole files that those of a kind are made of."""
    english = "Orchards & ferries, 2019–2024.\r\n"
    texts = (LONG, FERRY + READING_ROOM, LONG.replace("\n", "\r\n\r\n　　"), READING_ROOM * 9 + english)
    paragraphs = _paragraphs()
    if kind == "md":
        return tuple(
            text.encode() for text in (MARKDOWN, MARKDOWN.replace("\n", "\r\n"), MARKDOWN + LONG, LONG)
        )
    if kind == "html":
        page = html_of(paragraphs).replace(
            "</article>", f"{_html_table()}<ul><li>查虫害<li>查水分</ul></article>"
        )
        gb = page.replace("utf-8", "gb2312")
        return page.encode(), gb.encode("gb18030"), html_of(paragraphs[:4]).encode(), f"<p>{FERRY}".encode()
    if kind == "docx":
        files = [docx_of(paragraphs, style, _extras()) for style in (*DOCX_STYLES, "linked numbers")]
        return tuple(_packed(_unpacked(file)) for file in files)
    if kind == "pdf":
        return (*(pdf_of(paragraphs, style) for style in PDF_STYLES), *_uncompressed_pdfs(paragraphs))
    return tuple(text.encode(kind) for text in texts)


def _paragraphs() -> list[Paragraph]:
    """Return the orchard's paragraphs with their levels, often enough for several pages."""
    title, *lines = ORCHARD.splitlines()
    body = [Paragraph(line, 1 if re.match("[一二三]、", line) else None) for line in lines]
    return [Paragraph(title, 0), *body, *body, *body]


def _html_table() -> str:
    table = "<table><tr><th>年份<th>苹果</tr><tr><td>2019<td>3200吨</tr></table>"
    return f"{table}<pre>a = 1\n</pre><br>&nbsp;&#x4e00;"


def _extras() -> Extras:
    return Extras(
        header="果园",
        page_number=True,
        table=(("年份", "苹果"), ("2019", "3200吨")),
        footnote="据统计局。",
        deleted="删去的话",
        inserted="加上的话",
        hidden="看不见的话",
        text_box="文本框里的话。",
        toc="block",
    )


def _uncompressed_pdfs(paragraphs: Sequence[Paragraph]) -> list[bytes]:
    """Return PDF files whose pages can be read, and so be damaged in the middle of an operator."""
    before = rl_config.pageCompression
    rl_config.pageCompression = 0
    try:
        return [pdf_of(paragraphs, style) for style in ("sizes", "bookmarks")]
    finally:
        rl_config.pageCompression = before


# Damage


def _damaged_bytes(source: random.Random, data: bytes, whole: Sequence[bytes]) -> bytes:
    """Do one to four things to some bytes."""
    for _ in range(source.choice((1, 1, 1, 2, 4))):
        data = source.choice(_DAMAGES)(source, data, whole)
    return data


def _place(source: random.Random, data: bytes) -> int:
    return source.randrange(len(data) + 1)


def _stretch(source: random.Random, data: bytes) -> slice:
    start = _place(source, data)
    return slice(start, start + source.choice((1, 2, 3, 8, 64, 500, 5000)))


def _flip(source: random.Random, data: bytes, whole: Sequence[bytes]) -> bytes:
    flipped = bytearray(data)
    for _ in range(source.choice((1, 1, 3, 30)) if data else 0):
        flipped[source.randrange(len(data))] ^= 1 << source.randrange(8)
    return bytes(flipped)


def _cut(source: random.Random, data: bytes, whole: Sequence[bytes]) -> bytes:
    place = _place(source, data)
    return data[:place] if source.random() < 0.8 else data[place:]


def _delete(source: random.Random, data: bytes, whole: Sequence[bytes]) -> bytes:
    stretch = _stretch(source, data)
    return data[: stretch.start] + data[stretch.stop :]


def _insert(source: random.Random, data: bytes, whole: Sequence[bytes]) -> bytes:
    place = _place(source, data)
    other = source.choice(whole)
    new = source.choice(
        (
            source.randbytes(source.choice((1, 2, 3, 16, 500))),
            other[_stretch(source, other)],
            bytes(source.choice((0, 0x20, 0x0A, 0xFF, 0x81)) for _ in range(1)) * source.choice((1, 9, 3000)),
        )
    )
    return data[:place] + new + data[place:]


def _overwrite(source: random.Random, data: bytes, whole: Sequence[bytes]) -> bytes:
    stretch = _stretch(source, data)
    length = len(data[stretch])
    new = source.choice((bytes(length), b"\xff" * length, source.randbytes(length)))
    return data[: stretch.start] + new + data[stretch.stop :]


def _swap(source: random.Random, data: bytes, whole: Sequence[bytes]) -> bytes:
    a, b, c, d = sorted(_place(source, data) for _ in range(4))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def _repeat(source: random.Random, data: bytes, whole: Sequence[bytes]) -> bytes:
    stretch = _stretch(source, data)
    return data[: stretch.start] + data[stretch] * source.choice((2, 3, 50)) + data[stretch.stop :]


def _splice(source: random.Random, data: bytes, whole: Sequence[bytes]) -> bytes:
    other = source.choice(whole)
    return data[: _place(source, data)] + other[_place(source, other) :]


_DAMAGES: Final[tuple[Mutate, ...]] = (
    _flip, _flip, _cut, _delete, _insert, _overwrite, _swap, _repeat, _splice
)  # fmt: skip


def _damaged_docx(source: random.Random, data: bytes, whole: Sequence[bytes]) -> bytes:
    """Damage the archive, or what is in it and pack it again."""
    if source.random() < 0.35:
        return _damaged_bytes(source, data, whole)
    parts = _unpacked(data)
    others = list(parts.values())
    for _ in range(source.choice((1, 1, 2, 5))):
        name = source.choice([name for name in parts if "theme" not in name and "docProps" not in name])
        deed = source.random()
        if deed < 0.08:
            del parts[name]
        elif deed < 0.16:
            parts[source.choice(sorted(parts))] = parts[name]
        elif deed < 0.3:
            parts[name] = _damaged_bytes(source, parts[name], others)
        else:
            parts[name] = _damaged_xml(source, parts[name])
        if not parts:
            break
    return _packed(parts, source.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)))


def _unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive that does not say when it was made."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return packed.getvalue()


def _damaged_xml(source: random.Random, xml: bytes) -> bytes:
    """Change values, tags and elements so that the rest is still XML, mostly."""
    for _ in range(source.choice((1, 2, 6, 20))):
        deed = source.choice(
            (_odd_value, _other_value, _other_tag, _element_gone, _element_twice, _element_deep)
        )
        xml = deed(source, xml)
    return xml


def _replaced(
    source: random.Random, pattern: bytes, data: bytes, new: Callable[[re.Match[bytes]], bytes]
) -> bytes:
    """Replace one of a pattern's matches."""
    found = list(islice(re.finditer(pattern, data, re.DOTALL), 5000))
    if not found:
        return data
    one = source.choice(found)
    return data[: one.start()] + new(one) + data[one.end() :]


def _odd_value(source: random.Random, xml: bytes) -> bytes:
    return _replaced(source, rb'"[^"<>]*"', xml, lambda _: f'"{source.choice(ODD_VALUES)}"'.encode())


def _other_value(source: random.Random, xml: bytes) -> bytes:
    values = re.findall(rb'"[^"<>]*"', xml) or [b'""']
    return _replaced(source, rb'"[^"<>]*"', xml, lambda _: source.choice(values))


def _other_tag(source: random.Random, xml: bytes) -> bytes:
    tags = re.findall(rb"<(w:\w+)", xml) or [b"w:p"]
    tag = source.choice(tags)
    return _replaced(source, rb"<(\w+:\w+)([^<>]*)/>", xml, lambda m: b"<%s%s/>" % (tag, m[2]))


_ELEMENT: Final = rb"<(\w+:\w+)\b[^<>]*(?:/>|>[^<>]*</\1>|>(?:<[^<>]*/>)*</\1>)"


def _element_gone(source: random.Random, xml: bytes) -> bytes:
    return _replaced(source, _ELEMENT, xml, lambda _: b"")


def _element_twice(source: random.Random, xml: bytes) -> bytes:
    return _replaced(source, _ELEMENT, xml, lambda m: m[0] * source.choice((2, 3, 100)))


def _element_deep(source: random.Random, xml: bytes) -> bytes:
    depth = source.choice((1, 5, 200, 3000))
    return _replaced(
        source, rb"<(w:(?:tbl|tc|p|r|sdt|ins|sectPr))\b", xml, lambda m: b"<%s>" % m[1] * depth + m[0]
    )


def _damaged_pdf(source: random.Random, data: bytes, whole: Sequence[bytes]) -> bytes:
    """Damage bytes, or change numbers, names and references, whose places the file still knows."""
    if source.random() < 0.4:
        return _damaged_bytes(source, data, whole)
    for _ in range(source.choice((1, 2, 5, 20))):
        data = source.choice((_number, _reference, _name, _string, _keyword, _object_moved))(source, data)
    return data


def _number(source: random.Random, pdf: bytes) -> bytes:
    odd = (b"0", b"-1", b"99999999999999999999", b"2147483647", b"1e99", b"0.00000001", b"-", b"[", b"null")
    return _replaced(source, rb"(?<=[ \[])-?[0-9.]+(?=[ \]\r\n/>])", pdf, lambda _: source.choice(odd))


def _reference(source: random.Random, pdf: bytes) -> bytes:
    number = source.randrange(0, 30)
    return _replaced(source, rb"\d+ 0 R", pdf, lambda _: b"%d 0 R" % number)


def _name(source: random.Random, pdf: bytes) -> bytes:
    names = re.findall(rb"/[A-Za-z]\w*", pdf) or [b"/X"]
    return _replaced(source, rb"/[A-Za-z]\w*", pdf, lambda _: source.choice(names))


def _string(source: random.Random, pdf: bytes) -> bytes:
    odd = (b"()", b"(", b"(((((", b"<", b"<FEFFD800>", b"(\\377\\376)", b"(" + b"a" * 5000 + b")", b"<4e>")
    return _replaced(source, rb"\([^()]*\)|(?<!<)<[0-9A-Fa-f]+>", pdf, lambda _: source.choice(odd))


def _keyword(source: random.Random, pdf: bytes) -> bytes:
    words = (b"obj", b"endobj", b"stream", b"endstream", b"xref", b"trailer", b"startxref", b"%%EOF", b"")
    pattern = rb"\b(?:endobj|obj|endstream|stream|xref|trailer|startxref|BT|ET|Tj|Tf|Td|q|Q)\b"
    return _replaced(source, pattern, pdf, lambda _: source.choice(words))


def _object_moved(source: random.Random, pdf: bytes) -> bytes:
    objects = re.findall(rb"\d+ 0 obj.*?endobj", pdf, re.DOTALL) or [b""]
    return _replaced(source, rb"\d+ 0 obj.*?endobj", pdf, lambda _: source.choice(objects))


# The tests


@pytest.mark.parametrize("kind", SUFFIXES)
def test_the_whole_files_are_read(kind):
    whole = {f"{index}{SUFFIXES[kind]}": data for index, data in enumerate(bases(kind))}

    outcomes = dict(
        sandbox().parsed(whole, lambda name: file_job(name, SUFFIXES[kind], whole[name], SETTINGS))
    )

    assert [outcome for outcome in outcomes.values() if not isinstance(outcome, Parsed)] == []
    assert all("每" in outcome.read.text for outcome in outcomes.values())


@pytest.mark.parametrize("kind", SUFFIXES)
def test_damage_is_the_same_for_the_same_seed(kind):
    files = [damaged.data for damaged in mutations(kind, 20, seed=1)]

    assert files == [damaged.data for damaged in mutations(kind, 20, seed=1)]
    assert files != [damaged.data for damaged in mutations(kind, 20, seed=2)]
    assert len(set(files)) > 15


@pytest.mark.parametrize("kind", SUFFIXES)
def test_a_damaged_file_is_read_or_refused_with_a_reason(kind):
    outcomes = list(sandbox().parsed(mutations(kind, FEW, seed=0), _job))

    faults = [f"{damaged.name}: {fault}" for damaged, o in outcomes if (fault := fault_of(damaged, o))]
    assert faults == []
    assert {type(outcome) for _, outcome in outcomes} == {Parsed, ReadError}


def _job(damaged: Damaged) -> Job:
    return file_job(damaged.name, SUFFIXES[damaged.kind], damaged.data, SETTINGS)


ODD = {
    "one byte of two": (".txt", b"\x81"),
    "one byte of three": (".txt", b"\xe4"),
    "half a mark": (".txt", b"\xff"),
    "a mark alone": (".txt", b"\xff\xfe"),
    "a mark and half a character": (".txt", b"\xff\xfeN"),
    "a mark and a nul": (".md", b"\xef\xbb\xbf\0"),
    "nuls": (".txt", bytes(4000)),
    "all bytes": (".txt", bytes(range(256)) * 20),
    "an unknown charset": (".html", b'<meta charset="x-none"><p>'),
    "no charset": (".html", b'<meta charset="hex"><p>'),
    "an undefined charset": (".html", b'<meta charset="undefined"><p>'),
    "a declaration alone": (".html", b"<?xml version='1.0'?>"),
    "an unclosed declaration": (".xhtml", b"<?xml version='1.0' <p>"),
    "a comment alone": (".html", b"<!-- -->"),
    "an empty archive": (".docx", _packed({})),
    "an archive of something else": (".docx", _packed({"mimetype": b"application/epub+zip"})),
    "an old Word file": (".docx", b"\xd0\xcf\x11\xe0" + bytes(600)),
    "a PDF's first line": (".pdf", b"%PDF-1.7\n"),
    "a PDF of nothing": (".pdf", b"%PDF-1.7\ntrailer<</Root 1 0 R>>\n%%EOF"),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_is_refused_with_a_reason(name):
    suffix, data = ODD[name]

    ((_, outcome),) = sandbox().parsed([0], lambda _: file_job(name, suffix, data, SETTINGS))

    assert isinstance(outcome, ReadError)
    assert _fault_of_error(name, outcome) == ""
    assert suffix == ".docx" or "Error:" not in outcome.reason  # python-docx says it well enough


# All of them


def main(count: int, seed: int, kinds: Sequence[str]) -> None:
    """Try many files of each kind, and print what became of them."""
    print(f"{'kind':9} {'files':>6} {'parsed':>7} {'refused':>8} {'slowest':>8}  faults")  # noqa: T201
    reasons: dict[str, Counter[str]] = {}
    for kind in kinds:
        rows = _tried(kind, count, seed)
        reasons[kind] = Counter(_shape_of(o.reason) for _, o, _ in rows if isinstance(o, ReadError))
        parsed = sum(isinstance(outcome, Parsed) for _, outcome, _ in rows)
        slowest = max(seconds for *_, seconds in rows)
        faults = [f"{damaged.name}: {fault}" for damaged, o, _ in rows if (fault := fault_of(damaged, o))]
        print(f"{kind:9} {count:6} {parsed:7} {count - parsed:8} {slowest:7.1f}s  {len(faults)}")  # noqa: T201
        for fault in faults:
            print(f"    {fault}")  # noqa: T201
        sys.stdout.flush()
    for kind, counts in reasons.items():
        for reason, times in counts.most_common():
            print(f"{kind:9} {times:6}  {reason}")  # noqa: T201


def _tried(kind: str, count: int, seed: int) -> list[tuple[Damaged, Parsed | ReadError | None, float]]:
    def tried(damaged: Damaged) -> tuple[Damaged, Parsed | ReadError | None, float]:
        started = time.monotonic()
        ((_, outcome),) = box.parsed([damaged], _job)
        return damaged, outcome, time.monotonic() - started

    box = sandbox()
    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(tried, mutations(kind, count, seed)))


def _shape_of(reason: str) -> str:
    """Return a reason without what differs from file to file."""
    return re.sub(r"'[^']*'|\"[^\"]*\"|\d+", "…", reason)[:150]


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main(int(arguments[0]), int((arguments[1:2] or ["0"])[0]), arguments[2:] or list(SUFFIXES))

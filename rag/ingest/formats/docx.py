"""Word documents (.docx)."""

import io
import posixpath
import zipfile
from typing import Final

from rag.errors import ReadError
from rag.ingest.formats.base import FormatReader, ReadingLimits
from rag.types.document import ReadText

__all__ = ["DocxReader", "create"]

_MOST_ENTRIES: Final = 2000
_MEGABYTE: Final = 1_000_000
_OLE: Final = b"\xd0\xcf\x11\xe0"


class DocxReader:
    """Reads the body of a document; what unfolds to too much is refused before it is unfolded."""

    suffixes = (".docx",)

    def read(self, data: bytes, name: str, limits: ReadingLimits) -> ReadText:
        """Return a paragraph a line and a row of a table a line; raises ReadError."""
        _check(data, name, limits)
        from rag.ingest.formats.docx_body import paragraphs_of

        try:
            paragraphs = paragraphs_of(data)
        except KeyError:  # a part that another refers to and that is not there, a picture most often
            paragraphs = paragraphs_of(_without_dead_references(data))
        return ReadText(paragraphs.text, "docx", 1.0, paragraphs.markup)


def _check(data: bytes, name: str, limits: ReadingLimits) -> None:
    """Refuse what is no document, and what would unfold to more than the limit."""
    if data.startswith(_OLE):
        raise ReadError(name, "it has a password, or is an old .doc: save it as .docx without a password")
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except zipfile.BadZipFile as error:
        raise ReadError(name, f"it is no whole .docx: {error}".lower()) from error
    inflated = sum(entry.file_size for entry in entries)  # more than it says is never unfolded
    if len(entries) > _MOST_ENTRIES or inflated > limits.inflated_mb * _MEGABYTE:
        raise ReadError(
            name,
            f"it unfolds to {len(entries)} parts of {inflated / _MEGABYTE:.0f} MB together, at most"
            f" {_MOST_ENTRIES} and {limits.inflated_mb} MB are read (YINJU_MAX_INFLATED_MB)",
        )


def _without_dead_references(data: bytes) -> bytes:
    """Return a file whose parts refer to none that is missing (ECMA-376 part 2, 6.5)."""
    from lxml import etree

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(out, "w") as kept:
        names = set(whole.namelist())
        for name in names:
            content = whole.read(name)
            if name.endswith(".rels"):
                tree = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
                folder = posixpath.dirname(posixpath.dirname(name))
                for reference in list(tree):
                    target = posixpath.normpath(posixpath.join("/", folder, reference.get("Target", "")))
                    if reference.get("TargetMode") != "External" and target.lstrip("/") not in names:
                        tree.remove(reference)
                content = etree.tostring(tree)
            kept.writestr(name, content)
    return out.getvalue()


def create() -> FormatReader:
    """Make the reader."""
    return DocxReader()

"""What every door shows of the pipeline's objects, as plain data."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rag.store.codec import public_section
from rag.types.answer import Answer, Citation
from rag.types.document import Document, DocumentInfo
from rag.types.evidence import Passage

__all__ = ["answer_data", "document_data", "info_data", "passage_data", "passages_data"]


def passage_data(passage: Passage) -> dict[str, Any]:
    """Return a passage as data."""
    return {
        "id": passage.id,
        "document": passage.document,
        "title": passage.title,
        "heading_path": list(passage.heading_path),
        "text": passage.text,
        "spans": [list(span) for span in passage.spans],
        "score": round(passage.score, 4),
    }


def passages_data(passages: Sequence[Passage]) -> list[dict[str, Any]]:
    """Return passages as data."""
    return [passage_data(passage) for passage in passages]


def _citation_data(citation: Citation) -> dict[str, Any]:
    data = asdict(citation)
    return data | {"heading_path": list(citation.heading_path), "score": round(citation.score, 4)}


def answer_data(answer: Answer) -> dict[str, Any]:
    """Return an answer as data, in the order of the contract."""
    return {
        "answer": answer.answer,
        "abstained": answer.abstained,
        "language": answer.language,
        "citations": [_citation_data(citation) for citation in answer.citations],
        "passages": passages_data(answer.passages),
        "backend": answer.backend,
        "model": answer.model,
        "timings_ms": dict(answer.timings_ms),
        "request_id": answer.request_id,
        "understood": answer.understood,
        "notice": answer.notice,
        "confidence": None if answer.confidence is None else round(answer.confidence, 4),
        "claims": [asdict(claim) | {"markers": list(claim.markers)} for claim in answer.claims],
        "form": answer.form,
        "highlights": [list(span) for span in answer.highlights],
        "missing": list(answer.missing),
    }


def info_data(info: DocumentInfo) -> dict[str, Any]:
    """Return a line of the catalogue as data."""
    data = asdict(info)
    return {"document": data.pop("name"), **data}


def document_data(document: Document) -> dict[str, Any]:
    """Return a document with its outline, without its text, as data."""
    return {
        "document": document.name,
        "title": document.title,
        "characters": len(document.text),
        "encoding": document.encoding,
        "confidence": document.confidence,
        "sha256": document.sha256,
        "source": document.source,
        "outline": {
            "document": document.name,
            "title": document.title,
            "sections": [public_section(section) for section in document.outline.sections],
            "junk": [
                {"start": start, "end": end, "rule": rule} for start, end, rule in document.outline.junk
            ],
        },
    }

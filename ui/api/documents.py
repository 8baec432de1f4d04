"""GET /documents, /documents/{document} and /documents/{document}/text."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from rag.pipeline import Pipeline
from ui.api.problems import PROBLEM_RESPONSES
from ui.api.schemas import DocumentResponse, DocumentsResponse
from ui.present import document_data, info_data

__all__ = ["document_routes"]


def document_routes(pipeline: Pipeline) -> APIRouter:
    """Return the routes that show the library."""
    router = APIRouter(tags=["documents"], responses=PROBLEM_RESPONSES)

    @router.get("/documents", response_model=DocumentsResponse)
    def documents() -> Any:
        """Return the catalogue."""
        return {"documents": [info_data(info) for info in pipeline.documents()]}

    @router.get("/documents/{document:path}/text", response_class=PlainTextResponse)
    def text(document: str) -> PlainTextResponse:
        """Return a document's text: what every offset counts."""
        return PlainTextResponse(pipeline.document(document).text)

    @router.get("/documents/{document:path}", response_model=DocumentResponse)
    def one(document: str) -> Any:
        """Return a document with its outline."""
        return document_data(pipeline.document(document))

    return router

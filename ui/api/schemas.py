"""The shapes of requests and responses, as the OpenAPI page shows them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from rag.types.query import Form, Language, Turn

__all__ = [
    "AnswerResponse",
    "AskRequest",
    "DocumentResponse",
    "DocumentsResponse",
    "PassagesResponse",
    "Problem",
    "SearchRequest",
]

Count = Annotated[int, Field(strict=True, ge=1, le=50)]

# Described alone: the pipeline refuses a blank question, in words of its own. What is blank to Python
# differs a little from what JavaScript's \s matches.
Question = Annotated[str, Field(json_schema_extra={"minLength": 1, "pattern": r"[^\s\x1c-\x1f\x85]|\ufeff"})]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TurnRequest(_Request):
    """One message of the conversation so far."""

    role: Literal["user", "assistant"]
    content: Annotated[str, Field(max_length=100_000)]

    def turn(self) -> Turn:
        """Return the message as the pipeline takes it."""
        return Turn(self.role, self.content)


class AskRequest(_Request):
    """A question, what was said before, and how to answer it."""

    question: Question
    history: Annotated[list[TurnRequest], Field(max_length=200)] = []
    top_k: Count | None = None
    backend: str | None = None
    documents: Annotated[list[str], Field(max_length=10_000)] | None = None
    stream: bool = False


class SearchRequest(_Request):
    """What to search for, how many passages to return, and in which documents."""

    query: Question
    k: Count | None = None
    documents: Annotated[list[str], Field(max_length=10_000)] | None = None


class PassageResponse(BaseModel):
    """A passage: clean text, and the raw spans it stands in."""

    id: int
    document: str
    title: str
    heading_path: list[str]
    text: str
    spans: list[tuple[int, int]]
    score: float


class PassagesResponse(BaseModel):
    """Passages, best first."""

    passages: list[PassageResponse]


class CitationResponse(BaseModel):
    """The exact words an answer relies on: `quote` is the document's text from `start` to `end`."""

    marker: int
    document: str
    title: str
    heading_path: list[str]
    quote: str
    start: int
    end: int
    score: float
    passage: int | None


class ClaimResponse(BaseModel):
    """A sentence of the answer, from `start` to `end`, and whether what it cites supports it."""

    start: int
    end: int
    markers: list[int]
    supported: bool
    support: float


class AnswerResponse(BaseModel):
    """An answer with its citations and the passages it was made from.

    `confidence` is the probability that the passages answer the question; null where the backend has
    none. `claims` are the answer's sentences, each with the share of it that its citations hold. `form` is
    the kind of answer that was written, `highlights` the words of it that answer, from and up to which
    character, `missing` what of the question was not found, in the asker's words.
    """

    answer: str
    abstained: bool
    language: Language
    citations: list[CitationResponse]
    passages: list[PassageResponse]
    backend: str
    model: str | None
    timings_ms: dict[str, float]
    request_id: str
    understood: str
    notice: str | None
    confidence: float | None
    claims: list[ClaimResponse]
    form: Form | None
    highlights: list[tuple[int, int]]
    missing: list[str]


class DocumentInfoResponse(BaseModel):
    """A line of the catalogue."""

    document: str
    title: str
    characters: int
    chunks: int
    encoding: str
    sha256: str
    source: str


class DocumentsResponse(BaseModel):
    """The catalogue, by name."""

    documents: list[DocumentInfoResponse]


class SectionResponse(BaseModel):
    """A node of the outline; `start` and `end` hold it whole, heading and children included."""

    title: str
    kind: Literal["article", "section", "point"]
    level: int
    start: int
    end: int
    children: list["SectionResponse"]


class OutlineResponse(BaseModel):
    """The outline of a document."""

    document: str
    title: str
    sections: list[SectionResponse]


class DocumentResponse(BaseModel):
    """A document with its outline."""

    document: str
    title: str
    characters: int
    encoding: str
    sha256: str
    source: str
    outline: OutlineResponse


class Problem(BaseModel):
    """What went wrong (RFC 9457); `field` names the part of the request, where one is to blame."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    field: str | None = None

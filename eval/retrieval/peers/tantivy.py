"""tantivy: a full-text engine in Rust, given words instead of its own tokenizers, which cut no Chinese."""

from collections.abc import Sequence

from eval.retrieval.peers.base import Cut, Peer, Row, whole
from eval.retrieval.peers.words import words
from eval.retrieval.ranking import Search

__all__ = ["create"]


def create() -> Peer:
    """Return tantivy over a dictionary's words."""
    return Peer("tantivy", "white-space tokenizer, jieba's words", index)


def index(passages: Sequence[Row], cut: Cut = words) -> Search:
    """Index passages by their words, in memory."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    schema = builder.build()
    found = tantivy.Index(schema)
    writer = found.writer(num_threads=1)
    for row in passages:
        writer.add_document(tantivy.Document(id=row[0], text=" ".join(cut(whole(row)))))
    writer.commit()
    writer.wait_merging_threads()
    found.reload()
    searcher = found.searcher()

    def search(question: str, k: int) -> list[str]:
        asked = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, "text", word, index_option="freq"))
            for word in cut(question)
        ]
        hits = searcher.search(tantivy.Query.boolean_query(asked), k).hits if asked else []
        return [searcher.doc(address)["id"][0] for _, address in hits]

    return search

"""Full text: BM25 over Han unigrams, bigrams and words, in a tantivy index."""

import hashlib
import math
import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import tantivy

from rag.temporary import temporary_folder
from rag.text.normalize import terms
from vectorstore import NOTHING, Hit, Ids, State
from vectorstore.seal import read_seal, write_seal

__all__ = ["AnyOf", "FullText", "TermStatistics"]

_VERSION: Final = "terms-2"
"""Part of the seal: change it when the same text gives other terms, or the fields change."""

_FEW: Final = 2000  # chunks
_MOST_COUNTED: Final = 50_000  # terms
_HEADING_WEIGHT: Final = 0.6  # of a term in the heading path, where one in the text weighs 1
_WRITER_BYTES: Final = 64_000_000
_PRIVATE_FOLDER: Final = 0o700
_PRIVATE_FILE: Final = 0o600
_PASSING: Final = (".lock", ".tmp")  # suffixes of files that are not the index's
_NOT_SEALED: Final = (*_PASSING, "seal.json")


class AnyOf(NamedTuple):
    """Alternatives of which the best counts: the terms of each, what they weigh, and the idf of them all."""

    alternatives: tuple[tuple[str, ...], ...]
    weights: tuple[float, ...]
    idf: float


class TermStatistics(NamedTuple):
    """In how many chunks a term stands, and BM25's inverse document frequency.

    The inverse document frequency is that of Robertson and Zaragoza (2009), with one added.
    """

    frequency: int
    idf: float


class FullText:
    """A view of the library's chunks that finds them by their words."""

    def __init__(self, folder: Path) -> None:
        """Open the index in `folder`, new if it was never written.

        Raises DamagedError or OtherVectorsError if what is there cannot be trusted.
        """
        seal = read_seal(folder, _VERSION)
        self._folder = folder
        self._state = seal.state if seal else NOTHING
        self._schema = _schema()
        self._linked: tempfile.TemporaryDirectory[str] | None = None  # where it is read, if not in its folder
        # A new index stays in memory until the first update: only a writer may touch the folder.
        self._index = self._opened() if seal else tantivy.Index(self._schema)
        self._searcher = self._index.searcher()
        self._counted: dict[str, int] = {}  # how many chunks hold a term, if asked before

    @property
    def state(self) -> State:
        """Return the library's state at the last update."""
        return self._state

    def fork(self, folder: Path) -> "FullText":
        """Return an index with the same content over another folder; neither notices the other's changes.

        The files are linked where they can be: an index only ever writes new ones and replaces whole ones.
        """
        if self._state == NOTHING:
            return FullText(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for file in self._files():
            _link(file, folder / file.name)
        return FullText(folder)

    def _files(self) -> list[Path]:
        """Return the files that make the index, its seal among them."""
        return [file for file in self._folder.iterdir() if file.is_file() and file.suffix not in _PASSING]

    def _opened(self) -> tantivy.Index:
        """Open the index; it takes a lock in its folder even to read, so elsewhere if it cannot there.

        Raises OSError.
        """
        try:
            index = tantivy.Index(self._schema, path=str(self._folder))
        except ValueError as error:  # as tantivy tells whatever goes wrong
            self._linked = temporary_folder(of_indexes=True)
            for file in self._files():
                (Path(self._linked.name) / file.name).symlink_to(file.resolve())
            try:
                index = tantivy.Index(self._schema, path=self._linked.name)
            except ValueError:
                raise OSError(f"the full-text index in {self._folder} cannot be opened: {error}") from error
        index.config_reader(reload_policy="manual")  # what another process wrote is not proved yet
        return index

    def update(self, removed: Iterable[int], added: Iterable[tuple[int, str, str]], state: State) -> None:
        """Remove ids, add (id, heading path, text) rows, and seal the result at a state of the library.

        Raises OSError if it cannot be written.
        """
        if self._state == NOTHING:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(parents=True, mode=_PRIVATE_FOLDER)
            self._index = self._opened()
        try:
            self._write(removed, added)
        except ValueError as error:
            raise OSError(f"the full-text index cannot be written: {error}") from error
        self._index.reload()
        self._searcher = self._index.searcher()
        self._counted.clear()
        names = [path.name for path in self._folder.iterdir() if path.is_file()]
        for name in names:
            (self._folder / name).chmod(_PRIVATE_FILE)
        write_seal(self._folder, state, _VERSION, (name for name in names if not name.endswith(_NOT_SEALED)))
        self._state = state

    def _write(self, removed: Iterable[int], added: Iterable[tuple[int, str, str]]) -> None:
        writer = self._index.writer(heap_size=_WRITER_BYTES, num_threads=1)
        for id_ in removed:
            writer.delete_documents_by_term("id", id_)
        for id_, heading, text in added:
            writer.delete_documents_by_term("id", id_)
            writer.add_document(
                tantivy.Document(
                    id=id_,
                    digest=_digest(heading, text),
                    heading=" ".join(terms(heading)),
                    text=" ".join(terms(text)),
                )
            )
        writer.commit()
        writer.wait_merging_threads()

    def search(
        self,
        query_terms: Sequence[str],
        k: int,
        allowed: Ids | None = None,
        also: Ids | None = None,
        any_of: Sequence[AnyOf] = (),
    ) -> list[Hit]:
        """Return the `k` best chunks for some terms and alternatives, best first, of `allowed` if given.

        After them come those of `also` that hold any of the terms and are not among them.
        """
        unique = dict.fromkeys(query_terms)
        if not (unique or any_of) or (allowed is not None and not len(allowed)):
            return []
        fields = (("text", 1.0), ("heading", _HEADING_WEIGHT))
        clauses = [
            (tantivy.Occur.Should, self._term_query(field, term, weight))
            for term in unique
            for field, weight in fields
        ]
        clauses += [
            (tantivy.Occur.Should, self._any_query(field, group, weight))
            for group in any_of
            for field, weight in fields
        ]
        query = tantivy.Query.boolean_query(clauses)
        searcher = self._searcher
        if also is None:
            return [Hit(*row) for row in self._found(searcher, query, k, allowed)]
        if searcher.num_docs <= _FEW:  # one search that brings them all costs less than two
            found = self._found(searcher, query, max(1, searcher.num_docs), allowed)
            wanted = set(also.tolist())
            beyond = (row for row in islice(found, k, None) if row[0] in wanted)
            return [Hit(*row) for row in (*found[:k], *beyond)]
        found = self._found(searcher, query, k, allowed)
        others = np.setdiff1d(also, [id_ for id_, _ in found])
        found += self._found(searcher, query, len(others), others)
        return [Hit(*row) for row in found]

    def _found(
        self, searcher: tantivy.Searcher, query: tantivy.Query, k: int, allowed: Ids | None
    ) -> list[tuple[int, float]]:
        """Return (id, score) rows, best first."""
        if allowed is not None and not len(allowed):
            return []
        if allowed is not None:
            among = tantivy.Query.term_set_query(self._schema, "id", allowed.tolist())
            query = tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Must, query),
                    (tantivy.Occur.Must, tantivy.Query.const_score_query(among, 0.0)),
                ]
            )
        hits = searcher.search(query, k).hits
        ids = searcher.fast_field_values("id", [address for _, address in hits])
        return list(zip(ids, [score for score, _ in hits], strict=True))

    def _term_query(self, field: str, term: str, weight: float) -> tantivy.Query:
        query = tantivy.Query.term_query(self._schema, field, term, index_option="freq")
        return query if weight == 1.0 else tantivy.Query.boost_query(query, weight)

    def _any_query(self, field: str, group: AnyOf, weight: float) -> tantivy.Query:
        """Let the best of some alternatives count; the terms of one share what it weighs."""
        queries = [
            tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Must, self._term_query(field, term, weight * own / len(terms_)))
                    for term in terms_
                ]
            )
            for terms_, own in zip(group.alternatives, group.weights, strict=True)
        ]
        return tantivy.Query.disjunction_max_query(queries)

    def rarity(self, frequency: float) -> float:
        """Return the inverse document frequency of what stands in so many chunks."""
        return _idf(frequency, int(self._searcher.num_docs))

    def counted(self, query_terms: Iterable[str]) -> dict[str, int]:
        """Return in how many chunks each term stands; for many terms that are asked for once."""
        searcher = self._searcher
        return {
            term: max(searcher.doc_freq("text", term), searcher.doc_freq("heading", term))
            for term in query_terms
        }

    def statistics(self, query_terms: Sequence[str]) -> dict[str, TermStatistics]:
        """Return how rare each term is among the chunks, in the text or the heading path."""
        searcher = self._searcher
        total = int(searcher.num_docs)
        if len(self._counted) > _MOST_COUNTED:
            self._counted.clear()
        found: dict[str, TermStatistics] = {}
        for term in dict.fromkeys(query_terms):
            frequency = self._counted.get(term)
            if frequency is None:
                frequency = max(searcher.doc_freq("text", term), searcher.doc_freq("heading", term))
                self._counted[term] = frequency
            frequency = min(frequency, total)  # what was removed is counted until segments are merged
            found[term] = TermStatistics(frequency, _idf(frequency, total))
        return found

    def count(self) -> int:
        """Return the number of chunks in the index."""
        return int(self._searcher.num_docs)

    def differing(self, rows: Sequence[tuple[int, str, str]]) -> list[int]:
        """Return the ids of the (id, heading path, text) rows that were not indexed with just these words."""
        searcher = self._searcher
        allowed = tantivy.Query.term_set_query(self._schema, "id", [row[0] for row in rows])
        found = searcher.search(allowed, max(1, self.count())).hits if rows else []
        addresses = [address for _, address in found]
        ids = searcher.fast_field_values("id", addresses)
        digests = dict(zip(map(int, ids), searcher.fast_field_values("digest", addresses), strict=True))
        return [id_ for id_, heading, text in rows if digests.get(id_) != _digest(heading, text)]

    def ids(self) -> Ids:
        """Return every stored id, ascending."""
        searcher = self._searcher
        hits = searcher.search(tantivy.Query.all_query(), max(1, self.count())).hits
        ids = searcher.fast_field_values("id", [address for _, address in hits])
        return np.sort(np.array(ids, dtype=np.int64))


def _idf(frequency: float, total: int) -> float:
    frequency = min(frequency, total)
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))


def _digest(heading: str, text: str) -> int:
    """Return 63 bits that tell what was indexed."""
    return int.from_bytes(hashlib.blake2b(f"{heading}\0{text}".encode(), digest_size=8).digest()) >> 1


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", stored=False, indexed=True, fast=True)
    builder.add_integer_field("digest", stored=False, indexed=False, fast=True)
    builder.add_text_field("heading", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _link(file: Path, other: Path) -> None:
    try:
        os.link(file, other)
    except OSError:  # another file system, or one without links
        shutil.copyfile(file, other)

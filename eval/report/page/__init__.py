"""The report as a page to read: one file, no script, nothing from outside."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eval.answers.compare import LOWER_IS_BETTER, Comparison
from eval.answers.outcomes import count_outcomes
from eval.answers.summary import Report
from eval.data.grades import GRADES
from eval.files import write_text
from eval.report import plots
from eval.report.page.view import cards, facets, group_tables, outcome_shares, spread

__all__ = ["render_page", "write_page"]

_HERE = Path(__file__).parent
_SAID = {
    "passage_recall": "all expected words lie in the passages",
    "citation_recall": "all expected words are cited",
    "citation_precision": "citations that support their sentence",
    "fact_recall": "the answer says every fact",
    "abstention_recall": "unanswerable questions refused",
    "false_abstention": "answerable questions refused; lower is better",
    "noise": "statements that no fact needs; lower is better",
    "cut_sentences": "answers with a sentence cut before its end; 0 is expected",
}


def write_page(
    report: Report, path: Path, comparison: Comparison | None = None, about: Sequence[str] = ()
) -> None:
    """Write the page as UTF-8; InputError when it cannot be written."""
    write_text(path, render_page(report, comparison, about), "html")


def render_page(report: Report, comparison: Comparison | None = None, about: Sequence[str] = ()) -> str:
    """Return the page; `about` says in a few words what was measured."""
    # What a document or an answer holds is text here, whatever it looks like.
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = Markup((_HERE / "style.css").read_text(encoding="utf-8"))  # noqa: S704 - our own file
    found = facets(report.rows)
    shown = cards(report.rows, found, comparison)
    return environment.get_template("page.html").render(
        about=about,
        cards=shown,
        comparison=comparison,
        facets=found,
        figures=_SAID,
        grade_names=GRADES,
        groups=group_tables(report),
        links={card.row.id: card.link for card in shown},
        lower_is_better=LOWER_IS_BETTER,
        outcomes=count_outcomes(report.rows),
        outcome_shares=outcome_shares(report.rows),
        plots=plots,
        report=report,
        lengths=[
            ("fact", report.fact_lengths),
            ("other", [row.length for row in report.rows if row.type != "fact" and not row.abstained]),
        ],
        style=style,
        times=spread(report.rows),
    )

"""The page of an evaluation in a real browser, opened from disk over the sample of reference questions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from eval.answers.baseline import Baseline, Scored
from eval.answers.compare import compare
from eval.answers.misses import find_misses
from eval.report.page import write_page
from tests.ui.page.browser import SCREENSHOTS, chromium

pytestmark = pytest.mark.browser

PHONE = 390
Opened = Callable[..., object]


@pytest.fixture(scope="module")
def opened(reference_report, tmp_path_factory) -> Iterator[Opened]:
    """Open the page, picture it; it must not complain, ask for anything nor be wider than its window."""
    path = tmp_path_factory.mktemp("page") / "引据 eval.html"
    same = {row.id: Scored(row.fingerprint, row.scores) for row in reference_report.rows}
    write_page(
        reference_report, path, compare(reference_report.rows, Baseline("before.json", same)), ["seeds"]
    )

    with chromium() as browser:

        @contextmanager
        def open_it(name: str, width: int = 1280, dark: bool = False) -> Iterator[Page]:
            complaints: list[str] = []
            asked: list[str] = []
            context = browser.new_context(
                viewport={"width": width, "height": 1200}, color_scheme="dark" if dark else "light"
            )
            page = context.new_page()
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("request", lambda request: asked.append(request.url))
            page.goto(path.as_uri())
            SCREENSHOTS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=SCREENSHOTS / f"eval-{name}.png")
            yield page
            assert complaints == []
            assert [url for url in asked if not url.startswith(("data:", path.as_uri()))] == []
            wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wider <= 0
            context.close()

        yield open_it


def shown(page: Page, what: str) -> int:
    """Count the elements that are not hidden: at once, as a locator looks at one after the other."""
    count: int = page.locator(what).evaluate_all("all => all.filter(e => e.getClientRects().length).length")
    return count


@pytest.mark.parametrize(
    ("name", "width", "dark"), [("light", 1280, False), ("phone", PHONE, False), ("dark", 1280, True)]
)
def test_it_opens_from_disk_in_any_light_and_on_a_phone(opened, name, width, dark):
    with opened(name, width, dark) as page:
        expect(page.locator("h1")).to_be_visible()
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        bright = sum(int(part) for part in paper[4:-1].split(",")) > 3 * 128
        assert bright is not dark
        for plot in page.locator("svg.chart").all():
            assert plot.bounding_box()["width"] <= width


def test_choosing_leaves_the_questions_of_that_kind(opened, reference_report):
    misses = {miss.id for miss in find_misses(reference_report.rows)}
    with opened("chosen") as page:
        assert shown(page, "article.miss") == len(misses)
        page.select_option("#by-type", "paraphrase")
        left = [row for row in reference_report.rows if row.type == "paraphrase"]
        assert shown(page, "article.miss") == sum(row.id in misses for row in left)
        assert shown(page, "#questions tbody tr") == len(left)
        page.select_option("#by-lang", "en")
        assert shown(page, "#questions tbody tr") == sum(row.lang == "en" for row in left)
        page.get_by_role("button", name="Show all").click()
        assert shown(page, "article.miss") == len(misses)


def test_a_question_leads_to_its_miss_and_its_passages_open(opened, reference_report):
    miss = find_misses(reference_report.rows)[0]
    with opened("miss") as page:
        page.locator("#questions a", has_text=miss.id).first.click()
        card = page.locator(f"#miss-{miss.id}")
        expect(card).to_be_in_viewport()
        expect(card).to_contain_text(miss.question)
        expect(card.locator(".passages")).to_be_hidden()
        card.locator("summary").click()
        expect(card.locator(".passages .text").first).to_be_visible()


def test_it_prints_on_paper(opened):
    with opened("print") as page:
        page.emulate_media(media="print", color_scheme="dark")
        expect(page.locator(".filters")).to_be_hidden()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.pdf(format="A4").startswith(b"%PDF")

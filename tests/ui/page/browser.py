"""The page in a real browser: a watched Chromium."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect, sync_playwright

__all__ = ["SCREENSHOTS", "WatchedPage", "chromium", "watched"]

SCREENSHOTS = Path(__file__).parents[3] / "build" / "screenshots"
_CHROMIUM = Path(os.environ.get("YINJU_CHROMIUM", "/usr/bin/chromium"))  # before tests/conftest.py clears it
_PATIENCE = 60_000  # ms: a busy machine is no fault of the page
_REDRAWN = 1_000  # ms
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the machine's Chromium; skip where there is none, fail in CI."""
    if not _CHROMIUM.exists():
        reason = f"no browser at {_CHROMIUM}: apt-get install chromium fonts-noto-cjk, or set YINJU_CHROMIUM"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=list(_FLAGS))
        yield browser
        browser.close()


class WatchedPage:
    """A browser page that remembers what went wrong and who was asked for something."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        page.on("console", lambda message: self._heard(message.type, message.text))
        page.on("pageerror", lambda error: self._heard("error", str(error)))
        page.on("dialog", self._dismiss)
        page.on("request", lambda request: self._asked(request.url, address))
        page.set_default_timeout(_PATIENCE)
        page.goto(address)
        page.wait_for_selector(".masthead")

    def _dismiss(self, dialog: Dialog) -> None:
        self._heard("error", dialog.message)
        dialog.dismiss()

    def _heard(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(text)

    def _asked(self, url: str, address: str) -> None:
        if not url.startswith((address, "data:", "blob:")):
            self.strangers.append(url)

    def ask(self, question: str) -> None:
        """Type a question, press Enter and wait until it is answered."""
        box = self.page.locator("#question textarea")
        box.fill(question)
        box.press("Enter")
        self.page.wait_for_function(
            "document.querySelector('#question textarea').value === ''"
            " && document.querySelector('#send') && !document.querySelector('.waiting')"
        )

    def follow_first_marker(self, source: str) -> None:
        """Click the first marker until its source is seen: a click is lost while Gradio draws the chat."""
        expect(self.page.locator("#chat a.to-sources")).to_have_count(
            self.page.locator("#chat .asked").count()
        )
        self.page.locator("#chat a.marker").first.click()
        if not self.page.locator(source).is_visible():
            self.page.wait_for_timeout(_REDRAWN)
            self.page.locator("#chat a.marker").first.click()
        expect(self.page.locator(source)).to_be_visible()

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than its window."""
        wider: int = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        return wider

    def picture(self, name: str) -> None:
        """Keep what is seen."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_timeout(400)  # for what fades in
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


@contextmanager
def watched(
    browser: Browser,
    address: str,
    width: int = 1280,
    height: int = 860,
    locale: str = "zh-CN",
    dark: bool = False,
) -> Iterator[WatchedPage]:
    """Open the page in a window of its own; it must not complain nor ask strangers for anything."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale=locale, color_scheme="dark" if dark else "light"
    )
    watching = WatchedPage(context.new_page(), address)
    yield watching
    assert watching.complaints == []
    assert watching.strangers == []
    context.close()

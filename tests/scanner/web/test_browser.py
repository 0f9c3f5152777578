"""The dashboard and the report in a real browser: by mouse, by keyboard, as a screen reader finds it, on a phone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from urllib.parse import urlsplit

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from fastapi import FastAPI
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from scanner.inventory import queries
from scanner.inventory.store import Store
from scanner.web.static_report import write
from tests.needs import lacks
from tests.scanner.web.estate import HOSTILE, MANY, NOW
from tests.scanner.web.serving import served

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 375, "height": 700}
SECONDS = 20


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; where there is none these tests are skipped, but never in CI."""
    path = shutil.which("chromium")
    if path is None:
        lacks("there is no chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        started = playwright.chromium.launch(executable_path=path, args=arguments)
        yield started
        started.close()


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """Serve on a free port of loopback, from a thread."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off"))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    until = monotonic() + SECONDS
    while not server.started and monotonic() < until:
        sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def address(shared: Store) -> Iterator[str]:
    with listening(served(shared).app) as found:
        yield found


class Watched:
    """A page, and what went wrong on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wrong: list[str] = []
        self.asked: set[str] = set()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", self._requested)
        page.on("dialog", lambda dialog: self.wrong.append(f"dialog {dialog.message}"))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(message.text)

    def _requested(self, request: Request) -> None:
        self.asked.add(urlsplit(request.url).netloc)


@contextmanager
def watching(browser: Browser, *, phone: bool = False, dark: bool = False) -> Iterator[Watched]:
    size = PHONE if phone else WIDE
    context = browser.new_context(viewport=size, color_scheme="dark" if dark else "light")  # type: ignore[arg-type]
    yield Watched(context.new_page())
    context.close()


def pages(store: Store) -> list[str]:
    found = next(queries.sql(store, "SELECT finding_id FROM findings WHERE resource_id LIKE '%script%' AND status = 'fail'"))
    long = next(queries.sql(store, "SELECT finding_id FROM findings WHERE resource_id LIKE '%nnnnn%' AND status = 'fail'"))
    thing = next(queries.sql(store, "SELECT resource_pk FROM current_resources WHERE name LIKE '%nnnnn%'"))
    return [
        "/",
        "/?show=red",
        "/split/aws.s3",
        "/split/aws.s3/access",
        "/split/aws.s3/resilience",
        "/findings",
        "/findings?status=unknown",
        f"/findings/{found['finding_id']}",
        f"/findings/{long['finding_id']}",
        "/resources",
        f"/resources/{thing['resource_pk']}",
        "/accounts",
        "/accounts/aws/222222222222",
        "/blind",
        "/exposure",
        "/changes?days=30",
        "/trends",
        "/frameworks",
        "/frameworks/soc2",
        "/overlays",
        "/audit",
        "/sign-in",
        "/nowhere",
    ]


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:200]} {node['failureSummary'][:200]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("dark", [False, True])
def test_every_page_is_accessible_quiet_and_asks_nobody_else(
    browser: Browser, address: str, shared: Store, *, dark: bool
) -> None:
    with watching(browser, dark=dark) as watched:
        for path in pages(shared)[: 9 if dark else None]:
            watched.page.goto(address + path)
            assert violations(watched.page) == [], path
            expected = ["404"] if path == "/nowhere" else []
            assert [each for each in watched.wrong if not any(mark in each for mark in expected)] == [], path
        assert watched.asked == {urlsplit(address).netloc}


def test_every_page_fits_a_phone(browser: Browser, address: str, shared: Store) -> None:
    with watching(browser, phone=True) as watched:
        for path in pages(shared):
            watched.page.goto(address + path)
            assert watched.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


def test_the_picture_is_walked_with_the_keyboard(browser: Browser, address: str) -> None:
    with watching(browser) as watched:
        page = watched.page
        page.goto(address)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to content"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate("!!document.activeElement.closest('[data-grid]')"):
                break
        page.keyboard.press("ArrowRight")
        first = page.evaluate("document.activeElement.getAttribute('aria-label')")
        page.keyboard.press("ArrowRight")
        second = page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert first.startswith("S3, data")
        assert second.startswith("S3, encryption")
        assert page.locator(".tip.on").inner_text() == second
        page.keyboard.press("Tab")
        assert not page.evaluate("!!document.activeElement.closest('[data-grid]')")
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/split/aws.s3/encryption")


def test_from_the_picture_to_a_fix(browser: Browser, address: str) -> None:
    with watching(browser) as watched:
        page = watched.page
        page.goto(address)
        page.click("a.cell[href='/split/aws.s3/resilience']")
        page.click("text=All 70 failures")
        page.select_option("select[name=account]", label="payments")
        page.click("button.go")
        assert "status=" not in page.url  # what is not asked for is not in the address
        page.click("text=Next")
        page.click(".findings tbody a >> nth=0")
        assert page.locator("#fix").inner_text().startswith("aws s3api put-bucket-versioning")
        for name in ("Blind spots", "Exposure", "Resources", "Accounts", "Frameworks", "Changes", "Trends", "Split"):
            page.click(f"nav >> text={name}")
            assert page.locator("nav [aria-current]").inner_text() == name
        assert watched.wrong == []


def test_light_and_dark_are_remembered(browser: Browser, address: str) -> None:
    with watching(browser) as watched:
        page = watched.page
        page.goto(address)
        light = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        page.click("[data-theme-switch]")
        page.goto(address + "/findings")
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != light


def test_the_report_opens_from_disk_and_asks_nobody(browser: Browser, shared: Store, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    with file.open("w", encoding="utf-8") as out:
        write(shared, out, NOW)
    with watching(browser) as watched:
        page = watched.page
        page.goto(file.as_uri())
        open_or_unknown = (MANY + len(HOSTILE) + 2) + 1 + 1
        assert page.locator("#said").inner_text() == f"1 to {open_or_unknown} of {open_or_unknown}"
        page.click("a[href='#cell-aws.s3/access']")
        assert page.locator("#findings tbody tr").count() == 2
        page.fill("input[name=q]", "<script>")
        assert page.locator("#said").inner_text() == "Nothing fits"
        page.select_option("select[name=area]", "")
        assert page.locator("#findings bdi").first.inner_text() == HOSTILE["script"]
        page.click("a[href='#show-red']")
        assert page.locator("[data-grid].only-red").count() == 1
        assert violations(page) == []
        assert watched.wrong == []
        assert watched.asked == {""}

"""Lists assets over REST: page by page, one page ahead, within the budget, and trying again what passes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from urllib3.exceptions import MaxRetryError
from urllib3.util import Retry

from collectors.budget import Budget
from collectors.gcp import assets
from collectors.gcp.assets import Page
from collectors.gcp.errors import FAILURES, ApiError, DecodeError, Failure, passing, refusal
from collectors.gcp.options import GcpOptions
from collectors.gcp.session import ReadSession, base

RESOURCE, IAM, ORG, ACCESS, INVENTORY = "RESOURCE", "IAM_POLICY", "ORG_POLICY", "ACCESS_POLICY", "OS_INVENTORY"
# Waits double from twice this on; a quota is that of a minute. Source: Asset Inventory, "Quotas and limits".
BACKOFF = 1.0
LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One listing: what of which node, at which time (empty: now), of which types (empty: all)."""

    parent: str
    content: str
    read_time: str = ""
    types: tuple[str, ...] = ()


@dataclass
class Sizes:
    """How many assets a listing asks for at a time, as far as it has learnt."""

    now: int


class Client:
    """One identity's way to Asset Inventory. Safe to share between threads as far as a requests session is."""

    def __init__(self, session: ReadSession, options: GcpOptions, budget: Budget) -> None:
        self._session = session
        self._options = options
        self.budget = budget

    def pages(self, asked: Asked, token: str = "") -> Iterator[Page]:
        """Yield the pages of one listing from *token* on. Raises one of ``FAILURES``.

        While the caller works on one page, the next is under way: its token is known as soon as the page is.
        """
        ahead = ThreadPoolExecutor(1, "list")
        sizes = Sizes(self._options.page_size)
        try:
            coming: Future[Page] | None = ahead.submit(self._page, asked, token, sizes)
            while coming:
                page = coming.result()
                coming = ahead.submit(self._page, asked, page.token, sizes) if page.token else None
                yield page
        finally:
            ahead.shutdown(wait=False, cancel_futures=True)

    def _page(self, asked: Asked, token: str, sizes: Sizes) -> Page:
        """Return one page, smaller from now on where the answer would be too large for one message."""
        while True:
            try:
                page = self.page(asked, token, sizes.now)
            except ApiError as error:
                if not error.too_large or sizes.now == 1:
                    raise
                sizes.now //= 2
                continue
            if page.token and page.token == token:
                raise DecodeError("the same page came again")
            return page

    def probe(self, asked: Asked) -> None:
        """Ask for one asset. Raises one of ``FAILURES``."""
        self.page(asked, "", 1)

    def page(self, asked: Asked, token: str, size: int) -> Page:
        """Return one page. Raises one of ``FAILURES`` once it was tried often enough."""
        retries = Retry(self._options.attempts - 1, backoff_factor=BACKOFF, backoff_max=LONGEST_WAIT)
        while True:
            try:
                return self._once(asked, token, size)
            except FAILURES as error:
                retries = self._later(retries, error)

    def _later(self, retries: Retry, error: Failure) -> Retry:
        """Wait until *error* may have passed; raise it when it does not pass, or was waited for often enough."""
        if not passing(error):
            raise error
        try:
            left = retries.increment("GET", error=error)
        except MaxRetryError:
            raise error from None
        asked = min(getattr(error, "wait", 0.0), LONGEST_WAIT)
        self.budget.stopped.wait(asked or left.get_backoff_time())
        return left

    def _once(self, asked: Asked, token: str, size: int) -> Page:
        given: dict[str, Any] = {"contentType": asked.content, "pageSize": size, "assetTypes": asked.types}
        more = {"readTime": asked.read_time, "pageToken": token}
        response = self._session.get(
            f"{base(self._options)}/v1/{asked.parent}/assets",
            params=given | {name: value for name, value in more.items() if value},
            timeout=(self._options.connect_timeout, self._options.read_timeout),
            allow_redirects=False,
        )
        if response.status_code != 200:
            raise refusal(response)
        return assets.page(response.content)

    def close(self) -> None:
        self.budget.stopped.set()

"""Mail, through Apprise, which knows the servers of many providers. It is imported by who sends mail only.

Of its plug-ins only that for mail is loaded: its search for one by an address loads all of them, and logs passwords.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scanner.notify.news import News
from scanner.notify.posting import Answer

if TYPE_CHECKING:
    from apprise.plugins.email import NotifyEmail

SCHEMES = ("mailto://", "mailtos://")


def fits(url: str) -> bool:
    """Tell whether Apprise takes *url* for an address of mail, with somebody to send it to."""
    made = _made(url) if url.startswith(SCHEMES) else None
    return made is not None and bool(made.targets)


def send(url: str, news: News) -> Answer:
    """Send one mail of plain text. Apprise tells only whether that worked."""
    from apprise import NotifyFormat  # noqa: PLC0415 -- imported where mail is sent

    made = _made(url)
    body = "\n".join(news.lines) or news.title
    done = made is not None and made.notify(body=body, title=news.title, body_format=NotifyFormat.TEXT)
    return Answer(delivered=bool(done), said="sent" if done else "the mail server did not take it")


def _made(url: str) -> NotifyEmail | None:
    """Return what sends to an address; nothing of a message is kept on disk. ``None`` where it is no address."""
    from apprise import AppriseAsset, PersistentStoreMode  # noqa: PLC0415 -- as above
    from apprise.plugins.email import NotifyEmail  # noqa: PLC0415

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    parsed = NotifyEmail.parse_url(url)  # type: ignore[no-untyped-call]
    asset = AppriseAsset(secure_logging=True, storage_mode=PersistentStoreMode.MEMORY)
    try:
        return NotifyEmail(**{**parsed, "asset": asset, "format": "text"}) if parsed else None  # type: ignore[no-untyped-call]
    except TypeError:  # how it refuses what it can't use
        return None

"""The forms that channels want news in. Pure; what strangers named is text in each of them, and never markup.

Sources, as of 2026-11: Slack "Formatting text" (& < > are escaped in all text), Block Kit (header 150, section 3000
characters); Adaptive Cards, TextRun ("Markdown is not supported"); Jira Cloud REST v3, "Create issue", with
a description in Atlassian Document Format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scanner.notify.news import News

HEADER, SECTION, SUMMARY = 150, 3000, 255  # characters
BLOCKS = 20


def slack(news: News) -> dict[str, Any]:
    """Return a message of Slack's incoming webhooks: plain text that mentions nobody and links nothing."""
    title = escaped(news.title)
    blocks = [{"type": "header", "text": _plain(cut(news.title, HEADER))}]
    blocks += [{"type": "section", "text": _plain(text)} for text in _chunks(news.lines)]
    return {
        "text": title,
        "mrkdwn": False,
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": blocks,
    }


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, most: int) -> str:
    """Return *text*, escaped, in at most *most* characters, none of which is half of an escape."""
    if len(escaped(text)) <= most:
        return escaped(text)
    while len(escaped(text)) > most - 1:
        text = text[:-1]
    return escaped(text) + "…"


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _chunks(lines: Sequence[str]) -> Iterator[str]:
    """Yield lines, several together, as long as a block may be."""
    held = ""
    number = 0
    for line in (cut(each, SECTION) for each in lines):
        if held and len(held) + len(line) + 1 > SECTION:
            yield held
            held, number = "", number + 1
        if number == BLOCKS:
            return
        held = f"{held}\n{line}" if held else line
    if held:
        yield held


def teams(news: News) -> dict[str, Any]:
    """Return a message of Teams' workflows: an Adaptive Card of runs of text, in which no Markdown is."""
    title = {"type": "TextRun", "text": news.title, "weight": "Bolder"}
    runs = [[title], *([{"type": "TextRun", "text": line}] for line in news.lines)]
    card = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.2",
        "body": [{"type": "RichTextBlock", "inlines": each} for each in runs],
    }
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [content]}


def jira(news: News, project: str, issue_type: str) -> dict[str, Any]:
    """Return the issue that Jira's ``POST /rest/api/3/issue`` makes: its description is a document of text nodes."""
    paragraphs = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in news.lines if line]
    return {
        "fields": {
            "project": {"key": project},
            "issuetype": {"name": issue_type},
            "summary": news.title if len(news.title) <= SUMMARY else news.title[: SUMMARY - 1] + "…",
            "description": {"type": "doc", "version": 1, "content": paragraphs},
            "labels": ["demarc", f"demarc-{news.severity}"],
        }
    }


def plain(key: str, news: News, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a program of one's own gets: the words, and what they were made of."""
    return {"id": key, "title": news.title, "severity": news.severity, "lines": list(news.lines), "news": dict(body)}

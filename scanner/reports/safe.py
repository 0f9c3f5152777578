"""Makes strangers' text harmless where it is shown: names, tags and reasons may hold anything."""

from __future__ import annotations

import re

# C0 and C1 controls (escape sequences start there), the marks that reorder or hide text, and halves of characters.
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
ESCAPES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")  # of those, what no cell of a spreadsheet needs
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def terminal(text: str) -> str:
    """Return *text* on one line, without anything that a terminal would act on."""
    if text.isascii() and text.isprintable():
        return text
    return CONTROLS.sub(lambda found: " " if found[0] in "\t\n\r" else "\ufffd", text)


def cell(text: str) -> str:
    """Return *text* so that no spreadsheet takes it for a formula. Source: OWASP, "CSV Injection"."""
    shown = ESCAPES.sub("\ufffd", text)
    return "'" + shown if shown.lstrip(" ").startswith(FORMULA) else shown


def json(text: str) -> str:
    """Return JSON *text* that says the same, with everything escaped that a terminal would act on."""
    if text.isascii() and "\x7f" not in text:
        return text
    return CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)

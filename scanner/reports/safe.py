"""Makes strangers' text harmless where it is shown: names, tags and reasons may hold anything."""

from __future__ import annotations

import re

# C0 and C1 controls (escape sequences start there), and the marks that reorder or hide text.
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def terminal(text: str) -> str:
    """Return *text* on one line, without anything that a terminal would act on."""
    return CONTROLS.sub(lambda found: " " if found[0] in "\t\n\r" else "\ufffd", text)


def cell(text: str) -> str:
    """Return *text* so that no spreadsheet takes it for a formula. Source: OWASP, "CSV Injection"."""
    return "'" + text if text.startswith(FORMULA) else text

"""Which system runs in a machine, by what its agent reports or the image that it was made of, and until when it is kept up.

Agents on Linux report names and versions as the system's own ``os-release`` does (``ubuntu 22.04``); that of Windows its
product name. Offers and names of images in the Marketplace tell the version. Until when: see ``checks/systems.py``.
"""

from __future__ import annotations

import re
from datetime import datetime

from checks.support import kept_up, versions
from checks.systems import maintained_until
from scanner.model import Verdict, unknown

SILENT = "nothing tells which system runs there"
# What agents and images call a system, in small letters, and what it calls itself.
NAMES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r".*\bwindows.*\bserver.*?\b(20\d\d).*", r"Microsoft Windows Server \1"),
        (r".*windowsserver.*?\b(20\d\d).*", r"Microsoft Windows Server \1"),
        (r".*\bubuntu.*?\b(\d\d)[._](\d\d)\b.*", r"Ubuntu \1.\2"),
        (r".*\bubuntu.*-(?:jammy)\b.*", "Ubuntu 22.04"),
        (r".*\bubuntu.*-(?:focal)\b.*", "Ubuntu 20.04"),
        (r".*\bdebian\D*?(\d+).*", r"Debian GNU/Linux \1"),
        (r".*\bcentos stream\D*?(\d+).*", r"CentOS Stream \1"),
        (r".*\bcentos\D*?9\b.*", "CentOS Stream 9"),
        (r".*\bcentos\D*?([4-8]).*", r"CentOS Linux \1"),
        (r".*\brocky\D*?(\d+).*", r"Rocky Linux \1"),
        (r".*\boracle\D*?(10(?!\d)|[4-9]).*", r"Oracle Linux Server \1"),
        (r".*\b(?:redhat|rhel|red hat enterprise linux)\D*?(10(?!\d)|[4-9]).*", r"Red Hat Enterprise Linux \1"),
        (r".*\b(?:sles|suse)\D*?(\d\d)(?:[._-](?:sp)?(\d))\b.*", r"SLES \1.\2"),
    )
)


def system(*told: object) -> str:
    """Return what the system calls itself, from the first of the texts that names one; empty when none does."""
    for text in told:
        for pattern, name in NAMES:
            if found := pattern.fullmatch(str(text or "").lower()):
                return found.expand(name)
    return ""


def maintained(name: str, now: datetime, *, extended: bool) -> Verdict:
    """Pass while a system is maintained by its maker. ``extended``: it gets what else costs extra."""
    if not name:
        return unknown(SILENT)
    longer = versions("systems.azure").ends.get(name) if extended else None
    return kept_up(name, longer or maintained_until(name), now)

"""The generated reference is what the code says now; the links of the other pages lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scanner.cli.documenting import rendered

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#:]+)\)")


def test_the_reference_is_not_stale() -> None:
    """When this fails: `make docs`."""
    written = {str(page.relative_to(REFERENCE)): page.read_text("utf-8") for page in REFERENCE.rglob("*.md")}
    assert written == rendered()


@pytest.mark.parametrize("page", [pytest.param(page, id=str(page.relative_to(ROOT))) for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text("utf-8")):
        assert (page.parent / target).exists(), target

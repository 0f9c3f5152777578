"""Every recommendation of the CIS AWS Foundations Benchmark has a check, in each edition that checks name."""

from __future__ import annotations

import pytest

from scanner.evaluation.registry import installed

# Sections by edition, with the number of the last recommendation in each. Numbers only; the texts are CIS's.
EDITIONS = {
    "v5": {"1": 21, "2.1": 4, "2.2": 4, "2.3": 1, "3": 9, "4": 16, "5.1": 2, "5": 7},
    "v6": {"2": 21, "3.1": 4, "3.2": 4, "3.3": 1, "4": 9, "5": 16, "6.1": 2, "6": 7},
    "v7": {"2.1": 6, "2": 21, "3.1": 4, "3.2": 4, "3.3": 1, "4": 10, "5": 16, "6.1": 2, "6": 8},
}


def recommendations(edition: str) -> set[str]:
    sections = EDITIONS[edition]
    every = {f"{section}.{number}" for section, last in sections.items() for number in range(1, last + 1)}
    return {f"{edition}:{each}" for each in every - set(sections)}  # a section is no recommendation


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_recommendation_has_a_check(edition: str) -> None:
    named = {each for check in installed("aws") for each in check.cis if each.startswith(edition)}
    assert recommendations(edition) - named == set()
    assert named - recommendations(edition) == set(), "no such recommendation"

"""Every recommendation of the CIS benchmarks for Google Cloud has a check, but for those that Asset Inventory cannot decide."""

from __future__ import annotations

import pytest

from scanner.evaluation.registry import installed

# Sections by edition, with the number of the last recommendation in each. Numbers only; the texts are CIS's.
EDITIONS = {
    "v4": {"1": 17, "2": 16, "3": 10, "4": 12, "5": 2, "6.1": 3, "6.2": 8, "6.3": 7, "6": 7, "7": 4, "8": 1},
    "v5": {"1.1": 4, "1": 18, "2": 17, "3": 12, "4": 12, "5": 2, "6.1": 3, "6.2": 8, "6.3": 7, "6": 9, "7": 4, "8": 1},
    "gke-v1.6": {
        "5.1": 4,
        "5.2": 2,
        "5.3": 1,
        "5.4": 1,
        "5.5": 7,
        "5.6": 7,
        "5.7": 2,
        "5.8": 3,
        "5.9": 2,
        "5.10": 5,
    },
}
# How people sign in, and who is a super administrator, the directory knows; what Google's staff does, a support case tells;
# a login, a look at data, an order of folders, or what runs in a cluster, nothing on the control plane shows.
ELSEWHERE = {
    "v4": {"1.2", "1.3", "2.14", "6.1.1", "7.4"},
    "v5": {"1.1.1", "1.1.2", "1.1.3", "1.3", "1.4", "2.2", "2.15", "6.1.1", "7.4"},
    "gke-v1.6": {"5.7.2"},
}


def recommendations(edition: str) -> set[str]:
    sections = EDITIONS[edition]
    every = {f"{section}.{number}" for section, last in sections.items() for number in range(1, last + 1)}
    return every - set(sections)  # a section is no recommendation


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_recommendation_has_a_check_or_shows_elsewhere(edition: str) -> None:
    named = {each.partition(":")[2] for check in installed("gcp") for each in check.cis if each.startswith(f"{edition}:")}
    assert named == recommendations(edition) - ELSEWHERE[edition]


def test_no_check_names_another_edition() -> None:
    assert {each.partition(":")[0] for check in installed("gcp") for each in check.cis} == set(EDITIONS)

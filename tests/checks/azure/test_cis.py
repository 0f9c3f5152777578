"""Every recommendation of the CIS Microsoft Azure Foundations Benchmark that an API decides has a check."""

from __future__ import annotations

from scanner.evaluation.registry import installed

EDITION = "v6"
# Sections, with the number of the last recommendation in each. Numbers only; the texts are CIS's.
SECTIONS = {
    "2.1": 12,
    "3.1": 1,
    "5.1": 4,
    "5.3": 7,
    "5": 7,
    "6.1.1": 9,
    "6.1.2": 11,
    "6.1.3": 1,
    "6.1": 5,
    "6": 2,
    "7": 16,
    "8.1.1": 1,
    "8.1.2": 1,
    "8.1.3": 5,
    "8.1.4": 1,
    "8.1.5": 2,
    "8.1.6": 1,
    "8.1.7": 4,
    "8.1.8": 1,
    "8.1.9": 1,
    "8.1": 16,
    "8.2": 1,
    "8.3": 11,
    "8.4": 1,
    "8": 5,
    "9.1": 3,
    "9.2": 3,
    "9.3.1": 3,
    "9.3.2": 3,
    "9.3.3": 1,
    "9.3": 11,
}
# Sections that hold others, and no recommendation of that number.
ONLY_SECTIONS = {*SECTIONS, "5.2"}
# What no API of Azure decides, and why.
UNDECIDED = {
    "2.1.3": "it is set within clusters, which only Databricks' own API shows",
    "2.1.4": "users within a workspace are known to Databricks' own API alone",
    "2.1.6": "tokens within a workspace are known to Databricks' own API alone",
    "2.1.12": "a review, which somebody has to say was done",
    "5.1.4": "a setting of the old page for second factors, which no API shows",
    "5.3.1": "what people use an account for is not recorded anywhere",
    "5.3.4": "a review, which somebody has to say was done",
    "5.3.6": "a review, which somebody has to say was done",
    "5.3.7": "a review, which somebody has to say was done",
    "6.1.5": "which resources are production, and what they must bear, is known to the customer alone",
    "8.1.5.2": "whether somebody reads alerts is not recorded anywhere",
    "8.3.10": "which keys must lie in a hardware module of one's own is known to the customer alone",
}


def recommendations() -> set[str]:
    every = {f"{section}.{number}" for section, last in SECTIONS.items() for number in range(1, last + 1)}
    return every - ONLY_SECTIONS


def named() -> set[str]:
    given = {each for check in installed("azure") for each in check.cis}
    return {each.partition(":")[2] for each in given if each.startswith(f"{EDITION}:")}


def test_there_are_as_many_as_the_benchmark_has() -> None:
    assert len(recommendations()) == 127


def test_every_recommendation_has_a_check_or_a_reason_why_not() -> None:
    assert recommendations() - named() - set(UNDECIDED) == set()


def test_nothing_is_named_that_there_is_not() -> None:
    assert named() - recommendations() == set()
    assert set(UNDECIDED) - recommendations() == set()


def test_what_has_a_check_is_decided() -> None:
    assert set(UNDECIDED) & named() == set()

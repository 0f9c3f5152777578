"""What is said of a version: what its list knows, and nothing more."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from checks.support import supported
from checks.verdicts import worst
from scanner.model import Outcome, passed

THEN = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("product", "version", "outcome"),
    [
        ("aws.lambda", "python3.13", Outcome.PASS),
        ("aws.lambda", "python3.9", Outcome.FAIL),
        ("aws.lambda", "python9.9", Outcome.UNKNOWN),
        ("aws.lambda", "provided.al2031", Outcome.UNKNOWN),
        ("aws.msk", "3.9", Outcome.PASS),
        ("azure.aks", "1.9", Outcome.FAIL),
        ("azure.aks", "1.32", Outcome.FAIL),
        ("azure.aks.long_term", "1.32", Outcome.PASS),
        ("gcp.cloudsql", "MYSQL_8_0_36", Outcome.PASS),
        ("gcp.cloudsql", "POSTGRES_12", Outcome.FAIL),
        ("gcp.cloudsql", "", Outcome.UNKNOWN),
    ],
)
def test_a_version_that_the_list_does_not_know_is_unknown(product: str, version: str, outcome: Outcome) -> None:
    verdict = supported(product, version, THEN)
    assert verdict.outcome is outcome, verdict.because


def test_the_day_itself_is_over() -> None:
    assert supported("aws.lambda", "python3.13", datetime(2029, 6, 29, 23, 59, tzinfo=UTC)).outcome is Outcome.PASS
    assert supported("aws.lambda", "python3.13", datetime(2029, 6, 30, tzinfo=UTC)).outcome is Outcome.FAIL


def test_of_several_that_pass_the_first_to_end_says_until_when_that_holds() -> None:
    late, soon = (datetime(year, 1, 1, tzinfo=UTC) for year in (2030, 2027))
    assert worst([passed("a", until=late), passed("b", until=soon), passed("c")]).until == soon

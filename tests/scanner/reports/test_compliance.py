"""A requirement passes only where everything that was due is known and holds."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.reports.compliance import Judged, Standing, document, headline, judged, markdown
from scanner.responsibility.frameworks import Framework, Requirement
from tests.scanner.reports.made import CHECK, cell


def framework(**given: Any) -> Framework:
    asked = Requirement("R-1", "Stored data is encrypted", **{"controls": (CHECK.control,), **given})
    return Framework("f", "Frame", "1", "rules", {"R-1": asked})


def sums(passed: int = 0, failed: int = 0, accepted: int = 0, unknown: int = 0) -> dict[str, Any]:
    due = passed + failed + accepted + unknown
    triple = {"expected": float(due), "known": float(due - unknown), "earned": float(passed)}
    counts = {"passed": passed, "failed": failed, "accepted": accepted, "unknown": unknown}
    return {"check_id": CHECK.id, **counts, **triple}


def one(*rows: dict[str, Any], cells: Any = (), **given: Any) -> Judged:
    (found,) = judged(framework(**given), [CHECK], rows, cells)
    return found


@pytest.mark.parametrize(
    ("row", "standing"),
    [
        (sums(passed=3), Standing.PASS),
        (sums(passed=3, failed=1), Standing.FAIL),
        (sums(passed=3, failed=1, unknown=1), Standing.FAIL),
        (sums(passed=3, unknown=1), Standing.UNKNOWN),
        (sums(passed=3, unknown=1, accepted=1), Standing.UNKNOWN),
        (sums(passed=3, accepted=1), Standing.ACCEPTED),
        (sums(unknown=1), Standing.UNKNOWN),
        (sums(), Standing.NOT_DUE),
    ],
)
def test_how_a_requirement_stands(row: dict[str, Any], standing: Standing) -> None:
    assert one(row).standing is standing


def test_what_nothing_was_due_of_is_not_a_pass() -> None:
    assert one().standing is Standing.NOT_DUE


def test_what_no_check_tests_is_called_that() -> None:
    assert one(controls=("logging.retention",)).standing is Standing.NO_CHECK


def test_what_no_api_decides_says_why() -> None:
    found = one(controls=(), why="People do it.", areas=("endpoint",))
    assert (found.standing, found.why) == (Standing.NOT_AUTOMATABLE, "People do it.")


def test_somebody_may_stand_for_what_no_api_decides() -> None:
    found = one(controls=(), why="People do it.", areas=("endpoint",), cells=[cell("endpoint", state="attested")])
    assert (found.standing, found.attested) == (Standing.ATTESTED, 1)


def test_an_attestation_outweighs_nothing_that_was_seen() -> None:
    attested = [cell("encryption", state="attested")]
    assert one(sums(failed=1), cells=attested).standing is Standing.FAIL
    assert one(sums(unknown=1), cells=attested).standing is Standing.UNKNOWN
    assert one(cells=attested).standing is Standing.ATTESTED


def test_coverage_is_the_share_that_could_be_seen() -> None:
    assert one(sums(passed=3, unknown=1)).sum.coverage == 0.75
    assert one().sum.coverage is None


def test_a_requirement_without_words_is_called_what_its_check_asks() -> None:
    assert one(sums(passed=1)).subject == "Stored data is encrypted"
    (found,) = judged(Framework("f", "F", "1", "r", {"R-1": Requirement("R-1", checks=("aws.s3.*",))}), [CHECK], [], [])
    assert found.subject == CHECK.title


def test_as_data_and_as_text() -> None:
    asked = framework()
    found = list(judged(asked, [CHECK], [sums(passed=3, unknown=1)], []))
    said = document(asked, found)
    assert said["statuses"] == {"unknown": 1}
    assert said["requirements"][0] == {
        "id": "R-1",
        "subject": "Stored data is encrypted",
        "status": "unknown",
        "passed": 3,
        "failed": 0,
        "accepted": 0,
        "unknown": 1,
        "attested": 0,
        "score_floor": 0.75,
        "coverage": 0.75,
        "checks": (CHECK.id,),
        "controls": (CHECK.control,),
        "why": "",
    }
    assert headline(asked, found) == "Frame 1: 1 requirements (rules): 1 unknown"
    assert "| R-1 | Stored data is encrypted | unknown | 3 |  |  | 1 |  | 75% |  |\n" in list(markdown(asked, found))

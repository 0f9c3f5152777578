"""The tools of the benchmarks: figures that are held or missed, processes, and the front's pages."""

from __future__ import annotations

import sys

import pytest

from benchmarks.front import Front, Request, numbers
from benchmarks.measure import Figure, report, run


@pytest.mark.parametrize(
    ("figure", "held"),
    [
        (Figure("any", 1), True),
        (Figure("at most", 1, most=1), True),
        (Figure("at most", 1.1, most=1), False),
        (Figure("at least", 1, least=1), True),
        (Figure("at least", 0.9, least=1), False),
    ],
)
def test_a_missed_target_fails_the_benchmark(figure: Figure, held: bool, capsys: pytest.CaptureFixture[str]) -> None:
    assert report("title", [Figure("other", 0), figure]) == (0 if held else 1)
    assert ("MISSED" in capsys.readouterr().out) is not held


def test_a_process_is_measured_by_itself() -> None:
    usage = run([sys.executable, "-c", "x = bytearray(50_000_000); raise SystemExit(3)"])
    assert usage.code == 3
    assert usage.peak > 50
    assert 0 < usage.cpu < 10


@pytest.mark.parametrize(
    ("token", "page", "following"),
    [("", range(1000), "1000"), ("1000", range(1000, 2000), "2000"), ("2000", range(2000, 2500), ""), ("2500", range(0), "")],
)
def test_pages_of_the_front_follow_each_other(token: str, page: range, following: str) -> None:
    assert (list(numbers(token, 1000, 2500)[0]), numbers(token, 1000, 2500)[1]) == (list(page), following)


def test_the_front_says_of_everything_else_that_there_is_nothing() -> None:
    front = Front(0, 0, 0.0)
    assert front.answer(Request("sqs", "ListQueues", "/", {})) == (200, "application/x-amz-json-1.1", "{}")
    status, kind, body = front.answer(Request("ec2", "DescribeHosts", "/", {"Version": "2016-11-15"}))
    assert (status, kind) == (200, "text/xml")
    assert body == "<DescribeHostsResponse><DescribeHostsResult></DescribeHostsResult></DescribeHostsResponse>"

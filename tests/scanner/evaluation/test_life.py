"""The life of a finding: opened by a failure, resolved by a pass or its end, and never turned by ignorance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from scanner.evaluation.life import Cause, Life, Step, Turn, close, judge
from scanner.model import Outcome
from tests.cases import FAIL, PASS, SKIP, UNKNOWN

DAYS = [datetime(2026, 1, number, tzinfo=UTC) for number in range(1, 29)]
LOOKS = {"p": PASS, "f": FAIL, "u": UNKNOWN, "s": SKIP}


def lived(looks: str) -> Step:
    """Return the last step of a life that was judged once a day, each look one letter."""
    step = Step(Life())
    for number, look in enumerate(looks):
        step = judge(step.life, LOOKS[look], DAYS[number], DAYS[number - 1] if number else None)
    return step


# What was seen day by day, what the last look turned, and how the finding stands then: its status, whether it is open, and the
# number of the day since which that is so.
STORIES = [
    ("p", None, PASS, False, None),
    ("f", (Turn.OPENED, Cause.FAILED), FAIL, True, 1),
    ("u", None, UNKNOWN, False, None),
    ("s", None, None, False, None),
    ("ff", None, FAIL, True, 1),
    ("fp", (Turn.RESOLVED, Cause.PASSED), PASS, False, 2),
    ("fpp", None, PASS, False, 2),
    ("fpf", (Turn.REOPENED, Cause.FAILED), FAIL, True, 3),
    ("fpfp", (Turn.RESOLVED, Cause.PASSED), PASS, False, 4),
    ("fu", None, UNKNOWN, True, 1),
    ("fuf", None, FAIL, True, 1),
    ("fup", (Turn.RESOLVED, Cause.PASSED), PASS, False, 3),
    ("fuup", (Turn.RESOLVED, Cause.PASSED), PASS, False, 4),
    ("pu", None, UNKNOWN, False, None),
    ("puf", (Turn.OPENED, Cause.FAILED), FAIL, True, 3),
    ("pup", None, PASS, False, None),
    ("uf", (Turn.OPENED, Cause.FAILED), FAIL, True, 2),
    ("fs", (Turn.RESOLVED, Cause.NOT_DUE), None, False, 2),
    ("fus", (Turn.RESOLVED, Cause.NOT_DUE), None, False, 3),
    ("ps", None, None, False, None),
    ("us", None, None, False, None),
    ("fsf", (Turn.REOPENED, Cause.FAILED), FAIL, True, 3),
    ("fsp", None, PASS, False, 2),
    ("fsu", None, UNKNOWN, False, 2),
    ("fsuf", (Turn.REOPENED, Cause.FAILED), FAIL, True, 4),
    ("fpu", None, UNKNOWN, False, 2),
]


@pytest.mark.parametrize(("looks", "turn", "status", "open", "since"), STORIES)
def test_life(looks: str, turn: tuple[Turn, Cause] | None, status: Outcome | None, open: bool, since: int | None) -> None:
    step = lived(looks)
    assert (step.turn, step.cause) == (turn or (None, None))
    assert (step.life.status, step.life.open) == (status, open)
    assert (step.life.opened_at if open else step.life.resolved_at) == (DAYS[since - 1] if since else None)


@pytest.mark.parametrize("cause", [Cause.GONE, Cause.RETIRED, Cause.NOT_DUE])
class TestClosing:
    def test_resolves_what_is_open_and_says_why(self, cause: Cause) -> None:
        step = close(lived("f").life, cause, DAYS[1])
        assert (step.turn, step.cause, step.life.resolved_at) == (Turn.RESOLVED, cause, DAYS[1])
        assert not step.life.open

    def test_resolves_what_is_open_though_nobody_sees_it(self, cause: Cause) -> None:
        assert close(lived("fu").life, cause, DAYS[2]).turn is Turn.RESOLVED

    @pytest.mark.parametrize("looks", ["p", "u", "fp", "fs"])
    def test_takes_what_is_not_open_off_the_stage_without_a_word(self, cause: Cause, looks: str) -> None:
        step = close(lived(looks).life, cause, DAYS[5])
        assert (step.turn, step.life.status) == (None, None)
        assert step.life.resolved_at == lived(looks).life.resolved_at


@pytest.mark.parametrize(
    ("looks", "known", "until"),
    [
        ("fu", FAIL, 1),
        ("ffu", FAIL, 2),
        ("pfu", FAIL, 2),
        ("fuu", FAIL, 1),
        ("pu", PASS, 1),
        ("u", None, None),
        ("fuf", FAIL, None),
        ("fufu", FAIL, 3),
        ("fsu", FAIL, None),
    ],
)
def test_what_is_hidden_keeps_the_last_known_verdict_and_until_when_it_held(
    looks: str, known: Outcome | None, until: int | None
) -> None:
    life = lived(looks).life
    assert (life.known, life.known_at) == (known, DAYS[until - 1] if until else None)


class Finding(RuleBasedStateMachine):
    """One finding under any order of verdicts and endings, beside what is counted by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.life = Life()
        self.now = DAYS[0]
        self.turns: list[Turn] = []
        self.failing = False  # by the last verdict that was one, or the ending after it

    def take(self, step: Step) -> None:
        self.life = step.life
        assert (step.turn is None) == (step.cause is None)
        if step.turn:
            self.turns.append(step.turn)

    def tomorrow(self) -> datetime:
        self.now += timedelta(days=1)
        return self.now

    @rule(outcome=st.sampled_from([PASS, FAIL]))
    def known(self, outcome: Outcome) -> None:
        self.failing = outcome is FAIL
        self.take(judge(self.life, outcome, self.tomorrow(), self.now))
        assert (self.life.status, self.life.known, self.life.known_at) == (outcome, outcome, None)

    @rule()
    def unknown(self) -> None:
        before = self.life
        self.take(judge(self.life, UNKNOWN, self.tomorrow(), self.now))
        after = self.life
        assert after.status is UNKNOWN
        assert (after.opened_at, after.resolved_at, after.reopened) == (before.opened_at, before.resolved_at, before.reopened)

    @rule(cause=st.sampled_from([Cause.GONE, Cause.RETIRED, Cause.NOT_DUE]))
    def ended(self, cause: Cause) -> None:
        self.failing = False
        self.take(close(self.life, cause, self.tomorrow()))
        assert self.life.status is None

    @invariant()
    def is_open_while_it_fails(self) -> None:
        assert self.life.open == self.failing

    @invariant()
    def turns_alternate(self) -> None:
        expected = [Turn.OPENED if number == 0 else Turn.RESOLVED if number % 2 else Turn.REOPENED for number in range(99)]
        assert self.turns == expected[: len(self.turns)]
        assert self.life.reopened == self.turns.count(Turn.REOPENED)

    @invariant()
    def was_resolved_after_it_was_opened(self) -> None:
        if self.life.resolved_at:
            assert self.life.opened_at
            assert self.life.opened_at < self.life.resolved_at


TestAnyLife = Finding.TestCase
TestAnyLife.settings = settings(max_examples=60, stateful_step_count=25)

"""What an expression says of facts: of those that are there, that are not, and that nobody could read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.evaluation.check import Check
from scanner.evaluation.custom.cases import DENIED, NOW, case, resource
from scanner.evaluation.custom.expression import LONGEST, Expression, ExpressionError, compiled
from scanner.evaluation.custom.syntax import Shape
from scanner.evaluation.custom.written import Judge
from scanner.evaluation.runner import evidence_of
from scanner.model import Kept, Outcome, Reason, Severity, Verdict

WORDS = ("aws.s3.bucket.tested", "aws.s3.bucket", "data.retention", Severity.LOW, "Bucket is good", "It breaks.", "mend")


def written(passes: str, when: str = "") -> Check:
    judge = Judge(compiled(passes), compiled(when) if when else None, "not good")
    return Check(*WORDS, judge, ("now",) if "now" in passes else ())


def said(passes: str, when: str = "", **facts: Any) -> Verdict:
    return written(passes, when)(resource("aws.s3.bucket", **facts), None, NOW)


BUCKET: dict[str, Any] = {
    "item": {"Name": "logs", "Grants": [{"Who": "me"}, {"Who": "all"}], "Size": 3},
    "versioning": {"Status": "Enabled"},
    "policy": None,
    "tags": {"stage": "test", "cost-centre": "7"},
}


@pytest.mark.parametrize(
    ("expression", "outcome"),
    [
        ('versioning.Status == "Enabled"', "pass"),
        ('versioning.Status == "Suspended"', "fail"),
        ("policy == null", "pass"),
        ("policy != null && has(policy.Statement)", "fail"),
        ("has(versioning.MFADelete)", "fail"),
        ('"stage" in tags && tags["cost-centre"] == "7"', "pass"),
        ('item.Grants.all(g, g.Who != "all")', "fail"),
        ('item.Grants.exists(g, g.Who == "me")', "pass"),
        ("item.Grants.filter(g, has(g.Who)).size() == 2", "pass"),
        ('item.Name.matches("^[a-z]+$") && size(item.Name) < 63', "pass"),
        ("item.Size > 2.5", "pass"),
        ('resource.region == "eu-west-1" && resource.type.startsWith("aws.")', "pass"),
        ('now - timestamp("2026-05-01T00:00:00Z") > duration("720h")', "pass"),
    ],
)
def test_an_expression_that_is_true_passes_and_one_that_is_false_fails(expression: str, outcome: str) -> None:
    assert said(expression, **BUCKET).outcome == outcome


def test_where_it_is_not_due_it_says_nothing() -> None:
    assert said("false", 'tags.stage == "production"', **BUCKET).outcome is Outcome.SKIP
    assert said("false", 'tags.stage == "test"', **BUCKET).outcome is Outcome.FAIL


def test_no_tags_are_an_empty_map() -> None:
    assert said('"stage" in tags', tags=None).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    "expression",
    [
        "policy == null",
        "true || policy == null",
        "policy == null || true",
        "false && policy == null || true",
        "has(policy.Statement) || true",
        "!has(policy.Statement)",
        "true ? true : policy == null",
        "size([policy]) == 1",
        "type(policy) != string",
        '{"a": policy}.size() == 1',
        "{policy: 1}.size() == 1",
        '["a"][policy == null ? 0 : 0] == "a"',
        "[].all(x, policy == null)",
        "[1].all(x, true || policy == null)",
        "[1].exists(policy, policy == 1)",
        "[].map(x, policy).size() == 0",
        "[1, 2].filter(x, x > 0 || policy == null).size() == 2",
        "[[1]].all(x, x.all(y, y == 1 || policy.a))",
        "true // it is fine\n || policy == null",
        '"policy" == "policy" && (true || policy["a"].b.c)',
        "dyn(policy) == dyn(policy)",
    ],
)
@pytest.mark.parametrize("unread", [DENIED, Kept()], ids=["denied", "kept"])
def test_naming_a_fact_that_nobody_read_makes_it_unknown(expression: str, unread: Any) -> None:
    seen = resource("aws.s3.bucket", policy=None)
    assert "could not be read" not in written(expression)(seen, None, NOW).because
    blind = seen.with_facts(policy=unread)
    for check in (written(expression), written("true", expression)):
        verdict = check(blind, None, NOW)
        assert verdict.outcome is Outcome.UNKNOWN
        assert "policy could not be read" in verdict.because


def test_what_was_denied_is_told_as_it_was_denied() -> None:
    assert said("true || policy == null", policy=DENIED).unread == DENIED


def test_a_fact_that_is_not_named_may_be_unread() -> None:
    assert said("item.Size == 3", item={"Size": 3}, policy=DENIED).outcome is Outcome.PASS


def test_a_fact_that_the_resource_does_not_have_counts_as_unread() -> None:
    verdict = said("true || policy == null", item={})
    assert (verdict.outcome, verdict.unread and verdict.unread.reason) == (Outcome.UNKNOWN, Reason.UNAVAILABLE)


LEAVES = st.sampled_from(
    [
        "true",
        "false",
        "has(item.a)",
        "size(item) > 0",
        "policy == null",
        "has(policy.a)",
        "item.l.all(x, x > 0)",
        "'policy' != ''",
    ]
)


def joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    forms = ["({0} || {1})", "({0} && {1})", "({0} ? {1} : {0})", "!({0})", "[].all(x, {0})", "item.l.exists(y, {0} || {1})"]
    return st.tuples(st.sampled_from(forms), parts, parts).map(lambda given: given[0].format(given[1], given[2]))


@given(st.recursive(LEAVES, joined, max_leaves=8))
def test_no_expression_decides_what_it_could_not_read(expression: str) -> None:
    named = "policy ==" in expression or "policy.a" in expression
    verdict = said(expression, item={"l": [1]}, policy=DENIED)
    assert (verdict.outcome is Outcome.UNKNOWN) == named


@pytest.mark.parametrize(
    ("expression", "because"),
    [
        ("item.Nothing == 1", "there is no 'Nothing' here"),
        ("policy.Statement == 1", "meets a null"),
        ('item.Size + "x" == "3x"', "kinds that don't go together"),
        ("item.Grants[7].Who == 'me'", "out of bounds"),
        ("item.Size / 0 == 1", "division by zero"),
        ("item.Size", "gives a int, not true or false"),
        ("item", "gives a dict"),
        ("nonesuch(item)", "nonesuch"),
        ("item.Name.matches('(')", "can't be evaluated"),
    ],
)
def test_an_expression_without_a_value_is_unknown(expression: str, because: str) -> None:
    verdict = said(expression, **BUCKET)
    assert verdict.outcome is Outcome.UNKNOWN
    assert because in verdict.because
    assert "\n" not in verdict.because
    assert verdict.unread is not None
    assert verdict.unread.reason is Reason.ERROR


def nested(depth: int) -> Any:
    value: Any = "deep"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        'x" == "x" || true || "',
        "') || true || ('",
        "${policy}",
        "__import__('os').system('true')",
        "\x00\x1b[31m\u202e",
        "x" * 1_000_000,
        "\ud800",
        2**70,
        float("nan"),
        {"true": True, "__class__": "x", "": {}},
        nested(50),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_hostile_facts_are_only_values(value: Any) -> None:
    assert said('item.Name == "good"', item={"Name": value}).outcome in {Outcome.FAIL, Outcome.UNKNOWN}
    assert said('item == "good"', item=value).outcome in {Outcome.FAIL, Outcome.UNKNOWN}
    assert said('"a".matches(item.Name)', item={"Name": value}).outcome in {Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("size(item) == 0", nested(100_000)),
        ("size(item) == 0", list(range(100_000))),
        ("size(item) == 0", {str(number): number for number in range(60_000)}),
        ("size(item) == 0", "x" * 20_000_000),
        ("item.map(x, x).size() == 0", list(range(1_000))),
        ("item.all(x, item.all(y, x == y))", list(range(1_000))),
        ("item.all(x, item.all(y, item.all(z, x == y)))", list(range(100))),
    ],
    ids=["deep", "many", "keys", "long", "copied", "squared", "cubed"],
)
def test_what_is_too_large_to_evaluate_is_unknown(expression: str, value: Any) -> None:
    verdict = said(expression, item=value)
    assert verdict.outcome is Outcome.UNKNOWN
    assert "too large" in verdict.because or "nested deeper" in verdict.because


def test_loops_over_the_parts_of_parts_may_be_long() -> None:
    bindings = [{"role": "r", "members": [f"user:{number}" for number in range(200)]} for _ in range(200)]
    verdict = said('item.bindings.all(b, b.members.all(m, m != "allUsers"))', item={"bindings": bindings})
    assert verdict.outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("expression", "power"),
    [
        ("true", 1),
        ("a.b == 'x.all(y, z)'", 1),
        ("a.all(x, x > 0) && a.all(y, y > 0)", 1),
        ("a.b.all(x, x.c.all(y, y.d.exists(z, z)))", 1),
        ("a.all(x, x == b)", 2),
        ("a.filter(x, x.c > 0)", 2),
        ("a.map(x, x.c.filter(y, y))", 2),
        ("a.all(x, b.all(y, x == y))", 2),
        ("a.map(x, a).all(x, x.all(y, y))", 2),
        ("a.all(x, b.all(y, x.c.all(z, z)))", 3),
        ("a.all(x, b.map(y, y).size() > 0)", 3),
        ("a.all(x, b.all(y, c.all(z, x == y)))", 3),
        (r"a.all(x, r'\' == x || b.all(y, y))", 2),
    ],
)
def test_how_its_cost_grows(expression: str, power: int) -> None:
    assert Shape(expression).power == power


def test_evidence_shows_what_the_expression_names() -> None:
    check = written('versioning.Status == "Suspended" && item.Grants.all(g, g.Who == "me")')
    seen = evidence_of(check, resource("aws.s3.bucket", **BUCKET), None, NOW)
    assert seen == {"versioning.Status": "Enabled", "item.Grants": BUCKET["item"]["Grants"]}


class TestWhatIsNoExpression:
    @pytest.mark.parametrize(
        ("text", "line"),
        [("", 1), ("item ==", 1), ("item.a\n&& (", 2), ("'open", 1), ("a b", 1), ("has(item)", 1), ("(" * 500, 1)],
    )
    def test_is_refused_in_one_line(self, text: str, line: int) -> None:
        with pytest.raises(ExpressionError, match=r"^this is no CEL expression: ") as told:
            compiled(text)
        assert told.value.line == line
        assert "\n" not in str(told.value)

    def test_nor_is_one_that_is_too_long(self) -> None:
        with pytest.raises(ExpressionError, match="at most"):
            compiled("true" + " && true" * LONGEST)

    def test_long_chains_are_evaluated_on_the_stack_that_there_is(self) -> None:
        found: Expression = compiled("true" + " && true" * (LONGEST // 8 - 1))
        assert found.holds(resource("aws.s3.bucket"), None)

    def test_without_cel_it_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from scanner.evaluation.custom import expression  # noqa: PLC0415

        monkeypatch.setattr(expression, "_cel", expression._cel.__wrapped__)
        monkeypatch.setitem(__import__("sys").modules, "cel", None)
        with pytest.raises(ExpressionError, match=r"pip install 'demarc-scanner\[cel\]'"):
            compiled("true")


def test_a_case_knows_where_it_is_written() -> None:
    first, second = case(written("true"), Outcome.PASS, item={}), case(written("true"), Outcome.PASS)
    assert first.line == second.line > 0

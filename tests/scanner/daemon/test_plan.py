"""A plan is demarc.toml, checked as a whole before any of it takes effect."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.daemon.plan import Plan, read
from scanner.errors import UserError

ACCOUNTS = """
[[accounts]]
provider = "aws"
name = "prod"
[[accounts]]
provider = "aws"
name = "dev"
[[accounts]]
provider = "gcp"
name = "data"
project = "p"
"""
NIGHTLY = '[[schedules]]\nname = "nightly"\ncron = "0 2 * * *"\n'


def planned(tmp_path: Path, text: str, **environment: str) -> Plan:
    file = tmp_path / "demarc.toml"
    file.write_text(text, "utf-8")
    return read(file, environment)


def targets(plan: Plan) -> list[tuple[str, str]]:
    return list(plan.schedules[0].targets)


CHOSEN = [
    ("", [("aws", "prod"), ("aws", "dev"), ("gcp", "data")]),
    ('accounts = ["aws"]', [("aws", "prod"), ("aws", "dev")]),
    ('accounts = ["dev", "gcp"]', [("aws", "dev"), ("gcp", "data")]),
    ('accounts = ["aws/prod", "aws"]', [("aws", "prod"), ("aws", "dev")]),
]


@pytest.mark.parametrize(("line", "expected"), CHOSEN)
def test_a_schedule_names_accounts_or_providers(tmp_path: Path, line: str, expected: list[tuple[str, str]]) -> None:
    text = NIGHTLY + line + ACCOUNTS.replace('project = "p"', "")
    assert targets(planned(tmp_path, text)) == expected


def test_without_accounts_a_schedule_has_those_of_the_ambient_credentials(tmp_path: Path) -> None:
    assert targets(planned(tmp_path, NIGHTLY + 'accounts = ["aws"]')) == [("aws", "")]


MISTAKES = [
    ("", "no \\[\\[schedules\\]\\] says when to scan"),
    (NIGHTLY, "there is no account to scan"),
    (NIGHTLY + "enabled = false", "no \\[\\[schedules\\]\\] says when to scan"),
    (NIGHTLY + 'accounts = ["prd"]' + ACCOUNTS, "no account is called 'prd'; there are: data, dev, prod"),
    (NIGHTLY.replace("nightly", "now") + ACCOUNTS, "'now' is a name of ours"),
    (NIGHTLY.replace("0 2", "0 25") + ACCOUNTS, "schedules: nightly: cron"),
    (NIGHTLY + '[[accounts]]\nprovider = "aws"\n' * 2, "give every aws account a name"),
    ('checks = ["nothing.like.it"]\n' + NIGHTLY + ACCOUNTS, "nothing.like.it"),
    ('overlays = "missing.toml"\n' + NIGHTLY + ACCOUNTS, "missing.toml can't be read"),
    (NIGHTLY + ACCOUNTS.replace('name = "dev"', 'name = "dev"\nattempts = 0'), "attempts"),
    (NIGHTLY + ACCOUNTS + '[[notifications]]\nname = "s"\nkind = "slack"\nurl = "env:NONE"\n', "the environment has no NONE"),
]


@pytest.mark.parametrize(("text", "said"), MISTAKES)
def test_what_cannot_be_used_is_told_before_it_takes_effect(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UserError, match=said) as told:
        planned(tmp_path, text.replace('project = "p"', ""))
    assert "\n" not in str(told.value)


def test_what_no_log_may_hold_is_known(tmp_path: Path) -> None:
    text = (
        'database = "postgresql://demarc:pass%20word@db/demarc"\n'
        + NIGHTLY
        + 'accounts = ["aws"]\n'
        + '[[notifications]]\nname = "s"\nkind = "slack"\nurl = "env:HOOK"\n'
        + '[[notifications]]\nname = "w"\nkind = "webhook"\nurl = "https://x.example/p"\nsecret = "signing-key-of-ours"\n'
    )
    secrets = planned(tmp_path, text, HOOK="https://hooks.slack.com/services/T0/B0/abc").secrets
    assert {"pass word", "https://hooks.slack.com/services/T0/B0/abc", "services/T0/B0/abc", "signing-key-of-ours"} <= set(
        secrets
    )

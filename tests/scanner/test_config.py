"""Where a setting comes from, and what a user is told of one that cannot be used."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from scanner.config import FILE, Config, ConfigError, Target, load
from scanner.model import Severity

Writing = Callable[[str], Config]


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Writing:
    """Write demarc.toml where the command is run, and load it in the environment as it then is."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DEMARC_")}
    monkeypatch.setattr(os, "environ", clean)
    monkeypatch.chdir(tmp_path)

    def write(text: str) -> Config:
        Path(FILE).write_text(text, "utf-8")
        return load(None, os.environ)

    return write


def only(config: Config, **more: Any) -> Target:
    (target,) = config.targets("aws", more.pop("flags", {}), **more)
    return target


# Precedence: file, environment, flags; what is more particular before what is more general.

SETTINGS = [
    ("database", '"file.db"', "environment.db", ("file.db", "environment.db")),
    ("regions", '["eu-west-1"]', "eu-north-1, us-east-1", (("eu-west-1",), ("eu-north-1", "us-east-1"))),
    ("services", '["s3"]', "iam,sqs", (("s3",), ("iam", "sqs"))),
    ("checks", '["encryption.*"]', "identity.mfa", (("encryption.*",), ("identity.mfa",))),
    ("exclude", '["a", "b"]', "c", (("a", "b"), ("c",))),
    ("min_severity", '"medium"', "HIGH", (Severity.MEDIUM, Severity.HIGH)),
    ("custom_checks", '["own"]', "a,b", (("own",), ("a", "b"))),
    ("fail_on", '"Low"', "critical", (Severity.LOW, Severity.CRITICAL)),
]


@pytest.mark.parametrize(("name", "in_file", "in_environment", "expected"), SETTINGS)
def test_the_environment_overrides_the_file(
    written: Writing, name: str, in_file: str, in_environment: str, expected: Any
) -> None:
    from_file, from_environment = expected
    text, variable = f"{name} = {in_file}\n", f"DEMARC_{name.upper()}"
    assert getattr(written(text).settings, name) == from_file
    os.environ[variable] = in_environment
    assert getattr(written(text).settings, name) == from_environment
    os.environ[variable] = ""
    assert getattr(written(text).settings, name) == from_file, "an empty variable is none"


def test_without_a_file_everything_has_a_default(written: Writing) -> None:
    settings = load(None, os.environ).settings
    assert settings == written("").settings
    assert (settings.database, settings.fail_on, settings.min_severity) == ("demarc.db", None, Severity.INFORMATIONAL)


ACCOUNTS = """
regions = ["eu-west-1"]
[aws]
attempts = 2
read_timeout = 3
max_calls = 4
[[accounts]]
provider = "aws"
name = "prod"
role_arn = "arn:prod"
attempts = 7
regions = ["us-east-1"]
services = ["s3"]
[[accounts]]
provider = "aws"
name = "dev"
"""


def test_an_option_is_the_flags_else_the_accounts_else_the_environments_else_the_files(
    written: Writing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def options(account: str, **flags: Any) -> Any:
        found = only(written(ACCOUNTS), account=account, flags=flags).options
        return found.attempts, found.read_timeout, found.max_calls, found.role_arn

    assert options("dev") == (2, 3.0, 4, "")
    assert options("prod") == (7, 3.0, 4, "arn:prod")
    monkeypatch.setenv("DEMARC_AWS_ATTEMPTS", "9")
    monkeypatch.setenv("DEMARC_AWS_READ_TIMEOUT", "1.5")
    monkeypatch.setenv("DEMARC_AWS_MAX_CALLS", "")
    assert options("dev") == (9, 1.5, 4, "")
    assert options("prod") == (7, 1.5, 4, "arn:prod")
    assert options("prod", attempts=1, role_arn="arn:flag", read_timeout=None) == (1, 1.5, 4, "arn:flag")


def test_what_is_read_is_the_flags_else_the_accounts_else_the_settings(written: Writing) -> None:
    def parts(**more: Any) -> list[tuple[str, str, str]]:
        targets = written(ACCOUNTS).targets("aws", {}, **more)
        return [(each.name, ",".join(each.regions), ",".join(each.services)) for each in targets]

    assert parts() == [("prod", "us-east-1", "s3"), ("dev", "eu-west-1", "")]
    asked = parts(regions=["eu-north-1"], services=["iam"])
    assert asked == [("prod", "eu-north-1", "iam"), ("dev", "eu-north-1", "iam")]


def test_without_accounts_there_is_the_one_of_the_ambient_credentials(written: Writing) -> None:
    target = only(written("[aws]\nprofile = 'audit'\n"))
    assert (target.name, target.options.profile, target.provider.name) == ("", "audit", "aws")


def test_one_account_can_be_chosen_and_one_that_is_not_configured_is_named(written: Writing) -> None:
    assert only(written(ACCOUNTS), account="dev").name == "dev"
    with pytest.raises(ConfigError, match=r"no aws account is called 'test' in demarc\.toml; configured: prod, dev"):
        written(ACCOUNTS).targets("aws", {}, account="test")
    with pytest.raises(ConfigError, match="configured: none"):
        written("").targets("aws", {}, account="prod")


# What cannot be used: one line that says where, what, and what was probably meant.

MISTAKES = [
    ("databse = 'x'", "demarc.toml: unknown key 'databse'; did you mean 'database'?"),
    ("[asw]\nprofile = 'x'", "demarc.toml: unknown key 'asw'; did you mean 'aws'?"),
    ("[aws]\nrole = 'x'", "demarc.toml [aws]: unknown key 'role'; did you mean 'role_arn'?"),
    ("[[accounts]]\nprovider = 'aws'\nregion = 'x'", "demarc.toml [[accounts]]: unknown key 'region'; did you mean 'regions'?"),
    ("[[accounts]]\nname = 'x'", "demarc.toml: each [[accounts]] names its provider: aws"),
    ("[[accounts]]\nprovider = 'oracle'", "demarc.toml: each [[accounts]] names its provider: aws"),
    ("[accounts]\nname = 'x'", "demarc.toml: each [[accounts]] names its provider: aws"),
    ("accounts = 'prod'", "demarc.toml: each [[accounts]] names its provider: aws"),
    ("accounts = ['prod']", "demarc.toml: each [[accounts]] names its provider: aws"),
    (2 * "[[accounts]]\nprovider = 'aws'\nname = 'prod'\n", "demarc.toml: two aws [[accounts]] are called 'prod'"),
    ("aws = 'profile'", "demarc.toml: aws is a table: [aws]"),
    ("database = 3", "demarc.toml or the environment: database: input should be a valid string (got 3)"),
    ("regions = 3", "demarc.toml or the environment: regions: input should be a valid tuple (got 3)"),
    ("regions = [3]", "demarc.toml or the environment: regions.0: input should be a valid string (got 3)"),
    (
        "fail_on = 'bad'",
        "demarc.toml or the environment: fail_on: input should be 'informational', 'low', 'medium', 'high' or 'critical'",
    ),
    ("min_severity = 3", "demarc.toml or the environment: min_severity: input should be 'informational', 'low'"),
    (
        "[[accounts]]\nprovider = 'aws'\nregions = 3",
        "demarc.toml or the environment: accounts.0.regions: input should be a valid tuple",
    ),
    ("database = ", "demarc.toml isn't TOML: Invalid value (at end of document)"),
    ("[aws]\n[aws]", "demarc.toml isn't TOML: Cannot declare"),
]


@pytest.mark.parametrize(("text", "said"), MISTAKES)
def test_a_mistake_in_the_file_is_told_in_one_line(written: Writing, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as told:
        written(text)
    assert str(told.value).startswith(said)
    assert "\n" not in str(told.value)


OPTIONS = [
    ("attempts = 'many'", "aws options: attempts: input should be a valid integer"),
    ("attempts = 0", "aws options: attempts, connect_timeout and read_timeout must be more than 0"),
    ("max_calls = -1", "aws options: max_calls and max_seconds must not be negative"),
    ("profile = 3", "aws options: profile: input should be a valid string (got 3)"),
]


@pytest.mark.parametrize(("text", "said"), OPTIONS)
def test_an_option_of_the_wrong_kind_is_told_in_one_line(written: Writing, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as told:
        written(f"[aws]\n{text}\n").targets("aws", {})
    assert str(told.value).startswith(said)


def test_a_file_that_cannot_be_read_is_told_in_one_line(written: Writing, tmp_path: Path) -> None:
    for path, said in (("absent.toml", "No such file"), (str(tmp_path), "Is a directory")):
        with pytest.raises(ConfigError, match=f"{path} can't be read: {said}"):
            load(Path(path), {})
    Path("latin.toml").write_bytes(b"database = '\xe9'")
    with pytest.raises(ConfigError, match=r"latin\.toml isn't TOML"):
        load(Path("latin.toml"), {})


def test_a_given_file_is_read_and_the_one_at_hand_is_not(written: Writing) -> None:
    written("database = 'here.db'")
    Path("given.toml").write_text("database = 'given.db'", "utf-8")
    assert load(Path("given.toml"), {}).settings.database == "given.db"


# Variables.


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("DEMARC_DATABSE", "DEMARC_DATABASE"),
        ("DEMARC_REGION", "DEMARC_REGIONS"),
        ("DEMARC_FAILON", "DEMARC_FAIL_ON"),
        ("DEMARC_AWS_ROLEARN", "DEMARC_AWS_ROLE_ARN"),
        ("DEMARC_AWS_ENDPOINT", "DEMARC_AWS_ENDPOINT_URL"),
    ],
)
def test_a_misspelt_variable_is_told_with_the_one_that_was_meant(written: Writing, variable: str, meant: str) -> None:
    with pytest.raises(ConfigError, match=f"environment: unknown variable {variable}; did you mean {meant}\\?"):
        load(None, {variable: "x"})


@pytest.mark.parametrize(
    "variable",
    [
        "DEMARC_SERVICE_HOST",
        "DEMARC_SERVICE_PORT",
        "DEMARC_PORT",
        "DEMARC_PORT_8080_TCP_ADDR",
        "DEMARC_LOG",
        "DATABSE",
        "AWS_REGION",
    ],
)
def test_what_only_shares_our_prefix_is_let_be(written: Writing, variable: str) -> None:
    """Kubernetes names variables after the services around: one called demarc makes DEMARC_SERVICE_HOST."""
    assert load(None, {variable: "x"}) == load(None, {})


def test_a_variable_of_the_wrong_kind_is_told(written: Writing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMARC_FAIL_ON", "sometimes")
    with pytest.raises(ConfigError, match="environment: fail_on: input should be 'informational'"):
        written("")


# The daemon: when to scan, whom to tell.

SCHEDULES = """
[daemon]
parallel = 4
lease = "90s"
retention = "26w"
[[schedules]]
name = "nightly"
cron = "0 2 * * *"
accounts = ["prod", "gcp"]
jitter = "10m"
[[schedules]]
name = "hourly"
every = "1h"
enabled = false
[[notifications]]
name = "team"
kind = "slack"
url = "https://hooks.slack.com/services/x"
min_severity = "medium"
events = ["opened", "failing"]
"""


def test_schedules_channels_and_the_daemon_are_read(written: Writing) -> None:
    settings = written(SCHEDULES).settings
    nightly, hourly = settings.schedules
    assert (nightly.cron, nightly.accounts, nightly.jitter) == ("0 2 * * *", ("prod", "gcp"), timedelta(minutes=10))
    assert (hourly.every, hourly.enabled, hourly.misfire_grace) == (timedelta(hours=1), False, timedelta(hours=1))
    assert (settings.daemon.parallel, settings.daemon.lease) == (4, timedelta(seconds=90))
    assert settings.daemon.retention == timedelta(weeks=26)
    (team,) = settings.notifications
    assert (team.kind, team.min_severity, team.events) == ("slack", Severity.MEDIUM, ("opened", "failing"))
    assert "hooks.slack.com" not in repr(settings)


def test_without_any_the_daemon_listens_on_loopback_only(written: Writing) -> None:
    assert written("").settings.daemon.listen == "127.0.0.1:9464"


NIGHTLY = '[[schedules]]\nname = "nightly"\n'
TEAM = '[[notifications]]\nname = "team"\nkind = "slack"\nurl = "https://x/SECRET"\n'
DAEMONS = [
    (NIGHTLY, "schedules.0: the schedule 'nightly' has either cron or every"),
    (NIGHTLY + 'cron = "0 2 * * *"\nevery = "1h"', "schedules.0: the schedule 'nightly' has either cron or every"),
    (NIGHTLY + 'every = "30s"', "schedules.0: the schedule 'nightly': every is at least 1m"),
    (NIGHTLY + 'every = "1 hour"', "schedules.0.every: write a time as 90s, 15m, 6h, 1d or 2w"),
    (NIGHTLY + "every = 60", "schedules.0.every: write a time as"),
    (NIGHTLY + 'everi = "1h"', "schedules.0.everi: extra inputs are not permitted"),
    (2 * (NIGHTLY + 'every = "1h"\n'), "schedules: two are called 'nightly'"),
    ('[[schedules]]\nname = "a b"\nevery = "1h"', "schedules.0.name: string should match pattern"),
    ("[daemon]\nparallel = 0", "daemon.parallel: input should be greater than or equal to 1"),
    (2 * TEAM, "notifications: two are called 'team'"),
    (TEAM.replace("slack", "slak"), "notifications.0.kind: input should be 'slack', 'teams', 'email', 'webhook' or 'jira'"),
    (TEAM + 'events = ["resolvd"]', "notifications.0.events.0: input should be 'opened'"),
    (TEAM + 'urls = "https://x/SECRET"', "notifications.0.urls: extra inputs are not permitted"),
    (TEAM.replace('"https://x/SECRET"', '["SECRET"]'), "notifications.0.url: input should be a valid string"),
]


@pytest.mark.parametrize(("text", "said"), DAEMONS)
def test_a_mistake_in_them_is_told_in_one_line_and_without_secrets(written: Writing, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as told:
        written(text)
    assert str(told.value).startswith(f"demarc.toml or the environment: {said}")
    assert "SECRET" not in str(told.value)
    assert "\n" not in str(told.value)

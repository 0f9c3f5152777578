"""What secret detectors see of a value before it is replaced, and what is left of it afterwards."""

from __future__ import annotations

import base64
import gzip
from typing import Any

import pytest

from collectors.redact import UNPACKED, Redactor, detected

KEYWORD = "Secret Keyword"
SCRIPT = "#!/bin/bash\nyum install -y nginx\nexport DB_PASSWORD=hunter2hunter2\n"
# Put together here, so that no scanner takes it for a key of somebody's.
AWS_KEY = "AKIA" + "Z7Q3M5X2W4B6N8V1"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "value",
    [
        SCRIPT,
        encoded(SCRIPT),
        base64.b64encode(gzip.compress(SCRIPT.encode())).decode(),
        "password: hunter2hunter2\n",
        "set -e\nDB_PASSWORD='hunter2hunter2'",
        "mysql --password=hunter2hunter2",
    ],
)
def test_a_secret_in_a_script_is_seen_however_it_is_packed(value: str) -> None:
    assert detected("UserData", value) == [KEYWORD]


@pytest.mark.parametrize(
    "value",
    [
        "#!/bin/bash\nyum update -y\n",
        "users:\n- lock_passwd: false\n  ssh_pwauth: no\n",
        'DB_PASSWORD="$(aws ssm get-parameter --name db --with-decryption)"',
        "DB_PASSWORD=$(aws secretsmanager get-secret-value)",
        "DB_SECRET_NAME=production/database\nDB_PASSWORD_FILE=/run/secrets/database",
        "DB_SECRET=arn:aws:secretsmanager:eu-west-1:111122223333:secret:database",
        encoded("#!/bin/bash\nyum update -y\n"),
        base64.b64encode(b"\x1f\x8bnot gzip").decode(),
        base64.b64encode(b"\xff\xfe\x00binary").decode(),
        "",
    ],
)
def test_what_is_no_secret_is_not_taken_for_one(value: str) -> None:
    assert detected("UserData", value) == []


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("DB_PASSWORD", "hunter2", [KEYWORD]),
        ("DB_HOST", "db.example.com", []),
        ("DB_SECRET_ARN", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:database", []),
        ("DB_SECRET_NAME", "production/database", []),
        ("PASSWORD_AUTHENTICATION", "False", []),
        ("DB_PASSWORD", "offline", [KEYWORD]),
        ("KEY_ID", AWS_KEY, ["AWS Access Key"]),
    ],
)
def test_the_name_of_a_setting_counts(name: str, value: str, found: list[str]) -> None:
    assert detected(name, value) == found


def test_a_bomb_is_unpacked_no_further_than_the_limit() -> None:
    late = gzip.compress(b" " * UNPACKED + SCRIPT.encode())
    assert detected("UserData", base64.b64encode(late).decode()) == []


def test_strings_at_a_path_are_replaced_and_others_are_kept() -> None:
    facts: dict[str, Any] = {
        "user_data": encoded(SCRIPT),
        "latest": {"LaunchTemplateData": {"UserData": SCRIPT, "ImageId": "ami-1"}},
        "item": {"Name": SCRIPT},
    }
    Redactor(b"key").apply(facts, ("user_data", "latest.LaunchTemplateData.UserData", "absent.UserData"))
    assert facts["user_data"]["$secret"]["detected"] == [KEYWORD]
    assert facts["latest"]["LaunchTemplateData"]["UserData"]["$secret"]["detected"] == [KEYWORD]
    assert facts["latest"]["LaunchTemplateData"]["ImageId"] == "ami-1"
    assert facts["item"] == {"Name": SCRIPT}


def test_hashes_compare_within_one_inventory_only() -> None:
    ours: dict[str, Any] = {"one": "value", "two": "value", "three": "another"}
    theirs: dict[str, Any] = {"one": "value"}
    Redactor(b"key").apply(ours, ("one", "two", "three"))
    Redactor(b"other key").apply(theirs, ("one",))
    hashes = {name: each["$secret"]["hash"] for name, each in ours.items()}
    assert hashes["one"] == hashes["two"] != hashes["three"]
    assert theirs["one"]["$secret"]["hash"] != hashes["one"]


@pytest.mark.parametrize(
    ("given", "path", "found"),
    [
        ({"name": "DB_PASSWORD", "value": "hunter2"}, "value", [KEYWORD]),
        ({"Key": "DB_PASSWORD", "Value": "hunter2"}, "Value", [KEYWORD]),
        ({"HeaderName": "X-Api-Secret", "HeaderValue": "hunter2"}, "HeaderValue", [KEYWORD]),
        ({"ParameterKey": "DBPassword", "ResolvedValue": "hunter2"}, "ResolvedValue", [KEYWORD]),
        ({"OptionName": "DBPassword", "Value": "hunter2"}, "Value", [KEYWORD]),
        ({"name": "DbPassword", "properties": {"value": "hunter2"}}, "properties.value", [KEYWORD]),
        ({"password": {"type": "SecureString", "value": "hunter2"}}, "password.value", [KEYWORD]),
        ({"passwords": [{"value": "hunter2"}]}, "passwords.*.value", [KEYWORD]),
        ({"name": "DB_HOST", "value": "hunter2"}, "value", []),
        ({"name": "DB_SECRET_NAME", "value": "production/database"}, "value", []),
        ({"name": "DB_PASSWORD", "other": "hunter2"}, "other", []),
        ({"name": "two\nwords = password", "value": "hunter2"}, "value", []),
        ({"name": ["password"], "value": "hunter2"}, "value", []),
    ],
)
def test_a_value_is_judged_by_the_name_beside_it(given: dict[str, Any], path: str, found: list[str]) -> None:
    facts = {"variables": [given]}
    Redactor(b"key").apply(facts, (f"variables.*.{path}",))
    assert marks(facts) == [found]


def marks(value: Any) -> list[list[str]]:
    """Return what was thought of each value that was replaced."""
    if isinstance(value, dict) and "$secret" in value:
        return [value["$secret"]["detected"]]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [mark for each in inner for mark in marks(each)]


def test_what_a_value_is_called_does_not_change_its_hash() -> None:
    facts: dict[str, Any] = {"plain": "hunter2", "named": [{"name": "DB_PASSWORD", "value": "hunter2"}]}
    Redactor(b"key").apply(facts, ("plain", "named.*.value"))
    assert facts["named"][0]["name"] == "DB_PASSWORD"
    assert facts["named"][0]["value"]["$secret"]["hash"] == facts["plain"]["$secret"]["hash"]

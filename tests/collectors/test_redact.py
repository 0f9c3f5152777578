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

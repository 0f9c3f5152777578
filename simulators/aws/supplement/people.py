"""IAM."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

from simulators.aws.shapes import Params
from simulators.aws.supplement.registry import Asked, Result, amends, answers

# Source: IAM User Guide, "Generate credential reports for your AWS account".
COLUMNS = (
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    *(
        f"access_key_{number}_{field}"
        for number in (1, 2)
        for field in ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")
    ),
    *(f"cert_{number}_{field}" for number in (1, 2) for field in ("active", "last_rotated")),
)


@amends("iam:GetAccountAuthorizationDetails")
def get_account_authorization_details(asked: Asked, result: Params) -> Result:
    """Name policies, which moto leaves to their ARNs, and tell AWS's own, which it counts among the customer's, apart."""
    asked_for = asked.params.get("Filter", ())
    if "AWSManagedPolicy" in asked_for:
        result["Policies"] = _of_aws(asked)
    elif "LocalManagedPolicy" in asked_for:
        result["Policies"] = [each for each in result["Policies"] if ":iam::aws:" not in each["Arn"]]
    for policy in result.get("Policies", ()):
        policy["PolicyName"] = policy["Arn"].rpartition("/")[2]
    for kind in ("UserDetailList", "GroupDetailList", "RoleDetailList"):
        for row in result.get(kind, ()):
            for policy in row.get("AttachedManagedPolicies", ()):
                policy["PolicyName"] = policy["PolicyArn"].rpartition("/")[2]
    return result


def _of_aws(asked: Asked) -> list[Params]:
    """Return AWS's own policies that are in use, with their documents as the wire has them."""
    known = asked.client("iam").get_account_authorization_details(Filter=["LocalManagedPolicy"])["Policies"]
    found = [each for each in known if ":iam::aws:" in each["Arn"]]
    for version in (version for each in found for version in each["PolicyVersionList"]):
        document = version["Document"]
        version["Document"] = document if isinstance(document, str) else json.dumps(document)
    return found


@answers("iam:GetCredentialReport")
def get_credential_report(asked: Asked) -> Result:
    """Return the report with the root user's row and with each password's age, which moto's lacks."""
    iam = asked.backend("iam")
    held = io.StringIO()
    table = csv.DictWriter(held, COLUMNS, restval="N/A", lineterminator="\n")
    table.writeheader()
    table.writerow(_root(asked.request.account, iam))
    table.writerows(_user(user) for user in iam.users.values())
    return {"Content": held.getvalue().encode(), "ReportFormat": "text/csv", "GeneratedTime": datetime.now(UTC)}


def _root(account: str, iam: Any) -> dict[str, str]:
    summary = iam.account_summary.summary_map
    return {
        "user": "<root_account>",
        "arn": f"arn:aws:iam::{account}:root",
        "user_creation_time": "2020-01-01T00:00:00+00:00",
        "password_enabled": "not_supported",
        "password_last_used": "no_information",
        "password_last_changed": "not_supported",
        "password_next_rotation": "not_supported",
        "mfa_active": _said(summary["AccountMFAEnabled"]),
        "access_key_1_active": _said(summary["AccountAccessKeysPresent"]),
        "access_key_2_active": "false",
        "cert_1_active": "false",
        "cert_2_active": "false",
    }


def _user(user: Any) -> dict[str, str]:
    row = {
        "user": user.name,
        "arn": user.arn,
        "user_creation_time": _time(user.create_date),
        "password_enabled": _said(user.password),
        "mfa_active": _said(user.mfa_devices),
        "cert_1_active": "false",
        "cert_2_active": "false",
    }
    if user.password:
        row["password_last_used"] = _time(user.password_last_used) if user.password_last_used else "no_information"
        row["password_last_changed"] = _time(user.create_date)
    keys = [*user.access_keys, None, None][:2]
    for number, key in enumerate(keys, start=1):
        row[f"access_key_{number}_active"] = _said(key is not None and key.status == "Active")
        if key is not None:
            row[f"access_key_{number}_last_rotated"] = _time(key.create_date)
    return row


def _said(value: object) -> str:
    return "true" if value else "false"


def _time(value: datetime) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%S+00:00")

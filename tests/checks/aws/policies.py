"""Resource policies that the cases of several services share."""

from __future__ import annotations

from typing import Any

from tests.cases import FAIL, PASS, UNKNOWN, case, resource, unlisted

OTHER = "222222222222"
STRANGER = "999999999999"
US, THEM = "123456789012", STRANGER
WHOLE_BUCKET = ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]
INSECURE = {"Bool": {"aws:SecureTransport": "false"}}


def statement(principal: Any = "*", action: str = "*", effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Principal": principal, "Action": action, "Resource": "*", **more}


def document(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def aws(name: str) -> dict[str, str]:
    return {"AWS": name}


def allow(principal: Any = "*", condition: Any = None, action: Any = "s3:GetObject", resource: Any = "*") -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource}
    return statement if condition is None else {**statement, "Condition": condition}


def deny(principal: Any = "*", condition: Any = None, action: Any = "*", resource: Any = "*") -> dict[str, Any]:
    return {**allow(principal, condition, action, resource), "Effect": "Deny"}


def equals(key: str, *values: str) -> dict[str, Any]:
    return {"StringEquals": {key: list(values)}}


def account(id: str) -> dict[str, str]:
    return {"AWS": f"arn:aws:iam::{id}:root"}


def tls_only(action: str = "*") -> dict[str, Any]:
    return document(statement(action=action, effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}}))


PUBLIC = document(statement())
OWN = document(statement(account("123456789012")))
FOREIGN = document(statement(account(STRANGER)))
SIBLING = document(statement(account(OTHER)))
IN_ORGANIZATION = document(statement(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}))
PERHAPS = document(statement(Condition={"StringEquals": {"ours:unheard-of": "x"}}))
BOTH = document(statement(account(OTHER)), statement(account(STRANGER)))

ORGANIZATION = resource("aws.organizations.organization", organization={"MasterAccountId": "111111111111"})
ALONE = resource("aws.organizations.organization", organization=None)
MEMBER = resource("aws.organizations.account", item={"Id": OTHER})
MANAGED = [ORGANIZATION, MEMBER]


def named_cases(check: Any, **facts: Any) -> list[Any]:
    """Return the cases of a check that the policy must admit nobody unnamed."""
    return [
        case(check, PASS, policy=None, **facts),
        case(check, PASS, policy=OWN, **facts),
        case(check, PASS, policy=FOREIGN, **facts),
        case(check, PASS, policy=IN_ORGANIZATION, **facts),
        case(check, FAIL, policy=PUBLIC, **facts),
        case(check, UNKNOWN, policy=PERHAPS, **facts),
    ]


def known_cases(check: Any, **facts: Any) -> list[Any]:
    """Return the cases of a check that the policy must admit nobody from outside of the organization."""
    return [
        case(check, PASS, policy=None, **facts),
        case(check, PASS, policy=OWN, **facts),
        case(check, PASS, policy=IN_ORGANIZATION, **facts),
        case(check, PASS, policy=SIBLING, inventory=MANAGED, **facts),
        case(check, FAIL, policy=FOREIGN, inventory=MANAGED, **facts),
        case(check, FAIL, policy=BOTH, inventory=MANAGED, **facts),
        case(check, FAIL, policy=FOREIGN, inventory=[ALONE], **facts),
        case(check, FAIL, policy=PUBLIC, **facts),
        case(check, UNKNOWN, policy=PERHAPS, **facts),
        case(check, UNKNOWN, policy=FOREIGN, inventory=[ORGANIZATION], **facts),
        case(check, UNKNOWN, policy=FOREIGN, inventory=[unlisted("aws.organizations.organization")], **facts),
    ]


BUCKET = resource("aws.s3.bucket", "arn:aws:s3:::ours", item={"Name": "ours"})


def from_bucket(arn: str) -> dict[str, Any]:
    return document(statement({"Service": "s3.amazonaws.com"}, Condition={"ArnLike": {"aws:SourceArn": arn}}))


def service_cases(check: Any) -> list[Any]:
    """Return the cases of a check that AWS services may act here for the account only."""
    sender = {"Service": "s3.amazonaws.com"}
    ours, theirs = ({"StringEquals": {"aws:SourceAccount": id}} for id in ("123456789012", STRANGER))
    return [
        case(check, PASS, policy=None),
        case(check, PASS, policy=OWN),
        case(check, PASS, policy=document(statement(sender, Condition=ours))),
        case(check, PASS, policy=from_bucket("arn:aws:s3:::ours"), inventory=[BUCKET]),
        case(check, PASS, policy=from_bucket("arn:aws:s3:*:*:ours"), inventory=[BUCKET]),
        case(check, UNKNOWN, policy=from_bucket("arn:aws:s3:::another"), inventory=[BUCKET]),
        case(check, UNKNOWN, policy=from_bucket("arn:aws:s3:::ours"), inventory=[unlisted("aws.s3.bucket")]),
        case(check, FAIL, policy=from_bucket("arn:aws:s3:::ours*"), inventory=[BUCKET]),
        case(check, FAIL, policy=document(statement(sender))),
        case(check, FAIL, policy=document(statement(sender, Condition=theirs))),
        case(check, UNKNOWN, policy=document(statement(sender, Condition={"StringEquals": {"ours:unheard-of": "x"}}))),
    ]


# Keys, as checks on other services find them in the inventory.
KEY_ID = "11111111-2222-3333-4444-555555555555"
KEY_ARN = f"arn:aws:kms:eu-west-1:123456789012:key/{KEY_ID}"
OUR_KEY = resource("aws.kms.key", KEY_ARN, item={"KeyId": KEY_ID}, key={"KeyManager": "CUSTOMER"})
AWS_KEY = resource("aws.kms.key", KEY_ARN, item={"KeyId": KEY_ID}, key={"KeyManager": "AWS"})


# Trails, as checks on other services find them in the inventory.
def trail(selectors: dict[str, Any] | None, *, everywhere: bool = True, logging: bool = True) -> Any:
    item, status = {"IsMultiRegionTrail": everywhere}, {"IsLogging": logging}
    return resource("aws.cloudtrail.trail", item=item, status=status, selectors=selectors)


def data(type: str, *arns: str, kind: str = "All") -> dict[str, Any]:
    """Return basic selectors of data events."""
    return {"EventSelectors": [{"ReadWriteType": kind, "DataResources": [{"Type": type, "Values": list(arns)}]}]}


def advanced(category: str, **fields: dict[str, list[str]]) -> dict[str, Any]:
    """Return advanced selectors; underscores in names of fields stand for dots."""
    asked = [{"Field": name.replace("_", "."), **test} for name, test in fields.items()]
    return {"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": [category]}, *asked]}]}

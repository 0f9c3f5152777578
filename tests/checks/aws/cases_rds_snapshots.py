from typing import Any

from checks.aws import rds_snapshots as snapshots
from tests.cases import FAIL, PASS, UNKNOWN, case, unlisted
from tests.checks.aws.policies import ALONE, MANAGED, ORGANIZATION, OTHER, STRANGER


def shared(*accounts: str) -> list[dict[str, Any]]:
    return [{"AttributeName": "restore", "AttributeValues": list(accounts)}]


CASES = [
    *(
        each
        for check in snapshots.not_public
        for each in (
            case(check, PASS, attributes=[]),
            case(check, PASS, attributes=shared()),
            case(check, PASS, attributes=shared(STRANGER)),
            case(check, FAIL, attributes=shared("all")),
            case(check, FAIL, attributes=shared(STRANGER, "all")),
        )
    ),
    *(
        each
        for check in snapshots.known_accounts
        for each in (
            case(check, PASS, attributes=shared()),
            case(check, PASS, attributes=shared("123456789012")),
            case(check, PASS, attributes=shared(OTHER), inventory=MANAGED),
            case(check, FAIL, attributes=shared(OTHER, STRANGER), inventory=MANAGED),
            case(check, FAIL, attributes=shared(OTHER), inventory=[ALONE]),
            case(check, FAIL, attributes=shared("all"), inventory=MANAGED),
            case(check, UNKNOWN, attributes=shared(OTHER), inventory=[ORGANIZATION]),
            case(check, UNKNOWN, attributes=shared(OTHER), inventory=[unlisted("aws.organizations.organization")]),
        )
    ),
    *(
        each
        for check in snapshots.encrypted
        for each in (
            case(check, PASS, item={"Encrypted": True, "StorageEncrypted": True}),
            case(check, PASS, item={"StorageEncryptionType": "sse-rds"}),
            case(check, FAIL, item={"Encrypted": False, "StorageEncrypted": False}),
        )
    ),
]

from typing import Any

from checks.aws import kms
from tests.cases import ABSENT, DENIED, FAIL, PASS, SKIP, UNKNOWN, case, unlisted
from tests.checks.aws.policies import OWN, PUBLIC, account, advanced, document, known_cases, named_cases, statement, trail


def key(**changed: Any) -> dict[str, Any]:
    return {
        "KeyManager": "CUSTOMER",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "Origin": "AWS_KMS",
        "KeyState": "Enabled",
    } | changed


def imported(**changed: Any) -> dict[str, Any]:
    return key(Origin="EXTERNAL", **changed)


AWS = key(KeyManager="AWS")
ADMIN = {"AWS": "arn:aws:iam::123456789012:role/admin"}
ON, OFF = {"KeyRotationEnabled": True, "RotationPeriodInDays": 365}, {"KeyRotationEnabled": False}


def basic(*excluded: str, kind: str = "All") -> dict[str, Any]:
    sources = {"ExcludeManagementEventSources": list(excluded)}
    return {"EventSelectors": [{"ReadWriteType": kind, "IncludeManagementEvents": True, **sources}]}


CASES = [
    case(kms.rotates, PASS, key=key(), rotation=ON),
    case(kms.rotates, FAIL, key=key(), rotation=OFF),
    case(kms.rotates, SKIP, key=AWS, rotation=DENIED),
    case(kms.rotates, SKIP, key=key(KeySpec="RSA_2048"), rotation=ABSENT),
    case(kms.rotates, SKIP, key=key(KeySpec="HMAC_256"), rotation=ABSENT),
    case(kms.rotates, SKIP, key=imported(), rotation=OFF),
    case(kms.rotates, SKIP, key=key(Origin="AWS_CLOUDHSM"), rotation=ABSENT),
    case(kms.rotates, SKIP, key=key(KeyState="PendingDeletion"), rotation=OFF),
    case(kms.rotates, UNKNOWN, key=key(), rotation=DENIED),
    case(kms.not_being_deleted, PASS, key=key()),
    case(kms.not_being_deleted, PASS, key=key(KeyState="Disabled")),
    case(kms.not_being_deleted, FAIL, key=key(KeyState="PendingDeletion", DeletionDate="2026-06-20T00:00:00+00:00")),
    case(kms.not_being_deleted, FAIL, key=key(KeyState="PendingReplicaDeletion")),
    case(kms.not_being_deleted, SKIP, key=AWS),
    case(kms.material_lasts, PASS, key=imported()),
    case(kms.material_lasts, PASS, key=imported(ValidTo="2026-07-02T12:00:00+00:00")),
    case(kms.material_lasts, FAIL, key=imported(ValidTo="2026-07-01T12:00:00+00:00")),
    case(kms.material_lasts, FAIL, key=imported(ValidTo="2026-05-01T00:00:00+00:00")),
    case(kms.material_lasts, FAIL, key=imported(KeyState="PendingImport")),
    case(kms.material_lasts, SKIP, key=key()),
    *named_cases(kms.not_public, key=key()),
    case(kms.not_public, SKIP, key=AWS, policy=PUBLIC),
    *known_cases(kms.known_accounts, key=key()),
    case(kms.known_accounts, SKIP, key=AWS, policy=PUBLIC),
    case(kms.control_delegated, PASS, key=key(), policy=OWN),
    case(kms.control_delegated, PASS, key=key(), policy=document(statement({"AWS": "123456789012"}, "kms:*"))),
    case(kms.control_delegated, PASS, key=key(), policy=document(statement(ADMIN, "kms:Decrypt"))),
    case(kms.control_delegated, FAIL, key=key(), policy=document(statement(ADMIN, "kms:*"))),
    case(kms.control_delegated, FAIL, key=key(), policy=document(statement(account("999999999999"), "kms:*"))),
    case(kms.control_delegated, FAIL, key=key(), policy=PUBLIC),
    case(kms.control_delegated, SKIP, key=AWS, policy=PUBLIC),
    case(kms.key_use_recorded, PASS, inventory=[trail(basic())]),
    case(kms.key_use_recorded, PASS, inventory=[trail(basic("rdsdata.amazonaws.com"))]),
    case(kms.key_use_recorded, PASS, inventory=[trail(advanced("Management"))]),
    case(kms.key_use_recorded, FAIL, inventory=[trail(basic("kms.amazonaws.com"))]),
    case(
        kms.key_use_recorded,
        FAIL,
        inventory=[trail(advanced("Management", eventSource={"NotEquals": ["kms.amazonaws.com"]}))],
    ),
    case(kms.key_use_recorded, FAIL, inventory=[trail(basic(kind="WriteOnly"))]),
    case(kms.key_use_recorded, FAIL, inventory=[trail(basic(), logging=False)]),
    case(kms.key_use_recorded, FAIL),
    case(kms.key_use_recorded, UNKNOWN, inventory=[unlisted("aws.cloudtrail.trail")]),
    case(kms.key_use_recorded, UNKNOWN, inventory=[trail(None)]),
]

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from checks.aws import documentdb
from scanner.evaluation.check import Check
from scanner.model import Outcome, Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_rds import ADMINISTRATOR, ATTACHED, REPLICA, ROLE_ARN, SECRET, WITH_KEY
from tests.checks.aws.cases_rds_network import OPEN, group, inside, table
from tests.checks.aws.cases_security_groups import WORLD, rule
from tests.checks.aws.databases import of
from tests.checks.aws.policies import AWS_KEY, MANAGED, OTHER, OUR_KEY, STRANGER

LOGS = of(documentdb.logs_exported)
GROUP = documentdb.GROUP
LAST_WINTER = datetime(2026, 1, 15, tzinfo=UTC)
OURS = {"Engine": "docdb", "EngineVersion": "5.0.0", "DBClusterParameterGroup": "ours"}
PORT = {"Engine": "docdb", "Endpoint": {"Address": "x", "Port": 27017}}


def asked(
    name: str, among: Iterable[Check], outcome: Outcome, /, inventory: Any = (), **item: Any
) -> list[pytest.ParameterSet]:
    """Return a case of each check of that name."""
    found = [check for check in among if check.id.rpartition(".")[2] == name]
    assert found
    return [case(check, outcome, id="arn:ours", item={"Engine": "docdb", **item}, inventory=inventory) for check in found]


def parameters(**values: str) -> Resource:
    rows = [{"Name": name, "Value": value, "Source": "user"} for name, value in values.items()]
    return resource(GROUP, "ours", item={"DBClusterParameterGroupName": "ours"}, parameters=rows)


def waiting(**dates: str) -> Resource:
    row = {"ResourceIdentifier": "arn:ours", "PendingMaintenanceActionDetails": [{"Action": "system-update", **dates}]}
    return resource("aws.rds.settings", maintenance=[row])


def shared(*accounts: str) -> list[dict[str, Any]]:
    return [{"AttributeName": "restore", "AttributeValues": list(accounts)}]


def snapshots(name: str, outcome: Outcome, *accounts: str, inventory: Any = (), **item: Any) -> list[pytest.ParameterSet]:
    found = [check for check in documentdb.SNAPSHOTS if check.id.rpartition(".")[2] == name]
    return [case(check, outcome, item=item, attributes=shared(*accounts), inventory=inventory) for check in found]


CLUSTERS, INSTANCES = documentdb.CLUSTERS, documentdb.INSTANCES

CASES = [
    *asked("encrypted", CLUSTERS, PASS, StorageEncrypted=True),
    *asked("encrypted", CLUSTERS, FAIL, StorageEncrypted=False),
    *asked("customer_key", CLUSTERS, PASS, [OUR_KEY], **WITH_KEY),
    *asked("customer_key", CLUSTERS, FAIL, [AWS_KEY], **WITH_KEY),
    *asked("roles_limited", CLUSTERS, PASS, [resource("aws.iam.role", ROLE_ARN, item={})], **ATTACHED),
    *asked("roles_limited", CLUSTERS, FAIL, [resource("aws.iam.role", ROLE_ARN, item=ADMINISTRATOR)], **ATTACHED),
    *asked("maintenance_dated", CLUSTERS, PASS, [waiting(CurrentApplyDate="2026-07-01T00:00:00Z")]),
    *asked("maintenance_dated", CLUSTERS, FAIL, [waiting()]),
    *asked("backed_up", CLUSTERS, PASS, BackupRetentionPeriod=7),
    *asked("backed_up", CLUSTERS, FAIL, BackupRetentionPeriod=1),
    *asked("multi_zone", CLUSTERS, PASS, MultiAZ=True),
    *asked("multi_zone", CLUSTERS, FAIL, MultiAZ=False),
    *asked("deletion_protected", CLUSTERS, PASS, DeletionProtection=True),
    *asked("deletion_protected", CLUSTERS, FAIL),
    *asked("password_managed", documentdb.PASSWORDS, PASS, MasterUserSecret=SECRET),
    *asked("password_managed", documentdb.PASSWORDS, FAIL),
    *asked("password_managed", documentdb.PASSWORDS, SKIP, **REPLICA),
    *asked("not_public", INSTANCES, PASS, PubliclyAccessible=False),
    *asked("not_public", INSTANCES, FAIL, PubliclyAccessible=True),
    *asked("closed_to_world", INSTANCES, PASS, [group(rule(443, WORLD))], **PORT, **OPEN),
    *asked("closed_to_world", INSTANCES, FAIL, [group(rule(27017, WORLD))], **PORT, **OPEN),
    *asked("private_subnets", INSTANCES, PASS, [table("subnet-1")], **inside("subnet-1")),
    *asked("private_subnets", INSTANCES, FAIL, [table("subnet-1", way="igw-1")], **inside("subnet-1")),
    *asked("minor_upgrades", documentdb.UPGRADES, PASS, AutoMinorVersionUpgrade=True),
    *asked("minor_upgrades", documentdb.UPGRADES, FAIL, AutoMinorVersionUpgrade=False),
    *snapshots("not_public", PASS, OTHER),
    *snapshots("not_public", FAIL, "all"),
    *snapshots("known_accounts", PASS, OTHER, inventory=MANAGED),
    *snapshots("known_accounts", FAIL, STRANGER, inventory=MANAGED),
    *snapshots("encrypted", PASS, StorageEncrypted=True),
    *snapshots("encrypted", FAIL, StorageEncrypted=False),
    case(documentdb.tls_required, PASS, item=OURS, inventory=[parameters(tls="enabled")]),
    case(documentdb.tls_required, PASS, item=OURS, inventory=[parameters(tls="tls1.2+")]),
    case(documentdb.tls_required, PASS, item=OURS, inventory=[parameters()]),
    case(documentdb.tls_required, FAIL, item=OURS, inventory=[parameters(tls="disabled")]),
    case(documentdb.tls_required, UNKNOWN, item=OURS),
    case(documentdb.tls_required, UNKNOWN, item=OURS, inventory=[unlisted(GROUP)]),
    case(documentdb.audited, PASS, item=OURS, inventory=[parameters(audit_logs="all")]),
    case(documentdb.audited, FAIL, item=OURS, inventory=[parameters(audit_logs="disabled")]),
    case(documentdb.audited, FAIL, item=OURS, inventory=[parameters(audit_logs="none")]),
    case(documentdb.audited, FAIL, item=OURS, inventory=[parameters()]),
    case(
        documentdb.audited,
        UNKNOWN,
        item=OURS,
        inventory=[resource(GROUP, item={"DBClusterParameterGroupName": "ours"}, parameters=DENIED)],
    ),
    *(case(check, PASS, item={"EnabledCloudwatchLogsExports": ["audit"]}) for check in LOGS.values()),
    *(case(check, FAIL, item={"EnabledCloudwatchLogsExports": ["profiler"]}) for check in LOGS.values()),
    *(case(check, FAIL, item={}) for check in LOGS.values()),
    case(documentdb.supported_version, PASS, item=OURS),
    case(documentdb.supported_version, FAIL, item={**OURS, "EngineVersion": "3.6.0"}),
    case(documentdb.supported_version, PASS, item={**OURS, "EngineVersion": "3.6.0"}, now=LAST_WINTER),
    case(documentdb.supported_version, UNKNOWN, item={**OURS, "EngineVersion": "11.0.0"}),
    case(documentdb.supported_engine, PASS, item={"Engine": "neptune", "EngineVersion": "1.4.6.1"}),
    case(documentdb.supported_engine, FAIL, item={"Engine": "neptune", "EngineVersion": "1.2.1.0"}),
    case(documentdb.supported_engine, UNKNOWN, item={"Engine": "neptune", "EngineVersion": "1.4.9.0"}),
    case(documentdb.iam_sign_in, PASS, item={"IAMDatabaseAuthenticationEnabled": True}),
    case(documentdb.iam_sign_in, FAIL, item={"IAMDatabaseAuthenticationEnabled": False}),
    case(documentdb.iam_sign_in, FAIL, item={}),
    *asked("tags_follow", documentdb.TAGS, PASS, CopyTagsToSnapshot=True),
    *asked("tags_follow", documentdb.TAGS, FAIL, CopyTagsToSnapshot=False),
]

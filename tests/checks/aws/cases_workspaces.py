import json
from datetime import UTC, datetime
from typing import Any

import pytest

from checks.aws import workspaces
from scanner.evaluation.check import Check
from scanner.model import Outcome, Resource
from tests.cases import DENIED, FAIL, PASS, REGION, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_security_groups import WORLD, group, rule
from tests.checks.aws.policies import ALONE, AWS_KEY, KEY_ARN, MANAGED, ORGANIZATION, OTHER, OUR_KEY, STRANGER

DAY = datetime(2026, 1, 15, tzinfo=UTC)
BOTH = {"UserVolumeEncryptionEnabled": True, "RootVolumeEncryptionEnabled": True}
GONE = {"State": "TERMINATING"}
HERE = f"arn:aws:account::123456789012:region/{REGION}"
LOOKED_UP = "aws.directoryservice.directory"


def runs(outcome: Outcome, system: str) -> pytest.ParameterSet:
    item = {"WorkspaceProperties": {"OperatingSystemName": system}} if system else {}
    found: pytest.ParameterSet = case(workspaces.maintained_system, outcome, item=item, now=DAY)
    return found


def connected(state: str, last: str = "") -> dict[str, str]:
    told = {"LastKnownUserConnectionTimestamp": f"{last}T00:00:00+00:00"} if last else {}
    return {"ConnectionState": state, **told}


def signing_in(outcome: Outcome, *inventory: Any, **item: Any) -> pytest.ParameterSet:
    facts = {"DirectoryId": "d-1", **item}
    found: pytest.ParameterSet = case(workspaces.second_factor, outcome, item=facts, inventory=inventory)
    return found


def saml(status: str) -> dict[str, Any]:
    return {"SamlProperties": {"Status": status}}


def radius(status: str, id: str = "d-1", *, owned: bool = False) -> Resource:
    """Return a directory that asks a RADIUS server; *owned*: one that another account owns and shares."""
    told = {"RadiusStatus": status}
    return resource(LOOKED_UP, id, item={"DirectoryId": id, **({"OwnerDirectoryDescription": told} if owned else told)})


def created(check: Check, outcome: Outcome, **settings: Any) -> pytest.ParameterSet:
    found: pytest.ParameterSet = case(check, outcome, item={"WorkspaceCreationProperties": settings})
    return found


def opened(port: int, cidr: str = WORLD) -> Resource:
    return resource("aws.vpc.security_group", "sg-1", item=group(rule(port, cidr)))


def addresses(*blocks: str, id: str = "wsipg-1") -> Resource:
    return resource("aws.workspaces.ip_group", id, item={"groupId": id, "userRules": [{"ipRule": each} for each in blocks]})


def limited(outcome: Outcome, *inventory: Any, groups: tuple[str, ...] = ("wsipg-1",)) -> pytest.ParameterSet:
    found: pytest.ParameterSet = case(
        workspaces.addresses_limited, outcome, item={"ipGroupIds": list(groups)}, inventory=inventory
    )
    return found


def web(access: str) -> dict[str, Any]:
    return {"WorkspaceAccessProperties": {"DeviceTypeWeb": access}}


def listening(pattern: dict[str, Any], state: str = "ENABLED", targets: int = 1) -> Resource:
    item = {"EventPattern": json.dumps(pattern), "State": state}
    return resource("aws.eventbridge.rule", "r", item=item, targets=[{"Id": "1"}] * targets)


SEEN = {"source": ["aws.workspaces"], "detail-type": ["WorkSpaces Access"]}
DESKTOP = resource(workspaces.DESKTOP, "ws-1")
RECORDED = workspaces.desktop_sign_ins_recorded

DESKTOPS = [
    case(workspaces.user_volume_encrypted, PASS, item=BOTH),
    case(workspaces.user_volume_encrypted, FAIL, item={"RootVolumeEncryptionEnabled": True}),
    case(workspaces.user_volume_encrypted, SKIP, item=GONE),
    case(workspaces.root_volume_encrypted, PASS, item=BOTH),
    case(workspaces.root_volume_encrypted, FAIL, item={"UserVolumeEncryptionEnabled": True}),
    case(workspaces.customer_key, PASS, item={**BOTH, "VolumeEncryptionKey": KEY_ARN}, inventory=[OUR_KEY]),
    case(workspaces.customer_key, FAIL, item={**BOTH, "VolumeEncryptionKey": KEY_ARN}, inventory=[AWS_KEY]),
    case(workspaces.customer_key, FAIL, item={**BOTH, "VolumeEncryptionKey": "alias/aws/workspaces"}),
    case(workspaces.customer_key, UNKNOWN, item={**BOTH, "VolumeEncryptionKey": KEY_ARN}, inventory=[unlisted("aws.kms.key")]),
    case(workspaces.customer_key, SKIP, item={}),
    runs(PASS, "UBUNTU_22_04"),
    runs(PASS, "AMAZON_LINUX_2"),
    runs(PASS, "WINDOWS_SERVER_2022"),
    runs(PASS, "RHEL_8"),
    runs(PASS, "ROCKY_8"),
    runs(UNKNOWN, "UBUNTU_18_04"),
    runs(FAIL, "WINDOWS_SERVER_2012"),
    runs(FAIL, "WINDOWS_7"),
    runs(UNKNOWN, "WINDOWS_10"),
    runs(UNKNOWN, "UBUNTU_40_04"),
    runs(UNKNOWN, "UNKNOWN"),
    runs(UNKNOWN, ""),
    case(workspaces.used, PASS, item={}, connection=connected("CONNECTED"), now=DAY),
    case(workspaces.used, PASS, item={}, connection=connected("DISCONNECTED", "2026-01-01"), now=DAY),
    case(workspaces.used, FAIL, item={}, connection=connected("DISCONNECTED", "2025-09-01"), now=DAY),
    case(workspaces.used, FAIL, item={}, connection=connected("UNKNOWN"), now=DAY),
    case(workspaces.used, UNKNOWN, item={}, connection=None),
    case(workspaces.used, UNKNOWN, item={}, connection=DENIED),
    case(workspaces.used, SKIP, item=GONE, connection=connected("UNKNOWN")),
    case(workspaces.has_standby, PASS, item={"RelatedWorkspaces": [{"Type": "STANDBY", "Region": "eu-central-1"}]}),
    case(workspaces.has_standby, FAIL, item={}),
    case(workspaces.has_standby, SKIP, item={"RelatedWorkspaces": [{"Type": "PRIMARY", "Region": "eu-central-1"}]}),
]

DIRECTORIES = [
    signing_in(PASS, **saml("ENABLED")),
    signing_in(PASS, UserIdentityType="AWS_IAM_IDENTITY_CENTER"),
    signing_in(PASS, DirectoryType="AWS_IAM_IDENTITY_CENTER"),
    signing_in(PASS, radius("Completed")),
    signing_in(PASS, radius("Completed"), **saml("ENABLED_WITH_DIRECTORY_LOGIN_FALLBACK")),
    signing_in(FAIL, **saml("ENABLED_WITH_DIRECTORY_LOGIN_FALLBACK")),
    signing_in(FAIL, **saml("DISABLED")),
    signing_in(PASS, radius("Completed", owned=True)),
    signing_in(FAIL, radius("Failed", owned=True)),
    signing_in(SKIP, State="DEREGISTERED"),
    signing_in(FAIL, radius("Failed")),
    signing_in(FAIL, radius("Completed", "d-2")),
    signing_in(UNKNOWN, unlisted(LOOKED_UP)),
    created(workspaces.no_local_administrators, PASS, UserEnabledAsLocalAdministrator=False),
    created(workspaces.no_local_administrators, FAIL, UserEnabledAsLocalAdministrator=True),
    created(workspaces.no_local_administrators, UNKNOWN),
    case(workspaces.no_local_administrators, SKIP, item={"WorkspaceType": "POOLS"}),
    created(workspaces.maintained, PASS, EnableMaintenanceMode=True),
    created(workspaces.maintained, FAIL, EnableMaintenanceMode=False),
    created(workspaces.maintained, UNKNOWN),
    created(workspaces.no_public_addresses, PASS, EnableInternetAccess=False),
    created(workspaces.no_public_addresses, FAIL, EnableInternetAccess=True),
    created(workspaces.no_public_addresses, UNKNOWN),
    case(workspaces.closed_to_world, PASS, item={"WorkspaceSecurityGroupId": "sg-1"}, inventory=[opened(443)]),
    case(workspaces.closed_to_world, FAIL, item={"WorkspaceSecurityGroupId": "sg-1"}, inventory=[opened(3389)]),
    case(
        workspaces.closed_to_world,
        FAIL,
        item={"WorkspaceCreationProperties": {"CustomSecurityGroupId": "sg-1"}},
        inventory=[opened(22, "::/0")],
    ),
    case(workspaces.closed_to_world, UNKNOWN, item={"WorkspaceSecurityGroupId": "sg-1"}),
    case(workspaces.closed_to_world, SKIP, item={}),
    limited(PASS, addresses("198.51.100.0/24", "203.0.113.7")),
    limited(PASS, addresses()),
    limited(FAIL, addresses("0.0.0.0/0")),
    limited(FAIL, addresses("0.0.0.0/1"), addresses("128.0.0.0/1", id="wsipg-2"), groups=("wsipg-1", "wsipg-2")),
    limited(FAIL, groups=()),
    limited(UNKNOWN),
    limited(UNKNOWN, unlisted("aws.workspaces.ip_group")),
    case(workspaces.no_web_access, PASS, item=web("DENY")),
    case(workspaces.no_web_access, UNKNOWN, item={}),
    case(workspaces.no_web_access, SKIP, item={"WorkspaceType": "POOLS"}),
    case(workspaces.no_web_access, FAIL, item=web("ALLOW")),
]

IMAGES = [
    case(workspaces.known_accounts, PASS, permissions=[]),
    case(workspaces.known_accounts, PASS, permissions=[{"SharedAccountId": OTHER}], inventory=MANAGED),
    case(workspaces.known_accounts, FAIL, permissions=[{"SharedAccountId": STRANGER}], inventory=MANAGED),
    case(workspaces.known_accounts, FAIL, permissions=[{"SharedAccountId": STRANGER}], inventory=[ALONE]),
    case(workspaces.known_accounts, UNKNOWN, permissions=[{"SharedAccountId": STRANGER}], inventory=[ORGANIZATION]),
    case(workspaces.current, PASS, item={"Updates": {"UpdateAvailable": False}}),
    case(workspaces.current, PASS, item={}),
    case(workspaces.current, FAIL, item={"Updates": {"UpdateAvailable": True}}),
]

REGIONS = [
    case(RECORDED, PASS, id=HERE, inventory=[DESKTOP, listening(SEEN)]),
    case(RECORDED, PASS, id=HERE, inventory=[DESKTOP, listening({"source": ["aws.workspaces"]})]),
    case(RECORDED, FAIL, id=HERE, inventory=[DESKTOP]),
    case(RECORDED, FAIL, id=HERE, inventory=[DESKTOP, listening(SEEN, "DISABLED")]),
    case(RECORDED, FAIL, id=HERE, inventory=[DESKTOP, listening(SEEN, targets=0)]),
    case(RECORDED, FAIL, id=HERE, inventory=[DESKTOP, listening({"source": ["aws.ec2"]})]),
    case(RECORDED, UNKNOWN, id=HERE, inventory=[DESKTOP, unlisted("aws.eventbridge.rule")]),
    case(RECORDED, UNKNOWN, id=HERE, inventory=[unlisted(workspaces.DESKTOP)]),
    case(RECORDED, SKIP, id=HERE),
]

CASES = [*DESKTOPS, *DIRECTORIES, *IMAGES, *REGIONS]

from typing import Any

from checks.aws import ec2_guests as guests
from scanner.model import Resource
from tests.cases import ACCOUNT, DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_ec2 import NODE, instance, stopped
from tests.checks.aws.policies import ALONE, MANAGED, ORGANIZATION, OTHER, STRANGER

SETTINGS = "aws.inspector.settings"
RUNNING = instance()


def agent(name: str = "Amazon Linux", version: str = "2023", **more: Any) -> dict[str, Any]:
    return {
        "InstanceId": "i-1",
        "PingStatus": "Online",
        "AgentVersion": "3.3.3050.0",
        "IsLatestVersion": True,
        "PlatformType": "Linux",
        "PlatformName": name,
        "PlatformVersion": version,
        "ResourceType": "EC2Instance",
        **more,
    }


def associated(**counts: int) -> dict[str, Any]:
    return agent(AssociationStatus="Success", AssociationOverview={"InstanceAssociationStatusAggregatedCount": counts})


def patches(**more: Any) -> dict[str, Any]:
    counts = dict.fromkeys(
        (
            "MissingCount",
            "FailedCount",
            "InstalledPendingRebootCount",
            "CriticalNonCompliantCount",
            "SecurityNonCompliantCount",
            "OtherNonCompliantCount",
        ),
        0,
    )
    return {"InstanceId": "i-1", "Operation": "Scan", "OperationEndTime": "2026-05-31T02:00:00+00:00", **counts, **more}


OLD_AGENT = {"InstanceId": "i-1", "MissingCount": 0, "FailedCount": 0}
WINDOWS = agent("Microsoft Windows Server 2012 R2 Datacenter", "6.3.9600", PlatformType="Windows", IsLatestVersion=False)

MANAGEMENT_CASES = [
    case(guests.managed, PASS, item=RUNNING, managed=agent()),
    case(guests.managed, FAIL, item=RUNNING, managed=None),
    case(guests.managed, FAIL, item=RUNNING, managed=agent(PingStatus="ConnectionLost")),
    case(guests.managed, UNKNOWN, item=RUNNING, managed=DENIED),
    case(guests.managed, SKIP, item=stopped(), managed=None),
    case(guests.managed, SKIP, item={**RUNNING, **NODE}, managed=None),
    case(guests.agent_current, PASS, item=RUNNING, managed=agent()),
    case(guests.agent_current, FAIL, item=RUNNING, managed=agent(IsLatestVersion=False)),
    case(guests.agent_current, SKIP, item=RUNNING, managed=WINDOWS),
    case(guests.agent_current, SKIP, item=RUNNING, managed=None),
    case(guests.patched, PASS, item=RUNNING, patches=patches(MissingCount=2, OtherNonCompliantCount=2), managed=agent()),
    case(guests.patched, PASS, item=RUNNING, patches=OLD_AGENT, managed=agent()),
    case(guests.patched, FAIL, item=RUNNING, patches=patches(CriticalNonCompliantCount=1), managed=agent()),
    case(guests.patched, FAIL, item=RUNNING, patches=patches(SecurityNonCompliantCount=3), managed=agent()),
    case(guests.patched, FAIL, item=RUNNING, patches={**OLD_AGENT, "MissingCount": 4}, managed=agent()),
    case(guests.patched, FAIL, item=RUNNING, patches={**OLD_AGENT, "FailedCount": 1}, managed=agent()),
    case(guests.patched, FAIL, item=RUNNING, patches=None, managed=agent()),
    case(guests.patched, UNKNOWN, item=RUNNING, patches=None, managed=None),
    case(guests.patched, UNKNOWN, item=RUNNING, patches=DENIED, managed=agent()),
    case(guests.patched, UNKNOWN, item=RUNNING, patches=None, managed=DENIED),
    case(guests.patched, SKIP, item=stopped(), patches=None, managed=None),
    case(guests.patches_complete, PASS, item=RUNNING, patches=patches(), managed=agent()),
    case(guests.patches_complete, FAIL, item=RUNNING, patches=patches(MissingCount=1), managed=agent()),
    case(guests.patches_complete, FAIL, item=RUNNING, patches=patches(FailedCount=1), managed=agent()),
    case(guests.patches_complete, FAIL, item=RUNNING, patches=patches(InstalledPendingRebootCount=1), managed=agent()),
    case(guests.patches_complete, FAIL, item=RUNNING, patches=None, managed=agent()),
    case(guests.patches_complete, UNKNOWN, item=RUNNING, patches=None, managed=None),
    case(guests.patches_looked_for, PASS, item=RUNNING, patches=patches(), managed=agent()),
    case(
        guests.patches_looked_for,
        FAIL,
        item=RUNNING,
        patches=patches(OperationEndTime="2026-04-01T02:00:00+00:00"),
        managed=agent(),
    ),
    case(guests.patches_looked_for, FAIL, item=RUNNING, patches=None, managed=agent()),
    case(guests.patches_looked_for, UNKNOWN, item=RUNNING, patches=OLD_AGENT, managed=agent()),
    case(guests.patches_looked_for, UNKNOWN, item=RUNNING, patches=None, managed=None),
    case(guests.system_maintained, PASS, item=RUNNING, managed=agent()),
    case(guests.system_maintained, PASS, item=RUNNING, managed=agent("Red Hat Enterprise Linux", "8.10")),
    case(guests.system_maintained, FAIL, item=RUNNING, managed=agent("Ubuntu", "18.04")),
    case(guests.system_maintained, FAIL, item=RUNNING, managed=agent("CentOS Linux", "7.9.2009")),
    case(guests.system_maintained, FAIL, item=RUNNING, managed=WINDOWS),
    case(guests.system_maintained, UNKNOWN, item=RUNNING, managed=agent("Bottlerocket", "1.19")),
    case(guests.system_maintained, UNKNOWN, item=RUNNING, managed=None),
    case(guests.system_maintained, SKIP, item=stopped(), managed=agent("Ubuntu", "18.04")),
    case(guests.associations_work, PASS, item=RUNNING, managed=associated(Success=2, Pending=1, InProgress=1)),
    case(guests.associations_work, FAIL, item=RUNNING, managed=associated(Success=2, Failed=1)),
    case(guests.associations_work, SKIP, item=RUNNING, managed=agent()),
    case(guests.associations_work, SKIP, item=RUNNING, managed=None),
    case(guests.associations_work, SKIP, item=stopped(), managed=associated(Failed=1)),
    case(guests.associations_work, UNKNOWN, item=RUNNING, managed=DENIED),
]


def image(made: str = "2026-04-01T00:00:00.000Z", **more: Any) -> dict[str, Any]:
    known = {"ImageId": "ami-1", "OwnerId": ACCOUNT, "State": "available", "IsPublic": False, **more}
    return {"InstanceId": "i-1", "ImageMetadata": {**known, "CreationDate": made} if made else known}


KNOWN = guests.image_of_known_maker

IMAGE_CASES = [
    case(guests.image_recent, PASS, item=RUNNING, image=image()),
    case(guests.image_recent, FAIL, item=RUNNING, image=image("2025-10-01T00:00:00.000Z")),
    case(guests.image_recent, FAIL, item=stopped(), image=image("2025-10-01T00:00:00.000Z")),
    case(guests.image_recent, UNKNOWN, item=RUNNING, image=image("")),
    case(guests.image_recent, UNKNOWN, item=RUNNING, image=None),
    case(guests.image_recent, SKIP, item={**RUNNING, **NODE}, image=image("2025-10-01T00:00:00.000Z")),
    case(KNOWN, PASS, item=RUNNING, image=image()),
    case(KNOWN, PASS, item=RUNNING, image=image(OwnerId=STRANGER, ImageOwnerAlias="amazon", IsPublic=True)),
    case(KNOWN, PASS, item=RUNNING, image=image(OwnerId="099720109477", IsPublic=True)),
    case(KNOWN, PASS, item=RUNNING, image=image(OwnerId=OTHER), inventory=MANAGED),
    case(KNOWN, FAIL, item=RUNNING, image=image(OwnerId=STRANGER, IsPublic=True), inventory=MANAGED),
    case(KNOWN, FAIL, item=RUNNING, image=image(OwnerId=STRANGER), inventory=[ALONE]),
    case(KNOWN, UNKNOWN, item=RUNNING, image=image(OwnerId=STRANGER), inventory=[ORGANIZATION]),
    case(KNOWN, UNKNOWN, item=RUNNING, image=image(OwnerId=STRANGER), inventory=[unlisted("aws.organizations.organization")]),
    case(KNOWN, UNKNOWN, item=RUNNING, image=None),
]


def inspector(status: str = "ENABLED") -> Resource:
    return resource(SETTINGS, account={"state": {"status": "ENABLED"}, "resourceState": {"ec2": {"status": status}}})


def scan(code: str = "ACTIVE", reason: str = "SUCCESSFUL") -> dict[str, Any]:
    status = {"statusCode": code, "reason": reason}
    return {"resourceId": "i-1", "scanType": "PACKAGE", "scanMode": "EC2_SSM_AGENT_BASED", "scanStatus": status}


def found(**counts: int) -> dict[str, Any]:
    return {"instanceId": "i-1", "severityCounts": {"all": sum(counts.values()), **counts}}


ON, OFF = [inspector()], [inspector("DISABLED")]
WEAK = guests.no_critical_weakness

INSPECTOR_CASES = [
    case(guests.scanned, PASS, item=RUNNING, coverage=scan(), inventory=ON),
    case(guests.scanned, FAIL, item=RUNNING, coverage=scan("INACTIVE", "UNMANAGED_EC2_INSTANCE"), inventory=ON),
    case(guests.scanned, FAIL, item=RUNNING, coverage=None, inventory=ON),
    case(guests.scanned, SKIP, item=RUNNING, coverage=DENIED, inventory=OFF),
    case(guests.scanned, SKIP, item=stopped(), coverage=None, inventory=ON),
    case(guests.scanned, UNKNOWN, item=RUNNING, coverage=scan(), inventory=[unlisted(SETTINGS)]),
    case(guests.scanned, UNKNOWN, item=RUNNING, coverage=DENIED, inventory=ON),
    case(WEAK, PASS, item=RUNNING, coverage=scan(), weaknesses=None, inventory=ON),
    case(WEAK, PASS, item=RUNNING, coverage=scan(), weaknesses=found(high=3), inventory=ON),
    case(WEAK, FAIL, item=RUNNING, coverage=scan(), weaknesses=found(critical=1), inventory=ON),
    case(WEAK, UNKNOWN, item=RUNNING, coverage=scan("INACTIVE", "UNSUPPORTED_OS"), weaknesses=None, inventory=ON),
    case(WEAK, UNKNOWN, item=RUNNING, coverage=None, weaknesses=None, inventory=ON),
    case(WEAK, UNKNOWN, item=RUNNING, coverage=None, weaknesses=None, inventory=OFF),
    case(WEAK, UNKNOWN, item=RUNNING, coverage=None, weaknesses=None),
    case(WEAK, UNKNOWN, item=RUNNING, coverage=scan(), weaknesses=DENIED, inventory=ON),
]

CASES = [*MANAGEMENT_CASES, *IMAGE_CASES, *INSPECTOR_CASES]

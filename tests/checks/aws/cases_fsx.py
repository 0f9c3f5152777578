from typing import Any

from checks.aws import fsx
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_security_groups import WORLD, group, rule
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY

INTERFACE = "aws.vpc.network_interface"
REACHED = {"FileSystemType": "WINDOWS", "NetworkInterfaceIds": ["eni-1"]}


def windows(**settings: Any) -> dict[str, Any]:
    return {"FileSystemType": "WINDOWS", "WindowsConfiguration": settings}


def lustre(version: str = "2.15", **settings: Any) -> dict[str, Any]:
    return {"FileSystemType": "LUSTRE", "FileSystemTypeVersion": version, "LustreConfiguration": settings}


def ontap(**settings: Any) -> dict[str, Any]:
    return {"FileSystemType": "ONTAP", "OntapConfiguration": settings}


def openzfs(**settings: Any) -> dict[str, Any]:
    return {"FileSystemType": "OPENZFS", "OpenZFSConfiguration": settings}


def joined(**settings: Any) -> dict[str, Any]:
    return windows(SelfManagedActiveDirectoryConfiguration={"DomainName": "corp.example", **settings})


def interface(*groups: str) -> Resource:
    named = [{"GroupId": name} for name in groups]
    return resource(INTERFACE, "eni-1", item={"NetworkInterfaceId": "eni-1", "Groups": named})


def opened(port: int, cidr: str = WORLD) -> Resource:
    return resource("aws.vpc.security_group", "sg-1", item=group(rule(port, cidr)))


CASES = [
    case(fsx.customer_key, PASS, item={"KmsKeyId": KEY_ARN}, inventory=[OUR_KEY]),
    case(fsx.customer_key, FAIL, item={"KmsKeyId": KEY_ARN}, inventory=[AWS_KEY]),
    case(fsx.customer_key, FAIL, item={}),
    case(fsx.directory_password_kept, PASS, item=joined(DomainJoinServiceAccountSecret="arn:aws:secretsmanager:x")),
    case(fsx.directory_password_kept, PASS, item=windows(ActiveDirectoryId="d-1")),
    case(fsx.directory_password_kept, FAIL, item=joined(UserName="joiner")),
    case(fsx.directory_password_kept, SKIP, item=lustre()),
    case(fsx.own_administrators, PASS, item=joined(FileSystemAdministratorsGroup="File keepers")),
    case(fsx.own_administrators, FAIL, item=joined(FileSystemAdministratorsGroup="Domain Admins")),
    case(fsx.own_administrators, FAIL, item=joined()),
    case(fsx.own_administrators, SKIP, item=windows(ActiveDirectoryId="d-1")),
    case(fsx.root_squashed, PASS, item=lustre(RootSquashConfiguration={"RootSquash": "65534:65534"})),
    case(fsx.root_squashed, FAIL, item=lustre(RootSquashConfiguration={"RootSquash": "0:0"})),
    case(fsx.root_squashed, FAIL, item=lustre()),
    case(fsx.root_squashed, SKIP, item=windows()),
    case(fsx.closed_to_world, PASS, item=REACHED, inventory=[interface("sg-1"), opened(445, "10.0.0.0/8")]),
    case(fsx.closed_to_world, FAIL, item=REACHED, inventory=[interface("sg-1"), opened(445)]),
    case(fsx.closed_to_world, FAIL, item=REACHED, inventory=[interface("sg-1"), opened(2049, "::/0")]),
    case(fsx.closed_to_world, UNKNOWN, item=REACHED),
    case(fsx.closed_to_world, UNKNOWN, item=REACHED, inventory=[interface("sg-1")]),
    case(fsx.closed_to_world, UNKNOWN, item=REACHED, inventory=[unlisted(INTERFACE)]),
    case(fsx.closed_to_world, SKIP, item={"NetworkInterfaceIds": []}),
    case(fsx.current_lustre, PASS, item=lustre()),
    case(fsx.current_lustre, FAIL, item=lustre("2.10")),
    case(fsx.current_lustre, SKIP, item=ontap()),
    case(fsx.accesses_logged, PASS, item=windows(AuditLogConfiguration={"FileAccessAuditLogLevel": "SUCCESS_ONLY"})),
    case(fsx.accesses_logged, FAIL, item=windows(AuditLogConfiguration={"FileAccessAuditLogLevel": "DISABLED"})),
    case(fsx.accesses_logged, FAIL, item=windows()),
    case(fsx.accesses_logged, PASS, item=lustre(LogConfiguration={"Level": "WARN_ERROR"})),
    case(fsx.accesses_logged, FAIL, item=lustre()),
    case(fsx.accesses_logged, SKIP, item=ontap()),
    case(fsx.backed_up, PASS, item=windows(AutomaticBackupRetentionDays=7)),
    case(fsx.backed_up, PASS, item=ontap(AutomaticBackupRetentionDays=30)),
    case(fsx.backed_up, FAIL, item=windows(AutomaticBackupRetentionDays=0)),
    case(fsx.backed_up, FAIL, item=lustre(DeploymentType="SCRATCH_2")),
    case(fsx.multi_zone, PASS, item=windows(DeploymentType="MULTI_AZ_1")),
    case(fsx.multi_zone, PASS, item=ontap(DeploymentType="MULTI_AZ_2")),
    case(fsx.multi_zone, FAIL, item=windows(DeploymentType="SINGLE_AZ_2")),
    case(fsx.multi_zone, SKIP, item=lustre(DeploymentType="PERSISTENT_2")),
    case(fsx.tags_follow, PASS, item=windows(CopyTagsToBackups=True)),
    case(fsx.tags_follow, FAIL, item=windows(CopyTagsToBackups=False)),
    case(fsx.tags_follow, PASS, item=lustre(CopyTagsToBackups=True, DeploymentType="PERSISTENT_2")),
    case(fsx.tags_follow, FAIL, item=lustre(DeploymentType="PERSISTENT_2")),
    case(fsx.tags_follow, SKIP, item=lustre(DeploymentType="SCRATCH_2")),
    case(fsx.tags_follow, PASS, item=openzfs(CopyTagsToBackups=True, CopyTagsToVolumes=True)),
    case(fsx.tags_follow, FAIL, item=openzfs(CopyTagsToBackups=True)),
    case(fsx.tags_follow, SKIP, item=ontap()),
]

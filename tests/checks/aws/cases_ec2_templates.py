from typing import Any

from checks.aws import ec2_templates as templates
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_ec2 import NO_SECRET, NODE, SECRET

SETTINGS, EBS = "aws.ec2.settings", "aws.ebs.settings"
ITEM = {"LaunchTemplateId": "lt-1", "LaunchTemplateName": "web", "DefaultVersionNumber": 1, "LatestVersionNumber": 2}


def version(number: int = 1, **data: Any) -> dict[str, Any]:
    return {"LaunchTemplateId": "lt-1", "VersionNumber": number, "LaunchTemplateData": {"ImageId": "ami-1", **data}}


def both(**data: Any) -> dict[str, Any]:
    """Return the facts of a template of one version."""
    return {"item": ITEM, "default": version(**data), "latest": version(**data)}


def newer(default: dict[str, Any], latest: dict[str, Any]) -> dict[str, Any]:
    return {"item": ITEM, "default": version(1, **default), "latest": version(2, **latest)}


def defaults(**options: str) -> Resource:
    return resource(SETTINGS, metadata_defaults=options)


def ebs(*, on: bool) -> Resource:
    return resource(EBS, encryption={"EbsEncryptionByDefault": on})


TOKENS: dict[str, Any] = {"MetadataOptions": {"HttpTokens": "required"}}
NO_TOKENS: dict[str, Any] = {"MetadataOptions": {"HttpTokens": "optional"}}
DISK: dict[str, Any] = {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8, "Encrypted": True}}
CLEAR: dict[str, Any] = {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8}}
PUBLIC: dict[str, Any] = {"NetworkInterfaces": [{"DeviceIndex": 0, "AssociatePublicIpAddress": True}]}
V2, ENCRYPTED, CLEAN, PRIVATE = (
    templates.metadata_v2,
    templates.disks_encrypted,
    templates.user_data_clean,
    templates.no_public_address,
)

CASES = [
    case(V2, PASS, **both(**TOKENS)),
    case(V2, PASS, **both(MetadataOptions={"HttpEndpoint": "disabled"})),
    case(V2, PASS, **both(), inventory=[defaults(HttpTokens="required")]),
    case(V2, FAIL, **both(**NO_TOKENS), inventory=[defaults(HttpTokens="required")]),
    case(V2, FAIL, **both()),
    case(V2, FAIL, **both(), inventory=[resource(SETTINGS, metadata_defaults=None)]),
    case(V2, FAIL, **newer(TOKENS, NO_TOKENS)),
    case(V2, FAIL, **newer(NO_TOKENS, TOKENS)),
    case(V2, UNKNOWN, **both(), inventory=[resource(SETTINGS, metadata_defaults=DENIED)]),
    case(V2, UNKNOWN, **{**both(**TOKENS), "latest": DENIED}),
    case(V2, SKIP, item=ITEM, default=None, latest=None),
    case(V2, SKIP, **{**both(**NO_TOKENS), "item": {**ITEM, **NODE}}),
    case(ENCRYPTED, PASS, **both(BlockDeviceMappings=[DISK]), inventory=[ebs(on=False)]),
    case(ENCRYPTED, PASS, **both(BlockDeviceMappings=[CLEAR]), inventory=[ebs(on=True)]),
    case(ENCRYPTED, FAIL, **both(BlockDeviceMappings=[DISK, CLEAR]), inventory=[ebs(on=False)]),
    case(ENCRYPTED, FAIL, **newer({}, {"BlockDeviceMappings": [CLEAR]}), inventory=[ebs(on=False)]),
    case(ENCRYPTED, SKIP, **both(), inventory=[ebs(on=False)]),
    case(ENCRYPTED, UNKNOWN, **both(BlockDeviceMappings=[CLEAR]), inventory=[unlisted(EBS)]),
    case(CLEAN, PASS, **both()),
    case(CLEAN, PASS, **both(UserData=NO_SECRET)),
    case(CLEAN, FAIL, **both(UserData=SECRET)),
    case(CLEAN, FAIL, **newer({"UserData": SECRET}, {"UserData": NO_SECRET})),
    case(PRIVATE, PASS, **both()),
    case(PRIVATE, PASS, **both(NetworkInterfaces=[{"DeviceIndex": 0, "AssociatePublicIpAddress": False}])),
    case(PRIVATE, FAIL, **newer({}, PUBLIC)),
]

from typing import Any

from checks.aws import batch
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource

IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1"


def hidden(*detected: str) -> dict[str, Any]:
    return {"$secret": {"hash": "h", "detected": list(detected)}}


def single(**more: Any) -> dict[str, Any]:
    return {"containerProperties": {"image": IMAGE, **more}}


def nodes(**more: Any) -> dict[str, Any]:
    return {"nodeProperties": {"nodeRangeProperties": [{"container": {"image": IMAGE, **more}}]}}


def tasks(*containers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"ecsProperties": {"taskProperties": [{"containers": list(containers), **more}]}}


def pod(container: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"eksProperties": {"podProperties": {"containers": [{"image": IMAGE, **(container or {})}], **more}}}


def told(name: str, *detected: str) -> dict[str, Any]:
    return {"environment": [{"name": name, "value": hidden(*detected)}]}


def fargate(said: str | None) -> dict[str, Any]:
    network = {"networkConfiguration": {"assignPublicIp": said}} if said else {}
    return {"platformCapabilities": ["FARGATE"], **single(**network)}


def mounted(said: str | None) -> dict[str, Any]:
    volume = {"fileSystemId": "fs-1", **({"transitEncryption": said} if said else {})}
    return single(volumes=[{"name": "files", "efsVolumeConfiguration": volume}])


def machines(kind: str = "EC2", **more: Any) -> dict[str, Any]:
    return {"status": "VALID", "computeResources": {"type": kind, **more}}


def repository(scanned: bool) -> Any:
    item = {"repositoryName": "team/app", "imageScanningConfiguration": {"scanOnPush": scanned}}
    return resource("aws.ecr.repository", item=item)


CASES = [
    case(batch.without_secrets, PASS, item=single(**told("TABLE"))),
    case(batch.without_secrets, PASS, item={}),
    case(batch.without_secrets, FAIL, item=single(**told("TABLE", "Private Key"))),
    case(batch.without_secrets, FAIL, item=nodes(**told("DB_PASSWORD"))),
    case(batch.without_secrets, FAIL, item=tasks({"image": IMAGE}, {"image": IMAGE, "command": [hidden("Hex")]})),
    case(batch.without_secrets, FAIL, item=pod({"env": [{"name": "API_KEY", "value": hidden()}]})),
    case(batch.without_secrets, FAIL, item={**single(), "parameters": {"key": hidden("AWS Access Key")}}),
    case(batch.unprivileged, PASS, item=single(privileged=False)),
    case(batch.unprivileged, FAIL, item=nodes(privileged=True)),
    case(batch.unprivileged, FAIL, item=tasks({"image": IMAGE}, {"image": IMAGE, "privileged": True})),
    case(batch.unprivileged, FAIL, item=pod({"securityContext": {"privileged": True}})),
    case(batch.apart_from_host, PASS, item=single()),
    case(batch.apart_from_host, PASS, item=pod(hostNetwork=False)),
    case(batch.apart_from_host, FAIL, item=pod()),
    case(batch.apart_from_host, FAIL, item=tasks({"image": IMAGE}, pidMode="host")),
    case(batch.no_public_address, PASS, item=fargate("DISABLED")),
    case(batch.no_public_address, PASS, item=fargate(None)),
    case(batch.no_public_address, FAIL, item=fargate("ENABLED")),
    case(batch.no_public_address, SKIP, item=single()),
    case(batch.images_pinned, PASS, item=single()),
    case(batch.images_pinned, FAIL, item=single(image="busybox")),
    case(batch.images_pinned, FAIL, item=tasks({"image": IMAGE}, {"image": "busybox:latest"})),
    case(batch.images_scanned, PASS, item=single(), inventory=[repository(True)]),
    case(batch.images_scanned, FAIL, item=pod(), inventory=[repository(False)]),
    case(batch.images_scanned, UNKNOWN, item=single(image="busybox:1")),
    case(batch.images_scanned, SKIP, item={}),
    case(batch.files_in_transit, PASS, item=mounted("ENABLED")),
    case(batch.files_in_transit, FAIL, item=mounted(None)),
    case(batch.files_in_transit, SKIP, item=single()),
    case(batch.tried_again, PASS, item={"retryStrategy": {"attempts": 3}}),
    case(batch.tried_again, FAIL, item={"retryStrategy": {"attempts": 1}}),
    case(batch.tried_again, FAIL, item={}),
    case(batch.image_of_aws, PASS, item=machines(ec2Configuration=[{"imageType": "ECS_AL2023"}])),
    case(batch.image_of_aws, FAIL, item=machines(imageId="ami-1")),
    case(batch.image_of_aws, FAIL, item=machines("SPOT", ec2Configuration=[{"imageIdOverride": "ami-1"}])),
    case(batch.image_of_aws, SKIP, item=machines("FARGATE")),
    case(batch.image_of_aws, SKIP, item={"type": "UNMANAGED"}),
]

from typing import Any

from checks.aws import ecs_tasks
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted

ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
WINDOWS = {"runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}}
ROLE, OTHER = "arn:aws:iam::123456789012:role/task", "arn:aws:iam::123456789012:role/pull"


def task(container: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"containerDefinitions": [{"name": "app", "image": f"{ECR}/app:1", **(container or {})}], **more}


def hidden(*detected: str) -> dict[str, Any]:
    return {"$secret": {"hash": "h", "detected": list(detected)}}


def told(name: str, *detected: str) -> dict[str, Any]:
    return task({"environment": [{"name": name, "value": hidden(*detected)}]})


def image(name: str) -> dict[str, Any]:
    return task({"image": name})


def capabilities(*added: str) -> dict[str, Any]:
    return task({"linuxParameters": {"capabilities": {"add": list(added)}}})


def mounted(encryption: str | None) -> dict[str, Any]:
    volume = {"fileSystemId": "fs-1", **({"transitEncryption": encryption} if encryption else {})}
    return task(volumes=[{"name": "files", "efsVolumeConfiguration": volume}])


def repository(scanned: bool) -> Any:
    item = {"repositoryName": "team/app", "imageScanningConfiguration": {"scanOnPush": scanned}}
    return resource("aws.ecr.repository", item=item)


SCANNED = image(f"{ECR}/team/app:1")

CASES = [
    case(ecs_tasks.without_secrets, PASS, definition=told("TABLE")),
    case(ecs_tasks.without_secrets, PASS, definition=told("DB_PASSWORD_FILE")),
    case(ecs_tasks.without_secrets, PASS, definition=task()),
    case(ecs_tasks.without_secrets, FAIL, definition=told("TABLE", "AWS Access Key")),
    case(ecs_tasks.without_secrets, FAIL, definition=told("DB_PASSWORD")),
    case(ecs_tasks.without_secrets, FAIL, definition=told("ECS_ENGINE_AUTH_DATA")),
    case(ecs_tasks.without_secrets, FAIL, definition=task({"command": [hidden(), hidden("Private Key")]})),
    case(
        ecs_tasks.without_secrets,
        FAIL,
        definition=task({"logConfiguration": {"logDriver": "splunk", "options": {"splunk-token": hidden("Hex")}}}),
    ),
    case(ecs_tasks.unprivileged, PASS, definition=task({"privileged": False})),
    case(ecs_tasks.unprivileged, PASS, definition=capabilities("NET_BIND_SERVICE")),
    case(ecs_tasks.unprivileged, FAIL, definition=task({"privileged": True})),
    case(ecs_tasks.unprivileged, FAIL, definition=capabilities("SYS_ADMIN")),
    case(ecs_tasks.unprivileged, FAIL, definition=capabilities("ALL")),
    case(ecs_tasks.not_root, PASS, definition=task({"user": "app"})),
    case(ecs_tasks.not_root, PASS, definition=task({"user": "1000:0"})),
    case(ecs_tasks.not_root, FAIL, definition=task({"user": "root:app"})),
    case(ecs_tasks.not_root, FAIL, definition=task({"user": "0"})),
    case(ecs_tasks.not_root, UNKNOWN, definition=task()),
    case(ecs_tasks.not_root, SKIP, definition=task(**WINDOWS)),
    case(ecs_tasks.apart_from_host, PASS, definition=task(networkMode="awsvpc", pidMode="task")),
    case(ecs_tasks.apart_from_host, FAIL, definition=task(networkMode="host")),
    case(ecs_tasks.apart_from_host, FAIL, definition=task(networkMode="awsvpc", pidMode="host")),
    case(ecs_tasks.apart_from_host, FAIL, definition=task(ipcMode="host")),
    case(ecs_tasks.read_only, PASS, definition=task({"readonlyRootFilesystem": True})),
    case(ecs_tasks.read_only, FAIL, definition=task()),
    case(ecs_tasks.read_only, SKIP, definition=task(**WINDOWS)),
    case(ecs_tasks.images_pinned, PASS, definition=task()),
    case(ecs_tasks.images_pinned, PASS, definition=image(f"{ECR}/app@sha256:{'0' * 64}")),
    case(ecs_tasks.images_pinned, FAIL, definition=image("localhost:5000/app")),
    case(ecs_tasks.images_pinned, FAIL, definition=image(f"{ECR}/app:latest")),
    case(ecs_tasks.images_from_ecr, PASS, definition=task()),
    case(ecs_tasks.images_from_ecr, PASS, definition=image("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app:1")),
    case(ecs_tasks.images_from_ecr, PASS, definition=image("123456789012.dkr-ecr.eu-west-1.on.aws/app:1")),
    case(ecs_tasks.images_from_ecr, FAIL, definition=image("nginx:1")),
    case(ecs_tasks.images_from_ecr, FAIL, definition=image("public.ecr.aws/nginx/nginx:1")),
    case(ecs_tasks.images_scanned, PASS, definition=SCANNED, inventory=[repository(True)]),
    case(ecs_tasks.images_scanned, FAIL, definition=SCANNED, inventory=[repository(False)]),
    case(ecs_tasks.images_scanned, UNKNOWN, definition=SCANNED),
    case(ecs_tasks.images_scanned, UNKNOWN, definition=image("nginx:1"), inventory=[repository(True)]),
    case(ecs_tasks.images_scanned, UNKNOWN, definition=SCANNED, inventory=[unlisted("aws.ecr.repository")]),
    case(ecs_tasks.logged, PASS, definition=task({"logConfiguration": {"logDriver": "awslogs"}})),
    case(ecs_tasks.logged, FAIL, definition=task()),
    case(ecs_tasks.files_in_transit, PASS, definition=mounted("ENABLED")),
    case(ecs_tasks.files_in_transit, FAIL, definition=mounted("DISABLED")),
    case(ecs_tasks.files_in_transit, FAIL, definition=mounted(None)),
    case(ecs_tasks.files_in_transit, SKIP, definition=task()),
    case(ecs_tasks.role_of_its_own, PASS, definition=task(taskRoleArn=ROLE, executionRoleArn=OTHER)),
    case(ecs_tasks.role_of_its_own, FAIL, definition=task(taskRoleArn=ROLE, executionRoleArn=ROLE)),
    case(ecs_tasks.role_of_its_own, FAIL, definition=task(requiresCompatibilities=["EC2", "FARGATE"])),
    case(ecs_tasks.role_of_its_own, SKIP, definition=task(requiresCompatibilities=["FARGATE"])),
    case(ecs_tasks.not_administrator, PASS, definition=task({"user": "ContainerUser"}, **WINDOWS)),
    case(ecs_tasks.not_administrator, FAIL, definition=task({"user": "ContainerAdministrator"}, **WINDOWS)),
    case(ecs_tasks.not_administrator, UNKNOWN, definition=task(**WINDOWS)),
    case(ecs_tasks.not_administrator, SKIP, definition=task({"user": "root"})),
]

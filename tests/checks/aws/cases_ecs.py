from typing import Any

from checks.aws import ecs
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY

GONE = {"status": "INACTIVE"}
EBS = "aws.ebs.settings"


def cluster(**more: Any) -> dict[str, Any]:
    return {"status": "ACTIVE", **more}


def insights(value: str) -> dict[str, Any]:
    return cluster(settings=[{"name": "containerInsights", "value": value}])


def sessions(logging: str, **target: Any) -> dict[str, Any]:
    return cluster(configuration={"executeCommandConfiguration": {"logging": logging, "logConfiguration": target}})


def disks(key: str | None) -> dict[str, Any]:
    return cluster(configuration={"managedStorageConfiguration": {"fargateEphemeralStorageKmsKeyId": key}})


def address(said: str, *sets: str) -> dict[str, Any]:
    def network(each: str) -> dict[str, Any]:
        return {"networkConfiguration": {"awsvpcConfiguration": {"assignPublicIp": each, "subnets": ["subnet-1"]}}}

    return cluster(**network(said), taskSets=[network(each) for each in sets])


def fargate(version: str = "LATEST", family: str = "Linux") -> dict[str, Any]:
    return cluster(launchType="FARGATE", platformVersion=version, platformFamily=family)


def subnet(name: str, zone: str) -> Any:
    return resource("aws.vpc.subnet", name, item={"SubnetId": name, "AvailabilityZone": zone})


def within(*names: str) -> dict[str, Any]:
    return cluster(networkConfiguration={"awsvpcConfiguration": {"subnets": list(names)}})


def deployed(kind: str = "ECS", **rules: Any) -> dict[str, Any]:
    return cluster(deploymentController={"type": kind}, deploymentConfiguration=rules)


def volumes(*encrypted: bool | None, status: str = "PRIMARY") -> dict[str, Any]:
    rows = [{"name": "data", "managedEBSVolume": {} if each is None else {"encrypted": each}} for each in encrypted]
    return cluster(deployments=[{"status": status, "volumeConfigurations": rows}])


def region(on: bool) -> Any:
    return resource(EBS, encryption={"EbsEncryptionByDefault": on})


def provider(protects: str, scales: str = "ENABLED") -> dict[str, Any]:
    group = {"managedTerminationProtection": protects, "managedScaling": {"status": scales}}
    return {"status": "ACTIVE", "autoScalingGroupProvider": group}


ON, OFF = {"enable": True, "rollback": True}, {"enable": True, "rollback": False}
ZONES = [subnet("a", "eu-west-1a"), subnet("b", "eu-west-1b"), subnet("c", "eu-west-1a")]
GROUP, BUCKET = {"cloudWatchLogGroupName": "sessions"}, {"s3BucketName": "sessions"}

CASES = [
    case(ecs.insights_on, PASS, cluster=insights("enabled")),
    case(ecs.insights_on, PASS, cluster=insights("enhanced")),
    case(ecs.insights_on, FAIL, cluster=insights("disabled")),
    case(ecs.insights_on, FAIL, cluster=cluster()),
    case(ecs.insights_on, SKIP, cluster=GONE),
    case(ecs.insights_on, SKIP, cluster=None),
    case(ecs.sessions_logged, PASS, cluster=sessions("OVERRIDE", **GROUP)),
    case(ecs.sessions_logged, PASS, cluster=sessions("OVERRIDE", **BUCKET)),
    case(ecs.sessions_logged, PASS, cluster=cluster()),
    case(ecs.sessions_logged, FAIL, cluster=sessions("OVERRIDE")),
    case(ecs.sessions_logged, FAIL, cluster=sessions("NONE")),
    case(ecs.sessions_encrypted, PASS, cluster=sessions("OVERRIDE", **GROUP, cloudWatchEncryptionEnabled=True)),
    case(ecs.sessions_encrypted, FAIL, cluster=sessions("OVERRIDE", **GROUP, cloudWatchEncryptionEnabled=True, **BUCKET)),
    case(ecs.sessions_encrypted, FAIL, cluster=sessions("OVERRIDE", **BUCKET, cloudWatchEncryptionEnabled=True)),
    case(ecs.sessions_encrypted, SKIP, cluster=sessions("DEFAULT")),
    case(ecs.sessions_encrypted, SKIP, cluster=cluster()),
    case(ecs.customer_key, PASS, cluster=disks(KEY_ARN), inventory=[OUR_KEY]),
    case(ecs.customer_key, FAIL, cluster=disks(KEY_ARN), inventory=[AWS_KEY]),
    case(ecs.customer_key, FAIL, cluster=cluster()),
    case(ecs.no_public_address, PASS, service=address("DISABLED")),
    case(ecs.no_public_address, PASS, service=within("a")),
    case(ecs.no_public_address, FAIL, service=address("ENABLED")),
    case(ecs.no_public_address, FAIL, service=address("DISABLED", "ENABLED")),
    case(ecs.no_public_address, SKIP, service=cluster()),
    case(ecs.no_public_address, SKIP, service={"status": "DRAINING"}),
    case(ecs.newest_platform, PASS, service=fargate()),
    case(ecs.newest_platform, PASS, service=fargate("1.4.0")),
    case(ecs.newest_platform, PASS, service=fargate("1.0.0", "WINDOWS_SERVER_2022_CORE")),
    case(ecs.newest_platform, FAIL, service=fargate("1.3.0")),
    case(ecs.newest_platform, FAIL, service=fargate("1.0.0")),
    case(
        ecs.newest_platform,
        FAIL,
        service=cluster(capacityProviderStrategy=[{"capacityProvider": "FARGATE_SPOT"}], platformVersion="1.3.0"),
    ),
    case(ecs.newest_platform, SKIP, service=cluster(launchType="EC2")),
    case(ecs.multi_zone, PASS, service=within("a", "b"), inventory=ZONES),
    case(ecs.multi_zone, FAIL, service=within("a", "c"), inventory=ZONES),
    case(ecs.multi_zone, UNKNOWN, service=within("a", "x"), inventory=ZONES),
    case(ecs.multi_zone, SKIP, service=cluster()),
    case(ecs.failed_deployment_ends, PASS, service=deployed(deploymentCircuitBreaker=ON)),
    case(ecs.failed_deployment_ends, PASS, service=deployed(deploymentCircuitBreaker=OFF, alarms=ON)),
    case(ecs.failed_deployment_ends, FAIL, service=deployed(deploymentCircuitBreaker=OFF)),
    case(ecs.failed_deployment_ends, FAIL, service=cluster()),
    case(ecs.failed_deployment_ends, SKIP, service=deployed("CODE_DEPLOY")),
    case(ecs.no_shell, PASS, service=cluster(enableExecuteCommand=False)),
    case(ecs.no_shell, FAIL, service=cluster(enableExecuteCommand=True)),
    case(ecs.volumes_encrypted, PASS, service=volumes(True)),
    case(ecs.volumes_encrypted, PASS, service=volumes(None), inventory=[region(True)]),
    case(ecs.volumes_encrypted, FAIL, service=volumes(True, False), inventory=[region(False)]),
    case(ecs.volumes_encrypted, SKIP, service=cluster()),
    case(ecs.volumes_encrypted, SKIP, service=volumes(False, status="INACTIVE")),
    case(ecs.volumes_encrypted, UNKNOWN, service=volumes(False), inventory=[unlisted(EBS)]),
    case(ecs.volumes_encrypted, UNKNOWN, service=volumes(False)),
    case(ecs.busy_machines_kept, PASS, item=provider("ENABLED")),
    case(ecs.busy_machines_kept, FAIL, item=provider("DISABLED")),
    case(ecs.busy_machines_kept, FAIL, item=provider("ENABLED", "DISABLED")),
    case(ecs.busy_machines_kept, SKIP, item={"status": "ACTIVE"}),
    case(ecs.busy_machines_kept, SKIP, item={**provider("DISABLED"), "status": "INACTIVE"}),
]

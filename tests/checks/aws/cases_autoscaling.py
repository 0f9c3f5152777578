from typing import Any

from checks.aws import autoscaling
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted

EC2, EBS = "aws.ec2.settings", "aws.ebs.settings"
DELETING = {"Status": "Delete in progress"}
OPERATED = {"Operator": {"Principal": "eks.amazonaws.com"}}


def subnet(name: str, zone: str) -> Any:
    return resource("aws.vpc.subnet", name, item={"SubnetId": name, "AvailabilityZone": zone})


def types(*names: str) -> dict[str, Any]:
    return {"MixedInstancesPolicy": {"LaunchTemplate": {"Overrides": [{"InstanceType": each} for each in names]}}}


def metadata(**options: str) -> dict[str, Any]:
    return {"MetadataOptions": options}


def disk(encrypted: bool | None) -> dict[str, Any]:
    return {"BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": {} if encrypted is None else {"Encrypted": encrypted}}]}


def hidden(*detected: str) -> dict[str, Any]:
    return {"UserData": {"$secret": {"hash": "h", "detected": list(detected)}}}


def encrypts(on: bool) -> Any:
    return resource(EBS, encryption={"EbsEncryptionByDefault": on})


REQUIREMENTS = {
    "MixedInstancesPolicy": {"LaunchTemplate": {"Overrides": [{"InstanceRequirements": {"VCpuCount": {"Min": 2}}}]}}
}
REGION = resource(EC2, metadata_defaults={"HttpTokens": "required"})
TWO = [subnet("a", "eu-west-1a"), subnet("b", "eu-west-1b")]

CASES = [
    case(autoscaling.multi_zone, PASS, item={"AvailabilityZones": ["eu-west-1a", "eu-west-1b"]}),
    case(autoscaling.multi_zone, PASS, item={"VPCZoneIdentifier": "a, b"}, inventory=TWO),
    case(autoscaling.multi_zone, FAIL, item={"AvailabilityZones": ["eu-west-1a"]}),
    case(autoscaling.multi_zone, SKIP, item={"AvailabilityZones": ["eu-west-1a"], **DELETING}),
    case(autoscaling.multi_zone, SKIP, item={"AvailabilityZones": ["eu-west-1a"], **OPERATED}),
    case(autoscaling.health_of_balancer, PASS, item={"TargetGroupARNs": ["arn:1"], "HealthCheckType": "ELB"}),
    case(autoscaling.health_of_balancer, PASS, item={"TargetGroupARNs": ["arn:1"], "HealthCheckType": "EC2,ELB"}),
    case(autoscaling.health_of_balancer, FAIL, item={"LoadBalancerNames": ["web"], "HealthCheckType": "EC2"}),
    case(autoscaling.health_of_balancer, FAIL, item={"TargetGroupARNs": ["arn:1"], "HealthCheckType": "EC2,EBS"}),
    case(autoscaling.health_of_balancer, SKIP, item={"TargetGroupARNs": [], "HealthCheckType": "EC2"}),
    case(autoscaling.from_template, PASS, item={"LaunchTemplate": {"LaunchTemplateId": "lt-1"}}),
    case(autoscaling.from_template, PASS, item=types("t3.large")),
    case(autoscaling.from_template, FAIL, item={"LaunchConfigurationName": "old"}),
    case(autoscaling.several_types, PASS, item=types("t3.large", "t3a.large")),
    case(autoscaling.several_types, PASS, item=REQUIREMENTS),
    case(autoscaling.several_types, FAIL, item=types("t3.large", "t3.large")),
    case(autoscaling.several_types, FAIL, item={}),
    case(autoscaling.machines_renewed, PASS, item={"MaxInstanceLifetime": 2592000}),
    case(autoscaling.machines_renewed, FAIL, item={}),
    case(autoscaling.machines_renewed, FAIL, item={"MaxInstanceLifetime": 0}),
    case(autoscaling.deletion_protected, PASS, item={"DeletionProtection": "prevent-all-deletion"}),
    case(autoscaling.deletion_protected, FAIL, item={"DeletionProtection": "none"}),
    case(autoscaling.deletion_protected, FAIL, item={}),
    case(autoscaling.metadata_v2, PASS, item=metadata(HttpTokens="required")),
    case(autoscaling.metadata_v2, PASS, item=metadata(HttpEndpoint="disabled")),
    case(autoscaling.metadata_v2, PASS, item={}, inventory=[REGION]),
    case(autoscaling.metadata_v2, FAIL, item=metadata(HttpTokens="optional"), inventory=[REGION]),
    case(autoscaling.metadata_v2, FAIL, item={}),
    case(autoscaling.metadata_v2, UNKNOWN, item={}, inventory=[unlisted(EC2)]),
    case(autoscaling.no_public_address, PASS, item={"AssociatePublicIpAddress": False}),
    case(autoscaling.no_public_address, PASS, item={}),
    case(autoscaling.no_public_address, FAIL, item={"AssociatePublicIpAddress": True}),
    case(autoscaling.disks_encrypted, PASS, item=disk(True)),
    case(autoscaling.disks_encrypted, PASS, item=disk(None), inventory=[encrypts(True)]),
    case(autoscaling.disks_encrypted, FAIL, item=disk(None), inventory=[encrypts(False)]),
    case(autoscaling.disks_encrypted, SKIP, item={}, inventory=[encrypts(False)]),
    case(autoscaling.disks_encrypted, UNKNOWN, item=disk(False)),
    case(autoscaling.user_data_clean, PASS, item={}),
    case(autoscaling.user_data_clean, PASS, item={"UserData": ""}),
    case(autoscaling.user_data_clean, PASS, item=hidden()),
    case(autoscaling.user_data_clean, FAIL, item=hidden("AWS Access Key")),
]

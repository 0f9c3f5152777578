from datetime import UTC, datetime
from typing import Any

from checks.aws import emr
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_redshift import ADMINISTRATOR, ROLE_ARN, opened
from tests.checks.aws.cases_sagemaker import hidden, key_cases

PROFILE = "arn:aws:iam::123456789012:instance-profile/nodes"
PUBLIC = "ec2-192-0-2-1.eu-west-1.compute.amazonaws.com"
PRIVATE = "ip-10-0-0-1.eu-west-1.compute.internal"
NAMED = {"Id": "j-1", "MasterPublicDnsName": PRIVATE}
BEFORE, AFTER = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)


def machine(cluster: str = "j-1", role: str = "MASTER", **item: Any) -> Resource:
    return resource("aws.ec2.instance", "i-1", item=item, tags={emr.OF_CLUSTER: cluster, emr.ROLE: role})


def role(**more: Any) -> Resource:
    profile = {"Arn": PROFILE, "InstanceProfileName": "nodes"}
    return resource("aws.iam.role", ROLE_ARN, item={"InstanceProfileList": [profile], **more})


def profiled(name: str) -> dict[str, Any]:
    return {"Ec2InstanceAttributes": {"IamInstanceProfile": name}}


def grouped(name: str, *more: str) -> dict[str, Any]:
    attributes = {"EmrManagedMasterSecurityGroup": "sg-1", "AdditionalMasterSecurityGroups": list(more)}
    return {"MasterPublicDnsName": name, "Ec2InstanceAttributes": attributes}


def properties(**given: Any) -> dict[str, Any]:
    inner = {"Classification": "export", "Properties": given}
    return {"Configurations": [{"Classification": "hadoop-env", "Properties": {}, "Configurations": [inner]}]}


CASES = [
    case(emr.secured, PASS, cluster={"SecurityConfiguration": "sealed"}),
    case(emr.secured, FAIL, cluster={}),
    *key_cases(emr.logs_key, "cluster", lambda key: {"LogUri": "s3://logs", "LogEncryptionKmsKeyId": key}),
    case(emr.logs_key, SKIP, cluster={}),
    case(emr.logged, PASS, cluster={"LogUri": "s3n://logs/"}),
    case(emr.logged, PASS, cluster={"MonitoringConfiguration": {"CloudWatchLogConfiguration": {"Enabled": True}}}),
    case(emr.logged, FAIL, cluster={"MonitoringConfiguration": {"CloudWatchLogConfiguration": {"Enabled": False}}}),
    case(emr.logged, FAIL, cluster={}),
    case(emr.role_limited, PASS, cluster=profiled("nodes"), inventory=[role()]),
    case(emr.role_limited, PASS, cluster=profiled(PROFILE), inventory=[role()]),
    case(emr.role_limited, FAIL, cluster=profiled("nodes"), inventory=[role(**ADMINISTRATOR)]),
    case(emr.role_limited, SKIP, cluster={}),
    case(emr.role_limited, UNKNOWN, cluster=profiled("other"), inventory=[role()]),
    case(emr.role_limited, UNKNOWN, cluster=profiled("nodes"), inventory=[unlisted("aws.iam.role")]),
    case(emr.no_public_address, PASS, cluster={"MasterPublicDnsName": PRIVATE}),
    case(emr.no_public_address, FAIL, cluster={"MasterPublicDnsName": PUBLIC}),
    case(emr.no_public_address, FAIL, cluster={"MasterPublicDnsName": f"{PUBLIC}.cn"}),
    case(emr.no_public_address, SKIP, cluster={}),
    case(emr.no_public_address, PASS, cluster=NAMED, inventory=[machine()]),
    case(emr.no_public_address, PASS, cluster=NAMED, inventory=[machine(role="CORE", PublicIpAddress="192.0.2.1")]),
    case(emr.no_public_address, PASS, cluster=NAMED, inventory=[machine("j-2", PublicIpAddress="192.0.2.1")]),
    case(emr.no_public_address, FAIL, cluster=NAMED, inventory=[machine(PublicIpAddress="192.0.2.1")]),
    case(emr.no_public_address, UNKNOWN, cluster=NAMED, inventory=[unlisted("aws.ec2.instance")]),
    case(
        emr.closed_to_world,
        FAIL,
        cluster={**grouped(PRIVATE), "Id": "j-1"},
        inventory=[machine(PublicIpAddress="192.0.2.1"), opened(8088)],
    ),
    case(emr.closed_to_world, PASS, cluster=grouped(PRIVATE)),
    case(emr.closed_to_world, SKIP, cluster={}),
    case(emr.closed_to_world, PASS, cluster=grouped(PUBLIC), inventory=[opened(443)]),
    case(emr.closed_to_world, FAIL, cluster=grouped(PUBLIC), inventory=[opened(8088)]),
    case(emr.closed_to_world, FAIL, cluster=grouped(PUBLIC), inventory=[opened(22)]),
    case(emr.closed_to_world, FAIL, cluster=grouped(PUBLIC), inventory=[opened(8998)]),
    case(emr.closed_to_world, FAIL, cluster=grouped(PUBLIC), inventory=[opened(10000)]),
    case(emr.closed_to_world, UNKNOWN, cluster=grouped(PUBLIC, "sg-2"), inventory=[opened(443)]),
    case(emr.closed_to_world, UNKNOWN, cluster=grouped(PUBLIC), inventory=[unlisted("aws.vpc.security_group")]),
    case(emr.supported_release, PASS, cluster={"ReleaseLabel": "emr-7.12.0"}, now=AFTER),
    case(emr.supported_release, PASS, cluster={"ReleaseLabel": "emr-7.14.0"}, now=AFTER),
    case(emr.supported_release, FAIL, cluster={"ReleaseLabel": "emr-7.14.0"}, now=datetime(2028, 9, 9, tzinfo=UTC)),
    case(emr.supported_release, UNKNOWN, cluster={"ReleaseLabel": "emr-7.12.0"}, now=datetime(2027, 8, 16, tzinfo=UTC)),
    case(emr.supported_release, PASS, cluster={"ReleaseLabel": "emr-7.6.0"}, now=BEFORE),
    case(emr.supported_release, UNKNOWN, cluster={"ReleaseLabel": "emr-7.6.0"}, now=AFTER),
    case(emr.supported_release, UNKNOWN, cluster={"ReleaseLabel": "emr-8.0.0"}, now=AFTER),
    case(emr.supported_release, PASS, cluster={"ReleaseLabel": "emr-7.5.0"}, now=BEFORE),
    case(emr.supported_release, FAIL, cluster={"ReleaseLabel": "emr-7.5.0"}, now=AFTER),
    case(emr.supported_release, FAIL, cluster={"ReleaseLabel": "emr-7.1.0"}, now=AFTER),
    case(emr.supported_release, FAIL, cluster={"ReleaseLabel": "emr-6.15.0"}, now=BEFORE),
    case(emr.supported_release, FAIL, cluster={"ReleaseLabel": "emr-5.36.2"}, now=BEFORE),
    case(emr.supported_release, UNKNOWN, cluster={"ReleaseLabel": "emr-spark-8.0-preview"}, now=BEFORE),
    case(emr.supported_release, UNKNOWN, cluster={}, now=BEFORE),
    case(emr.image_recent, PASS, cluster={"OSReleaseLabel": "2023.9.20261101.0"}, now=AFTER),
    case(emr.image_recent, FAIL, cluster={"OSReleaseLabel": "2.0.20230906.0"}, now=AFTER),
    case(emr.image_recent, SKIP, cluster={"CustomAmiId": "ami-1"}, now=AFTER),
    case(emr.image_recent, UNKNOWN, cluster={}, now=AFTER),
    case(emr.image_recent, UNKNOWN, cluster={"OSReleaseLabel": "2.0.20231399.0"}, now=AFTER),
    case(emr.termination_protected, PASS, cluster={"TerminationProtected": True}),
    case(emr.termination_protected, FAIL, cluster={"TerminationProtected": False, "AutoTerminate": False}),
    case(emr.termination_protected, SKIP, cluster={"AutoTerminate": True}),
    case(emr.nodes_replaced, PASS, cluster={"UnhealthyNodeReplacement": True}),
    case(emr.nodes_replaced, FAIL, cluster={}),
    case(emr.without_secrets, PASS, cluster=properties(JAVA_HOME=hidden())),
    case(emr.without_secrets, PASS, cluster={}),
    case(emr.without_secrets, FAIL, cluster=properties(TOKEN=hidden("AWS Access Key"))),
    case(emr.without_secrets, FAIL, cluster=properties(TOKEN=hidden("AWS Access Key", "Secret Keyword"))),
    case(emr.without_secrets, UNKNOWN, cluster=properties(PASSWORD=hidden("Secret Keyword"))),
]

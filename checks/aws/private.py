"""Checks that a VPC reaches AWS's services over endpoints of its own: one check for each service of the table.

Due where something in the VPC may make calls and the region holds something of the service. An endpoint that stands in
another VPC, and is reached over a peering or a transit gateway, cannot be told from one that is not reached, and doesn't count.
Names of endpoint services: VPC user guide, "AWS services that integrate with AWS PrivateLink", "Gateway endpoints".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from checks.aws.owned import owned
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

VPC, INTERFACE, ENDPOINT = "aws.vpc.vpc", "aws.vpc.network_interface", "aws.vpc.endpoint"
# Interfaces that pass on the calls of others, or only answer: by EC2's NetworkInterfaceType, and by how the description
# begins that the service gives them. All others may make calls.
PASSING_ON = {
    "vpc_endpoint",
    "gateway_load_balancer_endpoint",
    "gateway_load_balancer",
    "load_balancer",
    "network_load_balancer",
    "natGateway",
    "nat_gateway",
    "transit_gateway",
    "global_accelerator_managed",
}
ANSWERING = ("ELB ", "EFS mount target", "RDSNetworkInterface")
FIPS = "-fips"


@dataclass(frozen=True, slots=True)
class Private:
    """A service that workloads call. ``endpoints``: what each VPC needs to reach it, after the region's name.

    ``kind`` and ``counts`` tell which resources in the region make the endpoints worth having.
    """

    service: str
    noun: str
    kind: str
    endpoints: tuple[str, ...]
    counts: Callable[[Resource], bool] = lambda _: True


PRIVATE = (
    Private("aws.cloudformation", "stacks", "aws.cloudformation.stack", ("cloudformation",)),
    Private("aws.codepipeline", "pipelines", "aws.codepipeline.pipeline", ("codepipeline",)),
    Private("aws.dynamodb", "tables", "aws.dynamodb.table", ("dynamodb",)),
    Private("aws.ec2", "compute_services", "aws.ec2.instance", ("ec2",)),
    Private("aws.ecr", "repositories", "aws.ecr.repository", ("ecr.api", "ecr.dkr")),
    Private(
        "aws.eventbridge",
        "event_buses",
        "aws.eventbridge.event_bus",
        ("events",),
        lambda bus: bool(bus["item"]["Name"] != "default"),
    ),
    Private("aws.kinesis", "streams", "aws.kinesis.stream", ("kinesis-streams",)),
    Private("aws.kms", "keys", "aws.kms.key", ("kms",), lambda key: bool(key["key"]["KeyManager"] == "CUSTOMER")),
    Private("aws.logs", "log_groups", "aws.logs.log_group", ("logs",)),
    Private("aws.s3", "buckets", "aws.s3.bucket", ("s3",)),
    Private("aws.secretsmanager", "secrets", "aws.secretsmanager.secret", ("secretsmanager",)),
    Private("aws.sns", "topics", "aws.sns.topic", ("sns",)),
    Private("aws.stepfunctions", "state_machines", "aws.stepfunctions.state_machine", ("states",)),
    Private("aws.ssm", "parameters", "aws.ssm.parameter", ("ssm",)),
    Private("aws.sqs", "queues", "aws.sqs.queue", ("sqs",)),
)


def _makes_calls(vpc: Resource, inventory: Inventory) -> bool:
    interfaces = inventory.where(INTERFACE, "item.VpcId", vpc["item"]["VpcId"], region=vpc.region)
    return any(
        each["item"].get("InterfaceType") not in PASSING_ON and not each["item"].get("Description", "").startswith(ANSWERING)
        for each in interfaces
    )


def _offered(vpc: Resource, inventory: Inventory) -> Iterator[str]:
    """Yield what the VPC's endpoints lead to: ``sqs`` of ``com.amazonaws.eu-west-1.sqs``, in every partition."""
    for each in inventory.where(ENDPOINT, "item.VpcId", vpc["item"]["VpcId"], region=vpc.region):
        item = each["item"]
        leads = item["VpcEndpointType"] != "Gateway" or item.get("RouteTableIds")
        if leads and item["State"].lower() == "available":
            yield item["ServiceName"].partition(f".{vpc.region}.")[2].removesuffix(FIPS)


def _judge(private: Private, vpc: Resource, inventory: Inventory) -> Verdict:
    noun = private.noun.replace("_", " ")
    if not _makes_calls(vpc, inventory):
        return skipped("nothing in the VPC makes calls")
    if not any(private.counts(each) for each in inventory.all(private.kind, region=vpc.region)):
        return skipped(f"no {noun} in the region")
    if missing := sorted(set(private.endpoints) - set(_offered(vpc, inventory))):
        return failed(f"no endpoint for {' and '.join(missing)}: calls leave over public addresses, or fail")
    return passed(f"an endpoint for {' and '.join(private.endpoints)} is available")


def privately(private: Private) -> Check:
    first, *further = private.endpoints

    @check(
        f"{VPC}.{private.noun}_reached_privately",
        on=VPC,
        service=private.service,
        control="network.private_endpoints",
        severity=Severity.LOW,
        title=f"The VPC reaches {private.noun.replace('_', ' ')} over a private endpoint",
        risk="Machines need a way to the internet, which data can leave by too, only to reach a service of AWS.",
        fix="aws ec2 create-vpc-endpoint --vpc-id {name} --region {region} --vpc-endpoint-type Interface --subnet-ids SUBNET"
        f" --service-name com.amazonaws.{{region}}.{first}{''.join(f', and once more for {each}' for each in further)}",
        cis=("v7:6.8",),
    )
    @owned
    def judge(vpc: Resource, inventory: Inventory) -> Verdict:
        return _judge(private, vpc, inventory)

    return judge


PRIVATELY = tuple(privately(each) for each in PRIVATE)

from checks.aws import vpc
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, REGION, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.policies import STRANGER

FLOW_LOG, SUBNET, INTERFACE = "aws.vpc.flow_log", "aws.vpc.subnet", "aws.vpc.network_interface"
DETECTOR = "aws.guardduty.detector"
OWN = "123456789012"

VPC = {"VpcId": "vpc-1", "OwnerId": OWN, "IsDefault": False}
DEFAULT = {**VPC, "IsDefault": True}
SHARED = {**DEFAULT, "OwnerId": STRANGER}
WORKS = {"FlowLogStatus": "ACTIVE", "DeliverLogsStatus": "SUCCESS"}
REFUSED = {"FlowLogStatus": "ACTIVE", "DeliverLogsStatus": "FAILED", "DeliverLogsErrorMessage": "Access error"}


def log(on: str, region: str = REGION, **fields: str) -> Resource:
    return resource(FLOW_LOG, region=region, item={"ResourceId": on, "TrafficType": "ALL", **(fields or WORKS)})


def subnet(id: str, zone: str = "eu-west-1a") -> Resource:
    return resource(SUBNET, id, item={"VpcId": "vpc-1", "SubnetId": id, "AvailabilityZone": zone})


def detector(status: str = "ENABLED", **features: str) -> Resource:
    named = [{"Name": name, "Status": value} for name, value in features.items()]
    return resource(DETECTOR, detector={"Status": status, "Features": named})


ONE, TWO = subnet("subnet-1"), subnet("subnet-2", "eu-west-1b")
BOTH = [ONE, TWO]
HELD = resource(INTERFACE, item={"VpcId": "vpc-1"})

VPC_CASES = [
    case(vpc.flow_logs, PASS, item=VPC, inventory=[log("vpc-1")]),
    case(vpc.flow_logs, PASS, item=VPC, inventory=[log("vpc-1", **REFUSED), log("vpc-1")]),
    case(vpc.flow_logs, PASS, item=VPC, inventory=[log("vpc-1", FlowLogStatus="ACTIVE")]),
    case(vpc.flow_logs, PASS, item=VPC, inventory=[*BOTH, log("subnet-1"), log("subnet-2")]),
    case(vpc.flow_logs, FAIL, item=VPC, inventory=[*BOTH, log("subnet-1")]),
    case(vpc.flow_logs, FAIL, item=VPC, inventory=[*BOTH, log("subnet-1"), log("subnet-2", **REFUSED)]),
    case(vpc.flow_logs, FAIL, item=VPC, inventory=[log("vpc-1", **REFUSED)]),
    case(vpc.flow_logs, FAIL, item=VPC, inventory=[log("vpc-2")]),
    case(vpc.flow_logs, FAIL, item=VPC),
    case(vpc.flow_logs, SKIP, item=SHARED),
    case(vpc.flow_logs, UNKNOWN, item=VPC, inventory=[unlisted(FLOW_LOG, REGION)]),
    case(vpc.flow_logs, FAIL, item=VPC, inventory=[unlisted(FLOW_LOG, "us-east-1")]),
    case(vpc.default_unused, PASS, item=DEFAULT),
    case(vpc.default_unused, FAIL, item=DEFAULT, inventory=[HELD]),
    case(vpc.default_unused, SKIP, item=VPC, inventory=[HELD]),
    case(vpc.default_unused, SKIP, item=SHARED, inventory=[HELD]),
    case(vpc.default_unused, UNKNOWN, item=DEFAULT, inventory=[unlisted(INTERFACE)]),
    case(vpc.spans_zones, PASS, item=VPC, inventory=BOTH),
    case(vpc.spans_zones, FAIL, item=VPC, inventory=[ONE]),
    case(vpc.spans_zones, SKIP, item=VPC),
    case(vpc.spans_zones, UNKNOWN, item=VPC, inventory=[unlisted(SUBNET)]),
    case(vpc.encryption_enforced, PASS, item={**VPC, "EncryptionControl": {"Mode": "enforce", "State": "available"}}),
    case(vpc.encryption_enforced, FAIL, item={**VPC, "EncryptionControl": {"Mode": "monitor", "State": "available"}}),
    case(vpc.encryption_enforced, FAIL, item={**VPC, "EncryptionControl": {"Mode": "enforce", "State": "enforce-failed"}}),
    case(vpc.encryption_enforced, FAIL, item=VPC),
    case(vpc.threats_watched, PASS, item=VPC, inventory=[detector()]),
    case(vpc.threats_watched, PASS, item=VPC, inventory=[detector(FLOW_LOGS="ENABLED")]),
    case(vpc.threats_watched, FAIL, item=VPC, inventory=[detector(FLOW_LOGS="DISABLED")]),
    case(vpc.threats_watched, FAIL, item=VPC, inventory=[detector("DISABLED")]),
    case(vpc.threats_watched, FAIL, item=VPC),
    case(vpc.threats_watched, UNKNOWN, item=VPC, inventory=[resource(DETECTOR, detector=DENIED)]),
]

FREE = {"PublicIp": "192.0.2.1", "AllocationId": "eipalloc-1"}

PART_CASES = [
    case(vpc.no_automatic_public_address, PASS, item={"MapPublicIpOnLaunch": False, "OwnerId": OWN}),
    case(vpc.no_automatic_public_address, FAIL, item={"MapPublicIpOnLaunch": True, "OwnerId": OWN}),
    case(vpc.no_automatic_public_address, SKIP, item={"MapPublicIpOnLaunch": True, "OwnerId": STRANGER}),
    case(vpc.delivering, PASS, item=WORKS),
    case(vpc.delivering, PASS, item={"FlowLogStatus": "ACTIVE"}),
    case(vpc.delivering, FAIL, item=REFUSED),
    case(vpc.delivering, FAIL, item={"FlowLogStatus": "INACTIVE", "DeliverLogsStatus": "SUCCESS"}),
    case(vpc.records_refusals, PASS, item={"TrafficType": "ALL"}),
    case(vpc.records_refusals, PASS, item={"TrafficType": "REJECT"}),
    case(vpc.records_refusals, FAIL, item={"TrafficType": "ACCEPT"}),
    case(vpc.records_refusals, SKIP, item={}),
    case(vpc.associated, PASS, item={**FREE, "AssociationId": "eipassoc-1"}),
    case(vpc.associated, PASS, item={**FREE, "InstanceId": "i-1"}),
    case(vpc.associated, FAIL, item=FREE),
    case(vpc.associated, FAIL, item={**FREE, "InstanceId": ""}),
    case(vpc.associated, SKIP, item={**FREE, "ServiceManaged": "alb"}),
    case(vpc.attached, PASS, item={"Status": "in-use"}),
    case(vpc.attached, FAIL, item={"Status": "available"}),
    case(vpc.attached, SKIP, item={"Status": "available", "RequesterManaged": True}),
    case(vpc.attached, SKIP, item={"Status": "available", "Operator": {"Managed": True, "Principal": "eks.amazonaws.com"}}),
]

CASES = [*VPC_CASES, *PART_CASES]

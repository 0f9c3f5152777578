from typing import Any

from checks.aws import route53
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted

PUBLIC: dict[str, Any] = {"Config": {"PrivateZone": False}}
PRIVATE: dict[str, Any] = {"Config": {"PrivateZone": True}}
VPC = {"VpcId": "vpc-1", "OwnerId": "123456789012"}
SHARED = {**VPC, "OwnerId": "999999999999"}


def dnssec(status: str, *keys: str) -> dict[str, Any]:
    return {"Status": {"ServeSignature": status}, "KeySigningKeys": [{"Name": "k", "Status": each} for each in keys]}


def logging(status: str = "ACTIVE", vpc: str = "vpc-1") -> Resource:
    return resource("aws.route53.query_log_association", item={"ResourceId": vpc, "Status": status})


def firewall(status: str = "COMPLETE", vpc: str = "vpc-1") -> Resource:
    return resource("aws.route53.firewall_association", item={"VpcId": vpc, "Status": status})


CASES = [
    case(route53.signed, PASS, item=PUBLIC, dnssec=dnssec("SIGNING", "ACTIVE")),
    case(route53.signed, FAIL, item=PUBLIC, dnssec=dnssec("NOT_SIGNING")),
    case(route53.signed, FAIL, item=PUBLIC, dnssec=dnssec("DELETING", "ACTIVE")),
    case(route53.signed, FAIL, item=PUBLIC, dnssec=dnssec("SIGNING", "ACTION_NEEDED")),
    case(route53.signed, SKIP, item=PRIVATE, dnssec=None),
    case(route53.signed, UNKNOWN, item=PUBLIC, dnssec=DENIED),
    case(route53.queries_logged, PASS, item=PUBLIC, query_logging={"LogGroup": "arn:aws:logs:us-east-1:1:log-group:dns"}),
    case(route53.queries_logged, FAIL, item=PUBLIC, query_logging=None),
    case(route53.queries_logged, SKIP, item=PRIVATE, query_logging=None),
    case(route53.queries_logged, UNKNOWN, item=PUBLIC, query_logging=DENIED),
    case(route53.used, PASS, item={**PUBLIC, "ResourceRecordSetCount": 3}),
    case(route53.used, FAIL, item={**PUBLIC, "ResourceRecordSetCount": 2}),
    case(route53.used, SKIP, item={"ResourceRecordSetCount": 2, "LinkedService": {"ServicePrincipal": "servicediscovery"}}),
    case(route53.lookups_logged, PASS, item=VPC, inventory=[logging("CREATING"), logging()]),
    case(route53.lookups_logged, FAIL, item=VPC, inventory=[logging("FAILED")]),
    case(route53.lookups_logged, FAIL, item=VPC, inventory=[logging(vpc="vpc-2")]),
    case(route53.lookups_logged, SKIP, item=SHARED),
    case(route53.lookups_logged, UNKNOWN, item=VPC, inventory=[unlisted("aws.route53.query_log_association")]),
    case(route53.names_filtered, PASS, item=VPC, inventory=[firewall()]),
    case(route53.names_filtered, FAIL, item=VPC, inventory=[firewall("DELETING"), firewall(vpc="vpc-2")]),
    case(route53.names_filtered, SKIP, item=SHARED),
    case(route53.names_filtered, UNKNOWN, item=VPC, inventory=[unlisted("aws.route53.firewall_association")]),
    case(route53.protected, PASS, item={"MutationProtection": "ENABLED"}),
    case(route53.protected, PASS, item={"MutationProtection": "DISABLED", "ManagedOwnerName": "Firewall Manager"}),
    case(route53.protected, FAIL, item={"MutationProtection": "DISABLED"}),
    case(route53.protected, FAIL, item={}),
]

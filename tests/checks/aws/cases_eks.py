from datetime import UTC, datetime
from typing import Any

from checks.aws import eks
from checks.aws.eks_read import ADDON
from scanner.model import Resource
from tests.cases import DENIED, FAIL, NOW, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY

DETECTOR, OIDC, INSPECTOR = "aws.guardduty.detector", "aws.iam.oidc_provider", "aws.inspector.settings"
ID = "arn:aws:eks:eu-west-1:123456789012:cluster/shop"
ISSUER = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E"
STANDING: dict[str, Any] = {
    "name": "shop",
    "status": "ACTIVE",
    "version": "1.34",
    "identity": {"oidc": {"issuer": f"https://{ISSUER}"}},
}
LEAVING = {**STANDING, "status": "DELETING"}
DATES = {"standardUntil": "2026-12-02T00:00:00+00:00", "extendedUntil": "2027-12-02T00:00:00+00:00"}
VERSIONS = [
    {"version": "1.34", "status": "STANDARD_SUPPORT", **DATES},
    {"version": "1.30", "status": "EXTENDED_SUPPORT", **DATES, "standardUntil": "2025-07-23T00:00:00+00:00"},
    {"version": "1.27", "status": "UNSUPPORTED", "standardUntil": None, "extendedUntil": None},
]
SUPPORT = {"region": "whole", "versions": VERSIONS}


def cluster(check: Any, outcome: Any, inventory: Any = (), now: datetime = NOW, facts: Any = None, **more: Any) -> Any:
    """Return the case of a cluster that stands, with *more* in what AWS tells of it."""
    given = {"support": SUPPORT, **(facts or {})}
    return case(check, outcome, id=ID, inventory=inventory, now=now, cluster={**STANDING, **more}, **given)


def leaving(check: Any) -> Any:
    return case(check, SKIP, id=ID, cluster=LEAVING, support=SUPPORT, insights=[])


def network(*cidrs: str, public: bool = True, private: bool = True) -> dict[str, Any]:
    return {"endpointPublicAccess": public, "endpointPrivateAccess": private, "publicAccessCidrs": list(cidrs)}


NARROW = eks.endpoint_narrow
API_CASES = [
    cluster(NARROW, PASS, resourcesVpcConfig=network(public=False)),
    cluster(NARROW, PASS, resourcesVpcConfig=network("198.51.100.0/24", "2001:db8::/32")),
    cluster(NARROW, FAIL, resourcesVpcConfig=network("0.0.0.0/0")),
    cluster(NARROW, FAIL, resourcesVpcConfig=network("198.51.100.0/24", "::/0")),
    cluster(NARROW, FAIL, resourcesVpcConfig=network("0.0.0.0/1", "128.0.0.0/1")),
    cluster(NARROW, FAIL, resourcesVpcConfig=network()),
    leaving(NARROW),
    case(NARROW, UNKNOWN, id=ID, cluster=DENIED),
    cluster(eks.private_endpoint, PASS, resourcesVpcConfig=network()),
    cluster(eks.private_endpoint, FAIL, resourcesVpcConfig=network(private=False)),
]


def encrypted(*kinds: str, key: str = KEY_ARN) -> list[dict[str, Any]]:
    return [{"resources": list(kinds), "provider": {"keyArn": key}}]


DATA_CASES = [
    cluster(eks.secrets_encrypted, PASS),
    cluster(eks.secrets_encrypted, PASS, version="1.28"),
    cluster(eks.secrets_encrypted, PASS, version="1.27", encryptionConfig=encrypted("secrets")),
    cluster(eks.secrets_encrypted, FAIL, version="1.27"),
    cluster(eks.secrets_encrypted, FAIL, version="1.9", encryptionConfig=encrypted()),
    cluster(eks.customer_key, PASS, encryptionConfig=encrypted("secrets"), inventory=[OUR_KEY]),
    cluster(eks.customer_key, FAIL, encryptionConfig=encrypted("secrets"), inventory=[AWS_KEY]),
    cluster(eks.customer_key, FAIL),
    cluster(eks.customer_key, UNKNOWN, encryptionConfig=encrypted("secrets"), inventory=[unlisted("aws.kms.key")]),
]


def insight(status: str, category: str = "UPGRADE_READINESS") -> dict[str, str]:
    return {"name": "Deprecated APIs removed in Kubernetes v1.35", "category": category, "status": status}


def insights(outcome: Any, *found: dict[str, str]) -> Any:
    return cluster(eks.upgrade_ready, outcome, facts={"insights": list(found)})


VERSION, ITSELF = eks.supported_version, eks.upgrades_itself
VERSION_CASES = [
    cluster(VERSION, PASS),
    cluster(VERSION, FAIL, now=datetime(2026, 12, 3, tzinfo=UTC)),
    cluster(VERSION, FAIL, version="1.30"),
    cluster(VERSION, FAIL, version="1.27"),
    cluster(VERSION, UNKNOWN, version="1.35"),
    cluster(VERSION, UNKNOWN, facts={"support": None}),
    cluster(VERSION, UNKNOWN, facts={"support": DENIED}),
    cluster(VERSION, FAIL, version="1.30", facts={"support": DENIED}),
    cluster(VERSION, FAIL, version="1.19", facts={"support": None}),
    cluster(ITSELF, PASS, upgradePolicy={"supportType": "STANDARD"}),
    cluster(ITSELF, FAIL, upgradePolicy={"supportType": "EXTENDED"}),
    cluster(ITSELF, FAIL),
    insights(PASS, insight("PASSING"), insight("WARNING")),
    insights(PASS, insight("PASSING"), insight("ERROR", "MISCONFIGURATION")),
    insights(FAIL, insight("PASSING"), insight("UNKNOWN"), insight("ERROR")),
    insights(UNKNOWN, insight("PASSING"), insight("UNKNOWN")),
    insights(SKIP),
    cluster(eks.upgrade_ready, UNKNOWN, facts={"insights": DENIED}),
]


def logging(on: list[str], off: list[str]) -> dict[str, Any]:
    return {"clusterLogging": [{"types": on, "enabled": True}, {"types": off, "enabled": False}]}


def detector(status: str = "ENABLED", **features: str) -> Resource:
    named = [{"Name": name, "Status": value} for name, value in features.items()]
    return resource(DETECTOR, detector={"Status": status, "Features": named})


def addon(name: str, of: str = "shop") -> Resource:
    return resource(ADDON, f"arn:aws:eks:eu-west-1:123456789012:addon/{of}/{name}")


def scanning(status: str) -> Resource:
    return resource(INSPECTOR, account={"resourceState": {"ecr": {"status": status}}})


LOGGED, AUDIT, RUNTIME, IMAGES = eks.control_plane_logged, eks.audit_watched, eks.runtime_watched, eks.images_scanned
AGENT, MONITORED = addon("aws-guardduty-agent"), detector(RUNTIME_MONITORING="ENABLED")
WATCH_CASES = [
    cluster(LOGGED, PASS, logging=logging(["api", "audit", "authenticator"], ["scheduler"])),
    cluster(LOGGED, FAIL, logging=logging(["api", "authenticator"], ["audit"])),
    cluster(LOGGED, FAIL, logging=logging([], ["api", "audit", "authenticator", "controllerManager", "scheduler"])),
    cluster(LOGGED, FAIL),
    cluster(AUDIT, PASS, inventory=[detector(EKS_AUDIT_LOGS="ENABLED")]),
    cluster(AUDIT, FAIL, inventory=[detector(EKS_AUDIT_LOGS="DISABLED")]),
    cluster(AUDIT, FAIL, inventory=[detector("DISABLED", EKS_AUDIT_LOGS="ENABLED")]),
    cluster(AUDIT, FAIL, inventory=[detector(FLOW_LOGS="ENABLED")]),
    cluster(AUDIT, FAIL),
    cluster(AUDIT, UNKNOWN, inventory=[unlisted(DETECTOR)]),
    cluster(RUNTIME, PASS, inventory=[MONITORED, AGENT]),
    cluster(RUNTIME, PASS, inventory=[detector(EKS_RUNTIME_MONITORING="ENABLED"), AGENT]),
    cluster(RUNTIME, FAIL, inventory=[MONITORED]),
    cluster(RUNTIME, FAIL, inventory=[MONITORED, addon("aws-guardduty-agent", "other")]),
    cluster(RUNTIME, FAIL, inventory=[detector(RUNTIME_MONITORING="DISABLED"), AGENT]),
    cluster(RUNTIME, UNKNOWN, inventory=[MONITORED, unlisted(ADDON)]),
    cluster(IMAGES, PASS, inventory=[scanning("ENABLED")]),
    cluster(IMAGES, FAIL, inventory=[scanning("DISABLED")]),
    cluster(IMAGES, FAIL, inventory=[resource(INSPECTOR, account=None)]),
    cluster(IMAGES, UNKNOWN, inventory=[resource(INSPECTOR, account=DENIED)]),
]

PODS = eks.workload_identities
TRUSTED = resource(OIDC, f"arn:aws:iam::123456789012:oidc-provider/{ISSUER}")
OTHERS = resource(OIDC, "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/OTHER")
POD_CASES = [
    cluster(PODS, PASS, inventory=[addon("eks-pod-identity-agent")]),
    cluster(PODS, PASS, inventory=[TRUSTED]),
    cluster(PODS, PASS, computeConfig={"enabled": True}),
    cluster(PODS, FAIL, inventory=[OTHERS, addon("vpc-cni")]),
    cluster(PODS, FAIL, computeConfig={"enabled": False}),
    cluster(PODS, UNKNOWN, inventory=[unlisted(ADDON)]),
    cluster(PODS, UNKNOWN, inventory=[unlisted(OIDC)]),
    cluster(eks.deletion_protected, PASS, deletionProtection=True),
    cluster(eks.deletion_protected, FAIL, deletionProtection=False),
    cluster(eks.deletion_protected, FAIL),
    leaving(eks.deletion_protected),
]

CASES = [*API_CASES, *DATA_CASES, *VERSION_CASES, *WATCH_CASES, *POD_CASES]

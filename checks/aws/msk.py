"""Checks on clusters of Managed Streaming for Kafka."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from checks.aws import keys, reached, sharing
from checks.support import lasting, supported
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

CLUSTER = "aws.msk.cluster"
MODIFY = "aws kafka update-security --cluster-arn {id} --current-version VERSION --region {region} "
VERSION = re.compile(r"(\d+)\.(\d+)(\..*)?")
# Ports of brokers within the VPC, for plain text, TLS, SASL/SCRAM and IAM, and of those that face the internet. Not verified:
# written down as the developer guide's "Port information" has them.
PORTS = (9092, 9094, 9096, 9098, 9194, 9196, 9198)
LEAST_ZONES = 2


def _provisioned(cluster: Resource) -> Mapping[str, Any]:
    """Return what AWS tells of brokers; nothing of a serverless cluster, whose settings are AWS's own."""
    found: Mapping[str, Any] = cluster["item"].get("Provisioned") or {}
    return found


def _part(settings: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    for name in path:
        settings = settings.get(name) or {}
    return settings


@check(
    f"{CLUSTER}.customer_key",
    on=CLUSTER,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Cluster is encrypted with a key of the customer's own",
    risk="Access to the messages cannot be limited, logged or ended by a key of one's own.",
    fix="Create a cluster with --encryption-info EncryptionAtRest={DataVolumeKMSKeyId=KEY} and replicate the topics to it",
)
def customer_key(cluster: Resource, inventory: Inventory) -> Verdict:
    settings = _provisioned(cluster)
    if not settings:
        return skipped("serverless: encrypted with a key of AWS's")
    named = _part(settings, "EncryptionInfo", "EncryptionAtRest").get("DataVolumeKMSKeyId")
    return keys.customer_key(cluster, named, inventory)


@check(
    f"{CLUSTER}.tls_required",
    on=CLUSTER,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Brokers talk to clients, and to each other, over TLS only",
    risk="Passwords and messages can be read and changed on their way.",
    fix=MODIFY + "--encryption-info EncryptionInTransit={ClientBroker=TLS}",
)
def tls_required(cluster: Resource) -> Verdict:
    settings = _provisioned(cluster)
    if not settings:
        return passed("serverless: TLS only")
    transit = _part(settings, "EncryptionInfo", "EncryptionInTransit")
    # What is not told is on: AWS sets both so where nobody chose.
    clients = transit.get("ClientBroker", "TLS")
    if clients != "TLS":
        return failed(f"clients: {clients}")
    return passed("TLS only") if transit.get("InCluster", True) else failed("brokers talk to each other in the clear")


@check(
    f"{CLUSTER}.sign_in_required",
    on=CLUSTER,
    control="identity.peers",
    severity=Severity.HIGH,
    title="Cluster asks its clients to sign in",
    risk="Whoever reaches a broker reads, writes and deletes every topic.",
    fix=MODIFY + "--client-authentication Unauthenticated={Enabled=false},Sasl={Iam={Enabled=true}}",
)
def sign_in_required(cluster: Resource) -> Verdict:
    settings = _provisioned(cluster)
    if not settings:
        return passed("serverless: sign-in by IAM")
    ways = settings.get("ClientAuthentication") or {}
    if _part(ways, "Unauthenticated").get("Enabled"):
        return failed("clients may come unnamed")
    # Clusters of before there was a switch for certificates name only who issues them.
    asked = [name for name in ("Iam", "Scram") if _part(ways, "Sasl", name).get("Enabled")]
    asked += ["Tls"] if _part(ways, "Tls").get("Enabled") or _part(ways, "Tls").get("CertificateAuthorityArnList") else []
    return passed(f"clients sign in by {', '.join(asked)}") if asked else failed("no way of signing in is set up")


@check(
    f"{CLUSTER}.iam_sign_in",
    on=CLUSTER,
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="Clients of the cluster sign in with their role",
    risk="Every application keeps a password or certificate, which is copied, leaks, and is not changed.",
    fix=MODIFY + "--client-authentication Sasl={Iam={Enabled=true}}",
)
def iam_sign_in(cluster: Resource) -> Verdict:
    settings = _provisioned(cluster) or _part(cluster["item"], "Serverless")
    on = _part(settings, "ClientAuthentication", "Sasl", "Iam").get("Enabled")
    return passed("sign-in by IAM is on") if on else failed("sign-in by IAM is off")


@check(
    f"{CLUSTER}.policy_not_public",
    on=CLUSTER,
    control="data.public_exposure",
    severity=Severity.HIGH,
    title="Cluster's policy admits nobody unnamed",
    risk="Anybody with an AWS account may connect to the topics.",
    fix="aws kafka put-cluster-policy --cluster-arn {id} --policy file://policy.json --region {region}",
    cis=sharing.STRANGERS,
)
def policy_not_public(cluster: Resource) -> Verdict:
    return sharing.named(cluster)


@check(
    f"{CLUSTER}.known_accounts",
    on=CLUSTER,
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Cluster's policy admits only accounts of the organization",
    risk="An account that nobody here runs may connect to the topics.",
    fix="aws kafka put-cluster-policy --cluster-arn {id} --policy file://policy.json --region {region}",
    cis=sharing.STRANGERS,
)
def known_accounts(cluster: Resource, inventory: Inventory) -> Verdict:
    return sharing.known(cluster, inventory)


@check(
    f"{CLUSTER}.not_public",
    on=CLUSTER,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Brokers have no public addresses",
    risk="One slip in a security group, and anybody may guess passwords or use the next hole in Kafka.",
    fix="aws kafka update-connectivity --cluster-arn {id} --current-version VERSION --region {region}"
    " --connectivity-info PublicAccess={Type=DISABLED}",
)
def not_public(cluster: Resource) -> Verdict:
    access = _part(_provisioned(cluster), "BrokerNodeGroupInfo", "ConnectivityInfo", "PublicAccess")
    kind = access.get("Type", "DISABLED")
    return passed("no public addresses") if kind == "DISABLED" else failed(f"public access is {kind}")


@check(
    f"{CLUSTER}.closed_to_world",
    on=CLUSTER,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Cluster's security groups do not let the world in",
    risk="One address more, and anybody talks to the brokers.",
    fix="aws ec2 revoke-security-group-ingress --region {region} on the groups of {name}",
)
def closed_to_world(cluster: Resource, inventory: Inventory) -> Verdict:
    names = list(_part(_provisioned(cluster), "BrokerNodeGroupInfo").get("SecurityGroups") or [])
    for config in _part(cluster["item"], "Serverless").get("VpcConfigs") or []:
        names += config.get("SecurityGroupIds") or []
    return reached.closed(names, PORTS, cluster, inventory) if names else skipped("it names no security group")


@check(
    f"{CLUSTER}.supported_version",
    on=CLUSTER,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Cluster runs a version of Kafka that is supported",
    risk="Holes stay open, and AWS upgrades the cluster when it likes, without a word.",
    fix="aws kafka update-cluster-kafka-version --cluster-arn {id} --current-version VERSION --target-kafka-version 3.9.x",
)
def supported_version(cluster: Resource, now: datetime) -> Verdict:
    settings = _provisioned(cluster)
    if not settings:
        return skipped("serverless: AWS chooses the version")
    version = str(_part(settings, "CurrentBrokerSoftwareInfo").get("KafkaVersion") or "")
    if not (read := VERSION.fullmatch(version)):
        return unknown(f"the version is not told: {version}")
    return supported("aws.msk", f"{read[1]}.{read[2]}", now, f"Kafka {version}")


SUPPORT_LASTS = lasting(supported_version)


@check(
    f"{CLUSTER}.logs_delivered",
    on=CLUSTER,
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="Brokers' logs leave the cluster",
    risk="Refused sign-ins and failures leave no trace that anybody can look up.",
    fix="aws kafka update-monitoring --cluster-arn {id} --current-version VERSION --region {region} --logging-info file://logs.json",
)
def logs_delivered(cluster: Resource) -> Verdict:
    settings = _provisioned(cluster)
    if not settings:
        return skipped("serverless: it has no logs of brokers")
    ways = _part(settings, "LoggingInfo", "BrokerLogs")
    on = sorted(name for name, way in ways.items() if (way or {}).get("Enabled"))
    return passed(f"delivered to {', '.join(on)}") if on else failed("logs are not delivered")


@check(
    f"{CLUSTER}.multi_zone",
    on=CLUSTER,
    control="resilience.multi_zone",
    severity=Severity.MEDIUM,
    title="Brokers stand in several zones",
    risk="The loss of one zone takes the topics with it.",
    fix="Create a cluster with subnets in three zones and replicate the topics to it",
)
def multi_zone(cluster: Resource) -> Verdict:
    settings = _provisioned(cluster)
    if not settings:
        return passed("serverless: AWS spreads it over zones")
    count = len(_part(settings, "BrokerNodeGroupInfo").get("ClientSubnets") or [])
    return (passed if count >= LEAST_ZONES else failed)(f"brokers stand in {count} zone(s)")

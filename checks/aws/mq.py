"""Checks on brokers of Amazon MQ, and on their configurations."""

from __future__ import annotations

from datetime import datetime

from checks.aws import keys, reached
from checks.support import lasting, supported
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

BROKER, CONFIGURATION = "aws.mq.broker", "aws.mq.configuration"
MODIFY = "aws mq update-broker --broker-id ID --region {region} "
RABBIT = "RABBITMQ"
ENGINES = {"ACTIVEMQ": "aws.mq.activemq", RABBIT: "aws.mq.rabbitmq"}
# Ports of the protocols and consoles, all of them over TLS. Not verified: that there are no more.
PORTS = {"ACTIVEMQ": (5671, 8162, 8883, 61614, 61617, 61619), RABBIT: (443, 5671)}
OWN_USERS = "SIMPLE"


def _engine(broker: Resource) -> str:
    """Return the engine in capitals: AWS has spelled it both ways."""
    return str(broker["broker"].get("EngineType") or "").upper()


@check(
    f"{BROKER}.customer_key",
    on=BROKER,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Broker is encrypted with a key of the customer's own",
    risk="Access to the messages cannot be limited, logged or ended by a key of one's own.",
    fix="Create a broker with --encryption-options KmsKeyId=KEY,UseAwsOwnedKey=false; the key cannot be changed later",
)
def customer_key(broker: Resource, inventory: Inventory) -> Verdict:
    options = broker["broker"].get("EncryptionOptions") or {}
    named = None if options.get("UseAwsOwnedKey", True) else options.get("KmsKeyId")
    return keys.customer_key(broker, named, inventory)


@check(
    f"{BROKER}.central_sign_in",
    on=BROKER,
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="Broker keeps no passwords of its own",
    risk="Applications and people sign in with passwords that only the broker knows of, and that outlive whoever left.",
    fix=MODIFY + "--authentication-strategy LDAP (ActiveMQ), or CONFIG_MANAGED (RabbitMQ)",
)
def central_sign_in(broker: Resource) -> Verdict:
    way = str(broker["broker"].get("AuthenticationStrategy") or OWN_USERS).upper()
    return failed("it has users and passwords of its own") if way == OWN_USERS else passed(f"users come by {way}")


@check(
    f"{BROKER}.not_public",
    on=BROKER,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Broker has no public address",
    risk="A password, or the next hole in the broker, is all that stands between anybody and the messages.",
    fix="Create a broker with --no-publicly-accessible; a public broker cannot be made private",
)
def not_public(broker: Resource) -> Verdict:
    public = broker["broker"].get("PubliclyAccessible")
    return failed("it has a public address") if public else passed("it has no public address")


@check(
    f"{BROKER}.closed_to_world",
    on=BROKER,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Broker does not let the world connect",
    risk="Anybody may guess passwords, or use the next hole in the broker or its console.",
    fix="aws ec2 revoke-security-group-ingress --region {region} on the groups of {name}",
)
def closed_to_world(broker: Resource, inventory: Inventory) -> Verdict:
    told = broker["broker"]
    if not told.get("PubliclyAccessible"):
        return passed("it has no public address")
    names = told.get("SecurityGroups") or []
    if not names:
        return failed("it has a public address, and no security group")
    return reached.closed(names, PORTS.get(_engine(broker), PORTS[RABBIT]), broker, inventory)


@check(
    f"{BROKER}.minor_upgrades",
    on=BROKER,
    control="runtime.automatic_updates",
    severity=Severity.MEDIUM,
    title="Broker takes minor versions of its engine by itself",
    risk="Holes in the engine that everybody can look up stay open until somebody thinks of it.",
    fix=MODIFY + "--auto-minor-version-upgrade",
)
def minor_upgrades(broker: Resource) -> Verdict:
    on = broker["broker"].get("AutoMinorVersionUpgrade")
    return passed("minor upgrades are automatic") if on else failed("minor upgrades wait for somebody")


@check(
    f"{BROKER}.supported_version",
    on=BROKER,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Broker runs a version of its engine that is supported",
    risk="Holes stay open, and AWS upgrades the broker in one of its maintenance windows.",
    fix=MODIFY + "--engine-version VERSION, tried on a copy first",
)
def supported_version(broker: Resource, now: datetime) -> Verdict:
    engine, version = _engine(broker), str(broker["broker"].get("EngineVersion") or "")
    if engine not in ENGINES or not version:
        return unknown("its engine or version is not told")
    return supported(ENGINES[engine], version, now)


SUPPORT_LASTS = lasting(supported_version)


@check(
    f"{BROKER}.logs_delivered",
    on=BROKER,
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="Broker's logs leave the broker",
    risk="Who signed in, what was changed in the console, and why something failed, nobody can look up.",
    fix=MODIFY + "--logs General=true,Audit=true; RabbitMQ knows no audit log",
)
def logs_delivered(broker: Resource) -> Verdict:
    logs = broker["broker"].get("Logs") or {}
    wanted = ("General",) if _engine(broker) == RABBIT else ("General", "Audit")
    missing = [name for name in wanted if not logs.get(name)]
    return failed(f"off: {', '.join(missing)}") if missing else passed(f"on: {', '.join(wanted)}")


@check(
    f"{BROKER}.multi_zone",
    on=BROKER,
    control="resilience.multi_zone",
    severity=Severity.MEDIUM,
    title="Broker goes on when a zone fails",
    risk="The loss of one zone stops everything that waits for messages.",
    fix="Create a broker with --deployment-mode ACTIVE_STANDBY_MULTI_AZ or CLUSTER_MULTI_AZ; it cannot be changed later",
)
def multi_zone(broker: Resource) -> Verdict:
    mode = str(broker["broker"].get("DeploymentMode") or "not told")
    return passed(f"deployed as {mode}") if mode.endswith("MULTI_AZ") else failed(f"deployed as {mode}")


@check(
    f"{CONFIGURATION}.rights_by_queue",
    on=CONFIGURATION,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="ActiveMQ's configuration gives rights by queue and topic",
    risk="Every user reads, writes and deletes every queue.",
    fix="aws mq update-configuration --configuration-id ID --region {region} --data DATA, with an authorizationPlugin",
)
def rights_by_queue(configuration: Resource) -> Verdict:
    if str(configuration["item"].get("EngineType") or "").upper() == RABBIT:
        return skipped("RabbitMQ keeps rights with its users")
    given = "<authorizationEntry" in configuration["content"]
    return passed("rights are given by queue") if given else failed("no rights are given: every user may do everything")

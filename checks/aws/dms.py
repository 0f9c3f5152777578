"""Checks on the Database Migration Service: instances, endpoints and tasks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from checks.aws import keys
from checks.aws.redshift import limited
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

INSTANCE, ENDPOINT, TASK = "aws.dms.replication_instance", "aws.dms.endpoint", "aws.dms.replication_task"
MODIFY = "aws dms modify-replication-instance --replication-instance-arn {id} --apply-immediately --region {region} "
# Engines that are reached by calls of AWS, over TLS, whatever the mode says; those that have settings of their own for it.
BY_CALLS = {"dynamodb", "kinesis", "s3", "timestream", "neptune", "opensearch", "elasticsearch"}
KAFKA, REDIS, IN_CLEAR = "kafka", "redis", "plaintext"


@check(
    f"{INSTANCE}.customer_key",
    on=INSTANCE,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Replication instance is encrypted with the customer's own key",
    risk="Passwords of databases, and data on its way, lie under a key whose use cannot be limited or ended.",
    fix="Create an instance with --kms-key-id KEY and move the tasks to it; the key cannot be changed later",
)
def customer_key(instance: Resource, inventory: Inventory) -> Verdict:
    return keys.customer_key(instance, instance["item"].get("KmsKeyId"), inventory)


@check(
    f"{INSTANCE}.not_public",
    on=INSTANCE,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Replication instance has no public address",
    risk="A machine that reaches databases on both sides can be reached from the internet.",
    fix="Create an instance with --no-publicly-accessible and move the tasks to it; it cannot be changed later",
)
def not_public(instance: Resource) -> Verdict:
    public = instance["item"].get("PubliclyAccessible")
    return failed("it has a public address") if public else passed("it has no public address")


@check(
    f"{INSTANCE}.minor_upgrades",
    on=INSTANCE,
    control="runtime.automatic_updates",
    severity=Severity.MEDIUM,
    title="Replication instance takes minor versions by itself",
    risk="Holes in the engine stay open until somebody thinks of it.",
    fix=MODIFY + "--auto-minor-version-upgrade",
)
def minor_upgrades(instance: Resource) -> Verdict:
    on = instance["item"].get("AutoMinorVersionUpgrade")
    return passed("minor upgrades are automatic") if on else failed("minor upgrades wait for somebody")


@check(
    f"{INSTANCE}.multi_zone",
    on=INSTANCE,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Replication instance goes on when a zone fails",
    risk="The loss of one zone stops the copying, and changes are missed.",
    fix=MODIFY + "--multi-az",
)
def multi_zone(instance: Resource) -> Verdict:
    return passed("stands in two zones") if instance["item"].get("MultiAZ") else failed("stands in one zone")


@check(
    f"{ENDPOINT}.tls_required",
    on=ENDPOINT,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Endpoint is reached over TLS",
    risk="The database's password and data can be read and changed on their way.",
    fix="aws dms modify-endpoint --endpoint-arn {id} --ssl-mode verify-full --certificate-arn CERTIFICATE --region {region}",
)
def tls_required(endpoint: Resource) -> Verdict:
    item = endpoint["item"]
    engine = str(item.get("EngineName") or "").lower()
    if engine in BY_CALLS:
        return passed(f"{engine} is reached by calls over TLS")
    if engine in (KAFKA, REDIS):
        part, name = ("KafkaSettings", "SecurityProtocol") if engine == KAFKA else ("RedisSettings", "SslSecurityProtocol")
        said = str((item.get(part) or {}).get(name) or "not told").lower()
        return failed(f"{name} is {said}") if said in (IN_CLEAR, "not told") else passed(f"{name} is {said}")
    mode = str(item.get("SslMode") or "none").lower()
    return failed("TLS is off") if mode == "none" else passed(f"the mode of TLS is {mode}")


def _settings(item: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the settings of an endpoint that are about one engine."""
    for name, value in item.items():
        if name.endswith("Settings") and isinstance(value, Mapping):
            yield value


@check(
    f"{ENDPOINT}.password_kept",
    on=ENDPOINT,
    control="identity.secrets",
    severity=Severity.MEDIUM,
    title="Endpoint's password is kept in Secrets Manager",
    risk="The password was handed over by people, scripts and templates, and stays the same.",
    fix="aws dms modify-endpoint --endpoint-arn {id} --region {region}, with SecretsManagerSecretId in the engine's settings",
)
def password_kept(endpoint: Resource) -> Verdict:
    item = endpoint["item"]
    kept = [each["SecretsManagerSecretId"] for each in _settings(item) if each.get("SecretsManagerSecretId")]
    if kept:
        return passed(f"kept in {kept[0]}")
    names = ("Username", "AuthUserName", "SaslUsername")
    if item.get("Username") or any(each.get(name) for each in _settings(item) for name in names):
        return failed("the password was handed over")
    return skipped("it signs in with no password")


@check(
    f"{ENDPOINT}.roles_limited",
    on=ENDPOINT,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Endpoint works with no role that holds every right",
    risk="Whoever may change a task holds the account.",
    fix="Replace the policies of the role by one that names the bucket, stream or secret that the endpoint needs",
)
def roles_limited(endpoint: Resource, inventory: Inventory) -> Verdict:
    item = endpoint["item"]
    names = ("ServiceAccessRoleArn", "SecretsManagerAccessRoleArn")
    found = {each[name] for each in (item, *_settings(item)) for name in names if each.get(name)}
    return limited(sorted(found), inventory)


@check(
    f"{TASK}.logged",
    on=TASK,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Replication task logs what it does",
    risk="Rows that were left out, and refused sign-ins, leave no trace that anybody can look up.",
    fix="aws dms modify-replication-task --replication-task-arn {id} --replication-task-settings file://logging.json",
)
def logged(task: Resource) -> Verdict:
    try:
        settings = json.loads(task["item"].get("ReplicationTaskSettings") or "{}")
    except ValueError:
        return unknown("the settings cannot be read")
    on = (settings.get("Logging") or {}).get("EnableLogging") if isinstance(settings, Mapping) else False
    return passed("logging is on") if on else failed("logging is off")


@check(
    f"{ENDPOINT}.signs_in",
    on=ENDPOINT,
    control="identity.peers",
    severity=Severity.MEDIUM,
    title="Endpoint signs in to its database",
    risk="A database that takes data from, and gives it to, whoever asks is open to everybody who reaches it.",
    fix="aws dms modify-endpoint --endpoint-arn {id} --region {region} with --mongo-db-settings AuthType=password, or"
    " --neptune-settings IamAuthEnabled=true",
)
def signs_in(endpoint: Resource) -> Verdict:
    item = endpoint["item"]
    engine = str(item.get("EngineName") or "").lower()
    if engine == "mongodb":
        kind = str((item.get("MongoDbSettings") or {}).get("AuthType") or "no").lower()
        return failed("it signs in with nothing") if kind == "no" else passed(f"it signs in with a {kind}")
    if engine == "neptune":
        on = (item.get("NeptuneSettings") or {}).get("IamAuthEnabled")
        return passed("it signs in with its role") if on else failed("it does not sign in with its role")
    return skipped("an engine that takes nobody without a sign-in, or is reached by calls of AWS")

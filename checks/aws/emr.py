"""Checks on clusters of Amazon EMR. Security configurations, settings and serverless applications: `emr_settings.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from checks.aws import keys, reached
from checks.aws.instances import INSTANCE
from checks.aws.redshift import limited
from checks.support import supported, versions
from scanner.evaluation.check import check
from scanner.evaluation.lifecycle import numbers
from scanner.model import Inventory, Outcome, Resource, Severity, Verdict, failed, passed, skipped, unknown

OF_CLUSTER, ROLE = "aws:elasticmapreduce:job-flow-id", "aws:elasticmapreduce:instance-group-role"
CLUSTER, SUPPORT = "aws.emr.cluster", "aws.emr"
ANEW = "Start a cluster anew with "
MODIFY = "aws emr modify-cluster-attributes --region {region} --cluster-id ID "
RELEASE = re.compile(r"emr-(\d+)\.(\d+)")
IMAGE_DAY, IMAGE_AGE = re.compile(r"\d{8}"), timedelta(days=180)
# Of SSH, YARN, Hue, Zeppelin, JupyterHub, HDFS (files, and pages of both generations), Spark, Livy, Hive (catalog and queries)
# and HBase. Source: EMR management guide, "Web interfaces", "Amazon EMR service ports".
PORTS = (22, 8020, 8088, 8888, 8890, 8998, 9083, 9443, 9870, 10000, 16010, 18080, 50070)


@check(
    f"{CLUSTER}.secured",
    on=CLUSTER,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Cluster works with a security configuration",
    risk="Disks, and what the nodes send each other, are as clear as the defaults leave them.",
    fix=ANEW + "--security-configuration NAME; it cannot be changed later",
)
def secured(cluster: Resource) -> Verdict:
    named = cluster["cluster"].get("SecurityConfiguration")
    return passed(f"works with {named}") if named else failed("it has no security configuration")


@check(
    f"{CLUSTER}.logs_key",
    on=CLUSTER,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Logs of the cluster are encrypted with the customer's own key",
    risk="Access to logs, which show queries and paths, cannot be limited, logged or ended by a key of one's own.",
    fix=ANEW + "--log-encryption-kms-key-id KEY",
)
def logs_key(cluster: Resource, inventory: Inventory) -> Verdict:
    told = cluster["cluster"]
    if not told.get("LogUri"):
        return skipped("no logs are kept in a bucket")
    return keys.customer_key(cluster, told.get("LogEncryptionKmsKeyId"), inventory)


@check(
    f"{CLUSTER}.logged",
    on=CLUSTER,
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="Logs of the cluster outlive it",
    risk="When the cluster ends, so does every trace of what was run on it, and by whom.",
    fix=ANEW + "--log-uri s3://BUCKET/PREFIX",
)
def logged(cluster: Resource) -> Verdict:
    told = cluster["cluster"]
    group = (told.get("MonitoringConfiguration") or {}).get("CloudWatchLogConfiguration") or {}
    if told.get("LogUri"):
        return passed(f"kept in {told['LogUri']}")
    return passed("kept in CloudWatch Logs") if group.get("Enabled") else failed("logs are not kept")


def _attributes(cluster: Resource) -> dict[str, Any]:
    given: dict[str, Any] = cluster["cluster"].get("Ec2InstanceAttributes") or {}
    return given


@check(
    f"{CLUSTER}.role_limited",
    on=CLUSTER,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Cluster's machines have a role that does not hold every right",
    risk="Whoever may run a step or a query holds the account.",
    fix=ANEW + "an instance profile whose role names the buckets, keys and tables that the cluster needs",
)
def role_limited(cluster: Resource, inventory: Inventory) -> Verdict:
    named = _attributes(cluster).get("IamInstanceProfile")
    if not named:
        return skipped("no instance profile")
    field = "Arn" if named.startswith("arn:") else "InstanceProfileName"
    found = [each.id for each in inventory.where("aws.iam.role", f"item.InstanceProfileList.{field}", named)]
    return limited(found, inventory) if found else unknown(f"the role of {named} was not found")


def _public(cluster: Resource, inventory: Inventory) -> str | None:
    """Return the public name or address of the primary node, empty where it has neither; ``None`` before it has a name.

    In a VPC that gives out no public names, a machine with a public address has a private name all the same.
    """
    name = cluster["cluster"].get("MasterPublicDnsName")
    if not name or ".amazonaws.com" in name:
        return name or None
    machines = (
        each for each in inventory.all(INSTANCE, region=cluster.region) if _is_primary(each, cluster["cluster"].get("Id"))
    )
    return next((str(address) for each in machines if (address := each["item"].get("PublicIpAddress"))), "")


def _is_primary(instance: Resource, cluster: str | None) -> bool:
    """Tell by the tags that EMR sets. Source: EMR management guide, "Tag and categorize Amazon EMR cluster resources"."""
    return bool(cluster) and instance.tags.get(OF_CLUSTER) == cluster and instance.tags.get(ROLE) == "MASTER"


@check(
    f"{CLUSTER}.no_public_address",
    on=CLUSTER,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Primary node of the cluster has no public address",
    risk="One slip in a security group, and anybody runs jobs with the rights of the cluster.",
    fix=ANEW + "a private subnet",
)
def no_public_address(cluster: Resource, inventory: Inventory) -> Verdict:
    public = _public(cluster, inventory)
    if public is None:
        return skipped("the primary node has no name yet")
    name = cluster["cluster"]["MasterPublicDnsName"]
    return failed(f"it is reached as {public}") if public else passed(f"it is reached as {name}, a private name")


@check(
    f"{CLUSTER}.closed_to_world",
    on=CLUSTER,
    control="network.admin_ports",
    severity=Severity.CRITICAL,
    title="Primary node of the cluster does not let the world connect",
    risk="Its consoles ask for no password: anybody runs jobs with the rights of the cluster.",
    fix="aws ec2 revoke-security-group-ingress --region {region} on the groups of {name}",
)
def closed_to_world(cluster: Resource, inventory: Inventory) -> Verdict:
    public = _public(cluster, inventory)
    if not public:
        return skipped("the primary node has no name yet") if public is None else passed("it has no public address")
    given = _attributes(cluster)
    groups = [given.get("EmrManagedMasterSecurityGroup"), *(given.get("AdditionalMasterSecurityGroups") or [])]
    return reached.closed([each for each in groups if each], PORTS, cluster, inventory)


@check(
    f"{CLUSTER}.supported_release",
    on=CLUSTER,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Cluster runs a release that is still maintained",
    risk="Holes in Spark, Hadoop and what comes with them are no longer closed.",
    fix=ANEW + "--release-label of the newest release",
)
def supported_release(cluster: Resource, now: datetime) -> Verdict:
    return released(cluster["cluster"].get("ReleaseLabel"), now)


def released(label: str | None, now: datetime) -> Verdict:
    """Pass while the release of EMR is kept up to date, as far as its end is known here."""
    found = RELEASE.match(label or "")
    if not found:
        return unknown(f"runs release {label or 'that is not told'}")
    version = f"{found[1]}.{found[2]}"
    verdict = supported(SUPPORT, version, now, str(label))
    least = _at_least(version)
    if verdict.outcome is not Outcome.UNKNOWN or least is None or least <= now:
        return verdict
    return passed(f"{label} is kept up to date until {least.date()} at least", until=least)


def _at_least(version: str) -> datetime | None:
    """Return until when a release lasts that the list may not name: as long as those before it, since all last 24 months.

    Source: EMR release guide, "Standard support".
    """
    ends = versions(SUPPORT).ends
    same = (each for each in ends if each.partition(".")[0] == version.partition(".")[0])
    return max((ends[each] for each in same if numbers(each) < numbers(version)), default=None)


def _made(label: str) -> datetime | None:
    """Return the day that the release of a system names, as 2.0.20230906.0 does; none where it names no day."""
    found = IMAGE_DAY.search(label)
    try:
        return datetime.strptime(found[0], "%Y%m%d").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


@check(
    f"{CLUSTER}.image_recent",
    on=CLUSTER,
    control="guest_os.image_age",
    severity=Severity.MEDIUM,
    title="Machines of the cluster started from an image of the last 180 days",
    risk="Holes in the system that everybody can look up stay open for as long as the cluster lives.",
    fix="Replace the cluster: machines take in fixes of the system when they are made",
)
def image_recent(cluster: Resource, now: datetime) -> Verdict:
    told = cluster["cluster"]
    if custom := told.get("CustomAmiId"):
        return skipped(f"made of {custom}, whose age is asked of the image")
    label = told.get("OSReleaseLabel") or "not told"
    made = _made(label)
    if made is None:
        return unknown(f"the release of the system is {label}")
    said = f"the system is of {made.date()}"
    return passed(said, until=made + IMAGE_AGE) if now < made + IMAGE_AGE else failed(said)


@check(
    f"{CLUSTER}.termination_protected",
    on=CLUSTER,
    control="resilience.deletion_protection",
    severity=Severity.LOW,
    title="Long-lived cluster is protected from being ended",
    risk="One wrong call, and the cluster is gone with all that its own file system held.",
    fix=MODIFY + "--termination-protected",
)
def termination_protected(cluster: Resource) -> Verdict:
    told = cluster["cluster"]
    if told.get("AutoTerminate"):
        return skipped("it ends by itself after its last step")
    return passed("protected") if told.get("TerminationProtected") else failed("not protected")


@check(
    f"{CLUSTER}.nodes_replaced",
    on=CLUSTER,
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="Cluster replaces nodes that fail",
    risk="Nodes that fail stay away, until the cluster stands still or loses blocks of its file system.",
    fix=MODIFY + "--unhealthy-node-replacement",
)
def nodes_replaced(cluster: Resource) -> Verdict:
    on = cluster["cluster"].get("UnhealthyNodeReplacement")
    return passed("nodes are replaced") if on else failed("nodes are not replaced")


def _properties(configurations: list[dict[str, Any]] | None) -> Iterator[tuple[str, Any]]:
    for each in configurations or []:
        yield from (each.get("Properties") or {}).items()
        yield from _properties(each.get("Configurations"))


# Says no more than that the name is a secret's. The value may be a reference to Secrets Manager, EMR.secret@..., and is hidden.
BY_NAME = "Secret Keyword"


@check(
    f"{CLUSTER}.without_secrets",
    on=CLUSTER,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Properties of the cluster's applications hold no secrets",
    risk="Everybody who may describe the cluster, or run a query on it, reads the secret.",
    fix="Keep the secret in Secrets Manager, name it as EMR.secret@ARN, and replace it; then " + ANEW + "that",
)
def without_secrets(cluster: Resource) -> Verdict:
    found = {
        name: hidden["$secret"]["detected"]
        for name, hidden in _properties(cluster["cluster"].get("Configurations"))
        if hidden and hidden["$secret"]["detected"]
    }
    shown = {name: kinds for name, kinds in found.items() if kinds != [BY_NAME]}
    if shown:
        return failed("; ".join(f"{name} holds what looks like {', '.join(kinds)}" for name, kinds in sorted(shown.items())))
    if found:
        return unknown(f"whether {', '.join(sorted(found))} hold a secret, or name one, is not kept")
    return passed("no property looks like a secret")

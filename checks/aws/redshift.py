"""Checks on clusters of Redshift."""

from __future__ import annotations

from collections.abc import Iterator

from checks.aws import keys, reached
from checks.aws.iam_read import administers
from scanner.evaluation.check import check
from scanner.model import Inventory, Reason, Resource, Severity, Unread, UnreadError, Verdict, failed, passed, skipped, unknown

CLUSTER, GROUP = "aws.redshift.cluster", "aws.redshift.parameter_group"
MODIFY = "aws redshift modify-cluster --cluster-identifier {name} --region {region} "
LEAST_DAYS = 7
# The port that a cluster takes for which nobody chose one.
PORT = 5439
# The administrator's name where nobody chose one, which whoever guesses passwords tries first.
DEFAULT_NAME = "awsuser"
CONNECTIONS = "connectionlog"


def parameter(cluster: Resource, name: str, inventory: Inventory) -> str:
    """Return the value of a parameter in lower case; empty when it is in no group. Raises :class:`UnreadError`."""
    found = [
        str(row.get("Value") or "").lower()
        for group in _groups(cluster, inventory)
        for row in group["parameters"] or []
        if row["Name"].lower() == name
    ]
    return next((value for value in found if value), "")


def _groups(cluster: Resource, inventory: Inventory) -> Iterator[Resource]:
    for each in cluster["item"].get("ClusterParameterGroups") or []:
        name = each["ParameterGroupName"]
        found = list(inventory.where(GROUP, "item.ParameterGroupName", name, region=cluster.region))
        if not found:
            operation = "redshift:DescribeClusterParameterGroups"
            raise UnreadError(f"the group {name}", Unread(Reason.UNAVAILABLE, "NotListed", operation, operation))
        yield from found


# ---- encryption ------------------------------------------------------------------------------------------------------


@check(
    f"{CLUSTER}.encrypted",
    on=CLUSTER,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Cluster is encrypted",
    risk="Tables and snapshots are stored in the clear.",
    fix=MODIFY + "--encrypted --kms-key-id KEY",
)
def encrypted(cluster: Resource) -> Verdict:
    return passed("encrypted at rest") if cluster["item"].get("Encrypted") else failed("not encrypted at rest")


@check(
    f"{CLUSTER}.customer_key",
    on=CLUSTER,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Cluster is encrypted with a key of the customer's own",
    risk="Access to the data cannot be limited, logged or ended by a key of one's own, nor a snapshot be shared.",
    fix=MODIFY + "--encrypted --kms-key-id KEY",
)
def customer_key(cluster: Resource, inventory: Inventory) -> Verdict:
    item = cluster["item"]
    if not item.get("Encrypted"):
        return skipped("not encrypted at all")
    if (item.get("HsmStatus") or {}).get("Status") == "active":
        return passed("encrypted with a key in the customer's own module")
    return keys.customer_key(cluster, item.get("KmsKeyId"), inventory)


@check(
    f"{CLUSTER}.tls_required",
    on=CLUSTER,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Cluster refuses connections without TLS",
    risk="Passwords and data can be read and changed on their way.",
    fix="aws redshift modify-cluster-parameter-group --parameter-group-name GROUP --region {region}"
    " --parameters ParameterName=require_ssl,ParameterValue=true, then restart {name}",
)
def tls_required(cluster: Resource, inventory: Inventory) -> Verdict:
    value = parameter(cluster, "require_ssl", inventory)
    return (passed if value == "true" else failed)(f"require_ssl is {value or 'not set'}")


# ---- sign-in and rights ----------------------------------------------------------------------------------------------


@check(
    f"{CLUSTER}.password_managed",
    on=CLUSTER,
    control="identity.secret_rotation",
    severity=Severity.MEDIUM,
    title="Cluster's administrator has a password that rotates by itself",
    risk="The password of the user who may do everything is known to people, scripts and templates, and stays the same.",
    fix=MODIFY + "--manage-master-password",
)
def password_managed(cluster: Resource) -> Verdict:
    secret = cluster["item"].get("MasterPasswordSecretArn")
    return passed(f"kept in {secret}") if secret else failed("the password is not kept in Secrets Manager")


@check(
    f"{CLUSTER}.own_administrator",
    on=CLUSTER,
    control="identity.password_policy",
    severity=Severity.LOW,
    title="Cluster's administrator has a name that cannot be guessed",
    risk="Whoever guesses passwords knows the name already.",
    fix="Create a cluster with --master-username NAME and restore a snapshot's data into it; the name cannot be changed",
)
def own_administrator(cluster: Resource) -> Verdict:
    name = str(cluster["item"].get("MasterUsername") or "")
    return failed(f"it is called {name}") if name.lower() == DEFAULT_NAME else passed("it has a name of its own")


@check(
    f"{CLUSTER}.roles_limited",
    on=CLUSTER,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Cluster works with no role that holds every right",
    risk="Whoever may run a query that copies, unloads or calls a function holds the account.",
    fix="Replace the policies of the role by one that names the buckets and functions that the cluster needs",
)
def roles_limited(cluster: Resource, inventory: Inventory) -> Verdict:
    return limited([role["IamRoleArn"] for role in cluster["item"].get("IamRoles") or []], inventory)


def limited(named: list[str], inventory: Inventory) -> Verdict:
    """Pass when none of the roles *named*, by their ARNs, holds every right."""
    if not named:
        return skipped("no role is attached")
    missing = []
    for arn in named:
        role = inventory.get("aws.iam.role", arn)
        missing += [] if role else [arn]
        if role and (granting := administers(role, inventory)):
            return failed(f"{role.name} holds every right through {granting}")
    return unknown(f"{', '.join(missing)} was not found") if missing else passed(f"{len(named)} role(s), none with every right")


# ---- network ---------------------------------------------------------------------------------------------------------


@check(
    f"{CLUSTER}.not_public",
    on=CLUSTER,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Cluster has no public address",
    risk="One slip in a security group, and anybody may guess passwords or use the next hole in the engine.",
    fix=MODIFY + "--no-publicly-accessible",
)
def not_public(cluster: Resource) -> Verdict:
    public = cluster["item"].get("PubliclyAccessible")
    return failed("it has a public address") if public else passed("it has no public address")


@check(
    f"{CLUSTER}.closed_to_world",
    on=CLUSTER,
    control="network.public_access",
    severity=Severity.CRITICAL,
    title="Cluster does not let the world connect",
    risk="A password, or a hole in the engine, is all that stands between anybody and the data.",
    fix="aws ec2 revoke-security-group-ingress --region {region} on the groups of {name}; then take its public address",
)
def closed_to_world(cluster: Resource, inventory: Inventory) -> Verdict:
    item = cluster["item"]
    if not item.get("PubliclyAccessible"):
        return passed("it has no public address")
    port = (item.get("Endpoint") or {}).get("Port") or PORT
    names = [group["VpcSecurityGroupId"] for group in item.get("VpcSecurityGroups") or []]
    return reached.closed(names, [port], cluster, inventory)


@check(
    f"{CLUSTER}.routed_through_vpc",
    on=CLUSTER,
    control="network.segmentation",
    severity=Severity.LOW,
    title="What the cluster copies and unloads stays in its VPC",
    risk="Data leaves over public addresses, past flow logs, endpoint policies and firewalls.",
    fix=MODIFY + "--enhanced-vpc-routing",
)
def routed_through_vpc(cluster: Resource) -> Verdict:
    on = cluster["item"].get("EnhancedVpcRouting")
    return passed("enhanced VPC routing is on") if on else failed("enhanced VPC routing is off")


# ---- versions, logs and failures -------------------------------------------------------------------------------------


@check(
    f"{CLUSTER}.version_upgrades",
    on=CLUSTER,
    control="runtime.automatic_updates",
    severity=Severity.MEDIUM,
    title="Cluster takes new versions of its engine by itself",
    risk="Holes in the engine stay open until somebody thinks of it.",
    fix=MODIFY + "--allow-version-upgrade",
)
def version_upgrades(cluster: Resource) -> Verdict:
    on = cluster["item"].get("AllowVersionUpgrade")
    return passed("upgrades are automatic") if on else failed("upgrades wait for somebody")


@check(
    f"{CLUSTER}.connections_logged",
    on=CLUSTER,
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="Cluster logs who connects",
    risk="After a leak nobody can tell who was connected, and from where.",
    fix="aws redshift enable-logging --cluster-identifier {name} --log-destination-type cloudwatch --region {region}"
    " --log-exports connectionlog userlog useractivitylog",
)
def connections_logged(cluster: Resource) -> Verdict:
    logging = cluster["logging"]
    if not logging.get("LoggingEnabled"):
        return failed("audit logs are off")
    # To a bucket all of them go; to CloudWatch those that were chosen.
    chosen = logging.get("LogExports") or []
    if chosen and CONNECTIONS not in chosen:
        return failed(f"exported without who connects: {', '.join(chosen)}")
    return passed(f"logged to {logging.get('LogDestinationType') or 's3'}")


@check(
    f"{CLUSTER}.queries_logged",
    on=CLUSTER,
    control="logging.data_events",
    severity=Severity.LOW,
    title="Cluster logs the queries that it runs",
    risk="After a leak nobody can tell what was read or changed.",
    fix="aws redshift modify-cluster-parameter-group --parameter-group-name GROUP --region {region}"
    " --parameters ParameterName=enable_user_activity_logging,ParameterValue=true, then restart {name}",
)
def queries_logged(cluster: Resource, inventory: Inventory) -> Verdict:
    if not cluster["logging"].get("LoggingEnabled"):
        return failed("audit logs are off")
    value = parameter(cluster, "enable_user_activity_logging", inventory)
    return (passed if value == "true" else failed)(f"enable_user_activity_logging is {value or 'not set'}")


@check(
    f"{CLUSTER}.backed_up",
    on=CLUSTER,
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="Cluster is backed up, for a week or more",
    risk="A slip or an attack that is noticed after days cannot be undone.",
    fix=MODIFY + "--automated-snapshot-retention-period 7",
)
def backed_up(cluster: Resource) -> Verdict:
    days = int(cluster["item"].get("AutomatedSnapshotRetentionPeriod") or 0)
    return (passed if days >= LEAST_DAYS else failed)(f"backups are kept for {days} days")


@check(
    f"{CLUSTER}.multi_zone",
    on=CLUSTER,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Cluster goes on, or moves, when a zone fails",
    risk="The loss of one zone stops everything that needs the cluster, until somebody has restored it elsewhere.",
    fix=MODIFY + "--availability-zone-relocation, or --multi-az",
)
def multi_zone(cluster: Resource) -> Verdict:
    item = cluster["item"]
    if str(item.get("MultiAZ") or "").lower() in ("enabled", "true"):
        return passed("stands in two zones")
    moving = str(item.get("AvailabilityZoneRelocationStatus") or "disabled").lower()
    return passed("it moves to another zone by itself") if moving == "enabled" else failed("it stands and stays in one zone")

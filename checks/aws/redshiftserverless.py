"""Checks on Redshift Serverless: workgroups, namespaces and snapshots."""

from __future__ import annotations

import re

from checks.aws import keys, reached, sharing
from checks.aws.redshift import CONNECTIONS, PORT, limited
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed

SERVICE = "aws.redshiftserverless"
WORKGROUP, NAMESPACE, SNAPSHOT = f"{SERVICE}.workgroup", f"{SERVICE}.namespace", f"{SERVICE}.snapshot"
DEFAULT_NAME = "admin"
MODIFY = "aws redshift-serverless update-workgroup --workgroup-name {name} --region {region} "
MODIFY_NAMESPACE = "aws redshift-serverless update-namespace --namespace-name {name} --region {region} "
# A role stands by its ARN alone, or as IamRole(applyStatus=in-sync, iamRoleArn=arn:...).
ROLE = re.compile(r"arn:[^:\s]*:iam::\d+:role/[^\s,)]+")


@check(
    f"{NAMESPACE}.customer_key",
    on=NAMESPACE,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Namespace is encrypted with a key of the customer's own",
    risk="Access to the data cannot be limited, logged or ended by a key of one's own, nor a snapshot be shared.",
    fix=MODIFY_NAMESPACE + "--kms-key-id KEY",
)
def customer_key(namespace: Resource, inventory: Inventory) -> Verdict:
    named = str(namespace["item"].get("kmsKeyId") or "")
    return keys.customer_key(namespace, "" if named == "AWS_OWNED_KMS_KEY" else named, inventory)


@check(
    f"{WORKGROUP}.tls_required",
    on=WORKGROUP,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Workgroup refuses connections without TLS",
    risk="Passwords and data can be read and changed on their way.",
    fix=MODIFY + "--config-parameters parameterKey=require_ssl,parameterValue=true",
)
def tls_required(group: Resource) -> Verdict:
    found = {
        str(each.get("parameterKey")).lower(): str(each.get("parameterValue")).lower()
        for each in group["item"].get("configParameters") or []
    }
    value = found.get("require_ssl", "not set")
    return (passed if value == "true" else failed)(f"require_ssl is {value}")


@check(
    f"{NAMESPACE}.password_managed",
    on=NAMESPACE,
    control="identity.secret_rotation",
    severity=Severity.MEDIUM,
    title="Namespace's administrator has a password that rotates by itself",
    risk="The password of the user who may do everything is known to people, scripts and templates, and stays the same.",
    fix=MODIFY_NAMESPACE + "--manage-admin-password",
)
def password_managed(namespace: Resource) -> Verdict:
    secret = namespace["item"].get("adminPasswordSecretArn")
    return passed(f"kept in {secret}") if secret else failed("the password is not kept in Secrets Manager")


@check(
    f"{NAMESPACE}.roles_limited",
    on=NAMESPACE,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Namespace works with no role that holds every right",
    risk="Whoever may run a query that copies, unloads or calls a function holds the account.",
    fix="Replace the policies of the role by one that names the buckets and functions that the namespace needs",
)
def roles_limited(namespace: Resource, inventory: Inventory) -> Verdict:
    return limited([arn for text in namespace["item"].get("iamRoles") or [] for arn in ROLE.findall(text)], inventory)


@check(
    f"{WORKGROUP}.not_public",
    on=WORKGROUP,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Workgroup has no public address",
    risk="One slip in a security group, and anybody may guess passwords or use the next hole in the engine.",
    fix=MODIFY + "--no-publicly-accessible",
)
def not_public(group: Resource) -> Verdict:
    public = group["item"].get("publiclyAccessible")
    return failed("it has a public address") if public else passed("it has no public address")


@check(
    f"{WORKGROUP}.closed_to_world",
    on=WORKGROUP,
    control="network.public_access",
    severity=Severity.CRITICAL,
    title="Workgroup does not let the world connect",
    risk="A password, or a hole in the engine, is all that stands between anybody and the data.",
    fix="aws ec2 revoke-security-group-ingress --region {region} on the groups of {name}; then take its public address",
)
def closed_to_world(group: Resource, inventory: Inventory) -> Verdict:
    item = group["item"]
    if not item.get("publiclyAccessible"):
        return passed("it has no public address")
    port = (item.get("endpoint") or {}).get("port") or item.get("port") or PORT
    return reached.closed(item.get("securityGroupIds") or [], [port], group, inventory)


@check(
    f"{WORKGROUP}.routed_through_vpc",
    on=WORKGROUP,
    control="network.segmentation",
    severity=Severity.LOW,
    title="What the workgroup copies and unloads stays in its VPC",
    risk="Data leaves over public addresses, past flow logs, endpoint policies and firewalls.",
    fix=MODIFY + "--enhanced-vpc-routing",
)
def routed_through_vpc(group: Resource) -> Verdict:
    on = group["item"].get("enhancedVpcRouting")
    return passed("enhanced VPC routing is on") if on else failed("enhanced VPC routing is off")


@check(
    f"{NAMESPACE}.connections_logged",
    on=NAMESPACE,
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="Namespace logs who connects",
    risk="After a leak nobody can tell who was connected, and from where.",
    fix=MODIFY_NAMESPACE + "--log-exports connectionlog userlog useractivitylog",
)
def connections_logged(namespace: Resource) -> Verdict:
    exported = namespace["item"].get("logExports") or []
    return (passed if CONNECTIONS in exported else failed)(f"exported: {', '.join(exported) or 'nothing'}")


# Recovery points are taken by themselves. Not verified: that they are kept for 24 hours.
@check(
    f"{NAMESPACE}.backed_up",
    on=NAMESPACE,
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="Namespace has a snapshot that outlives a day",
    risk="Recovery points are gone after a day; a slip or an attack that is noticed later cannot be undone.",
    fix="aws redshift-serverless create-snapshot --namespace-name {name} --snapshot-name NAME --region {region}",
)
def backed_up(namespace: Resource, inventory: Inventory) -> Verdict:
    kept = [
        each.name
        for each in inventory.where(SNAPSHOT, "item.namespaceArn", namespace.id, region=namespace.region)
        if each["item"].get("status") == "AVAILABLE"
    ]
    return passed(f"{len(kept)} snapshot(s)") if kept else failed("no snapshot is kept")


@check(
    f"{SNAPSHOT}.known_accounts",
    on=SNAPSHOT,
    control="data.external_sharing",
    severity=Severity.HIGH,
    title="Snapshot is shared within the organization only",
    risk="An account that nobody here runs can restore it and read all that it holds.",
    fix="aws redshift-serverless put-resource-policy --resource-arn {id} --policy file://policy.json --region {region}",
)
def known_accounts(snapshot: Resource, inventory: Inventory) -> Verdict:
    item = snapshot["item"]
    named = {*(item.get("accountsWithRestoreAccess") or []), *(item.get("accountsWithProvisionedRestoreAccess") or [])}
    return sharing.members_only(named - {snapshot.account}, inventory)


@check(
    f"{NAMESPACE}.own_administrator",
    on=NAMESPACE,
    control="identity.password_policy",
    severity=Severity.LOW,
    title="Namespace's administrator has a name that cannot be guessed",
    risk="Whoever guesses passwords knows the name already.",
    fix=MODIFY_NAMESPACE + "--admin-username NAME --admin-user-password PASSWORD",
)
def own_administrator(namespace: Resource) -> Verdict:
    name = str(namespace["item"].get("adminUsername") or "")
    return failed(f"it is called {name}") if name.lower() == DEFAULT_NAME else passed("it has a name of its own")

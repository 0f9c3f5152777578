"""Checks on databases of RDS and Aurora: encryption, sign-in and rights."""

from __future__ import annotations

from datetime import datetime, timedelta

from checks.aws import keys
from checks.aws.iam_read import administers
from checks.aws.rds_read import (
    AURORA,
    CLUSTER,
    DATABASES,
    INSTANCE,
    MEMBER,
    ON,
    alone,
    engine,
    is_custom,
    is_encrypted,
    is_replica,
    options,
    parameter,
)
from checks.kinds import each
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

RENEWED_BEFORE = timedelta(days=30)
# The parameter by which an engine refuses connections in the clear, and what it must be. RDS user guide, "Using SSL/TLS".
REFUSES_CLEAR_TEXT = {
    "aurora-mysql": ("require_secure_transport", ON),
    "aurora-postgresql": ("rds.force_ssl", ON),
    "db2": ("db2comm", {"ssl"}),
    "mariadb": ("require_secure_transport", ON),
    "mysql": ("require_secure_transport", ON),
    "postgres": ("rds.force_ssl", ON),
    "sqlserver": ("rds.force_ssl", ON),
}
# Engines that know IAM's tokens as passwords. RDS user guide, "IAM database authentication".
KNOW_TOKENS = ("aurora-", "mariadb", "mysql", "postgres")
# A secret in any other state cannot be rotated, or is being deleted.
AT_WORK = {"creating", "active", "rotating"}


# ---- encryption ------------------------------------------------------------------------------------------------------


@each(
    DATABASES,
    "encrypted",
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="NOUN is encrypted",
    risk="Data, logs and backups are stored in the clear.",
    fix="Take a snapshot, copy it with --kms-key-id KEY, and restore from the copy; encryption cannot be turned on later",
    cis=("v5:2.2.1", "v6:3.2.1", "v7:3.2.1"),
)
@alone
def encrypted(database: Resource) -> Verdict:
    return passed("encrypted at rest") if is_encrypted(database) else failed("not encrypted at rest")


@each(
    DATABASES,
    "customer_key",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="NOUN is encrypted with a key of the customer's own",
    risk="Access to the data cannot be limited, logged or ended by a key of one's own, nor a snapshot be shared.",
    fix="Take a snapshot, copy it with --kms-key-id KEY, and restore from the copy; the key cannot be changed later",
)
@alone
def customer_key(database: Resource, inventory: Inventory) -> Verdict:
    if not is_encrypted(database):
        return skipped("not encrypted at all")
    return keys.customer_key(database, database["item"].get("KmsKeyId"), inventory)


@each(
    DATABASES,
    "tls_required",
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="NOUN refuses connections without TLS",
    risk="Passwords and data can be read and changed on their way.",
    fix="aws rds modify-db-parameter-group, or modify-db-cluster-parameter-group, with rds.force_ssl=1, or"
    " require_secure_transport=ON, in the group that {name} uses",
)
@alone
def tls_required(database: Resource, inventory: Inventory) -> Verdict:
    name = engine(database)
    if name.startswith("oracle"):
        return _native_encryption(database, inventory)
    for prefix, (asked, right) in REFUSES_CLEAR_TEXT.items():
        if name.startswith(prefix):
            value = parameter(database, asked, inventory)
            return (passed if value in right else failed)(f"{asked} is {value or 'not set'}")
    return unknown(f"how {name} would refuse connections in the clear is not known here")


def _native_encryption(database: Resource, inventory: Inventory) -> Verdict:
    """Judge Oracle, whose options encrypt. The option SSL adds a port, and leaves the one in the clear open."""
    for option in options(database, inventory):
        if option["OptionName"] == "NATIVE_NETWORK_ENCRYPTION":
            value = option.get("Encryption") or "not set"
            return (passed if value == "REQUIRED" else failed)(f"SQLNET.ENCRYPTION_SERVER is {value}")
    return failed("the option NATIVE_NETWORK_ENCRYPTION is not set")


@each(
    (INSTANCE, CLUSTER, MEMBER),
    "certificate_renewed",
    control="encryption.certificates",
    severity=Severity.MEDIUM,
    title="NOUN's certificate is renewed in time",
    risk="On the day it expires, clients that check it can no longer connect; those that then stop checking stay that way.",
    fix="MODIFY --ca-certificate-identifier rds-ca-rsa2048-g1 --apply-immediately",
)
@alone
def certificate_renewed(database: Resource, now: datetime) -> Verdict:
    certificate = database["item"].get("CertificateDetails") or {}
    if "ValidTill" not in certificate:
        return skipped("AWS tells of no certificate")
    end = datetime.fromisoformat(certificate["ValidTill"])
    due = end - RENEWED_BEFORE
    said = f"valid until {end.date()}, by {certificate.get('CAIdentifier', 'an authority not named')}"
    return failed(said) if due < now else passed(said, until=due)


# ---- sign-in and rights ----------------------------------------------------------------------------------------------


@each(
    DATABASES,
    "iam_sign_in",
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="NOUN lets workloads sign in with their role",
    risk="Every application keeps a password of the database, which is copied, leaks, and is not changed.",
    fix="MODIFY --enable-iam-database-authentication --apply-immediately",
)
@alone
def iam_sign_in(database: Resource) -> Verdict:
    if not engine(database).startswith(KNOW_TOKENS):
        return skipped(f"{engine(database)} knows no sign-in by IAM")
    if database["item"].get("IAMDatabaseAuthenticationEnabled"):
        return passed("sign-in by IAM is on")
    return failed("sign-in by IAM is off")


# Whether the administrator signs in by IAM, which newer databases of PostgreSQL may be created with, AWS does not tell.
@each(
    DATABASES,
    "password_managed",
    control="identity.secret_rotation",
    severity=Severity.MEDIUM,
    title="NOUN's administrator has a password that rotates by itself",
    risk="The password of the user who may do everything is known to people, scripts and templates, and stays the same.",
    fix="MODIFY --manage-master-user-password --apply-immediately",
)
@alone
def password_managed(database: Resource) -> Verdict:
    if is_replica(database):
        return skipped("a replica has the users of its source")
    if is_custom(database):
        return skipped("RDS sets no passwords in RDS Custom")
    secret = database["item"].get("MasterUserSecret")
    if not secret:
        return failed("the password is not kept in Secrets Manager")
    return (passed if secret["SecretStatus"] in AT_WORK else failed)(f"the secret is {secret['SecretStatus']}")


@each(
    (INSTANCE, AURORA),
    "roles_limited",
    control="access.administrators",
    severity=Severity.HIGH,
    title="NOUN works with no role that holds every right",
    risk="Whoever may run a query that exports, imports or calls a function holds the account.",
    fix="Replace the policies of the role by one that names the bucket or function that the database needs",
)
@alone
def roles_limited(database: Resource, inventory: Inventory) -> Verdict:
    named = [role["RoleArn"] for role in database["item"].get("AssociatedRoles") or []]
    if not named:
        return skipped("no role is attached")
    missing = []
    for arn in named:
        role = inventory.get("aws.iam.role", arn)
        missing += [] if role else [arn]
        if role and (granting := administers(role, inventory)):
            return failed(f"{role.name} holds every right through {granting}")
    return unknown(f"{', '.join(missing)} was not found") if missing else passed(f"{len(named)} role(s), none with every right")

"""Checks on the Data Catalog of AWS Glue, where a region's holds something, and on the connections that it keeps."""

from __future__ import annotations

from checks.aws import keys, sharing
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

SERVICE = "aws.glue"
CATALOG, CONNECTION, DATABASE = f"{SERVICE}.catalog", f"{SERVICE}.connection", f"{SERVICE}.database"
SETTINGS = "aws glue put-data-catalog-encryption-settings --region {region} --data-catalog-encryption-settings with "
UPDATE = "aws glue update-connection --name {name} --region {region} --connection-input with "
POLICY = "aws glue put-resource-policy --region {region} --policy-in-json with "

NOTHING = "the catalog holds none of it"


def _holds(catalog: Resource, inventory: Inventory, *kinds: str) -> bool:
    """Tell whether the region's catalog holds something of *kinds*: every account has a catalog in each region."""
    return any(True for kind in kinds for _ in inventory.all(kind, region=catalog.region))


@check(
    f"{CATALOG}.metadata_encrypted",
    on=CATALOG,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Catalog encrypts its metadata with a key",
    risk="Names, columns and places of all tables are readable for whoever may call the catalog, whatever keys he lacks.",
    fix=SETTINGS + "EncryptionAtRest={CatalogEncryptionMode=SSE-KMS}",
)
def metadata_encrypted(catalog: Resource, inventory: Inventory) -> Verdict:
    mode = (catalog["encryption"].get("EncryptionAtRest") or {}).get("CatalogEncryptionMode", "DISABLED")
    if not _holds(catalog, inventory, DATABASE, CONNECTION):
        return skipped(NOTHING)
    return (failed if mode == "DISABLED" else passed)(f"encryption at rest is {mode}")


@check(
    f"{CATALOG}.customer_key",
    on=CATALOG,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Catalog's metadata is encrypted with the customer's own key",
    risk="Access to the metadata cannot be limited, logged or ended by a key of one's own.",
    fix=SETTINGS + "SseAwsKmsKeyId of a key of one's own",
)
def customer_key(catalog: Resource, inventory: Inventory) -> Verdict:
    told = catalog["encryption"].get("EncryptionAtRest") or {}
    if not _holds(catalog, inventory, DATABASE, CONNECTION):
        return skipped(NOTHING)
    if told.get("CatalogEncryptionMode", "DISABLED") == "DISABLED":
        return failed("not encrypted with a key")
    return keys.customer_key(catalog, told.get("SseAwsKmsKeyId"), inventory)


@check(
    f"{CATALOG}.passwords_encrypted",
    on=CATALOG,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Catalog encrypts the passwords of connections",
    risk="Everybody who may read connections reads the passwords of the databases behind them.",
    fix=SETTINGS + "ConnectionPasswordEncryption={ReturnConnectionPasswordEncrypted=true,AwsKmsKeyId=KEY}",
)
def passwords_encrypted(catalog: Resource, inventory: Inventory) -> Verdict:
    on = (catalog["encryption"].get("ConnectionPasswordEncryption") or {}).get("ReturnConnectionPasswordEncrypted")
    if not _holds(catalog, inventory, CONNECTION):
        return skipped(NOTHING)
    return passed("passwords are encrypted") if on else failed("passwords are returned in the clear")


@check(
    f"{CATALOG}.not_public",
    on=CATALOG,
    control="data.public_exposure",
    severity=Severity.HIGH,
    title="Catalog is not open to everyone",
    risk="Anybody learns what data there is and where, or leads queries to data of his own.",
    fix=POLICY + "named principals",
    cis=sharing.STRANGERS,
)
def not_public(catalog: Resource) -> Verdict:
    return sharing.named(catalog)


@check(
    f"{CATALOG}.known_accounts",
    on=CATALOG,
    control="data.external_sharing",
    severity=Severity.MEDIUM,
    title="Catalog is shared within the organization only",
    risk="An account that nobody here runs learns what data there is and where.",
    fix=POLICY + "accounts of the organization",
    cis=sharing.STRANGERS,
)
def known_accounts(catalog: Resource, inventory: Inventory) -> Verdict:
    return sharing.known(catalog, inventory)


def _true(value: str | None) -> bool:
    return str(value or "").lower() == "true"


@check(
    f"{CONNECTION}.encrypted",
    on=CONNECTION,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Connection uses TLS and checks whom it talks to",
    risk="Passwords and data can be read and changed on their way.",
    fix=UPDATE + "JDBC_ENFORCE_SSL=true, or KAFKA_SSL_ENABLED=true, and without skipping the validation",
)
def encrypted(connection: Resource) -> Verdict:
    item = connection["item"]
    kind, told = item.get("ConnectionType"), item.get("ConnectionProperties") or {}
    if kind == "JDBC" or (not kind and "JDBC_CONNECTION_URL" in told):
        on, unchecked = _true(told.get("JDBC_ENFORCE_SSL")), _true(told.get("SKIP_CUSTOM_JDBC_CERT_VALIDATION"))
    elif kind == "KAFKA":
        on, unchecked = _true(told.get("KAFKA_SSL_ENABLED", "true")), _true(told.get("KAFKA_SKIP_CUSTOM_CERT_VALIDATION"))
    else:
        return skipped(f"a connection of the type {kind}")
    if not on:
        return failed("TLS is not asked for")
    return failed("certificates are not checked") if unchecked else passed("TLS is asked for")


# A connection that names a user and no secret has the password within it.
USERS = {
    "USERNAME": ("SECRET_ID",),
    "KAFKA_SASL_SCRAM_USERNAME": ("KAFKA_SASL_SCRAM_SECRETS_ARN", "SECRET_ID"),
    "KAFKA_SASL_PLAIN_USERNAME": ("SECRET_ID",),
}


@check(
    f"{CONNECTION}.password_kept_apart",
    on=CONNECTION,
    control="identity.secrets",
    severity=Severity.MEDIUM,
    title="Connection holds no password of its own",
    risk="Everybody who may read the connection may read the password, and it stays the same for ever.",
    fix=UPDATE + "SECRET_ID of a secret that rotates, in place of USERNAME and PASSWORD",
)
def password_kept_apart(connection: Resource) -> Verdict:
    item = connection["item"]
    told = item.get("ConnectionProperties") or {}
    if (item.get("AuthenticationConfiguration") or {}).get("SecretArn"):
        return passed("the password is kept in Secrets Manager")
    own = sorted(user for user, secrets in USERS.items() if told.get(user) and not any(told.get(each) for each in secrets))
    if own:
        return failed(f"{', '.join(own)} stands in it, and no secret")
    shown = sorted(key for key in ("CONNECTION_URL", "JDBC_CONNECTION_URL") if _detected(told.get(key)))
    return failed(f"a secret stands in {', '.join(shown)}") if shown else passed("no password stands in it")


def _detected(hidden: dict[str, dict[str, list[str]]] | None) -> bool:
    return bool(hidden and hidden["$secret"]["detected"])

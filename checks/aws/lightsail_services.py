"""Checks on what Lightsail runs beside servers: databases, load balancers, buckets, containers, distributions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from checks.aws import containers, sharing
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

DATABASE, BALANCER, BUCKET = "aws.lightsail.database", "aws.lightsail.load_balancer", "aws.lightsail.bucket"
CONTAINERS, DISTRIBUTION = "aws.lightsail.container_service", "aws.lightsail.distribution"
UPDATE_DATABASE = "aws lightsail update-relational-database --relational-database-name {name} --region {region} "
UPDATE_BALANCER = "aws lightsail update-load-balancer-attribute --load-balancer-name {name} --region {region} "
UPDATE_BUCKET = "aws lightsail update-bucket --bucket-name {name} --region {region} "
UPDATE_DISTRIBUTION = "aws lightsail update-distribution --distribution-name {name} --region us-east-1 "
DEPLOY = "aws lightsail create-container-service-deployment --service-name {name} --region {region} --containers FILE"
OLD_TLS, NEW_TLS = ("SSLv3", "TLSv1", "TLSv1.1"), ("TLSv1.2", "TLSv1.3")
CURRENT, NEXT = "currentDeployment", "nextDeployment"  # the next one is being rolled out, or its rollout failed
KEY_AGE = timedelta(days=365)


@check(
    f"{DATABASE}.not_public",
    on=DATABASE,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Database is reached from the account's servers only",
    risk="A weak password, or the next hole in the engine, is all that stands between anybody and the data.",
    fix=UPDATE_DATABASE + "--no-publicly-accessible",
)
def not_public(database: Resource) -> Verdict:
    public = database["item"].get("publiclyAccessible")
    if public is None:
        return unknown("whether it is reached from everywhere was not told")
    return failed("reached from everywhere") if public else passed("reached from servers of Lightsail only")


@check(
    f"{DATABASE}.backed_up",
    on=DATABASE,
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="Database is backed up by itself",
    risk="What is deleted by mistake or by an intruder is gone.",
    fix=UPDATE_DATABASE + "--enable-backup-retention",
)
def backed_up(database: Resource) -> Verdict:
    return passed("backups are on") if database["item"].get("backupRetentionEnabled") else failed("backups are off")


@check(
    f"{DATABASE}.multi_zone",
    on=DATABASE,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Database goes on when a zone fails",
    risk="The loss of one zone stops everything that needs the database.",
    fix="Make a database of a high availability bundle from a snapshot of {name}",
)
def multi_zone(database: Resource) -> Verdict:
    other = database["item"].get("secondaryAvailabilityZone")
    return passed(f"stands in {other} as well") if other else failed("stands in one zone")


@check(
    f"{DATABASE}.offered_version",
    on=DATABASE,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Database runs a version that Lightsail still offers",
    risk="Holes in the engine that everybody can look up are not closed any more.",
    fix="Make a database of a newer blueprint, and move the data of {name}; or upgrade its major version",
)
def offered_version(database: Resource) -> Verdict:
    item = database["item"]
    said = f"{item.get('engine')} {item.get('engineVersion')}"
    return passed(f"{said} is offered") if database["blueprint"] else failed(f"{said} is offered no more")


def _speaks_tls(balancer: Resource) -> bool:
    return str(balancer["item"].get("protocol")) == "HTTP_HTTPS"


@check(
    f"{BALANCER}.encrypted",
    on=BALANCER,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Load balancer takes HTTPS, and leads HTTP there",
    risk="Passwords and pages are read and changed on the way.",
    fix=UPDATE_BALANCER + "--attribute-name HttpsRedirectionEnabled --attribute-value true, after a certificate was attached",
)
def encrypted(balancer: Resource) -> Verdict:
    if not _speaks_tls(balancer):
        return failed("takes HTTP alone")
    led = balancer["item"].get("httpsRedirectionEnabled")
    return passed("HTTP is led to HTTPS") if led else failed("takes HTTP beside HTTPS")


@check(
    f"{BALANCER}.current_tls",
    on=BALANCER,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Load balancer speaks TLS 1.2 and later only",
    risk="Clients can be talked into a version of TLS whose encryption is broken.",
    fix=UPDATE_BALANCER + "--attribute-name TlsPolicyName --attribute-value POLICY, as get-load-balancer-tls-policies tells",
)
def current_tls(balancer: Resource) -> Verdict:
    if not _speaks_tls(balancer):
        return skipped("it takes no HTTPS")
    name, policy = balancer["item"].get("tlsPolicyName"), balancer["policies"]
    if not policy or not policy.get("protocols"):
        return unknown(f"what the policy {name or 'of the load balancer'} takes was not told")
    protocols = set(policy["protocols"])
    if old := sorted(protocols & {*OLD_TLS}):
        return failed(f"{name} takes {', '.join(old)}")
    # Not verified: how the versions are written.
    if strange := sorted(protocols - {*NEW_TLS}):
        return unknown(f"{name} takes {', '.join(strange)}, which is not known here")
    return passed(f"{name} takes {', '.join(sorted(protocols))}")


@check(
    f"{BUCKET}.closed_to_world",
    on=BUCKET,
    control="data.public_exposure",
    severity=Severity.HIGH,
    title="Bucket's objects are open to nobody unnamed",
    risk="Whoever guesses or finds the address of an object reads it.",
    fix=UPDATE_BUCKET + "--access-rules getObject=private,allowPublicOverrides=false",
)
def closed_to_world(bucket: Resource) -> Verdict:
    rules = bucket["item"].get("accessRules") or {}
    if str(rules.get("getObject")) == "private" and not rules.get("allowPublicOverrides"):
        return passed("objects are private")
    if (bucket["block"] or {}).get("bpaImpactsLightsail"):
        return passed("the account's block of public access holds for it")
    return failed("single objects may be public" if rules.get("getObject") == "private" else "all objects are public")


@check(
    f"{BUCKET}.known_accounts",
    on=BUCKET,
    control="data.external_sharing",
    severity=Severity.MEDIUM,
    title="Bucket is read by accounts of the organization only",
    risk="A stranger reads whatever is put into the bucket.",
    fix=UPDATE_BUCKET + "--readonly-access-accounts ACCOUNTS",
)
def known_accounts(bucket: Resource, inventory: Inventory) -> Verdict:
    others = {str(each) for each in bucket["item"].get("readonlyAccessAccounts") or []} - {bucket.account}
    return sharing.members_only(others, inventory)


@check(
    f"{BUCKET}.keys_replaced_yearly",
    on=BUCKET,
    control="identity.credential_age",
    severity=Severity.MEDIUM,
    title="Bucket's access keys are less than a year old",
    risk="Keys end up in code, logs and mails; whoever finds one reads and changes all objects.",
    fix="aws lightsail create-bucket-access-key, then delete-bucket-access-key, --bucket-name {name} --region {region};"
    " or set-resource-access-for-bucket, which needs no keys",
)
def keys_replaced_yearly(bucket: Resource, now: datetime) -> Verdict:
    made = [datetime.fromisoformat(key["createdAt"]) for key in bucket["access_keys"] or [] if key["status"] == "Active"]
    if not made:
        return passed("it has no keys at work")
    said = f"the oldest key is of {min(made):%Y-%m-%d}"
    return failed(said) if now - min(made) > KEY_AGE else passed(said, until=min(made) + KEY_AGE)


@check(
    f"{BUCKET}.access_logged",
    on=BUCKET,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Bucket logs who uses it",
    risk="After a leak nobody can tell who read which object.",
    fix=UPDATE_BUCKET + "--access-log-config enabled=true,destination=OTHER_BUCKET",
)
def access_logged(bucket: Resource) -> Verdict:
    config = bucket["item"].get("accessLogConfig") or {}
    return passed(f"logs to {config.get('destination')}") if config.get("enabled") else failed("nothing is logged")


@check(
    f"{BUCKET}.versioned",
    on=BUCKET,
    control="resilience.versioning",
    severity=Severity.LOW,
    title="Bucket keeps earlier versions of objects",
    risk="What is overwritten or deleted, by mistake or by an intruder, is gone.",
    fix=UPDATE_BUCKET + "--versioning Enabled",
)
def versioned(bucket: Resource) -> Verdict:
    state = str(bucket["item"].get("objectVersioning") or "not told")
    return (passed if state == "Enabled" else failed)(f"versioning is {state}")


def _containers(service: Resource, *deployments: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for each in deployments or (CURRENT,):
        deployment = service["item"].get(each) or {}
        yield from (deployment.get("containers") or {}).items()


def _variables(container: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = container.get("environment") or {}
    return found


@check(
    f"{CONTAINERS}.without_secrets",
    on=CONTAINERS,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Containers' variables hold no secrets",
    risk="Everybody who may describe the service reads the secret.",
    fix=DEPLOY + ", without the secret; have the program fetch it, and replace it",
)
def without_secrets(service: Resource) -> Verdict:
    given = _containers(service, CURRENT, NEXT)
    return containers.without_secrets(
        [(f"{name}.{key}", value) for name, each in given for key, value in _variables(each).items()]
    )


@check(
    f"{CONTAINERS}.images_pinned",
    on=CONTAINERS,
    control="runtime.image_integrity",
    severity=Severity.LOW,
    title="Service says which versions of its images run",
    risk="What runs is whatever was pushed last, by whomever.",
    fix=DEPLOY + ", with images named by version or digest",
)
def images_pinned(service: Resource) -> Verdict:
    images = [str(each["image"]) for _, each in _containers(service) if each.get("image")]
    return containers.pinned(images) if images else skipped("nothing is deployed")


@check(
    f"{DISTRIBUTION}.web_firewall",
    on=DISTRIBUTION,
    control="application.web_protection",
    severity=Severity.LOW,
    title="Distribution stands behind a web firewall",
    risk="Attacks that everybody knows reach the site behind it.",
    fix="Turn on the web application firewall of {name} in the console of Lightsail",
)
def web_firewall(distribution: Resource) -> Verdict:
    on = (distribution["item"].get("waf") or {}).get("isWafEnabled")
    return passed("its firewall is on") if on else failed("it has no firewall")


@check(
    f"{DISTRIBUTION}.viewers_on_current_tls",
    on=DISTRIBUTION,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Distribution speaks TLS 1.2 and later only",
    risk="Clients can be talked into a version of TLS whose encryption is broken.",
    fix=UPDATE_DISTRIBUTION + "--viewer-minimum-tls-protocol-version TLSv1.2_2021",
)
def viewers_on_current_tls(distribution: Resource) -> Verdict:
    least = str(distribution["item"].get("viewerMinimumTlsProtocolVersion") or "")
    version = least.partition("_")[0]
    if version not in (*OLD_TLS, *NEW_TLS):
        return unknown(f"the least version is {least or 'not told'}")
    return (failed if version in OLD_TLS else passed)(f"speaks {least} and later")


@check(
    f"{DISTRIBUTION}.origin_encrypted",
    on=DISTRIBUTION,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Distribution fetches over HTTPS",
    risk="What travels between the distribution and the site behind it is read and changed on the way.",
    fix=UPDATE_DISTRIBUTION + "--origin name=ORIGIN,regionName=REGION,protocolPolicy=https-only",
)
def origin_encrypted(distribution: Resource) -> Verdict:
    way = str((distribution["item"].get("origin") or {}).get("protocolPolicy") or "not told")
    return (passed if way == "https-only" else failed)(f"fetches by {way}")

"""Checks on domains of OpenSearch Service."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any

from checks.aws import keys, sharing
from checks.support import lasting, supported
from scanner.evaluation.check import check
from scanner.model import Inventory, Reason, Resource, Severity, Unread, UnreadError, Verdict, failed, passed, skipped

DOMAIN = "aws.opensearch.domain"
MODIFY = "aws opensearch update-domain-config --domain-name {name} --region {region} "
ERRORS, AUDIT = "ES_APPLICATION_LOGS", "AUDIT_LOGS"
OLD_TLS = "Policy-Min-TLS-1-0"
LEAST_ZONES, LEAST_MASTERS = 2, 3

Status = Mapping[str, Any]


def _status(domain: Resource) -> Status:
    """Return how AWS describes *domain*. Raises :class:`UnreadError` for one that was listed and is not described."""
    found: Status | None = domain["status"]
    if found is None:
        operation = "es:DescribeDomains"
        raise UnreadError(f"the domain {domain.name}", Unread(Reason.UNAVAILABLE, "NotDescribed", operation, operation))
    return found


def alive(judge: Callable[..., Verdict]) -> Callable[..., Verdict]:
    """Make *judge* skip a domain that is being deleted, which is listed for a while yet."""

    @wraps(judge)
    def asked(domain: Resource, **given: Any) -> Verdict:
        return skipped("it is being deleted") if _status(domain).get("Deleted") else judge(domain, **given)

    return asked


def _part(domain: Resource, name: str) -> Status:
    """Return one group of settings; one that was never set is absent from the answer."""
    found: Status = domain["status"].get(name) or {}
    return found


def access_policy(domain: Resource) -> Mapping[str, Any] | None:
    """Return the access policy. Raises :class:`UnreadError` where it is no JSON."""
    text = domain["status"].get("AccessPolicies")
    if not text:
        return None
    try:
        return dict(json.loads(text))
    except (ValueError, TypeError) as error:
        raise UnreadError("the access policy", Unread(Reason.UNAVAILABLE, "DecodeError", "", "es:DescribeDomains")) from error


def _in_vpc(domain: Resource) -> bool:
    return bool(_part(domain, "VPCOptions").get("VPCId") or _part(domain, "VPCOptions").get("SubnetIds"))


# ---- encryption ------------------------------------------------------------------------------------------------------


@check(
    f"{DOMAIN}.encrypted",
    on=DOMAIN,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Domain is encrypted at rest",
    risk="Indices, logs and snapshots are stored in the clear.",
    fix=MODIFY + "--encryption-at-rest-options Enabled=true,KmsKeyId=KEY",
)
@alive
def encrypted(domain: Resource) -> Verdict:
    on = _part(domain, "EncryptionAtRestOptions").get("Enabled")
    return passed("encrypted at rest") if on else failed("not encrypted at rest")


@check(
    f"{DOMAIN}.customer_key",
    on=DOMAIN,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Domain is encrypted with a key of the customer's own",
    risk="Access to the data cannot be limited, logged or ended by a key of one's own.",
    fix="Create a domain with --encryption-at-rest-options Enabled=true,KmsKeyId=KEY and restore a snapshot into it",
)
@alive
def customer_key(domain: Resource, inventory: Inventory) -> Verdict:
    options = _part(domain, "EncryptionAtRestOptions")
    if not options.get("Enabled"):
        return skipped("not encrypted at all")
    return keys.customer_key(domain, options.get("KmsKeyId"), inventory)


@check(
    f"{DOMAIN}.nodes_encrypted",
    on=DOMAIN,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Domain encrypts what its nodes tell each other",
    risk="Whoever sees the traffic between nodes reads the data.",
    fix=MODIFY + "--node-to-node-encryption-options Enabled=true",
)
@alive
def nodes_encrypted(domain: Resource) -> Verdict:
    on = _part(domain, "NodeToNodeEncryptionOptions").get("Enabled")
    return passed("nodes talk over TLS") if on else failed("nodes talk in the clear")


@check(
    f"{DOMAIN}.tls_required",
    on=DOMAIN,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Domain takes requests over current TLS only",
    risk="Passwords and data can be read and changed on their way.",
    fix=MODIFY + "--domain-endpoint-options EnforceHTTPS=true,TLSSecurityPolicy=Policy-Min-TLS-1-2-PFS-2023-10",
)
@alive
def tls_required(domain: Resource) -> Verdict:
    options = _part(domain, "DomainEndpointOptions")
    if not options.get("EnforceHTTPS"):
        return failed("takes requests over plain HTTP")
    policy = str(options.get("TLSSecurityPolicy") or OLD_TLS)
    return failed(f"takes TLS 1.0, by {policy}") if policy.startswith(OLD_TLS) else passed(f"HTTPS only, by {policy}")


# ---- sign-in, rights and exposure ------------------------------------------------------------------------------------


@check(
    f"{DOMAIN}.central_sign_in",
    on=DOMAIN,
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="Domain keeps no passwords of its own",
    risk="People and applications sign in with passwords that only the domain knows of, and that outlive whoever left.",
    fix=MODIFY + "--advanced-security-options file://options.json, with InternalUserDatabaseEnabled false",
)
@alive
def central_sign_in(domain: Resource) -> Verdict:
    options = _part(domain, "AdvancedSecurityOptions")
    if not options.get("Enabled"):
        return skipped("it knows no users")
    own = options.get("InternalUserDatabaseEnabled")
    return failed("it has users and passwords of its own") if own else passed("users come from IAM or a directory")


@check(
    f"{DOMAIN}.fine_grained",
    on=DOMAIN,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Domain gives rights by index, document and field",
    risk="Whoever may read one index may read and delete them all.",
    fix=MODIFY + "--advanced-security-options file://options.json, with Enabled true",
)
@alive
def fine_grained(domain: Resource) -> Verdict:
    on = _part(domain, "AdvancedSecurityOptions").get("Enabled")
    return passed("fine-grained access control is on") if on else failed("fine-grained access control is off")


@check(
    f"{DOMAIN}.no_anonymous",
    on=DOMAIN,
    control="application.exposure",
    severity=Severity.HIGH,
    title="Domain and its dashboards let nobody in without a sign-in",
    risk="While old clients change over, whoever reaches the domain reads and changes what it holds.",
    fix=MODIFY + "--advanced-security-options AnonymousAuthEnabled=false",
)
@alive
def no_anonymous(domain: Resource) -> Verdict:
    options = _part(domain, "AdvancedSecurityOptions")
    if options.get("AnonymousAuthEnabled"):
        return failed(f"anonymous until {options.get('AnonymousAuthDisableDate', 'somebody ends it')}")
    if options.get("Enabled") or _part(domain, "CognitoOptions").get("Enabled"):
        return passed("everybody signs in")
    return failed("neither the domain nor its dashboards know users")


@check(
    f"{DOMAIN}.not_public",
    on=DOMAIN,
    control="data.public_exposure",
    severity=Severity.CRITICAL,
    title="Domain admits nobody unnamed from the internet",
    risk="Anybody reads, changes and deletes all that was ever indexed.",
    fix=MODIFY + "--access-policies file://policy.json, with named principals",
    cis=sharing.STRANGERS,
)
@alive
def not_public(domain: Resource) -> Verdict:
    if _in_vpc(domain):
        return passed("reached within a VPC only")
    return sharing.admits_the_named(access_policy(domain), domain.account)


@check(
    f"{DOMAIN}.known_accounts",
    on=DOMAIN,
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Domain's policy admits only accounts of the organization",
    risk="An account that nobody here runs may read or change what is indexed.",
    fix=MODIFY + "--access-policies file://policy.json, with accounts of the organization only",
    cis=sharing.STRANGERS,
)
@alive
def known_accounts(domain: Resource, inventory: Inventory) -> Verdict:
    document = access_policy(domain)
    if _in_vpc(domain) and sharing.admits_the_named(document, domain.account).outcome == "fail":
        return passed("open to those within its VPC, and named to nobody outside")
    return sharing.admits_the_known(document, domain.account, inventory)


@check(
    f"{DOMAIN}.in_vpc",
    on=DOMAIN,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Domain is reached within a VPC only",
    risk="One slip in its policy, and anybody on the internet searches it.",
    fix="Create a domain with --vpc-options and restore a snapshot into it; a public domain cannot move",
)
@alive
def in_vpc(domain: Resource) -> Verdict:
    return passed("stands in a VPC") if _in_vpc(domain) else failed("has a public endpoint")


# ---- versions, logs and failures -------------------------------------------------------------------------------------


@check(
    f"{DOMAIN}.supported_version",
    on=DOMAIN,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Domain runs a version in standard support",
    risk="Only the worst holes are closed, and for a surcharge.",
    fix="aws opensearch upgrade-domain --domain-name {name} --target-version VERSION --region {region}",
)
@alive
def supported_version(domain: Resource, now: datetime) -> Verdict:
    engine, _, number = str(domain["status"]["EngineVersion"]).rpartition("_")
    # Domains older than OpenSearch tell the number alone.
    return supported("aws.opensearch", f"{engine or 'Elasticsearch'} {number}", now)


SUPPORT_LASTS = lasting(supported_version)


@check(
    f"{DOMAIN}.software_current",
    on=DOMAIN,
    control="runtime.automatic_updates",
    severity=Severity.LOW,
    title="Domain's service software is current",
    risk="Holes that AWS has closed are still open here.",
    fix="aws opensearch start-service-software-update --domain-name {name} --region {region}",
)
@alive
def software_current(domain: Resource) -> Verdict:
    options = _part(domain, "ServiceSoftwareOptions")
    if options.get("UpdateAvailable"):
        return failed(f"{options.get('NewVersion', 'a newer one')} is offered, {options.get('CurrentVersion')} runs")
    return passed(f"{options.get('CurrentVersion', 'the newest')} runs, and nothing newer is offered")


def _published(domain: Resource, kind: str) -> bool:
    option = _part(domain, "LogPublishingOptions").get(kind) or {}
    return bool(option.get("Enabled") and option.get("CloudWatchLogsLogGroupArn"))


@check(
    f"{DOMAIN}.audited",
    on=DOMAIN,
    control="logging.data_events",
    severity=Severity.MEDIUM,
    title="Domain records who asks for what",
    risk="After a leak nobody can tell what was read, and by whom.",
    fix=MODIFY + "--log-publishing-options AUDIT_LOGS={CloudWatchLogsLogGroupArn=GROUP,Enabled=true}",
)
@alive
def audited(domain: Resource) -> Verdict:
    return passed("audit logs are published") if _published(domain, AUDIT) else failed("audit logs are not published")


@check(
    f"{DOMAIN}.errors_logged",
    on=DOMAIN,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Domain publishes its error log",
    risk="Failures, and attempts that fail, leave no trace that anybody can look up.",
    fix=MODIFY + "--log-publishing-options ES_APPLICATION_LOGS={CloudWatchLogsLogGroupArn=GROUP,Enabled=true}",
)
@alive
def errors_logged(domain: Resource) -> Verdict:
    return passed("the error log is published") if _published(domain, ERRORS) else failed("the error log is not published")


@check(
    f"{DOMAIN}.multi_zone",
    on=DOMAIN,
    control="resilience.multi_zone",
    severity=Severity.MEDIUM,
    title="Domain goes on when a zone fails",
    risk="The loss of one zone takes the indices with it.",
    fix=MODIFY + "--cluster-config ZoneAwarenessEnabled=true,ZoneAwarenessConfig={AvailabilityZoneCount=3},InstanceCount=3",
)
@alive
def multi_zone(domain: Resource) -> Verdict:
    config = _part(domain, "ClusterConfig")
    count = int(config.get("InstanceCount") or 1)
    if not config.get("ZoneAwarenessEnabled"):
        return failed("its nodes stand in one zone")
    return (passed if count >= LEAST_ZONES else failed)(f"{count} node(s), spread over zones")


@check(
    f"{DOMAIN}.masters",
    on=DOMAIN,
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="Domain has three masters that do nothing else",
    risk="A heavy query, or the loss of one node, leaves the domain without a head, or with two.",
    fix=MODIFY + "--cluster-config DedicatedMasterEnabled=true,DedicatedMasterCount=3,DedicatedMasterType=TYPE",
)
@alive
def masters(domain: Resource) -> Verdict:
    config = _part(domain, "ClusterConfig")
    count = int(config.get("DedicatedMasterCount") or 0) if config.get("DedicatedMasterEnabled") else 0
    return (passed if count >= LEAST_MASTERS else failed)(f"{count} dedicated master(s)")

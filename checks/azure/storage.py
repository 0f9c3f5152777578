"""Checks on storage accounts: who is let in, by which proof, and how what is stored and sent is encrypted.

What holds where a property is missing is from the Storage resource provider's REST API, "Storage Accounts - Get Properties".
Accounts older than a change of default keep what held before: "Prevent object replication across Microsoft Entra tenants",
"Remediate anonymous read access to blob data".
"""

from __future__ import annotations

from datetime import datetime, timedelta

from checks.azure.read import at, closed, in_words, is_on, many, prop, tls, word
from checks.azure.settings import setting
from checks.kinds import Kind
from checks.times import day, time_of
from checks.world import FAMILIES, hold_world
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped, unknown

ACCOUNT = "azure.storage.account"
UPDATE = "az storage account update --ids {id} "
KINDS = (Kind(ACCOUNT, "Storage account", UPDATE),)
KEYS_LAST = timedelta(days=90)
MODERN = (1, 2)


def keyless(account: Resource) -> str:
    """Return why the account's keys open nothing; empty where they do. They do where nothing is said."""
    return "" if word(prop(account, "allowSharedKeyAccess")) != "false" else "no request may be signed with them"


ANONYMOUS_OFF = setting(
    KINDS,
    "anonymous_off",
    "allowBlobPublicAccess",
    "false",
    None,
    control="data.public_exposure",
    severity=Severity.HIGH,
    title="NOUN lets no container be opened to everybody",
    risk="Whoever may change one container shows all that lies in it to the internet.",
    fix="MODIFY--allow-blob-public-access false",
    cis=("v6:9.3.8",),
)
CROSS_TENANT_OFF = setting(
    KINDS,
    "replicated_within_tenant",
    "allowCrossTenantReplication",
    "false",
    None,
    control="data.external_sharing",
    severity=Severity.MEDIUM,
    title="NOUN replicates to accounts of its own tenant only",
    risk="A policy of replication carries every new blob to an account of somebody else's.",
    fix="MODIFY--allow-cross-tenant-replication false",
    cis=("v6:9.3.7",),
)
COPIED_WITHIN_TENANT = setting(
    KINDS,
    "copied_within_tenant",
    "allowedCopyScope",
    "aad privatelink",
    "all",
    control="data.external_sharing",
    severity=Severity.LOW,
    title="NOUN copies from accounts of its own tenant only",
    risk="What is stored is carried in from, and out to, accounts that nobody knows.",
    fix="MODIFY--allowed-copy-scope AAD",
)
HTTPS_ONLY = setting(
    KINDS,
    "https_only",
    "supportsHttpsTrafficOnly",
    "true",
    "false",
    control="encryption.in_transit",
    severity=Severity.HIGH,
    title="NOUN takes encrypted requests only",
    risk="Whoever is on the way reads and changes what is sent, and the signatures that open the rest.",
    fix="MODIFY--https-only true",
    cis=("v6:9.3.4",),
)
ENCRYPTED_TWICE = setting(
    KINDS,
    "encrypted_twice",
    "encryption.requireInfrastructureEncryption",
    "true",
    "false",
    control="encryption.at_rest",
    severity=Severity.INFORMATIONAL,
    title="NOUN encrypts a second time, in the infrastructure",
    risk="One broken cipher, or one lost key, is all that stands before the data.",
    fix="Chosen when it is made: az storage account create --require-infrastructure-encryption true, and move the data there",
    cis=("v3:4.2",),
)
CUSTOMER_KEY = setting(
    KINDS,
    "customer_key",
    "encryption.keySource",
    "microsoft.keyvault",
    "microsoft.storage",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="NOUN is encrypted with a key of the customer's own",
    risk="Access to what is stored cannot be limited, logged or ended by a key of one's own.",
    fix="MODIFY--encryption-key-source Microsoft.Keyvault --encryption-key-vault VAULT --encryption-key-name KEY",
    cis=("v3:4.11",),
)
SHARED_KEY_OFF = setting(
    KINDS,
    "shared_key_off",
    "allowSharedKeyAccess",
    "false",
    "true",
    control="identity.workload_identity",
    severity=Severity.MEDIUM,
    title="NOUN takes sign-ins of Entra ID only",
    risk="Whoever finds one of its keys may do everything with all that is stored, and no log names him.",
    fix="MODIFY--allow-shared-key-access false",
    cis=("v6:9.3.1.3",),
)
ENTRA_FIRST = setting(
    KINDS,
    "entra_first",
    "defaultToOAuthAuthentication",
    "true",
    "false",
    control="access.groups",
    severity=Severity.LOW,
    title="NOUN is opened in the portal by roles, not by its keys",
    risk="People in the portal work with the account's keys, whatever roles on the data they were given.",
    fix="MODIFY--default-to-oauth-authentication true",
    cis=("v6:9.3.3.1",),
)


def _without_sftp(account: Resource) -> str:
    return "" if is_on(prop(account, "isSftpEnabled")) else "SFTP is off"


LOCAL_USERS_OFF = setting(
    KINDS,
    "local_users_off",
    "isLocalUserEnabled",
    "false",
    "true",
    exempt=_without_sftp,
    control="identity.workload_identity",
    severity=Severity.MEDIUM,
    title="NOUN has no users of its own for SFTP",
    risk="Local users sign in with a password or a key of their own, which no directory ends when somebody leaves.",
    fix="MODIFY--enable-local-user false --enable-sftp false",
)


@check(
    f"{ACCOUNT}.modern_tls",
    on=ACCOUNT,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Storage account takes TLS 1.2 or newer only",
    risk="Whoever is on the way makes old clients speak a version of TLS that can be broken.",
    fix=UPDATE + "--min-tls-version TLS1_2",
    cis=("v6:9.3.6",),
)
def modern_tls(account: Resource) -> Verdict:
    said = prop(account, "minimumTlsVersion") or "TLS1_0"
    return (passed if (tls(said) or (0, 0)) >= MODERN else failed)(f"the oldest that it takes is {said}")


@check(
    f"{ACCOUNT}.key_reminders",
    on=ACCOUNT,
    control="identity.credential_age",
    severity=Severity.LOW,
    title="Storage account says how long its keys may last",
    risk="Nobody is reminded to renew keys that many have seen.",
    fix=UPDATE + "--key-exp-days 90",
    cis=("v6:9.3.1.1",),
)
def key_reminders(account: Resource) -> Verdict:
    days = prop(account, "keyPolicy.keyExpirationPeriodInDays")
    if reason := keyless(account):
        return skipped(reason)
    return passed(f"{days} days") if days else failed("no time is set")


@check(
    f"{ACCOUNT}.keys_renewed",
    on=ACCOUNT,
    control="identity.credential_age",
    severity=Severity.MEDIUM,
    title="Storage account's keys were renewed within 90 days",
    risk="A key that leaked long ago still opens everything.",
    fix="az storage account keys renew --ids {id} --key primary, and then secondary",
    cis=("v6:9.3.1.2",),
)
def keys_renewed(account: Resource, now: datetime) -> Verdict:
    made = [time_of(at(prop(account, "keyCreationTime"), key)) for key in ("key1", "key2")]
    if reason := keyless(account):
        return passed(reason)
    known = [time for time in made if time]
    oldest = min(known, default=None)
    if oldest and now - oldest >= KEYS_LAST:
        return failed(f"one was made on {day(oldest)}")
    if oldest is None or len(known) < len(made):
        return unknown("when they were made is not said")
    return passed(f"the older one was made on {day(oldest)}", until=oldest + KEYS_LAST)


@check(
    f"{ACCOUNT}.signatures_expire",
    on=ACCOUNT,
    control="identity.credential_age",
    severity=Severity.LOW,
    title="Storage account says how long shared access signatures may last",
    risk="Links are given out that open the data for years, and cannot be called back one by one.",
    fix=UPDATE + "--sas-exp 1.00:00:00",
)
def signatures_expire(account: Resource) -> Verdict:
    period = prop(account, "sasPolicy.sasExpirationPeriod")
    return passed(f"they may last {period}") if period else failed("no time is set")


@check(
    f"{ACCOUNT}.networks_narrow",
    on=ACCOUNT,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Storage account doesn't admit the whole internet",
    risk="Anybody on the internet tries keys and signatures, and whoever has one is in from anywhere.",
    fix=UPDATE + "--default-action Deny",
    cis=("v6:9.3.2.3",),
)
def networks_narrow(account: Resource) -> Verdict:
    if closed(account):
        return passed("public network access is off")
    rules = prop(account, "networkAcls")
    if word(at(rules, "defaultAction")) != "deny":
        return failed("callers from every address are admitted")
    held = frozenset(str(each.get("value")) for name in ("ipRules", "ipv6Rules") for each in many(at(rules, name)))
    said = f"admits {in_words(held) or 'no public address'}"
    return failed(said) if any(hold_world(held, family) for family in FAMILIES) else passed(said)


@check(
    f"{ACCOUNT}.trusted_services_admitted",
    on=ACCOUNT,
    control="network.public_access",
    severity=Severity.INFORMATIONAL,
    title="Storage account's firewall admits trusted services of Azure",
    risk="Backup, logs and alerts that write here or read from here fail, so that somebody opens the firewall altogether.",
    fix=UPDATE + "--bypass AzureServices",
    cis=("v6:9.3.5",),
)
def trusted_services_admitted(account: Resource) -> Verdict:
    rules = prop(account, "networkAcls")
    if not closed(account) and word(at(rules, "defaultAction")) != "deny":
        return skipped("its firewall keeps nobody out")
    said = word(at(rules, "bypass") or "AzureServices")
    return (passed if "azureservices" in said else failed)(f"past the firewall: {said}")


@check(
    f"{ACCOUNT}.resources_known",
    on=ACCOUNT,
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Storage account's firewall admits resources of its own tenant only",
    risk="Services of another tenant's pass the firewall, and nobody here sees what becomes of them.",
    fix="az storage account network-rule remove --ids {id} --resource-id RESOURCE --tenant-id TENANT",
)
def resources_known(account: Resource) -> Verdict:
    home = word(account["item"].get("tenantId"))
    rules = many(prop(account, "networkAcls.resourceAccessRules"))
    others = {word(each.get("tenantId")) for each in rules} - {"", home}
    if others and not home:
        return unknown("which tenant is its own is not said")
    return failed(f"of the tenant {in_words(others)}") if others else passed(f"{len(rules)} rule(s), all of its own tenant")

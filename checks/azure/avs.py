"""Checks on private clouds of Azure VMware Solution. What runs within is known to vCenter alone.

Source: its REST API, "Private Clouds - Get".
"""

from __future__ import annotations

from checks.azure.read import in_words, many, prop, properties, word
from checks.azure.settings import setting
from checks.kinds import Kind
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

CLOUD = "azure.avs.private_cloud"
KINDS = (Kind(CLOUD, "Private cloud", "az vmware private-cloud "),)

CUSTOMER_KEY = setting(
    KINDS,
    "customer_key",
    "encryption.status",
    "enabled",
    "disabled",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="NOUN encrypts with a key of the customer's own",
    risk="Access to what is stored cannot be limited, logged or ended by a key of one's own.",
    fix="MODIFYenable-cmk-encryption --ids {id} --enc-kv-key-name KEY --enc-kv-url VAULT --enc-kv-key-version VERSION",
)
NO_INTERNET = setting(
    KINDS,
    "no_internet",
    "internet",
    "disabled",
    "disabled",
    control="network.segmentation",
    severity=Severity.LOW,
    title="NOUN reaches the internet by ways of one's own only",
    risk="Machines within reach any place on the internet past one's own firewall.",
    fix="MODIFYupdate --ids {id} --internet Disabled",
)
TWO_ZONES = setting(
    KINDS,
    "two_zones",
    "availability.strategy",
    "dualzone",
    "singlezone",
    control="resilience.multi_zone",
    severity=Severity.INFORMATIONAL,
    title="NOUN is stretched over two zones",
    risk="When the zone is down, so is all that runs there.",
    fix="Chosen when it is made: az vmware private-cloud create --strategy DualZone --zone 1 --secondary-zone 2",
)


@check(
    f"{CLOUD}.directory_encrypted",
    on=CLOUD,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Private cloud asks its directory over an encrypted connection",
    risk="Whoever is on the way reads the passwords of those who administer vCenter.",
    fix="az vmware private-cloud identity-source create --private-cloud {name} --resource-group GROUP --ssl Enabled",
)
def directory_encrypted(cloud: Resource) -> Verdict:
    sources = many(properties(cloud).get("identitySources"))
    if not sources:
        return skipped("it asks no directory")
    plain = [str(each.get("name")) for each in sources if word(each.get("ssl")) != "enabled"]
    return failed(f"in the clear: {in_words(plain)}") if plain else passed(f"{len(sources)} directory(ies), all encrypted")


@check(
    f"{CLOUD}.clouds_known",
    on=CLOUD,
    control="network.segmentation",
    severity=Severity.INFORMATIONAL,
    title="Private cloud is linked to no other",
    risk="Whoever is in the other cloud is in this one, too.",
    fix="az vmware cloud-link delete --private-cloud {name} --resource-group GROUP --name LINK",
)
def clouds_known(cloud: Resource) -> Verdict:
    links = prop(cloud, "externalCloudLinks") or []
    return failed(f"linked to {len(links)}") if links else passed("no link is told of")

"""Checks on Cloud DNS: zones and their keys, where they forward to, and whether the queries of networks are recorded.

Asset Inventory writes enums in capitals (``PUBLIC``, ``KEY_SIGNING``), the API itself in another case (``public``,
``keySigning``); both are read. Without a word about it, a zone is public and not signed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from checks.gcp import sharing
from checks.gcp.read import in_words, place, project_of
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

ZONE, POLICY, NETWORK = "gcp.dns.managed_zone", "gcp.dns.policy", "gcp.vpc.network"
TAKE_AWAY = "gcloud dns managed-zones set-iam-policy {name} policy.json --project={account}"
UPDATE = "gcloud dns managed-zones update {name} --project={account}"

Item = Mapping[str, Any]


def _plain(enum: object) -> str:
    """Return an enum in lower case and without separators, as both spellings have it."""
    return str(enum or "").replace("_", "").lower()


def is_public(zone: Resource) -> bool:
    return _plain(zone["item"].get("visibility") or "public") == "public"


def _signing(zone: Resource) -> str:
    """Return the state of DNSSEC: ``on``, ``transfer`` (signed, while it moves elsewhere) or ``off``."""
    return _plain((zone["item"].get("dnssecConfig") or {}).get("state")) or "off"


@check(
    "gcp.dns.managed_zone.signed",
    on=ZONE,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Public zone is signed (DNSSEC)",
    risk="Forged answers lead visitors to a stranger's servers.",
    fix=f"{UPDATE} --dnssec-state=on, then add the DS record at the registrar",
    cis=("v4:3.3", "v5:3.3"),
)
def signed(zone: Resource) -> Verdict:
    if not is_public(zone):
        return skipped("the zone is private")
    state = _signing(zone)
    return passed(f"DNSSEC is {state}") if state in ("on", "transfer") else failed("DNSSEC is off")


@dataclass(frozen=True, slots=True)
class Signer:
    """One of the two keys that sign a zone."""

    name: str
    kind: str
    noun: str
    cis: tuple[str, ...]


SIGNERS = (
    Signer("key_signing_algorithm", "keysigning", "Key that signs the zone's keys", ("v4:3.4", "v5:3.4")),
    Signer("zone_signing_algorithm", "zonesigning", "Key that signs the zone", ("v4:3.5", "v5:3.5")),
)


def _strong(signer: Signer) -> Check:
    @check(
        f"gcp.dns.managed_zone.{signer.name}",
        on=ZONE,
        control="encryption.in_transit",
        severity=Severity.LOW,
        title=f"{signer.noun} does not rest on SHA-1",
        risk="Signatures on SHA-1 can be forged, and resolvers begin to refuse them.",
        fix=f"{UPDATE} --dnssec-state=off, then on again with other --ksk-algorithm and --zsk-algorithm",
        cis=signer.cis,
    )
    def judge(zone: Resource) -> Verdict:
        if not is_public(zone) or _signing(zone) == "off":
            return skipped("the zone is not signed")
        keys = zone["item"]["dnssecConfig"].get("defaultKeySpecs") or []
        found = {_plain(key.get("algorithm")) for key in keys if _plain(key.get("keyType")) == signer.kind}
        return failed("the algorithm is RSASHA1") if "rsasha1" in found else passed(in_words(found) or "the default algorithm")

    return judge


STRONG = tuple(_strong(each) for each in SIGNERS)


@check(
    "gcp.dns.managed_zone.queries_logged",
    on=ZONE,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Public zone records its queries",
    risk="Who looks for names to attack, or what malware asks for, leaves no trace.",
    fix=f"{UPDATE} --log-dns-queries",
)
def queries_logged(zone: Resource) -> Verdict:
    if not is_public(zone):
        return skipped("queries of private zones are recorded by the networks' policies")
    logged = (zone["item"].get("cloudLoggingConfig") or {}).get("enableLogging")
    return passed("queries are recorded") if logged else failed("queries are not recorded")


@check(
    "gcp.vpc.network.dns_queries_logged",
    on=NETWORK,
    service="gcp.dns",
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="Network records its DNS queries",
    risk="Malware that calls home, or sends data out through names, is not seen.",
    fix="gcloud dns policies create NAME --networks={name} --enable-logging --project={account} --description=logging",
    cis=("v4:2.12", "v5:2.13"),
)
def dns_queries_logged(network: Resource, inventory: Inventory) -> Verdict:
    named = [policy for policy in inventory.all(POLICY) if any(_is(network, link) for link in _networks(policy["item"]))]
    if any(policy["item"].get("enableLogging") for policy in named):
        return passed("a DNS policy records its queries")
    return failed("its DNS policy records nothing" if named else "no DNS policy is on it")


def _networks(item: Item) -> list[str]:
    return [str(each.get("networkUrl") or "") for each in item.get("networks") or []]


def _is(network: Resource, link: str) -> bool:
    """Tell whether *link* leads to a network of the same project; policies cannot name another's."""
    return place(link) == place(network.id) and project_of(link) in ("", network.account, project_of(network.id))


@check(
    "gcp.dns.managed_zone.not_public",
    on=ZONE,
    control="access.public_grant",
    severity=Severity.CRITICAL,
    title="Zone lets nobody unnamed change it",
    risk="Anybody with a Google account redirects what the zone names.",
    fix=TAKE_AWAY,
)
def not_public(zone: Resource, now: datetime) -> Verdict:
    return sharing.named(zone, now)


@check(
    "gcp.dns.managed_zone.members_known",
    on=ZONE,
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Zone admits members of the organization only",
    risk="Somebody whom nobody here can lock out redirects what the zone names.",
    fix=TAKE_AWAY,
)
def members_known(zone: Resource, inventory: Inventory, now: datetime) -> Verdict:
    return sharing.known(zone, inventory, now)


def _targets(zone: Resource) -> list[Item]:
    found: list[Item] = (zone["item"].get("forwardingConfig") or {}).get("targetNameServers") or []
    return found


def _outside(targets: list[Item]) -> Iterator[str]:
    """Yield the servers that queries reach over the internet: public addresses that are not routed through the network."""
    for each in targets:
        address = str(each.get("ipv4Address") or each.get("ipv6Address") or "")
        if address and _plain(each.get("forwardingPath")) != "private" and ip_address(address).is_global:
            yield address


@check(
    "gcp.dns.managed_zone.forwards_inside",
    on=ZONE,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Zone forwards queries within the network",
    risk="Names of internal systems go over the internet in the clear, and whoever answers leads traffic away.",
    fix=f"{UPDATE} --private-forwarding-targets=ADDRESSES",
)
def forwards_inside(zone: Resource) -> Verdict:
    targets = _targets(zone)
    if not targets:
        return skipped("the zone forwards nothing")
    outside = list(_outside(targets))
    return failed(f"forwards to {in_words(outside)} over the internet") if outside else passed("forwards within the network")


@check(
    "gcp.dns.managed_zone.forwards_to_several",
    on=ZONE,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Zone forwards to more than one server",
    risk="When the only server fails, nothing here finds the names behind it.",
    fix=f"{UPDATE} --forwarding-targets=ADDRESSES",
)
def forwards_to_several(zone: Resource) -> Verdict:
    targets = _targets(zone)
    if not targets:
        return skipped("the zone forwards nothing")
    return passed(f"forwards to {len(targets)} servers") if len(targets) > 1 else failed("forwards to one server only")

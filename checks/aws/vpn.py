"""Checks on site-to-site VPNs and on endpoints of client VPNs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

VPN, CLIENT = "aws.transitgateway.vpn_connection", "aws.transitgateway.client_vpn"
SET = "aws ec2 modify-vpn-tunnel-options --vpn-connection-id {name} --vpn-tunnel-outside-ip-address ADDRESS --region {region}"
SET_CLIENT = "aws ec2 modify-client-vpn-endpoint --client-vpn-endpoint-id {name} --region {region} "
AT_WORK = "available"
# What each tunnel may agree on, and what of it is broken. Without a choice AWS offers all. Source: Site-to-Site VPN user guide,
# "Tunnel options".
CHOICES: Mapping[str, tuple[str, frozenset[str]]] = {
    "IkeVersions": ("IKE version", frozenset({"ikev1"})),
    "Phase1IntegrityAlgorithms": ("integrity of phase 1", frozenset({"SHA1"})),
    "Phase2IntegrityAlgorithms": ("integrity of phase 2", frozenset({"SHA1"})),
    "Phase1DHGroupNumbers": ("group of phase 1", frozenset({"2"})),
    "Phase2DHGroupNumbers": ("group of phase 2", frozenset({"2", "5"})),
}
PEOPLE = {"directory-service-authentication", "federated-authentication"}


def _tunnels(vpn: Resource) -> list[Mapping[str, Any]]:
    return list((vpn["item"].get("Options") or {}).get("TunnelOptions") or [])


def _weak(tunnel: Mapping[str, Any]) -> str:
    """Return what a tunnel may agree on that is broken; empty when nothing is."""
    for name, (noun, broken) in CHOICES.items():
        offered = {str(each["Value"]) for each in tunnel.get(name) or []}
        if not offered:
            return f"{noun} is not limited"
        if found := sorted(offered & broken):
            return f"{noun} {', '.join(found)} is offered"
    return ""


@check(
    "aws.transitgateway.vpn_connection.strong_encryption",
    on=VPN,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Tunnels of the VPN agree on nothing that is broken",
    risk="The other end, or whoever sits between, talks the tunnel into encryption that can be undone.",
    fix=SET + " --tunnel-options with IKEVersions ikev2, integrity SHA2 and groups of 14 and above",
)
def strong_encryption(vpn: Resource) -> Verdict:
    if not (tunnels := _tunnels(vpn)):
        return failed("the tunnels' options are AWS's own, which limit nothing")
    failures = [each for tunnel in tunnels if (each := _weak(tunnel))]
    return failed(failures[0]) if failures else passed("only strong encryption is offered")


@check(
    "aws.transitgateway.vpn_connection.keys_in_store",
    on=VPN,
    control="identity.secrets",
    severity=Severity.MEDIUM,
    title="VPN's keys are certificates, or stand in Secrets Manager",
    risk="Everybody who may describe VPNs reads the keys, and can sit between the two ends.",
    fix=SET + " --pre-shared-key-storage SecretsManager --tunnel-options PreSharedKey=NEW",
)
def keys_in_store(vpn: Resource) -> Verdict:
    if vpn["item"].get("PreSharedKeyArn"):
        return passed("the keys stand in Secrets Manager")
    if any(each.get("PreSharedKey") for each in _tunnels(vpn)):
        return failed("the keys stand in the VPN's own settings")
    return passed("no keys in the VPN's settings")


@check(
    "aws.transitgateway.vpn_connection.tunnels_logged",
    on=VPN,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Both tunnels of the VPN log what they agree on",
    risk="Nobody can tell why a tunnel failed, or who tried to build one.",
    fix=SET + " --tunnel-options LogOptions={CloudWatchLogOptions={LogEnabled=true,LogGroupArn=GROUP}}",
)
def tunnels_logged(vpn: Resource) -> Verdict:
    logs = [(each.get("LogOptions") or {}).get("CloudWatchLogOptions") or {} for each in _tunnels(vpn)]
    on = sum(bool(each.get("LogEnabled")) for each in logs)
    return (
        passed("both tunnels are logged")
        if logs and on == len(logs)
        else failed(f"{on} of {len(logs) or 2} tunnels are logged")
    )


@check(
    "aws.transitgateway.vpn_connection.both_tunnels_up",
    on=VPN,
    control="resilience.multi_zone",
    severity=Severity.MEDIUM,
    title="Both tunnels of the VPN are up",
    risk="When AWS maintains the one that is up, the two sides are cut off.",
    fix="Configure the second tunnel on the device at the other end",
)
def both_tunnels_up(vpn: Resource) -> Verdict:
    item = vpn["item"]
    if item["State"] != AT_WORK:
        return skipped(f"state is {item['State']}")
    states = [each["Status"] for each in item.get("VgwTelemetry") or []]
    up = states.count("UP")
    return (passed if up > 1 else failed)(f"{up} of {len(states) or 2} tunnels are up")


@check(
    "aws.transitgateway.client_vpn.connections_logged",
    on=CLIENT,
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="Client VPN logs who connects",
    risk="Nobody can tell who was in the network, and from where.",
    fix=SET_CLIENT + "--connection-log-options Enabled=true,CloudwatchLogGroup=GROUP",
)
def connections_logged(endpoint: Resource) -> Verdict:
    options = endpoint["item"].get("ConnectionLogOptions") or {}
    return (
        passed(f"logged to {options.get('CloudwatchLogGroup')}")
        if options.get("Enabled")
        else failed("connections are not logged")
    )


@check(
    "aws.transitgateway.client_vpn.people_sign_in",
    on=CLIENT,
    control="identity.mfa",
    severity=Severity.MEDIUM,
    title="Client VPN has people sign in, beside their certificate",
    risk="Whoever copies a certificate from a laptop is in the network, until somebody revokes it.",
    fix="Create the endpoint anew with --authentication-options of type federated-authentication",
)
def people_sign_in(endpoint: Resource) -> Verdict:
    kinds = {each["Type"] for each in endpoint["item"].get("AuthenticationOptions") or []}
    return (passed if kinds & PEOPLE else failed)(f"asks for {', '.join(sorted(kinds)) or 'nothing'}")


@check(
    "aws.transitgateway.client_vpn.groups_admitted",
    on=CLIENT,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Client VPN admits groups to networks, not everybody",
    risk="Everybody who may connect reaches all that the endpoint leads to.",
    fix="aws ec2 authorize-client-vpn-ingress --client-vpn-endpoint-id {name} --target-network-cidr CIDR --access-group-id G"
    " --region {region}, and revoke-client-vpn-ingress --revoke-all-groups",
)
def groups_admitted(endpoint: Resource) -> Verdict:
    rules = endpoint["rules"] or []
    wide = [each["DestinationCidr"] for each in rules if each.get("AccessAll") and each["Status"]["Code"] != "revoking"]
    return failed(f"everybody reaches {', '.join(wide[:3])}") if wide else passed(f"{len(rules)} rule(s), each for a group")

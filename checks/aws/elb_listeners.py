"""Checks on the listeners of load balancers: what they speak, by which certificates, and whom they let through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checks.aws.balancers import FACING, carried, inner_closed
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

LISTENER = "aws.elb.listener"
TLS = ("HTTPS", "TLS")
CURRENT = {"TLSv1.2", "TLSv1.3"}
# How ciphers begin whose keys are gone after the connection; all of TLS 1.3 begin with TLS_.
FORWARD_SECRET = ("ECDHE-", "TLS_")
SET = "aws elbv2 modify-listener --listener-arn {id} --region {region} "
ASKING = {"authenticate-oidc": "AuthenticateOidcConfig", "authenticate-cognito": "AuthenticateCognitoConfig"}

Action = Mapping[str, Any]


def _ends(listener: Resource) -> Iterator[list[Action]]:
    """Yield what happens to requests in the end: the actions of each rule, the default's among them."""
    yield listener["item"].get("DefaultActions") or []
    for rule in listener["rules"] or []:
        yield rule.get("Actions") or []


# ---- encryption ------------------------------------------------------------------------------------------------------


@check(
    "aws.elb.listener.redirects_to_https",
    on=LISTENER,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="HTTP listener does nothing but redirect to HTTPS",
    risk="Passwords and sessions can be read and changed on their way.",
    fix=SET + "--default-actions file://redirect.json, of type redirect to protocol HTTPS, and the same for its rules",
)
def redirects_to_https(listener: Resource) -> Verdict:
    if listener["item"].get("Protocol") != "HTTP":
        return skipped("not an HTTP listener")
    for actions in _ends(listener):
        for each in actions:
            if served := _served(each):
                return failed(served)
    return passed("serves nothing over HTTP")


def _served(action: Action) -> str:
    """Return what an action serves over plain HTTP; empty when it refuses, or leads to HTTPS."""
    kind = action["Type"]
    if kind == "fixed-response":
        return ""
    if kind != "redirect":
        return f"an action of type {kind} serves requests over HTTP"
    # Without a protocol of its own, a redirect keeps the one that was asked with.
    protocol = action["RedirectConfig"].get("Protocol", "#{protocol}")
    return "" if protocol == "HTTPS" else f"redirects to protocol {protocol}"


@check(
    "aws.elb.listener.tls_current",
    on=LISTENER,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="TLS listener speaks TLS 1.2 and later only",
    risk="Clients can be talked into a version of TLS whose encryption is broken.",
    fix=SET + "--ssl-policy ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
)
def tls_current(listener: Resource) -> Verdict:
    if listener["item"].get("Protocol") not in TLS:
        return skipped("not a TLS listener")
    policy, known = listener["item"]["SslPolicy"], listener["tls"]
    if not known:
        return unknown(f"what policy {policy} stands for was not said")
    if old := sorted(set(known["SslProtocols"]) - CURRENT):
        return failed(f"policy {policy} allows {', '.join(old)}")
    return passed(f"policy {policy} allows {', '.join(sorted(known['SslProtocols']))}")


@check(
    "aws.elb.listener.forward_secret",
    on=LISTENER,
    control="encryption.in_transit",
    severity=Severity.LOW,
    title="TLS listener offers only ciphers with forward secrecy",
    risk="Whoever gets hold of the certificate's key can read all that was recorded before.",
    fix=SET + "--ssl-policy ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
)
def forward_secret(listener: Resource) -> Verdict:
    if listener["item"].get("Protocol") not in TLS:
        return skipped("not a TLS listener")
    policy, known = listener["item"]["SslPolicy"], listener["tls"]
    if not known:
        return unknown(f"what policy {policy} stands for was not said")
    weak = [each for each in known["Ciphers"] if not each.startswith(FORWARD_SECRET)]
    if weak:
        return failed(f"policy {policy} offers {', '.join(weak[:3])}")
    return passed(f"policy {policy} offers {len(known['Ciphers'])} ciphers, all with forward secrecy")


# ---- certificates ----------------------------------------------------------------------------------------------------


@check(
    "aws.elb.listener.certificate_managed",
    on=LISTENER,
    control="identity.credential_age",
    severity=Severity.LOW,
    title="Certificate of the listener is kept in ACM",
    risk="Its private key was uploaded by hand, may lie elsewhere still, and nobody is told before it ends.",
    fix=SET + "--certificates CertificateArn=CERTIFICATE, one that ACM issued",
)
def certificate_managed(listener: Resource) -> Verdict:
    if listener["item"].get("Protocol") not in TLS:
        return skipped("not a TLS listener")
    arns = [each["CertificateArn"] for each in listener["item"].get("Certificates") or []]
    if by_hand := [each for each in arns if ":iam:" in each]:
        return failed(f"kept in IAM: {by_hand[0].rpartition('/')[2]}")
    return passed("kept in ACM") if arns else unknown("the listener names no certificate")


@check(
    "aws.elb.listener.client_certificates_valid",
    on=LISTENER,
    control="identity.credential_age",
    severity=Severity.MEDIUM,
    title="Certificates of clients are refused when they have ended",
    risk="A client's key that was replaced, or stolen, opens the application for ever.",
    fix=SET + "--mutual-authentication Mode=verify,TrustStoreArn=STORE,IgnoreClientCertificateExpiry=false",
)
def client_certificates_valid(listener: Resource) -> Verdict:
    mutual = listener["item"].get("MutualAuthentication") or {}
    if mutual.get("Mode", "off") != "verify":
        return skipped(f"certificates of clients: {mutual.get('Mode', 'off')}")
    if mutual.get("TrustStoreAssociationStatus") == "removed":
        return failed("the trust store is gone")
    if mutual.get("IgnoreClientCertificateExpiry"):
        return failed("certificates that have ended are accepted")
    return passed("certificates that have ended are refused")


# ---- whom it lets through --------------------------------------------------------------------------------------------


@check(
    "aws.elb.listener.authentication_required",
    on=LISTENER,
    control="access.public_grant",
    severity=Severity.MEDIUM,
    title="Listener that asks for a sign-in lets nobody in without",
    risk="Whoever does not sign in is let through all the same.",
    fix=SET + "--default-actions with OnUnauthenticatedRequest=authenticate or deny, and the same for its rules",
)
def authentication_required(listener: Resource) -> Verdict:
    asked = [each for actions in _ends(listener) for each in actions if each["Type"] in ASKING]
    if not asked:
        return skipped("the listener asks for no sign-in")
    # Source: API reference, "AuthenticateOidcActionConfig": by default strangers are sent to sign in.
    for each in asked:
        if (each.get(ASKING[each["Type"]]) or {}).get("OnUnauthenticatedRequest") == "allow":
            return failed(f"an action of type {each['Type']} lets everybody through")
    return passed("who does not sign in is turned away")


@check(
    "aws.elb.listener.inner_ports_closed",
    on=LISTENER,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Listener puts no inner service before the world",
    risk="Databases, remote control and the like are attacked by machines as soon as they appear.",
    fix="aws elbv2 delete-listener --listener-arn {id} --region {region}, or let the load balancer's security group admit"
    " only those who need it",
)
def inner_ports_closed(listener: Resource, inventory: Inventory) -> Verdict:
    item = listener["item"]
    balancer = inventory.get("aws.elb.load_balancer", item["LoadBalancerArn"])
    if balancer is None:
        return unknown("its load balancer was not listed")
    if balancer["item"].get("Scheme") != FACING:
        return skipped("the load balancer does not face the internet")
    ports = carried(item.get("Protocol", ""), item.get("Port") or 0)
    return inner_closed(ports, balancer["item"].get("SecurityGroups") or [], listener.region, inventory)

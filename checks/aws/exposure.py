"""What strangers get at on AWS: ways through VPCs, what AWS serves to the internet, policies and copies that are open to all.

Checks on network interfaces ask the same ways for what the world has no business with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from checks.aws import exposure_places as places
from checks.aws import policy, sharing
from checks.aws.entitlement import document_of
from checks.aws.exposure_paths import NAMES, Place, named, reached
from checks.aws.policy import Level
from checks.exposures import ADMINISTRATION, EXPOSURES, Port
from scanner.evaluation.check import check
from scanner.evaluation.exposure import Exposures, Said, Ways
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

EVERY_ACCOUNT = "everybody with an AWS account"
EVERYBODY = "everybody"
MOST = 5  # actions that are told of one policy


def granted(resource: Resource) -> str:
    """Return the actions that the policy of *resource* grants to everybody, as it writes them; empty when none."""
    bodies = sharing.statements(document_of(resource))
    denials = [each for each in bodies if each["Effect"] == "Deny"]
    actions: list[str] = []
    for each in bodies:
        if each["Effect"] == "Allow" and _is_public([each, *denials], resource.account):
            actions += sharing.strings(each["Action"]) if "Action" in each else ["all but a few actions"]
    found = list(dict.fromkeys(actions))
    return ", ".join(found[:MOST]) + (f" and {len(found) - MOST} more" if len(found) > MOST else "")


def _is_public(statements: Sequence[Mapping[str, Any]], account: str) -> bool:
    return policy.reach({"Statement": list(statements)}, account=account).level is Level.PUBLIC


POLICIES = ("data.public_exposure", "access.public_grant")  # the controls that policies and lists of grants are judged by
GROUPS_OPEN = "whether its machines have addresses of the internet is followed at their interfaces"
SAID = (
    Said(("aws.*snapshot.not_public",), "restore the copy", EVERY_ACCOUNT),
    Said(("aws.ami.image.not_public",), "start machines from the image", EVERY_ACCOUNT),
    Said(("aws.lambda.layer.not_public",), "download the layer", EVERY_ACCOUNT),
    Said(("aws.ssm.document.not_public",), "read and run the document", EVERY_ACCOUNT),
    Said(("aws.codebuild.project.not_public",), "read the builds and their logs", EVERYBODY),
    Said(("aws.iam.role.not_open_to_world",), "sts:AssumeRole", EVERYBODY),
    Said(("aws.cognito.identity_pool.guests_refused",), "credentials without a sign-in", EVERYBODY),
    Said(("aws.lightsail.bucket.closed_to_world",), "read the objects", EVERYBODY),
    Said(
        ("aws.*.not_public", "aws.*.policy_not_public", "aws.*.named_principals"),
        "what its policy or list of grants allows",
        EVERYBODY,
        detail=granted,
        controls=POLICIES,
    ),
    Said(("aws.apprunner.service.not_public",), "https 443"),
    Said(("aws.eks.cluster.endpoint_narrow",), "https 443 (the Kubernetes API)"),
    Said(("aws.opensearch.domain.in_vpc",), "https 443"),
    Said(("aws.codebuild.project.strangers_build_nothing",), "start builds by a pull request", EVERYBODY),
    Said(("aws.codepipeline.webhook.caller_proven",), "start the pipeline by its webhook"),
    Said(("aws.eks.nodegroup.remote_access_closed",), "tcp 22 (SSH)", doubt=GROUPS_OPEN),
    Said(("aws.emr.cluster.closed_to_world",), "the consoles of the cluster"),
    Said(
        ("aws.glue.dev_endpoint.not_public",), "tcp 22 (SSH)", doubt="whether its security groups let callers in is not asked"
    ),
    Said(("aws.lightsail.database.not_public",), "the database's port"),
    Said(
        ("aws.lightsail.instance.admin_ports_closed", "aws.lightsail.instance.remote_control_closed"), "ports of remote control"
    ),
    Said(("aws.lightsail.instance.*_closed",), "ports of inner services"),
    Said(("aws.transfer.server.closed_to_world",), "its protocols (SFTP, FTPS, AS2)"),
    Said(("aws.workspaces.directory.addresses_limited",), "sign-in to its desktops"),
)
EXPOSED = Exposures(
    "aws",
    SAID,
    (
        Ways("what stands at network interfaces", places.interfaces),
        Ways("listeners of load balancers", places.balancers),
        Ways("listeners of classic load balancers", places.classics),
        *(Ways(f"what is of type {each.type}", places.endpoints(each)) for each in places.ENDPOINTS),
        *(Ways(f"what is of type {each.type}", places.fronts(each)) for each in places.FRONTS),
    ),
)

INTERFACE = places.INTERFACE
REMOTE = {**ADMINISTRATION, **next(each.ports for each in EXPOSURES if each.name == "remote_control_closed")}
INNER = {port: name for port, name in NAMES.items() if port not in REMOTE}
REVOKE = "aws ec2 revoke-security-group-ingress --region {region} on the group that opens the port"


def unreachable(ports: Iterable[Port], stands: Iterable[Place | None], inventory: Inventory) -> Verdict:
    """Pass when the world reaches none of *ports* where something stands: by address, route, network ACL and group together."""
    known = [place for place in stands if place is not None]
    if not known:
        return passed("no address that the world could reach")
    asked, doubtful = sorted(ports), list[str]()
    for place in known:
        for each in reached(place, inventory):
            if not (held := [port for port in asked if each.span.holds(port)]):
                continue
            said = f"{named(held[0][0], held[0][1], held[0][1])} at {place.address} by {', '.join(each.steps)}"
            if each.certain:
                return failed(said)
            doubtful.append(f"{said}, unless {'; '.join(each.doubts)}")
    return unknown(f"perhaps: {doubtful[0]}") if doubtful else passed("the world reaches none of these ports")


def _at(interface: Resource, ports: Iterable[Port], inventory: Inventory) -> Verdict:
    place = places.at(interface, inventory)
    return skipped(place.rest) if place is not None and place.rest else unreachable(ports, [place], inventory)


@check(
    f"{INTERFACE}.remote_control_unreachable",
    on=INTERFACE,
    control="network.admin_ports",
    severity=Severity.HIGH,
    title="The internet does not reach remote control at the interface",
    risk="Anybody tries passwords and keys, or the next hole in it, day and night.",
    fix=REVOKE,
)
def remote_control_unreachable(interface: Resource, inventory: Inventory) -> Verdict:
    if (interface["item"].get("Attachment") or {}).get("InstanceId"):
        return skipped("asked of the instance that it is on")
    return _at(interface, REMOTE, inventory)


@check(
    f"{INTERFACE}.inner_services_unreachable",
    on=INTERFACE,
    control="network.public_access",
    severity=Severity.HIGH,
    title="The internet does not reach inner services at the interface",
    risk="Such services trust whoever reaches them: a weak password, or none, is all that stands before the data.",
    fix=REVOKE,
)
def inner_services_unreachable(interface: Resource, inventory: Inventory) -> Verdict:
    return _at(interface, INNER, inventory)

"""Checks that organization policies keep a project within bounds: one check for each guardrail of the table.

A guardrail is in force when one of its constraints is, set on the project or anywhere above it. Constraints come in an older
form and, since 2024, a managed one (``iam.managed...``); either will do. Names: Organization Policy documentation,
"Organization policy constraints".
"""

from __future__ import annotations

from dataclasses import dataclass

from checks.gcp import constraints, lineage
from scanner.evaluation.check import Check, check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped, unknown


@dataclass(frozen=True, slots=True)
class Guardrail:
    """What must be forbidden. ``flags`` are constraints that are on or off, ``lists`` those that limit values."""

    name: str
    control: str
    severity: Severity
    title: str
    risk: str
    flags: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    service: str = ""
    cis: tuple[str, ...] = ()


GUARDRAILS = (
    Guardrail(
        "keys_forbidden",
        "identity.workload_identity",
        Severity.MEDIUM,
        "Nobody can make keys for service accounts",
        "Anybody with the right to may carry a key away that works from everywhere until somebody deletes it.",
        ("iam.disableServiceAccountKeyCreation", "iam.managed.disableServiceAccountKeyCreation"),
    ),
    Guardrail(
        "key_upload_forbidden",
        "identity.workload_identity",
        Severity.LOW,
        "Nobody can upload keys for service accounts",
        "An intruder adds a key pair of his own, and keeps his way in without a trace in what was made here.",
        ("iam.disableServiceAccountKeyUpload", "iam.managed.disableServiceAccountKeyUpload"),
    ),
    Guardrail(
        "default_grants_off",
        "access.least_privilege",
        Severity.MEDIUM,
        "Default service accounts get no rights by themselves",
        "Each new machine, function and build starts as an editor of the whole project.",
        (
            "iam.automaticIamGrantsForDefaultServiceAccounts",
            "iam.managed.preventPrivilegedBasicRolesForDefaultServiceAccounts",
        ),
    ),
    Guardrail(
        "outsiders_kept_out",
        "access.external_trust",
        Severity.MEDIUM,
        "Only members of named organizations can be granted anything",
        "One careless grant admits a private account, or everyone.",
        ("iam.managed.allowedPolicyMembers",),
        ("iam.allowedPolicyMemberDomains",),
    ),
    Guardrail(
        "providers_limited",
        "directory.federation",
        Severity.LOW,
        "Identity pools trust only providers that were agreed on",
        "Anybody who may make an identity pool lets in whom a provider of his own signs for.",
        (),
        ("iam.workloadIdentityPoolProviders",),
    ),
    Guardrail(
        "public_buckets_forbidden",
        "data.public_exposure",
        Severity.MEDIUM,
        "No bucket of the project can be made public",
        "One careless grant on a bucket shows its objects to the world.",
        ("storage.publicAccessPrevention",),
    ),
    Guardrail(
        "old_protocols_refused",
        "encryption.in_transit",
        Severity.LOW,
        "Calls with outdated versions of TLS are refused",
        "Clients that speak TLS 1.0 or 1.1 go unnoticed until somebody listens in.",
        (),
        ("gcp.restrictTLSVersion",),
    ),
    Guardrail(
        "customer_keys_required",
        "encryption.customer_keys",
        Severity.INFORMATIONAL,
        "Services that must use the customer's keys cannot do without",
        "Data that contracts want under keys of one's own is stored without, and nobody notices.",
        (),
        ("gcp.restrictNonCmekServices",),
    ),
    Guardrail(
        "external_addresses_limited",
        "network.public_access",
        Severity.LOW,
        "Machines cannot get external addresses at will",
        "Anybody who may start a machine puts it on the internet.",
        ("compute.managed.vmExternalIpAccess",),
        ("compute.vmExternalIpAccess",),
    ),
    Guardrail(
        "default_network_skipped",
        "network.default_deny",
        Severity.LOW,
        "New projects get no default network",
        "Each new project starts with a network that lets in SSH and RDP from everywhere.",
        ("compute.skipDefaultNetworkCreation",),
    ),
    Guardrail(
        "locations_limited",
        "governance.guardrails",
        Severity.LOW,
        "Organization policy limits where resources may lie",
        "Data lies, and machines run, in places that nobody watches or may use.",
        (),
        ("gcp.resourceLocations",),
    ),
    Guardrail(
        "host_projects_kept",
        "resilience.deletion_protection",
        Severity.LOW,
        "Host projects of shared networks cannot be deleted in one step",
        "Whoever removes the lien of a host project takes the network away from all that use it.",
        ("compute.restrictXpnProjectLienRemoval",),
    ),
    Guardrail(
        "keys_disabled_before_destroyed",
        "resilience.deletion_protection",
        Severity.LOW,
        "Key versions must be disabled before they can be destroyed",
        "A slip, or an intruder, destroys a key that is in use, and with it all that it encrypts.",
        ("cloudkms.disableBeforeDestroy",),
        ("cloudkms.minimumDestroyScheduledDuration",),
        service="gcp.kms",
    ),
    Guardrail(
        "hmac_refused",
        "identity.workload_identity",
        Severity.LOW,
        "Buckets cannot be opened with keys that last (HMAC)",
        "Keys in the form of another cloud's never expire, and nobody sees who carries them about.",
        (),
        ("storage.restrictAuthTypes",),
        service="gcp.storage",
    ),
    Guardrail(
        "plain_requests_refused",
        "encryption.in_transit",
        Severity.LOW,
        "Buckets cannot be read without encryption",
        "Whoever is on the way reads, or changes, what is fetched over plain HTTP.",
        ("storage.secureHttpTransport",),
        service="gcp.storage",
    ),
)


def _guardrail(guardrail: Guardrail) -> Check:
    first = (*guardrail.flags, *guardrail.lists)[0]
    command = "enable-enforce" if guardrail.flags else "allow"

    @check(
        f"gcp.project.project.{guardrail.name}",
        on=lineage.PROJECT,
        service=guardrail.service,
        control=guardrail.control,
        severity=guardrail.severity,
        title=guardrail.title,
        risk=guardrail.risk,
        fix=f"gcloud resource-manager org-policies {command} {first}{'' if guardrail.flags else ' VALUE'}"
        " --organization=ORGANIZATION",
        cis=guardrail.cis,
    )
    def judge(project: Resource) -> Verdict:
        return _judge(guardrail, project)

    return judge


def _judge(guardrail: Guardrail, project: Resource) -> Verdict:
    if not lineage.in_organization(project):
        return skipped("organization policies need an organization")
    levels = constraints.nodes(project)
    said = constraints.enforced(levels, guardrail.flags)
    found = [constraints.limits(levels, name) for name in guardrail.lists]
    if said or any(each.limited and not each.open for each in found):
        return passed(f"{' or '.join((*guardrail.flags, *guardrail.lists))} is in force")
    if said is None or any(each.open for each in found):
        return unknown("it is in force on resources with some tags only")
    return failed(f"nothing sets {' or '.join((*guardrail.flags, *guardrail.lists))} here or above")


GUARDRAIL_CHECKS = tuple(_guardrail(each) for each in GUARDRAILS)

"""Checks on what an organization, or a project without one, sets up once: contacts, policies, approvals, its place."""

from __future__ import annotations

from collections.abc import Iterable

from checks.gcp import constraints, lineage
from checks.gcp.hierarchy import NODES
from checks.gcp.read import in_words, last, named
from checks.kinds import each
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

CONTACT, API, APPROVAL = "gcp.organization.contact", "gcp.project.service", "gcp.project.access_approval_settings"
TOPS = [kind for kind in NODES if kind.type != lineage.FOLDER]

CATEGORIES = (
    "NOTIFICATION_CATEGORY_UNSPECIFIED - ALL SUSPENSION - SECURITY TECHNICAL BILLING LEGAL PRODUCT_UPDATES TECHNICAL_INCIDENTS"
)
VALIDATION = "VALIDATION_STATE_UNSPECIFIED VALID INVALID"
URGENT = frozenset({"LEGAL", "SECURITY", "SUSPENSION", "TECHNICAL"})
STATES = "STATE_UNSPECIFIED DISABLED ENABLED"


def _below(node: Resource) -> bool:
    """Tell whether *node* is a project of an organization, where such things are set once for all."""
    return node.type == lineage.PROJECT and lineage.in_organization(node)


@each(
    TOPS,
    "contacts_named",
    control="detection.contacts",
    severity=Severity.MEDIUM,
    title="NOUN names whom Google calls in an emergency",
    risk="Google's warning of an attack goes to the owner's mailbox, which nobody reads.",
    fix="gcloud essential-contacts create --email=TEAM@EXAMPLE --notification-categories=legal,security,suspension,technical",
    cis=("v4:1.16", "v5:1.17"),
)
def contacts_named(node: Resource, inventory: Inventory) -> Verdict:
    if _below(node):
        return skipped("asked of the organization")
    told: set[str] = set()
    for contact in inventory.all(CONTACT):
        if named(contact["item"].get("validationState"), VALIDATION) != "INVALID":
            subscribed = contact["item"].get("notificationCategorySubscriptions") or []
            told.update(named(each, CATEGORIES) for each in subscribed)
    missing = set() if "ALL" in told else URGENT - told
    return failed(f"nobody is told of {in_words(missing, 4)}") if missing else passed("a contact for every urgent matter")


@check(
    "gcp.organization.contact.valid",
    on=CONTACT,
    control="detection.contacts",
    severity=Severity.LOW,
    title="Essential contact is valid",
    risk="Google's warnings go to an address that does not take them.",
    fix="gcloud essential-contacts update {name} --notification-categories=all, or delete it and name another",
)
def valid(contact: Resource) -> Verdict:
    state = named(contact["item"].get("validationState"), VALIDATION)
    return failed("Google has found the address invalid") if state == "INVALID" else passed("nothing speaks against it")


def _enrolled(settings: Iterable[Resource]) -> bool:
    return any(each["item"].get("enrolledServices") or each["item"].get("enrolledAncestor") for each in settings)


@each(
    TOPS,
    "access_approved",
    control="access.external_trust",
    severity=Severity.LOW,
    title="NOUN approves each access by Google's own staff",
    risk="Somebody at Google may look at the data for support, and nobody here is asked.",
    fix="gcloud access-approval settings update --enrolled_services=all --notification_emails=TEAM@EXAMPLE",
    cis=("v4:2.15", "v5:2.16"),
)
def access_approved(node: Resource, inventory: Inventory) -> Verdict:
    settings = list(inventory.all(APPROVAL))
    if _enrolled(settings):
        return passed("Access Approval is on")
    if not settings and _below(node):
        return skipped("asked of the organization")
    return failed("Access Approval covers no service" if settings else "Access Approval is off")


@check(
    "gcp.project.project.changes_recorded",
    on=lineage.PROJECT,
    control="governance.configuration_recording",
    severity=Severity.LOW,
    title="Project has the Cloud Asset API turned on",
    risk="Nobody can ask what there was last month, or be told when something changes.",
    fix="gcloud services enable cloudasset.googleapis.com --project={account}",
    cis=("v4:2.13", "v5:2.14"),
)
def changes_recorded(_project: Resource, inventory: Inventory) -> Verdict:
    on = any(
        last(each["item"].get("name")) == "cloudasset.googleapis.com" and named(each["item"].get("state"), STATES) == "ENABLED"
        for each in inventory.all(API)
    )
    return passed("the API is on") if on else failed("the API is off")


@check(
    "gcp.project.project.in_organization",
    on=lineage.PROJECT,
    control="governance.guardrails",
    severity=Severity.MEDIUM,
    title="Project belongs to an organization",
    risk="No organization policy reaches it, and it is lost with the private account of whoever made it.",
    fix="gcloud beta projects move {account} --organization=ORGANIZATION",
)
def in_organization(project: Resource) -> Verdict:
    return (
        passed("a folder or an organization is above it") if lineage.in_organization(project) else failed("nothing is above it")
    )


@check(
    "gcp.organization.organization.policies_set",
    on=lineage.ORGANIZATION,
    control="governance.guardrails",
    severity=Severity.MEDIUM,
    title="Organization policies are set",
    risk="Every owner of a project decides alone what is allowed in it.",
    fix="gcloud resource-manager org-policies enable-enforce CONSTRAINT --organization={name}",
    cis=("v5:1.1.4",),
)
def policies_set(organization: Resource) -> Verdict:
    policies = organization["org_policy"] or []
    found = [
        name
        for name in sorted(constraints.names(policies))
        if constraints.enforced([policies], [name]) or constraints.limits([policies], name).limited
    ]
    return passed(f"{len(found)} constraint(s): {in_words(found)}") if found else failed("none is in force")

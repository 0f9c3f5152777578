"""Checks on an AWS account as a whole and on its regions."""

from typing import Any

from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed


def _filled(contact: dict[str, Any], *fields: str) -> list[str]:
    """Return those of *fields* that are empty."""
    return [name for name in fields if not str(contact.get(name) or "").strip()]


@check(
    "aws.account.account.contact",
    on="aws.account.account",
    control="detection.contacts",
    severity=Severity.MEDIUM,
    title="Account has contact details",
    risk="AWS reaches nobody when the account is abused, and locks it or lets the abuse go on.",
    fix="aws account put-contact-information --contact-information file://contact.json; confirm it yearly",
    cis=("v5:1.1", "v6:2.1", "v7:2.2"),
)
def contact(account: Resource) -> Verdict:
    details = account["contact"]
    if details is None:
        return failed("no contact details are registered")
    if missing := _filled(details, "FullName", "PhoneNumber", "AddressLine1"):
        return failed(f"the contact details lack {', '.join(missing)}")
    return passed("contact details are registered; whether they are current is for a person to confirm")


@check(
    "aws.account.account.security_contact",
    on="aws.account.account",
    control="detection.contacts",
    severity=Severity.MEDIUM,
    title="Account has a security contact",
    risk="Abuse reports and security notices go to the owner's mailbox, where nobody on duty reads them.",
    fix="aws account put-alternate-contact --alternate-contact-type SECURITY --name NAME --title TITLE"
    " --email-address ADDRESS --phone-number NUMBER",
    cis=("v5:1.2", "v6:2.2", "v7:2.3"),
)
def security_contact(account: Resource) -> Verdict:
    details = account["security_contact"]
    if details is None:
        return failed("no security contact is registered")
    if missing := _filled(details, "EmailAddress", "PhoneNumber"):
        return failed(f"the security contact lacks {', '.join(missing)}")
    return passed("a security contact is registered")


@check(
    "aws.account.account.other_contacts",
    on="aws.account.account",
    control="detection.contacts",
    severity=Severity.INFORMATIONAL,
    title="Account has billing and operations contacts",
    risk="Notices of outages and of unpaid bills, which can close the account, reach only the owner's mailbox.",
    fix="aws account put-alternate-contact --alternate-contact-type OPERATIONS ..., and once more for BILLING",
)
def other_contacts(account: Resource) -> Verdict:
    missing = [name for name in ("billing", "operations") if account[f"{name}_contact"] is None]
    if missing:
        return failed(f"no {' and no '.join(missing)} contact is registered")
    return passed("billing and operations contacts are registered")


@check(
    "aws.account.account.in_organization",
    on="aws.account.account",
    control="governance.guardrails",
    severity=Severity.MEDIUM,
    title="Account belongs to an organization",
    risk="No guardrail from outside holds when somebody takes over an administrator of the account.",
    fix="Invite the account: aws organizations invite-account-to-organization --target Id={account},Type=ACCOUNT",
)
def in_organization(_account: Resource, inventory: Inventory) -> Verdict:
    for each in inventory.all("aws.organizations.organization"):
        if described := each["organization"]:
            return passed(f"a member of {described['Id']}")
    return failed("the account is in no organization")


@check(
    "aws.account.account.ai_opt_out",
    on="aws.account.account",
    control="data.external_sharing",
    severity=Severity.LOW,
    title="AI services may not keep the account's content",
    risk="AWS's AI services may store what they are given, in other regions too, to improve themselves.",
    fix="Attach an AI services opt-out policy with services.default.opt_out_policy = optOut to the organization's root",
)
def ai_opt_out(account: Resource) -> Verdict:
    policy = account["ai_policy"]
    if policy is None:
        return failed("no AI services opt-out policy reaches the account")
    choices = {name: _choice(entry) for name, entry in policy.get("services", {}).items()}
    shared = sorted(name for name, choice in choices.items() if choice != "optOut")
    if "default" not in choices or "default" in shared:
        return failed("the default is not to opt out")
    return failed(f"opted in: {', '.join(shared)}") if shared else passed("opted out of every AI service")


def _choice(entry: dict[str, Any]) -> str:
    """Return ``optIn`` or ``optOut``, in an effective policy or with the operators of a written one."""
    choice = entry.get("opt_out_policy", "")
    return str(choice.get("@@assign", "") if isinstance(choice, dict) else choice)


@check(
    "aws.account.account.tag_policy",
    on="aws.account.account",
    control="governance.ownership",
    severity=Severity.LOW,
    title="A tag policy holds on the account",
    risk="Everybody spells the owner's tag differently, so that an owner cannot be found when it matters.",
    fix="Attach a tag policy that names the owner's tag to the organization's root",
)
def tag_policy(account: Resource) -> Verdict:
    tags = (account["tag_policy"] or {}).get("tags", {})
    return passed(f"tags under policy: {', '.join(sorted(tags))}") if tags else failed("no tag policy reaches the account")


@check(
    "aws.account.account.backup_plan",
    on="aws.account.account",
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="Account has a backup plan",
    risk="Backups depend on every team's memory; after ransomware or a slip there is nothing to restore.",
    fix="aws backup create-backup-plan --backup-plan file://plan.json, then select resources by tag",
)
def backup_plan(_account: Resource, inventory: Inventory) -> Verdict:
    plans = [each for each in inventory.all("aws.backup.plan") if each["selections"]]
    if not plans:
        return failed("no backup plan in any region selects a resource")
    return passed(f"backup plans in {', '.join(sorted({each.region for each in plans}))}")

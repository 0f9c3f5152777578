"""Checks on what runs inside of EC2 instances, as far as Systems Manager, Inspector and the image tell.

Nobody but the customer can see into a guest. Where none of these services looks, the verdict is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from checks.aws import sharing
from checks.aws.instances import INSTANCE, inspects, ours, running
from checks.support import kept_up, lasting
from checks.systems import maintained_until
from checks.times import day, time_of
from scanner.evaluation.check import check
from scanner.model import Inventory, Outcome, Resource, Severity, Verdict, failed, passed, skipped, unknown

LOOKED_AT = timedelta(days=30)
IMAGE_AGE = timedelta(days=180)
# How a run ended, or stands, that is no failure. Not verified: that AWS counts runs under no other name.
UNHARMED = ("Success", "Pending", "InProgress", "Skipped")
UNMANAGED = "Systems Manager does not manage it, and nobody else reports what is inside"
# Only AWS and sellers on its Marketplace, whom it has vetted, have an alias. Source: EC2 user guide, "Verified provider".
VETTED = {"amazon", "aws-backup-vault", "aws-marketplace"}
# The accounts from which makers of Linux distributions publish their images, as public templates agree in naming them;
# not looked up on each maker's own pages. Those of the commercial regions; in China and GovCloud they have others.
MAKERS = {
    "099720109477": "Canonical",
    "125523088429": "Fedora",
    "136693071363": "Debian",
    "309956199498": "Red Hat",
    "013907871322": "SUSE",
    "764336703387": "AlmaLinux",
    "792107900819": "Rocky Linux",
}


# ---- management and patches: Systems Manager -------------------------------------------------------------------------


@check(
    f"{INSTANCE}.managed",
    on=INSTANCE,
    control="guest_os.management",
    severity=Severity.MEDIUM,
    title="Systems Manager manages the instance",
    risk="Nobody sees what is installed, whether it is patched, or gets in without opening a port.",
    fix="Install the SSM agent and give the instance's role AmazonSSMManagedInstanceCore",
)
@running
def managed(instance: Resource) -> Verdict:
    agent = instance["managed"]
    if agent is None:
        return failed("no agent of Systems Manager has registered")
    if agent["PingStatus"] != "Online":
        return failed(f"the agent's status is {agent['PingStatus']} since {agent.get('LastPingDateTime', 'its first call')}")
    return passed(f"the agent {agent.get('AgentVersion', '')} is online")


@check(
    f"{INSTANCE}.agent_current",
    on=INSTANCE,
    control="guest_os.management",
    severity=Severity.INFORMATIONAL,
    title="Agent of Systems Manager is the latest",
    risk="The agent runs as root, and old ones have known holes.",
    fix="aws ssm send-command --document-name AWS-UpdateSSMAgent --instance-ids {name} --region {region}",
)
@running
def agent_current(instance: Resource) -> Verdict:
    agent = instance["managed"]
    # Of Windows, AWS does not tell whether the agent is the latest.
    if agent is None or agent.get("PlatformType") == "Windows" or "IsLatestVersion" not in agent:
        return skipped("AWS does not tell")
    return (passed if agent["IsLatestVersion"] else failed)(f"the agent is version {agent.get('AgentVersion')}")


def _patches(instance: Resource) -> tuple[Mapping[str, Any], Verdict | None]:
    """Return what the last look at the instance's patches found, or the verdict where nobody looked."""
    state = instance["patches"]
    if state is not None:
        return state, None
    looked = unknown(UNMANAGED) if instance["managed"] is None else failed("nobody ever looked for missing patches")
    return {}, looked


def _counted(state: Mapping[str, Any], **counts: str) -> list[str]:
    """Return those of *counts* (what is counted, and the field that counts it) that are more than none, as clauses."""
    return [f"{state[field]} {what.replace('_', ' ')}" for what, field in counts.items() if state.get(field)]


@check(
    f"{INSTANCE}.patched",
    on=INSTANCE,
    control="guest_os.patching",
    severity=Severity.HIGH,
    title="No critical patch or security patch is missing",
    risk="Holes that are public, and for which tools are sold, stay open.",
    fix="aws ssm send-command --document-name AWS-RunPatchBaseline --parameters Operation=Install"
    " --instance-ids {name} --region {region}",
)
@running
def patched(instance: Resource) -> Verdict:
    state, unseen = _patches(instance)
    if unseen:
        return unseen
    if "CriticalNonCompliantCount" not in state and "SecurityNonCompliantCount" not in state:
        if missing := _counted(state, patches_missing="MissingCount", patches_failed="FailedCount"):
            return failed(f"{', '.join(missing)}; how grave they are was not told")
        return passed("no patch is missing")
    grave = _counted(state, critical="CriticalNonCompliantCount", security="SecurityNonCompliantCount")
    return failed(f"patches not installed: {', '.join(grave)}") if grave else passed("none is missing")


@check(
    f"{INSTANCE}.patches_complete",
    on=INSTANCE,
    control="guest_os.patching",
    severity=Severity.LOW,
    title="All patches of the baseline are installed and at work",
    risk="A patch that waits for a restart protects nothing, and small holes add up.",
    fix="aws ssm send-command --document-name AWS-RunPatchBaseline --parameters"
    " Operation=Install,RebootOption=RebootIfNeeded --instance-ids {name} --region {region}",
)
@running
def patches_complete(instance: Resource) -> Verdict:
    state, unseen = _patches(instance)
    if unseen:
        return unseen
    open_ends = _counted(
        state, missing="MissingCount", failed="FailedCount", waiting_for_a_restart="InstalledPendingRebootCount"
    )
    return failed(f"patches: {', '.join(open_ends)}") if open_ends else passed("nothing is missing, failed or waiting")


@check(
    f"{INSTANCE}.patches_looked_for",
    on=INSTANCE,
    control="guest_os.patching",
    severity=Severity.MEDIUM,
    title="Missing patches were looked for within 30 days",
    risk="The instance counts as patched by what was known long ago.",
    fix="Let Patch Manager scan each day: aws ssm create-association --name AWS-RunPatchBaseline --parameters Operation=Scan"
    " --targets Key=InstanceIds,Values={name} --schedule-expression 'rate(1 day)' --region {region}",
)
@running
def patches_looked_for(instance: Resource, now: datetime) -> Verdict:
    state, unseen = _patches(instance)
    if unseen:
        return unseen
    last = time_of(state.get("OperationEndTime"))
    if last is None:
        return unknown("AWS does not say when patches were last looked for")
    return failed(f"on {day(last)}") if now - last >= LOOKED_AT else passed(f"on {day(last)}", until=last + LOOKED_AT)


@check(
    f"{INSTANCE}.system_maintained",
    on=INSTANCE,
    control="guest_os.supported_version",
    severity=Severity.HIGH,
    title="Operating system is still maintained by its maker",
    risk="New holes are not closed any more, unless extended maintenance was bought.",
    fix="Move what runs there to an instance with a current system; a system is not to be upgraded in place",
)
@running
def system_maintained(instance: Resource, now: datetime) -> Verdict:
    agent = instance["managed"]
    if agent is None:
        return unknown(UNMANAGED)
    system = f"{agent.get('PlatformName', '')} {agent.get('PlatformVersion', '')}".strip()
    return kept_up(system or "the system", maintained_until(system), now)


MAINTENANCE_LASTS = lasting(system_maintained)


# ---- the image -------------------------------------------------------------------------------------------------------


def _image(instance: Resource) -> Mapping[str, Any]:
    """Return what AWS knows of the image from which the instance was started; empty when that is nothing."""
    return (instance["image"] or {}).get("ImageMetadata") or {}


@check(
    f"{INSTANCE}.image_recent",
    on=INSTANCE,
    control="guest_os.image_age",
    severity=Severity.LOW,
    title="Instance was started from an image younger than 180 days",
    risk="What was not in the image is only there if somebody patched it in, and is lost when the instance is replaced.",
    fix="Build a current image and replace the instance by one that is started from it",
)
@ours
def image_recent(instance: Resource, now: datetime) -> Verdict:
    made = time_of(_image(instance).get("CreationDate"))
    if made is None:
        return unknown("AWS does not say when the image was made")
    said = f"{instance['item']['ImageId']} was made on {day(made)}"
    return failed(said) if now - made >= IMAGE_AGE else passed(said, until=made + IMAGE_AGE)


@check(
    f"{INSTANCE}.image_of_known_maker",
    on=INSTANCE,
    control="governance.image_source",
    severity=Severity.MEDIUM,
    title="Instance was started from an image of a known maker",
    risk="Whoever made the image may have left a way in, and anybody may publish one under a familiar name.",
    fix="Replace the instance by one from an image of your own, of AWS or of a vetted seller; aws ec2"
    " enable-allowed-images-settings --allowed-images-settings-state enabled --region {region} keeps out others",
)
@ours
def image_of_known_maker(instance: Resource, inventory: Inventory) -> Verdict:
    image = _image(instance)
    owner, alias = image.get("OwnerId", ""), image.get("ImageOwnerAlias", "")
    if not owner and not alias:
        return unknown("AWS does not say whose the image is")
    if owner == instance.account or alias in VETTED or owner in MAKERS:
        return passed(f"an image of {'the account' if owner == instance.account else alias or MAKERS[owner]}")
    return _of_organization(owner, inventory)


def _of_organization(owner: str, inventory: Inventory) -> Verdict:
    verdict = sharing.members_only({owner}, inventory)
    if verdict.outcome is Outcome.PASS:
        return passed(f"an image of account {owner}, of the organization")
    if verdict.outcome is Outcome.UNKNOWN:
        return unknown(f"an image of account {owner}; only the management account can tell whose that is")
    return failed(f"an image of account {owner}, which is not of the organization")


# ---- weaknesses: Inspector -------------------------------------------------------------------------------------------


def _unscanned(instance: Resource) -> str:
    """Return why Inspector does not scan the instance; empty when it does."""
    coverage = instance["coverage"]
    if coverage is None:
        return "Inspector does not know it"
    status = coverage.get("scanStatus") or {}
    reason = status.get("reason", "no reason given")
    return "" if status.get("statusCode") == "ACTIVE" else f"Inspector does not scan it: {reason}"


@check(
    f"{INSTANCE}.scanned",
    on=INSTANCE,
    control="application.scanning",
    severity=Severity.MEDIUM,
    title="Inspector scans what is installed on the instance",
    risk="Nobody is told when a weakness becomes known in what runs there.",
    fix="Let Systems Manager manage {name}, or turn on agentless scanning: aws inspector2 update-configuration"
    " --ec2-configuration scanMode=EC2_HYBRID --region {region}",
)
@running
def scanned(instance: Resource, inventory: Inventory) -> Verdict:
    if not inspects(instance, inventory):
        return skipped("Inspector is off in the region, which is judged there")
    reason = _unscanned(instance)
    return failed(reason) if reason else passed(f"scanned ({instance['coverage'].get('scanMode', 'mode not told')})")


@check(
    f"{INSTANCE}.no_critical_weakness",
    on=INSTANCE,
    control="runtime.known_weaknesses",
    severity=Severity.HIGH,
    title="Nothing that is installed has a critical weakness",
    risk="Ready-made tools take over the instance.",
    fix="aws inspector2 list-findings --region {region} with the instance and severity CRITICAL as criteria, and update what"
    " they name",
)
@running
def no_critical_weakness(instance: Resource, inventory: Inventory) -> Verdict:
    if not inspects(instance, inventory):
        return unknown("Inspector is off in the region, and nobody else tells weaknesses")
    if reason := _unscanned(instance):
        return unknown(reason)
    counts = (instance["weaknesses"] or {}).get("severityCounts") or {}
    critical, high = counts.get("critical", 0), counts.get("high", 0)
    said = f"{critical} critical and {high} high weaknesses"
    return failed(said) if critical else passed(said)


@check(
    f"{INSTANCE}.associations_work",
    on=INSTANCE,
    control="guest_os.management",
    severity=Severity.LOW,
    title="What Systems Manager is to keep up on the instance, it keeps up",
    risk="Agents, settings and patches that everybody believes to be in place are not.",
    fix="aws ssm describe-instance-associations-status --instance-id {name} --region {region}, and mend what failed",
)
@running
def associations_work(instance: Resource, now: datetime) -> Verdict:
    managed = instance["managed"]
    if managed is None:
        return skipped(UNMANAGED)
    counts = (managed.get("AssociationOverview") or {}).get("InstanceAssociationStatusAggregatedCount") or {}
    if not counts:
        return skipped("nothing is associated with it")
    # How the last run went changes without any change of the instance, so that the verdict holds for this look alone.
    if bad := {status: count for status, count in counts.items() if status not in UNHARMED}:
        return failed(", ".join(f"{count} {status}" for status, count in sorted(bad.items())))
    return passed(f"{sum(counts.values())} association(s), none failed", until=now)

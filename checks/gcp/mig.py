"""Checks on managed instance groups. Their machines and templates are judged by themselves: `gce.py`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from checks.gcp.machines import GROUP, NODE_NAMES
from checks.gcp.read import in_words, last, many, without_secrets
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

SET = "gcloud compute instance-groups managed update {name} --project={account} --zone={region} "


def ours(judge: Callable[..., Verdict]) -> Callable[..., Verdict]:
    """Make *judge* skip the groups that GKE makes of its node pools."""

    @wraps(judge)
    def asked(group: Resource, **given: Any) -> Verdict:
        base = str(group["item"].get("baseInstanceName") or "")
        return skipped("of a node pool of GKE") if base.startswith(NODE_NAMES) else judge(group, **given)

    return asked


@check(
    f"{GROUP}.heals",
    on=GROUP,
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="Group replaces instances that do not answer any more",
    risk="An instance that hangs stays in service until somebody notices.",
    fix=SET + "--health-check=CHECK --initial-delay=300",
)
@ours
def heals(group: Resource) -> Verdict:
    checks = [last(each.get("healthCheck")) for each in many(group["item"], "autoHealingPolicies") if each.get("healthCheck")]
    return passed(f"asks {in_words(checks)}") if checks else failed("no health check: only machines that end are replaced")


@check(
    f"{GROUP}.spans_zones",
    on=GROUP,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Group has instances in more than one zone",
    risk="When the zone fails, all of its instances do.",
    fix="gcloud compute instance-groups managed create NEW --project={account} --region=REGION --template=TEMPLATE --size=SIZE",
)
@ours
def spans_zones(group: Resource) -> Verdict:
    item = group["item"]
    zones = [last(each.get("zone")) for each in many(item.get("distributionPolicy") or {}, "zones")]
    if len(zones) > 1 or (item.get("region") and not zones):
        return passed(f"in {in_words(zones) or last(item['region'])}")
    return failed(f"in {in_words(zones) or last(item.get('zone')) or 'one zone'}")


@check(
    f"{GROUP}.new_templates_roll_out",
    on=GROUP,
    control="guest_os.patching",
    severity=Severity.LOW,
    title="Group brings a new template to all of its instances by itself",
    risk="Instances with the old image, and its holes, live on until somebody replaces them one by one.",
    fix=SET + "--update-policy-type=proactive",
)
@ours
def new_templates_roll_out(group: Resource) -> Verdict:
    kind = str((group["item"].get("updatePolicy") or {}).get("type") or "OPPORTUNISTIC")
    return (passed if kind == "PROACTIVE" else failed)(f"updates are {kind}")


@check(
    f"{GROUP}.one_version",
    on=GROUP,
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="Group runs one version of its template",
    risk="A trial that was forgotten: part of the machines has what nobody reviewed, or lacks what everybody counts on.",
    fix="gcloud compute instance-groups managed rolling-action start-update {name} --project={account} --zone={region}"
    " --version=template=TEMPLATE",
)
@ours
def one_version(group: Resource) -> Verdict:
    templates = {last(each.get("instanceTemplate")) for each in many(group["item"], "versions") if each.get("instanceTemplate")}
    return failed(f"of {in_words(templates)}") if len(templates) > 1 else passed("one version")


@check(
    f"{GROUP}.metadata_clean",
    on=GROUP,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Group gives its instances no secrets in metadata",
    risk="Every process on every machine of the group, and everybody who may look at it, reads the secret.",
    fix="Keep the secret in Secret Manager, and replace it: it must be taken for known; then gcloud compute instance-groups"
    " managed all-instances-config delete {name} --project={account} --zone={region} --metadata=KEY",
)
def metadata_clean(group: Resource) -> Verdict:
    properties = (group["item"].get("allInstancesConfig") or {}).get("properties") or {}
    return without_secrets(properties.get("metadata") or {}, "keys of metadata")


@check(
    f"{GROUP}.state_survives",
    on=GROUP,
    control="data.retention",
    severity=Severity.LOW,
    title="Disks that the group keeps survive the deletion of an instance",
    risk="Making the group smaller, which takes one call, deletes data.",
    fix=SET + "--stateful-disk=device-name=DEVICE,auto-delete=never",
)
def state_survives(group: Resource) -> Verdict:
    disks = ((group["item"].get("statefulPolicy") or {}).get("preservedState") or {}).get("disks") or {}
    if not disks:
        return skipped("the group keeps no disks")
    lost = [name for name, disk in disks.items() if (disk or {}).get("autoDelete", "NEVER") != "NEVER"]
    return failed(f"deleted for good: {in_words(lost)}") if lost else passed(f"{len(disks)} disk(s) survive")

"""Checks on registries. Source: Container Registry REST API, "Registries", "Tokens", "Tasks"."""

from __future__ import annotations

from datetime import datetime

from checks.azure import around, workloads
from checks.azure.read import CLOSED, at, in_words, inner, is_on, many, prop, public_access, rows, same, word
from checks.times import time_of
from checks.world import FAMILIES, hold_world
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

REGISTRY = "azure.acr.registry"
UPDATE = "az acr update --name {name} "
LONGEST = 365  # days


def _tier(registry: Resource) -> str:
    return word((registry["item"].get("sku") or {}).get("name"))


@check(
    f"{REGISTRY}.anonymous_pull_off",
    on=REGISTRY,
    control="data.public_exposure",
    severity=Severity.HIGH,
    title="Registry gives images to nobody unnamed",
    risk="Everybody on the internet reads the code, and what was left in the images.",
    fix=UPDATE + "--anonymous-pull-enabled false",
)
def anonymous_pull_off(registry: Resource) -> Verdict:
    on = is_on(prop(registry, "anonymousPullEnabled"))
    return failed("anybody may pull") if on else passed("who pulls signs in")


@check(
    f"{REGISTRY}.admin_user_off",
    on=REGISTRY,
    control="identity.workload_identity",
    severity=Severity.MEDIUM,
    title="Registry has no administrator with a password",
    risk="Two passwords that name nobody and do not expire pull and push every image.",
    fix=UPDATE + "--admin-enabled false",
)
def admin_user_off(registry: Resource) -> Verdict:
    return failed("the admin user is on") if is_on(prop(registry, "adminUserEnabled")) else passed("the admin user is off")


@check(
    f"{REGISTRY}.tokens_expire",
    on=REGISTRY,
    control="identity.credential_age",
    severity=Severity.MEDIUM,
    title="Passwords of the registry's tokens end within a year",
    risk="A password that leaked from a pipeline opens the registry for ever.",
    fix="az acr token credential generate --registry {name} --name TOKEN --expiration-in-days 90",
)
def tokens_expire(registry: Resource, now: datetime) -> Verdict:
    held = [
        (str(token.get("name")), time_of(password.get("expiry")))
        for token in rows(registry, "tokens")
        if not same(inner(token).get("status"), "disabled")
        for password in many(at(inner(token), "credentials.passwords"))
    ]
    late = [name for name, end in held if end is None or (end - now).days > LONGEST]
    return failed(f"no end within a year: {in_words(late)}") if late else passed(f"{len(held)} password(s)")


@check(
    f"{REGISTRY}.networks_narrow",
    on=REGISTRY,
    control="network.public_access",
    severity=Severity.LOW,
    title="Registry admits chosen networks only",
    risk="Whoever has a password or a token pulls and pushes from anywhere.",
    fix=UPDATE + "--default-action Deny",
)
def networks_narrow(registry: Resource) -> Verdict:
    if public_access(registry) in CLOSED:
        return passed("public network access is off")
    if (tier := _tier(registry)) != "premium":
        return skipped(f"the {tier or 'smallest'} tier asks nobody where he calls from")
    if not same(prop(registry, "networkRuleSet.defaultAction"), "Deny"):
        return failed("every address is admitted")
    blocks = frozenset(str(rule.get("value")) for rule in many(prop(registry, "networkRuleSet.ipRules")))
    wide = any(hold_world(blocks, family) for family in FAMILIES)
    return failed(f"admits {in_words(blocks)}") if wide else passed(f"{len(blocks)} block(s) of addresses")


@check(
    f"{REGISTRY}.rights_by_repository",
    on=REGISTRY,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Rights on the registry can be limited to repositories",
    risk="Who may push one image may push all.",
    fix=UPDATE + "--role-assignment-mode rbac-abac",
    cis=("aks-v1:5.1.2",),
)
def rights_by_repository(registry: Resource) -> Verdict:
    mode = word(prop(registry, "roleAssignmentMode")) or "legacyregistrypermissions"
    return (passed if mode == "abacrepositorypermissions" else failed)(f"the mode is {mode}")


@check(
    f"{REGISTRY}.own_tokens_only",
    on=REGISTRY,
    control="access.least_privilege",
    severity=Severity.INFORMATIONAL,
    title="Registry takes only tokens that were made for registries",
    risk="A token for managing Azure, caught elsewhere, pulls and pushes images as well.",
    fix="az acr config authentication-as-arm update --registry {name} --status disabled",
)
def own_tokens_only(registry: Resource) -> Verdict:
    # Source: Container Registry documentation, "Disable authentication as ARM": on where nothing is said.
    said = word(prop(registry, "policies.azureADAuthenticationAsArmPolicy.status")) or "enabled"
    return (passed if said == "disabled" else failed)(f"tokens of Azure Resource Manager: {said}")


@check(
    f"{REGISTRY}.untagged_removed",
    on=REGISTRY,
    control="data.retention",
    severity=Severity.LOW,
    title="Images that have lost their name are removed",
    risk="Old images, with old weaknesses and old secrets in them, can be pulled for ever.",
    fix="az acr config retention update --registry {name} --status enabled --days 30 --type UntaggedManifests",
)
def untagged_removed(registry: Resource) -> Verdict:
    if (tier := _tier(registry)) != "premium":
        return skipped(f"the {tier or 'smallest'} tier keeps everything")
    on = is_on(prop(registry, "policies.retentionPolicy.status"))
    return passed(f"after {prop(registry, 'policies.retentionPolicy.days')} day(s)") if on else failed("they stay")


@check(
    f"{REGISTRY}.deleted_kept",
    on=REGISTRY,
    control="resilience.versioning",
    severity=Severity.LOW,
    title="Deleted images can be brought back",
    risk="One slip, or one command of an intruder, and what production starts from is gone.",
    fix="az acr config soft-delete update --registry {name} --status enabled --days 7",
)
def deleted_kept(registry: Resource) -> Verdict:
    said = prop(registry, "policies.softDeletePolicy.status")
    if said is None:
        return unknown("whether deleted images are kept is not told")
    return passed("soft delete is on") if is_on(said) else failed("soft delete is off")


@check(
    f"{REGISTRY}.images_scanned",
    on=REGISTRY,
    control="application.scanning",
    severity=Severity.MEDIUM,
    title="Images in the registry are scanned for known weaknesses",
    risk="Images with weaknesses that everybody can look up are started.",
    fix="az security pricing create --name Containers --tier standard --extensions"
    " name=ContainerRegistriesVulnerabilityAssessments isEnabled=True",
    cis=("aks-v1:5.1.1",),
)
def images_scanned(registry: Resource, inventory: Inventory) -> Verdict:
    return workloads.images_scanned(registry, inventory)


@check(
    f"{REGISTRY}.threats_watched",
    on=REGISTRY,
    control="detection.threat_detector",
    severity=Severity.LOW,
    title="Registry is watched by Defender for Cloud",
    risk="Images of malware, and pulls from strange places, raise no alarm.",
    fix="az security pricing create --name Containers --tier standard",
)
def threats_watched(registry: Resource, inventory: Inventory) -> Verdict:
    return around.watched(registry, "Containers", inventory)


@check(
    f"{REGISTRY}.base_images_followed",
    on=REGISTRY,
    control="runtime.automatic_updates",
    severity=Severity.LOW,
    title="Images that tasks build are built anew when their base is patched",
    risk="Patches of the system and the language arrive only when somebody builds.",
    fix="az acr task update --registry {name} --name TASK --base-image-trigger-enabled true",
)
def base_images_followed(registry: Resource) -> Verdict:
    tasks = [task for task in rows(registry, "tasks") if same(inner(task).get("status"), "Enabled")]
    if not tasks:
        return skipped("its images are built elsewhere")
    fixed = [str(task.get("name")).rpartition("/")[2] for task in tasks if not _follows(at(inner(task), "trigger"))]
    return failed(f"built by hand: {in_words(fixed)}") if fixed else passed(f"{len(tasks)} task(s)")


def _follows(trigger: object) -> bool:
    """Tell whether a task runs when its base image changes, or by the clock."""
    timed = any(not same(each.get("status"), "Disabled") for each in many(at(trigger, "timerTriggers")))
    return timed or is_on(at(trigger, "baseImageTrigger.status"))

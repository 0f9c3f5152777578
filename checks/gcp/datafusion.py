"""Checks on instances of Data Fusion. Source: Cloud Data Fusion API, "Instance"."""

from __future__ import annotations

from datetime import datetime

from checks.gcp import workloads
from checks.gcp.read import Item, in_words, many, named, yes
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

INSTANCE = "gcp.datafusion.instance"
UPDATE = "gcloud beta data-fusion instances update {name} --project={account} --location={region} "
ANEW = "It is chosen when it is made: gcloud beta data-fusion instances create NEW --project={account} --location={region} "
TYPES = "TYPE_UNSPECIFIED BASIC ENTERPRISE DEVELOPER"


def _type(item: Item) -> str:
    return named(item.get("type"), TYPES)


@check(
    f"{INSTANCE}.private",
    on=INSTANCE,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Instance has private addresses only",
    risk="What moves data about is reached from the internet, and sends it to anywhere.",
    fix=ANEW + "with privateInstance",
)
def private(instance: Resource) -> Verdict:
    on = yes(instance["item"].get("privateInstance"))
    return passed("it is private") if on else failed("it has public addresses")


@check(
    f"{INSTANCE}.rights_per_namespace",
    on=INSTANCE,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Instance gives rights by namespace",
    risk="Whoever may open the instance sees and changes the pipelines of everybody.",
    fix=UPDATE + "--enable-rbac",
)
def rights_per_namespace(instance: Resource) -> Verdict:
    item = instance["item"]
    if _type(item) != "ENTERPRISE":
        return skipped(f"an instance of the type {_type(item)} has no such rights")
    return passed("rights are given by namespace") if yes(item.get("enableRbac")) else failed("everybody has the same rights")


@check(
    f"{INSTANCE}.own_service_account",
    on=INSTANCE,
    control="identity.workload_identity",
    severity=Severity.MEDIUM,
    title="Pipelines do not run as a default service account",
    risk="Whoever writes a pipeline works as an editor of the project, which the default account is by default.",
    fix=ANEW + "with dataprocServiceAccount",
)
def own_service_account(instance: Resource) -> Verdict:
    return workloads.chosen(str(instance["item"].get("dataprocServiceAccount") or ""), "Compute Engine's default account")


@check(
    f"{INSTANCE}.account_not_administrator",
    on=INSTANCE,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Pipelines' service account administers nothing",
    risk="Whoever writes a pipeline administers what the role stands for.",
    fix="gcloud projects remove-iam-policy-binding {account} --member=serviceAccount:ACCOUNT --role=ROLE; grant a narrower one",
)
def account_not_administrator(instance: Resource, inventory: Inventory, now: datetime) -> Verdict:
    return workloads.narrow(str(instance["item"].get("dataprocServiceAccount") or ""), instance, inventory, now)


@check(
    f"{INSTANCE}.logs_kept",
    on=INSTANCE,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Logs of the instance and its pipelines go to Cloud Logging",
    risk="Nobody can tell afterwards which pipeline moved what, and what went wrong.",
    fix=UPDATE + "--enable-stackdriver-logging",
)
def logs_kept(instance: Resource) -> Verdict:
    item = instance["item"]
    if yes((item.get("loggingConfig") or {}).get("instanceCloudLoggingDisabled")):
        return failed("the instance's own logs are off")
    return passed("they go there") if yes(item.get("enableStackdriverLogging")) else failed("those of pipelines are off")


@check(
    f"{INSTANCE}.newest_version",
    on=INSTANCE,
    control="runtime.supported_version",
    severity=Severity.LOW,
    title="Instance runs the newest version that Google offers",
    risk="Weaknesses that were mended in later versions stay open.",
    fix=UPDATE + "--version=VERSION",
)
def newest_version(instance: Resource) -> Verdict:
    offered = [str(each.get("versionNumber")) for each in many(instance["item"], "availableVersion")]
    current = str(instance["item"].get("version") or "")
    newer = [each for each in offered if each != current]
    return failed(f"{in_words(newer)} is offered") if newer else passed(f"runs {current or 'what Google put there'}")


@check(
    f"{INSTANCE}.several_zones",
    on=INSTANCE,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Instance survives the loss of a zone",
    risk="When the zone is down, no pipeline starts.",
    fix=ANEW + "--edition=enterprise",
)
def several_zones(instance: Resource) -> Verdict:
    """Only developers' instances lie in one zone. Source: Data Fusion documentation, "Regions and zones"; not verified."""
    kind = _type(instance["item"])
    return failed("an instance for developers lies in one zone") if kind == "DEVELOPER" else passed(f"of the type {kind}")

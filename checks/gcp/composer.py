"""Checks on environments of Composer. Before the third generation their nodes are a cluster of the project: see `gke.py`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from checks.gcp import read, workloads
from checks.gcp.read import Item, in_words, many, named, yes
from checks.support import lasting, supported
from checks.world import FAMILIES, hold_world
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

ENVIRONMENT = "gcp.composer.environment"
UPDATE = "gcloud composer environments update {name} --project={account} --location={region} "
CREATE = "Create the environment anew, "

VERSION = re.compile(r"composer-(\d+)(?:\.(\d+))?")
STATES = "STATE_UNSPECIFIED CREATING RUNNING UPDATING DELETING ERROR"
NETWORKING = "NETWORKING_TYPE_UNSPECIFIED PRIVATE PUBLIC"
RESILIENCE = "RESILIENCE_MODE_UNSPECIFIED HIGH_RESILIENCE"
FIRST = 1
RETENTION = "RETENTION_MODE_UNSPECIFIED RETENTION_MODE_ENABLED RETENTION_MODE_DISABLED"


def settled(judge: Callable[..., Verdict]) -> Callable[..., Verdict]:
    """Make *judge* skip environments that don't stand yet, or are being deleted."""

    @wraps(judge)
    def asked(environment: Resource, **given: Any) -> Verdict:
        state = named(environment["item"].get("state"), STATES)
        return skipped(f"it is {state}") if state in ("CREATING", "DELETING") else judge(environment, **given)

    return asked


def _config(environment: Resource) -> Item:
    config: Item = environment["item"].get("config") or {}
    return config


def _software(environment: Resource) -> Item:
    software: Item = _config(environment).get("softwareConfig") or {}
    return software


def _generation(environment: Resource) -> tuple[int, int] | None:
    """Return the generation of an environment and its release; the third has no releases."""
    found = VERSION.match(str(_software(environment).get("imageVersion") or ""))
    return (int(found[1]), int(found[2] or 0)) if found else None


def _of_first(environment: Resource) -> bool:
    return (_generation(environment) or (0, 0))[0] == FIRST


# ---- identity and rights ---------------------------------------------------------------------------------------------


def _account(environment: Resource) -> str:
    return str((_config(environment).get("nodeConfig") or {}).get("serviceAccount") or "")


@check(
    f"{ENVIRONMENT}.own_service_account",
    on=ENVIRONMENT,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Environment does not run as a default service account",
    risk="Every workflow is an editor of the project, which the default account is from the beginning.",
    fix=CREATE + "with --service-account=ACCOUNT: it cannot be changed",
)
@settled
def own_service_account(environment: Resource) -> Verdict:
    return workloads.chosen(_account(environment), "Compute Engine's default account")


@check(
    f"{ENVIRONMENT}.account_not_administrator",
    on=ENVIRONMENT,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Environment's service account administers nothing",
    risk="Whoever may put a file into the environment's bucket administers what the role stands for.",
    fix="gcloud projects remove-iam-policy-binding {account} --member=serviceAccount:ACCOUNT --role=ROLE; grant a narrower one",
)
@settled
def account_not_administrator(environment: Resource, inventory: Inventory, now: datetime) -> Verdict:
    return workloads.narrow(_account(environment), environment, inventory, now)


@check(
    f"{ENVIRONMENT}.without_secrets",
    on=ENVIRONMENT,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Environment's variables and overrides hold no secrets",
    risk="Everybody who may read the environment's settings, or write a workflow, reads the secret.",
    fix="Keep the secret in Secret Manager, as a backend of Airflow, and replace it: it must be taken for known; then "
    + UPDATE
    + "--remove-env-variables=NAME",
)
def without_secrets(environment: Resource) -> Verdict:
    software = _software(environment)
    values = {**(software.get("airflowConfigOverrides") or {}), **(software.get("envVariables") or {})}
    return read.without_secrets(values, "value(s)")


@check(
    f"{ENVIRONMENT}.customer_key",
    on=ENVIRONMENT,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Environment is encrypted with a key of the customer's own",
    risk="Access to its database and files cannot be limited, logged or ended by a key of one's own.",
    fix=CREATE + "with --kms-key=KEY: it cannot be changed",
)
@settled
def customer_key(environment: Resource) -> Verdict:
    return read.customer_key((_config(environment).get("encryptionConfig") or {}).get("kmsKeyName"))


# ---- who reaches it --------------------------------------------------------------------------------------------------


@check(
    f"{ENVIRONMENT}.private",
    on=ENVIRONMENT,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Environment's nodes have no public addresses",
    risk="Its nodes can be reached, and reach out, past the firewalls of the network.",
    fix=UPDATE + "--enable-private-environment; before the third generation, create it anew with that",
)
@settled
def private(environment: Resource) -> Verdict:
    config = _config(environment).get("privateEnvironmentConfig") or {}
    networking = named(config.get("networkingType"), NETWORKING)
    closed = networking == "PRIVATE" or yes(config.get("enablePrivateEnvironment"))
    return passed("private addresses only") if closed else failed("public addresses")


@check(
    f"{ENVIRONMENT}.pages_narrow",
    on=ENVIRONMENT,
    control="application.exposure",
    severity=Severity.LOW,
    title="Environment's pages open from known networks only",
    risk="Whoever stole somebody's sign-in starts workflows, and reads their connections, from anywhere.",
    fix=UPDATE + "--update-web-server-allow-ip=ip_range=RANGE",
)
@settled
def pages_narrow(environment: Resource) -> Verdict:
    control = _config(environment).get("webServerNetworkAccessControl") or {}
    ranges = frozenset(str(each.get("value")) for each in many(control, "allowedIpRanges"))
    if not ranges:
        return failed("no ranges are set, which admits everyone")
    open_to_all = any(hold_world(ranges, family) for family in FAMILIES)
    return failed("the world is admitted") if open_to_all else passed(f"admits {in_words(ranges)}")


# ---- what runs -------------------------------------------------------------------------------------------------------


@check(
    f"{ENVIRONMENT}.supported_generation",
    on=ENVIRONMENT,
    control="runtime.supported_version",
    severity=Severity.HIGH,
    title="Environment is of a generation that Google keeps up to date",
    risk="Holes in Airflow, Python and all that comes with them stay open for ever.",
    fix=CREATE + "of the third generation, and move the workflows by snapshot",
)
@settled
def supported_generation(environment: Resource, now: datetime) -> Verdict:
    generation, version = _generation(environment), str(_software(environment).get("imageVersion") or "")
    if generation is None:
        return unknown(f"the version {version or 'is not told'} names no generation")
    return supported("gcp.composer", "{}.{}".format(*generation), now, version)


SUPPORT_LASTS = lasting(supported_generation)


@check(
    f"{ENVIRONMENT}.packages_pinned",
    on=ENVIRONMENT,
    control="runtime.image_integrity",
    severity=Severity.LOW,
    title="Environment's Python packages are pinned to versions",
    risk="A package whose newest release is malicious is installed with the next change of the environment.",
    fix=UPDATE + "--update-pypi-package=PACKAGE==VERSION",
)
@settled
def packages_pinned(environment: Resource) -> Verdict:
    packages = _software(environment).get("pypiPackages") or {}
    loose = [name for name, version in packages.items() if "==" not in str(version)]
    return failed(f"any version: {in_words(loose)}") if loose else passed(f"{len(packages)} package(s), all pinned")


# ---- what is left when something breaks ------------------------------------------------------------------------------


@check(
    f"{ENVIRONMENT}.backed_up",
    on=ENVIRONMENT,
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="Environment is saved in snapshots on a schedule",
    risk="With the environment go its connections, variables and the history of every workflow.",
    fix=UPDATE + "--enable-scheduled-snapshot-creation --snapshot-creation-schedule=CRON --snapshot-location=BUCKET"
    " --snapshot-schedule-timezone=UTC",
)
@settled
def backed_up(environment: Resource) -> Verdict:
    if _of_first(environment):
        return skipped("of the first generation, which knows no schedule")
    config = (_config(environment).get("recoveryConfig") or {}).get("scheduledSnapshotsConfig") or {}
    when = config.get("snapshotCreationSchedule")
    return passed(f"snapshots at {when}") if yes(config.get("enabled")) else failed("no schedule")


@check(
    f"{ENVIRONMENT}.survives_a_zone",
    on=ENVIRONMENT,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Environment survives the loss of a zone",
    risk="The loss of one zone stops every workflow.",
    fix=UPDATE + "--enable-high-resilience",
)
@settled
def survives_a_zone(environment: Resource) -> Verdict:
    if _of_first(environment):
        return skipped("of the first generation, which knows no such mode")
    mode = named(_config(environment).get("resilienceMode"), RESILIENCE)
    return (passed if mode == "HIGH_RESILIENCE" else failed)(f"the mode is {mode or 'the standard'}")


@check(
    f"{ENVIRONMENT}.history_deleted",
    on=ENVIRONMENT,
    control="data.retention",
    severity=Severity.LOW,
    title="Environment deletes the history of its workflows in time",
    risk="What workflows handed on, and on what, stays in the database for ever, which slows down until it fails.",
    fix=UPDATE + "--airflow-database-retention-days=60",
)
@settled
def history_deleted(environment: Resource) -> Verdict:
    if _of_first(environment):
        return skipped("of the first generation, where workflows delete it")
    config = (_config(environment).get("dataRetentionConfig") or {}).get("airflowMetadataRetentionConfig") or {}
    on = named(config.get("retentionMode"), RETENTION) == "RETENTION_MODE_ENABLED"
    return passed(f"after {config.get('retentionDays')} days") if on else failed("it is kept for ever")

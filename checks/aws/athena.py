"""Checks on workgroups of Amazon Athena: those that are on, and that somebody set up."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from checks.aws import keys
from checks.aws.redshift import limited
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

GROUP = "aws.athena.workgroup"
PRIMARY = "primary"
UPDATE = "aws athena update-work-group --work-group {name} --region {region} --configuration-updates with "
OWN_KEYS = ("SSE_KMS", "CSE_KMS")

Settings = dict[str, Any]
Judge = Callable[..., Verdict]


def _settings(group: Resource) -> Settings:
    given: Settings = group["configuration"] or {}
    return given


def _kept_by_aws(settings: Settings) -> bool:
    """Tell whether results go to a store of Athena's own, and to no bucket."""
    return bool((settings.get("ManagedQueryResultsConfiguration") or {}).get("Enabled"))


def _is_spark(settings: Settings) -> bool:
    """Tell whether notebooks run in it, and no SQL. A role says nothing: workgroups of IAM Identity Center have one, too."""
    return "spark" in str((settings.get("EngineVersion") or {}).get("SelectedEngineVersion")).lower()


def _results(settings: Settings) -> Settings:
    given: Settings = settings.get("ResultConfiguration") or {}
    return given


def _in_use(judge: Judge) -> Judge:
    """Make *judge* skip what is turned off, and the workgroup that every region has, where nobody set it up."""

    @wraps(judge)
    def asked(group: Resource, **given: Inventory) -> Verdict:
        settings, item = _settings(group), group["item"]
        if item.get("State") == "DISABLED":
            return skipped("it is disabled")
        untouched = not (_kept_by_aws(settings) or _results(settings).get("OutputLocation"))
        if item["Name"] == PRIMARY and untouched:
            return skipped("every region has it, and nobody set it up")
        return judge(group, **given)

    return asked


@check(
    f"{GROUP}.settings_enforced",
    on=GROUP,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Workgroup does not let clients choose where results go",
    risk="A client writes results to any bucket, without the encryption that the workgroup asks for.",
    fix=UPDATE + "EnforceWorkGroupConfiguration=true",
)
@_in_use
def settings_enforced(group: Resource) -> Verdict:
    settings = _settings(group)
    if _is_spark(settings):
        return skipped("a workgroup of Spark has no settings of clients")
    on = settings.get("EnforceWorkGroupConfiguration")
    return passed("its settings override those of clients") if on else failed("clients override its settings")


@check(
    f"{GROUP}.results_key",
    on=GROUP,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Results of queries are encrypted with the customer's own key",
    risk="Access to what was found cannot be limited, logged or ended by a key of one's own.",
    fix=UPDATE + "ResultConfigurationUpdates={EncryptionConfiguration={EncryptionOption=SSE_KMS,KmsKey=KEY}}",
)
@_in_use
def results_key(group: Resource, inventory: Inventory) -> Verdict:
    settings = _settings(group)
    place = settings["ManagedQueryResultsConfiguration"] if _kept_by_aws(settings) else _results(settings)
    told = place.get("EncryptionConfiguration") or {}
    own = told.get("EncryptionOption", OWN_KEYS[0]) in OWN_KEYS
    return keys.customer_key(group, told.get("KmsKey") if own else None, inventory)


@check(
    f"{GROUP}.bucket_owner_expected",
    on=GROUP,
    control="data.external_sharing",
    severity=Severity.LOW,
    title="Workgroup writes results to a bucket of a named account only",
    risk="When the bucket is deleted, a stranger takes its name, and gets the results of every query.",
    fix=UPDATE + "ResultConfigurationUpdates={ExpectedBucketOwner=ACCOUNT}",
)
@_in_use
def bucket_owner_expected(group: Resource) -> Verdict:
    settings = _settings(group)
    if _kept_by_aws(settings):
        return passed("results go to no bucket")
    owner = _results(settings).get("ExpectedBucketOwner")
    return passed(f"the bucket must be of account {owner}") if owner else failed("the bucket may be anybody's")


@check(
    f"{GROUP}.metrics_published",
    on=GROUP,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Workgroup publishes metrics of its queries",
    risk="Nobody sees that somebody reads a hundred times of what is read on other days.",
    fix=UPDATE + "PublishCloudWatchMetricsEnabled=true",
)
@_in_use
def metrics_published(group: Resource) -> Verdict:
    on = _settings(group).get("PublishCloudWatchMetricsEnabled")
    return passed("metrics are published") if on else failed("metrics are not published")


@check(
    f"{GROUP}.scans_limited",
    on=GROUP,
    control="resilience.floods",
    severity=Severity.INFORMATIONAL,
    title="Workgroup limits what a query may read",
    risk="One query, by mistake or on purpose, reads all there is, at the account's expense.",
    fix=UPDATE + "BytesScannedCutoffPerQuery",
)
@_in_use
def scans_limited(group: Resource) -> Verdict:
    settings = _settings(group)
    if _is_spark(settings):
        return skipped("a workgroup of Spark is limited by its units")
    most = settings.get("BytesScannedCutoffPerQuery")
    return passed(f"a query may read {most} bytes") if most else failed("a query may read all there is")


@check(
    f"{GROUP}.role_limited",
    on=GROUP,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Notebooks of the workgroup have a role that does not hold every right",
    risk="Whoever may open a notebook of the workgroup holds the account.",
    fix=UPDATE + "ExecutionRole of a role that names the buckets and tables that are needed",
)
@_in_use
def role_limited(group: Resource, inventory: Inventory) -> Verdict:
    role = _settings(group).get("ExecutionRole")
    return limited([role] if role else [], inventory)

"""Checks on Cloud Build: triggers, private pools, and connections to where the source is.

A trigger often leads to a file in the source that says what is built; then nothing of the steps is known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import wraps
from typing import Any

from checks.gcp import read, workloads
from checks.gcp.gke import scanning
from checks.gcp.read import Item, in_words, last, many, named, yes
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

TRIGGER, POOL, CONNECTION = "gcp.cloudbuild.build_trigger", "gcp.cloudbuild.worker_pool", "gcp.cloudbuild.connection"
UPDATE = "gcloud builds triggers update {name} --project={account} --region={region} "
REVISE = "gcloud builds triggers import --source=FILE --project={account} --region={region}, with "
# Source: Cloud Build documentation, "Default Cloud Build service account change": which it is depends on the project's age.
DEFAULT = "the project's default account for builds"

SOURCES = ("github", "repositoryEventConfig", "bitbucketServerTriggerConfig", "developerConnectEventConfig")
COMMENTS = "COMMENTS_DISABLED COMMENTS_ENABLED COMMENTS_ENABLED_FOR_EXTERNAL_CONTRIBUTORS_ONLY"
LOGGING = "LOGGING_UNSPECIFIED LEGACY GCS_ONLY STACKDRIVER_ONLY NONE CLOUD_LOGGING_ONLY"
VERIFIED = "NOT_VERIFIED VERIFIED"
EGRESS = "EGRESS_OPTION_UNSPECIFIED NO_PUBLIC_EGRESS PUBLIC_EGRESS"
STAGES = "STAGE_UNSPECIFIED PENDING_CREATE_APP PENDING_USER_OAUTH PENDING_INSTALL_APP"
HOSTS = ("githubEnterpriseConfig", "gitlabConfig", "bitbucketDataCenterConfig", "bitbucketCloudConfig", "githubConfig")


def _build(trigger: Resource) -> Item:
    """Return what a trigger builds; nothing where that stands in the source."""
    build: Item = trigger["item"].get("build") or {}
    return build


def _options(trigger: Resource) -> Item:
    options: Item = _build(trigger).get("options") or {}
    return options


def _images(trigger: Resource) -> list[str]:
    return [str(step.get("name") or "") for step in many(_build(trigger), "steps")]


def written_here(judge: Callable[[Resource], Verdict]) -> Callable[[Resource], Verdict]:
    """Make *judge* skip triggers whose steps stand in the source."""

    @wraps(judge)
    def asked(trigger: Resource) -> Verdict:
        return judge(trigger) if _build(trigger) else skipped("what is built stands in the source")

    return asked


# ---- triggers: who starts them, and with which rights ----------------------------------------------------------------


def _account(trigger: Resource) -> str:
    return last(trigger["item"].get("serviceAccount") or _build(trigger).get("serviceAccount"))


@check(
    f"{TRIGGER}.own_service_account",
    on=TRIGGER,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Trigger does not build as a default service account",
    risk="Whoever changes the source of one build works with the rights that all builds need together.",
    fix=REVISE + "serviceAccount: projects/{account}/serviceAccounts/ACCOUNT",
)
def own_service_account(trigger: Resource) -> Verdict:
    return workloads.chosen(_account(trigger), DEFAULT)


@check(
    f"{TRIGGER}.account_not_administrator",
    on=TRIGGER,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Trigger's service account administers nothing",
    risk="Whoever may change what is built administers what the role stands for.",
    fix="gcloud projects remove-iam-policy-binding {account} --member=serviceAccount:ACCOUNT --role=ROLE; grant a narrower one",
)
def account_not_administrator(trigger: Resource, inventory: Inventory, now: datetime) -> Verdict:
    email = _account(trigger)
    return workloads.narrow(email, trigger, inventory, now) if email else skipped(f"builds as {DEFAULT}")


@check(
    f"{TRIGGER}.strangers_wait",
    on=TRIGGER,
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Trigger builds a stranger's pull request only when told to",
    risk="A stranger's pull request runs code of his choice with the rights of the build.",
    fix=REVISE + "commentControl: COMMENTS_ENABLED under pullRequest",
)
def strangers_wait(trigger: Resource) -> Verdict:
    item = trigger["item"]
    asked = [source["pullRequest"] for field in SOURCES if (source := item.get(field) or {}).get("pullRequest")]
    if not asked:
        return skipped("it builds no pull requests")
    if yes((item.get("approvalConfig") or {}).get("approvalRequired")):
        return passed("somebody approves each build")
    control = named(asked[0].get("commentControl"), COMMENTS) or "COMMENTS_DISABLED"
    return (failed if control == "COMMENTS_DISABLED" else passed)(f"the control of comments is {control}")


# ---- triggers: what they build, and with what ------------------------------------------------------------------------


@check(
    f"{TRIGGER}.without_secrets",
    on=TRIGGER,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Trigger's substitutions and steps hold no secrets",
    risk="Everybody who may read the trigger, or the log of a build, reads the secret.",
    fix="Keep the secret in Secret Manager, and replace it: it must be taken for known; then " + REVISE + "availableSecrets",
)
def without_secrets(trigger: Resource) -> Verdict:
    return read.without_secrets(dict(_values(trigger["item"])), "value(s)")


def _values(item: Item) -> Iterator[tuple[str, Any]]:
    """Yield what stands in a trigger in plain, each under a name."""
    build = item.get("build") or {}
    for holder in (item.get("triggerTemplate") or {}, build, item):
        yield from (holder.get("substitutions") or {}).items()
    yield from _listed("the build's", build.get("options") or {}, ("env",))
    for number, step in enumerate(many(build, "steps"), 1):
        yield from _listed(f"step {number}'s", step, ("env", "args", "script"))


def _listed(whose: str, holder: Mapping[str, Any], fields: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    for field in fields:
        given = holder.get(field) or []
        for number, value in enumerate(given if isinstance(given, list) else [given], 1):
            yield f"{whose} {field} {number}", value


@check(
    f"{TRIGGER}.steps_pinned",
    on=TRIGGER,
    control="runtime.image_integrity",
    severity=Severity.LOW,
    title="Trigger's steps name their images by digest",
    risk="Whoever moves a tag runs his own code in the next build.",
    fix=REVISE + "name: IMAGE@sha256:DIGEST in each step",
)
@written_here
def steps_pinned(trigger: Resource) -> Verdict:
    loose = [image for image in _images(trigger) if "@sha256:" not in image]
    return failed(f"by tag: {in_words(loose)}") if loose else passed("all by digest")


@check(
    f"{TRIGGER}.steps_of_known_registry",
    on=TRIGGER,
    control="governance.image_source",
    severity=Severity.LOW,
    title="Trigger's steps run images of a registry on Google Cloud",
    risk="Whoever gets hold of a stranger's registry runs his own code in the next build.",
    fix="Copy the image to Artifact Registry, then " + REVISE + "name: IMAGE in the step",
)
@written_here
def steps_of_known_registry(trigger: Resource) -> Verdict:
    return workloads.of_known_registry(_images(trigger))


@check(
    f"{TRIGGER}.provenance_required",
    on=TRIGGER,
    control="governance.code_signing",
    severity=Severity.LOW,
    title="Trigger's builds fail without a signed record of their source",
    risk="Nobody can tell whether an image was built from the source that it is said to be of.",
    fix=REVISE + "requestedVerifyOption: VERIFIED under options",
)
@written_here
def provenance_required(trigger: Resource) -> Verdict:
    if not (_build(trigger).get("images") or _build(trigger).get("artifacts")):
        return skipped("it keeps nothing of what it builds")
    option = named(_options(trigger).get("requestedVerifyOption"), VERIFIED) or "NOT_VERIFIED"
    return (passed if option == "VERIFIED" else failed)(f"the option is {option}")


@check(
    f"{TRIGGER}.images_scanned",
    on=TRIGGER,
    control="application.scanning",
    severity=Severity.LOW,
    title="What the trigger builds is scanned for known weaknesses",
    risk="Images go out with weaknesses that everybody can look up.",
    fix="gcloud services enable containerscanning.googleapis.com --project={account}",
)
def images_scanned(trigger: Resource, inventory: Inventory) -> Verdict:
    if _build(trigger) and not _build(trigger).get("images"):
        return skipped("it builds no images")
    return scanning(inventory)


@check(
    f"{TRIGGER}.log_kept",
    on=TRIGGER,
    control="logging.retention",
    severity=Severity.MEDIUM,
    title="Trigger keeps the logs of its builds",
    risk="Nobody can tell what a build did that went wrong, or that somebody abused.",
    fix=REVISE + "logging: CLOUD_LOGGING_ONLY under options",
)
@written_here
def log_kept(trigger: Resource) -> Verdict:
    mode = named(_options(trigger).get("logging"), LOGGING) or "LOGGING_UNSPECIFIED"
    return failed("builds leave no log") if mode == "NONE" else passed(f"logging is {mode}")


@check(
    f"{TRIGGER}.in_use",
    on=TRIGGER,
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="Trigger is on",
    risk="A trigger that was left behind still names an account and a source, and can be turned on by mistake.",
    fix="gcloud builds triggers delete {name} --project={account} --region={region}",
)
def in_use(trigger: Resource) -> Verdict:
    return failed("the trigger is disabled") if yes(trigger["item"].get("disabled")) else passed("the trigger is enabled")


@check(
    f"{TRIGGER}.in_private_pool",
    on=TRIGGER,
    control="network.segmentation",
    severity=Severity.INFORMATIONAL,
    title="Trigger builds in a pool of the project's own",
    risk="What a build sends, and where to, passes no firewall: a package that it loads sends the source anywhere.",
    fix=REVISE + "pool.name: POOL under options",
)
@written_here
def in_private_pool(trigger: Resource) -> Verdict:
    options = _options(trigger)
    pool = (options.get("pool") or {}).get("name") or options.get("workerPool")
    return passed(f"builds in {last(pool)}") if pool else failed("builds on machines that reach all of the internet")


# ---- pools and connections -------------------------------------------------------------------------------------------


@check(
    f"{POOL}.without_public_egress",
    on=POOL,
    control="network.public_access",
    severity=Severity.LOW,
    title="Pool's machines have no public addresses",
    risk="A package that a build loads sends the source anywhere on the internet, past every firewall.",
    fix="gcloud builds worker-pools update {name} --project={account} --region={region} --no-public-egress",
)
def without_public_egress(pool: Resource) -> Verdict:
    config = pool["item"].get("privatePoolV1Config") or {}
    option = named((config.get("networkConfig") or {}).get("egressOption"), EGRESS)
    closed = option == "NO_PUBLIC_EGRESS" or yes((config.get("privateServiceConnect") or {}).get("publicIpAddressDisabled"))
    return passed("no public addresses") if closed else failed(f"public addresses: egress is {option or 'not set'}")


@check(
    f"{CONNECTION}.https_only",
    on=CONNECTION,
    control="encryption.in_transit",
    severity=Severity.HIGH,
    title="Connection reaches its host over HTTPS",
    risk="Source, and the tokens that open it, can be read and changed on their way.",
    fix="gcloud builds connections update PROVIDER {name} --project={account} --region={region} --host-uri=https://HOST",
)
def https_only(connection: Resource) -> Verdict:
    config: Mapping[str, Any] = next((found for field in HOSTS if (found := connection["item"].get(field))), {})
    host = str(config.get("hostUri") or "https://, the provider's own")
    return (failed if host.lower().startswith("http://") else passed)(f"the host is {host}")


@check(
    f"{CONNECTION}.complete",
    on=CONNECTION,
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="Connection is in use",
    risk="A connection that was left behind still holds a token that opens the source.",
    fix="gcloud builds connections delete {name} --project={account} --region={region}",
)
def complete(connection: Resource) -> Verdict:
    item = connection["item"]
    stage = named((item.get("installationState") or {}).get("stage"), STAGES)
    if yes(item.get("disabled")):
        return failed("the connection is disabled")
    return failed(f"the connection was never completed: {stage}") if stage.startswith("PENDING") else passed("it is enabled")

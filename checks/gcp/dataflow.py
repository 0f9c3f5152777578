"""Checks on jobs of Dataflow that are not over: those that are stay listed, and nothing of them can be changed.

Source: Dataflow API, "Job", "Environment", "WorkerPool".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import wraps
from typing import Any

from checks.gcp import read, workloads
from checks.gcp.keyed import over
from checks.gcp.read import Item, in_words, last, many, named, yes
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

JOB = "gcp.dataflow.job"
RUN = "gcloud dataflow jobs run {name} --project={account} --region={region} "
ADDRESSES = "WORKER_IP_UNSPECIFIED WORKER_IP_PUBLIC WORKER_IP_PRIVATE"
SUPPORT = "UNKNOWN SUPPORTED STALE DEPRECATED UNSUPPORTED"

Judge = Callable[..., Verdict]


def going(judge: Judge) -> Judge:
    """Make *judge* skip jobs that are over."""

    @wraps(judge)
    def asked(job: Resource, **given: Any) -> Verdict:
        reason = over(job["item"])
        return skipped(reason) if reason else judge(job, **given)

    return asked


def _environment(job: Resource) -> Item:
    return job["item"].get("environment") or {}


def _given(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each option by its dotted name; what was replaced is an option, whatever it is made of."""
    if isinstance(value, dict) and "$secret" not in value:
        for key, inner in value.items():
            yield from _given(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _given(inner, f"{name}.{number}")
    else:
        yield name, value


@check(
    f"{JOB}.own_service_account",
    on=JOB,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Job does not run as a default service account",
    risk="Whoever brings in a step works as an editor of the project, which the default account is by default.",
    fix=RUN + "--service-account-email=ACCOUNT",
)
@going
def own_service_account(job: Resource) -> Verdict:
    return workloads.chosen(str(_environment(job).get("serviceAccountEmail") or ""), "Compute Engine's default account")


@check(
    f"{JOB}.account_not_administrator",
    on=JOB,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Job's service account administers nothing",
    risk="Whoever brings in a step administers what the role stands for.",
    fix="gcloud projects remove-iam-policy-binding {account} --member=serviceAccount:ACCOUNT --role=ROLE; grant a narrower one",
)
@going
def account_not_administrator(job: Resource, inventory: Inventory, now: datetime) -> Verdict:
    return workloads.narrow(str(_environment(job).get("serviceAccountEmail") or ""), job, inventory, now)


@check(
    f"{JOB}.no_public_addresses",
    on=JOB,
    control="network.public_access",
    severity=Severity.LOW,
    title="Job's workers have no public addresses",
    risk="What runs on the workers sends data to anywhere, and one firewall rule lets the internet in.",
    fix=RUN + "--disable-public-ips",
)
@going
def no_public_addresses(job: Resource) -> Verdict:
    pools = many(_environment(job), "workerPools")
    modes = {named(each.get("ipConfiguration"), ADDRESSES) for each in pools}
    if modes == {"WORKER_IP_PRIVATE"}:
        return passed("they have private addresses only")
    said = _environment(job).get("usePublicIps")
    if said is None and not modes - {"", "WORKER_IP_UNSPECIFIED"}:
        return failed("nothing is said, so that they have public addresses")
    public = yes(said) or "WORKER_IP_PUBLIC" in modes
    return failed("they have public addresses") if public else passed("they have private addresses only")


@check(
    f"{JOB}.supported_sdk",
    on=JOB,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Job's pipeline is written with a supported version of the SDK",
    risk="Weaknesses of the version are mended no longer, and the job stops to work one day.",
    fix="Build the pipeline with a current SDK of Apache Beam, and run it anew: " + RUN,
)
@going
def supported_sdk(job: Resource) -> Verdict:
    version = (job["item"].get("jobMetadata") or {}).get("sdkVersion") or {}
    status = named(version.get("sdkSupportStatus"), SUPPORT)
    if status in ("", "UNKNOWN"):
        return skipped("Google doesn't say how far the version is supported")
    old = status in ("DEPRECATED", "UNSUPPORTED")
    return (failed if old else passed)(f"{version.get('versionDisplayName') or 'the SDK'} {version.get('version')} is {status}")


@check(
    f"{JOB}.without_secrets",
    on=JOB,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Job's options hold no secrets",
    risk="Everybody who may look at the job reads them, long after it is over.",
    fix="Run it anew with secrets in Secret Manager; then change what leaked: " + RUN,
)
def without_secrets(job: Resource) -> Verdict:
    return read.without_secrets(dict(_given(_environment(job).get("sdkPipelineOptions") or {})), "options")


@check(
    f"{JOB}.image_of_known_registry",
    on=JOB,
    control="application.scanning",
    severity=Severity.LOW,
    title="Job's images come from a registry that scans them",
    risk="What a stranger puts into the image works with the rights of the job.",
    fix="Copy the image to Artifact Registry, and run the job anew: " + RUN,
)
@going
def image_of_known_registry(job: Resource) -> Verdict:
    pools = many(_environment(job), "workerPools")
    images = {str(each.get("containerImage")) for pool in pools for each in many(pool, "sdkHarnessContainerImages")}
    images |= {str(pool["workerHarnessContainerImage"]) for pool in pools if pool.get("workerHarnessContainerImage")}
    strange = [each for each in images if not workloads.REGISTRIES.fullmatch(each)]
    if not images:
        return skipped("it names no image")
    return failed(f"from elsewhere: {in_words(strange)}") if strange else passed(f"{len(images)} image(s) of such a registry")


@check(
    f"{JOB}.any_zone",
    on=JOB,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Job is not tied to one zone",
    risk="When the zone is down or has no room, the job stands still until somebody starts it elsewhere.",
    fix=RUN + "--worker-region={region}, without a zone",
)
@going
def any_zone(job: Resource) -> Verdict:
    """Take what the job was started with: workers say in which zone they are, whoever chose it."""
    zone = _environment(job).get("workerZone")
    return failed(f"its workers must be in {last(zone)}") if zone else passed("Google chooses a zone with room")

"""Checks on clusters of Dataproc. A cluster on GKE is judged there: it has no machines of its own.

Machines get patches only by being made anew. Source: Dataproc API, "Cluster"; Dataproc documentation, "Dataproc versioning".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from checks.gcp import read, workloads
from checks.gcp.keyed import on_kubernetes
from checks.gcp.read import Item, many, yes
from checks.support import lasting, supported
from checks.times import time_of
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

CLUSTER = "gcp.dataproc.cluster"
ANEW = "It is chosen when it is made: gcloud dataproc clusters create NEW --project={account} --region={region} "
GOOGLES = "gs://goog-dataproc-initialization-actions-"
LOGS_OFF = "dataproc:dataproc.logging.stackdriver.enable"
OLDEST = timedelta(days=180)
PRIVATE_BY_DEFAULT = (2, 2)  # Source: Dataproc API, "GceClusterConfig.internalIpOnly"

Judge = Callable[..., Verdict]


def own(judge: Judge) -> Judge:
    """Make *judge* skip clusters without machines of their own."""

    @wraps(judge)
    def asked(cluster: Resource, **given: Any) -> Verdict:
        reason = on_kubernetes(cluster["item"])
        return skipped(reason) if reason else judge(cluster, **given)

    return asked


def _machines(cluster: Resource) -> Item:
    return cluster["item"]["config"].get("gceClusterConfig") or {}


def _software(cluster: Resource) -> Item:
    return cluster["item"]["config"].get("softwareConfig") or {}


def _image(cluster: Resource) -> tuple[int, int] | None:
    """Return the version of a cluster's image; ``None`` where it has none that can be read."""
    found = re.match(r"(\d+)\.(\d+)", str(_software(cluster).get("imageVersion") or ""))
    return (int(found[1]), int(found[2])) if found else None


@check(
    f"{CLUSTER}.own_service_account",
    on=CLUSTER,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Cluster does not run as a default service account",
    risk="Whoever may submit a job works as an editor of the project, which the default account is by default.",
    fix=ANEW + "--service-account=ACCOUNT",
)
@own
def own_service_account(cluster: Resource) -> Verdict:
    account = str(_machines(cluster).get("serviceAccount") or "")
    return workloads.chosen(account, "Compute Engine's default account")


@check(
    f"{CLUSTER}.account_not_administrator",
    on=CLUSTER,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Cluster's service account administers nothing",
    risk="Whoever may submit a job administers what the role stands for.",
    fix="gcloud projects remove-iam-policy-binding {account} --member=serviceAccount:ACCOUNT --role=ROLE; grant a narrower one",
)
@own
def account_not_administrator(cluster: Resource, inventory: Inventory, now: datetime) -> Verdict:
    return workloads.narrow(str(_machines(cluster).get("serviceAccount") or ""), cluster, inventory, now)


@check(
    f"{CLUSTER}.no_public_addresses",
    on=CLUSTER,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Cluster's machines have no public addresses",
    risk="One firewall rule too many, and whoever asks runs jobs of his own: most of these services ask nobody who he is.",
    fix=ANEW + "--no-address",
)
@own
def no_public_addresses(cluster: Resource) -> Verdict:
    said = _machines(cluster).get("internalIpOnly")
    image = _image(cluster)
    if said is None and image and image >= PRIVATE_BY_DEFAULT:
        return passed("they have none, by default of the image")
    return passed("they have none") if yes(said) else failed("they have public addresses")


@check(
    f"{CLUSTER}.users_sign_in",
    on=CLUSTER,
    control="identity.peers",
    severity=Severity.LOW,
    title="Cluster asks its users who they are",
    risk="Hadoop believes everybody who he says he is: whoever reaches the cluster reads all that lies in it.",
    fix=ANEW + "--enable-kerberos",
)
@own
def users_sign_in(cluster: Resource) -> Verdict:
    security = cluster["item"]["config"].get("securityConfig") or {}
    if yes((security.get("kerberosConfig") or {}).get("enableKerberos")):
        return passed("by Kerberos")
    mapped = (security.get("identityConfig") or {}).get("userServiceAccountMapping")
    return passed("each user works as an account of his own") if mapped else failed("it asks nobody")


@check(
    f"{CLUSTER}.without_secrets",
    on=CLUSTER,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Cluster's metadata holds no secrets",
    risk="Every program on the cluster, and everybody who may look at it, reads them.",
    fix=ANEW + "with secrets in Secret Manager; then change what leaked",
)
@own
def without_secrets(cluster: Resource) -> Verdict:
    return read.without_secrets(_machines(cluster).get("metadata") or {}, "keys of metadata")


@check(
    f"{CLUSTER}.secure_boot",
    on=CLUSTER,
    control="guest_os.boot_integrity",
    severity=Severity.LOW,
    title="Cluster's machines start only what is signed",
    risk="What an intruder puts below the system survives a restart, and nobody sees it.",
    fix=ANEW + "--shielded-secure-boot",
)
@own
def secure_boot(cluster: Resource) -> Verdict:
    shielded = _machines(cluster).get("shieldedInstanceConfig") or {}
    return passed("secure boot is on") if yes(shielded.get("enableSecureBoot")) else failed("secure boot is off")


@check(
    f"{CLUSTER}.recently_made",
    on=CLUSTER,
    control="guest_os.image_age",
    severity=Severity.MEDIUM,
    title="Cluster was made anew within half a year",
    risk="Its machines miss all patches since they were made.",
    fix=ANEW + "with the newest image, and delete {name}",
)
@own
def recently_made(cluster: Resource, now: datetime) -> Verdict:
    times = list(_times(cluster["item"]))
    if not times:
        return skipped("when it was made is not told")
    made = min(times)
    said = f"made on {made.date()}"
    return passed(said, until=made + OLDEST) if now - made < OLDEST else failed(said)


def _times(item: Item) -> Iterator[datetime]:
    for each in (*many(item, "statusHistory"), item.get("status") or {}):
        time = time_of(each.get("stateStartTime"))
        if time:
            yield time


@check(
    f"{CLUSTER}.supported_image",
    on=CLUSTER,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Cluster's image is of a version that is still maintained",
    risk="Weaknesses of Hadoop, Spark and the system below are mended no longer.",
    fix=ANEW + "--image-version=VERSION",
)
@own
def supported_image(cluster: Resource, now: datetime) -> Verdict:
    image = _image(cluster)
    if image is None:
        return skipped("an image of the customer's own")
    return supported("gcp.dataproc", "{}.{}".format(*image), now, f"image {_software(cluster)['imageVersion']}")


SUPPORT_LASTS = lasting(supported_image)


@check(
    f"{CLUSTER}.scripts_own",
    on=CLUSTER,
    control="application.exposure",
    severity=Severity.LOW,
    title="Cluster starts no scripts straight from Google's public buckets",
    risk="What somebody else changes there runs as root on the next cluster; Google says so itself.",
    fix="Copy the script to a bucket of one's own: " + ANEW + "--initialization-actions=gs://BUCKET/SCRIPT",
)
@own
def scripts_own(cluster: Resource) -> Verdict:
    scripts = [str(each.get("executableFile")) for each in many(cluster["item"]["config"], "initializationActions")]
    theirs = [each for each in scripts if each.startswith((GOOGLES, "gs://dataproc-initialization-actions"))]
    return failed(read.in_words(theirs)) if theirs else passed(f"{len(scripts)} script(s)")


@check(
    f"{CLUSTER}.logs_kept",
    on=CLUSTER,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Cluster's logs go to Cloud Logging",
    risk="When the cluster is deleted, so is the record of what ran on it.",
    fix=ANEW + f"--properties={LOGS_OFF}=true",
)
@own
def logs_kept(cluster: Resource) -> Verdict:
    """Take them for on where nothing is said. Source: Dataproc documentation, "Cluster properties"."""
    said = str((_software(cluster).get("properties") or {}).get(LOGS_OFF, "true")).lower()
    return failed("they stay on the machines") if said == "false" else passed("they go there")


@check(
    f"{CLUSTER}.several_masters",
    on=CLUSTER,
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="Cluster survives the loss of its master",
    risk="When its only master fails, so do all jobs, and what lies in HDFS is lost.",
    fix=ANEW + "--num-masters=3",
)
@own
def several_masters(cluster: Resource) -> Verdict:
    config = cluster["item"]["config"]
    if any((config.get("lifecycleConfig") or {}).get(each) for each in ("idleDeleteTtl", "autoDeleteTtl")):
        return skipped("a cluster that is deleted when its work is done")
    masters = int((config.get("masterConfig") or {}).get("numInstances") or 1)
    return (passed if masters > 1 else failed)(f"{masters} master(s)")

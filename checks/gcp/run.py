"""Checks on services and jobs of Cloud Run."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from checks.gcp import read, sharing, workloads
from checks.gcp.gke import scanning
from checks.gcp.read import yes
from checks.gcp.run_read import KINDS, SERVICE, account, containers, ingress, is_old, notes, of_function, template, variables
from checks.kinds import each
from checks.support import lasting, supported
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

UPDATE = "gcloud run services update {name} --project={account} --region={region} "
DEFAULT = "Compute Engine's default account"
BASE = re.compile(r"/runtimes/([a-z]+\d+)")
UPDATED_CLASS = "linux-base-image-update"


def ours(judge: Callable[..., Verdict]) -> Callable[..., Verdict]:
    """Make *judge* skip what runs functions: their settings are asked of the function."""

    @wraps(judge)
    def asked(resource: Resource, **given: Any) -> Verdict:
        return skipped("it runs a function, which is judged as such") if of_function(resource) else judge(resource, **given)

    return asked


# ---- who calls it, and from where ------------------------------------------------------------------------------------


@check(
    f"{SERVICE}.nobody_unnamed",
    on=SERVICE,
    control="access.public_grant",
    severity=Severity.MEDIUM,
    title="Service is called by nobody unnamed",
    risk="Anybody on the internet calls it, tries its holes, and makes it cost.",
    fix="gcloud run services remove-iam-policy-binding {name} --project={account} --region={region} --member=allUsers"
    " --role=roles/run.invoker",
)
def nobody_unnamed(service: Resource, now: datetime) -> Verdict:
    if yes(service["item"].get("invokerIamDisabled")) or yes(notes(service).get("invoker-iam-disabled")):
        return failed("callers are not asked who they are")
    return sharing.named(service, now)


@check(
    f"{SERVICE}.members_known",
    on=SERVICE,
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Service grants roles within the organization only",
    risk="Whoever left the other organization, or broke into it, still calls it.",
    fix="gcloud run services remove-iam-policy-binding {name} --project={account} --region={region} --member=MEMBER"
    " --role=ROLE",
)
def members_known(service: Resource, inventory: Inventory, now: datetime) -> Verdict:
    return sharing.known(service, inventory, now)


@check(
    f"{SERVICE}.ingress_narrow",
    on=SERVICE,
    control="network.public_access",
    severity=Severity.LOW,
    title="Service takes no requests straight from the internet",
    risk="Requests go past the load balancer, with its web firewall, its sign-in and its logs.",
    fix=UPDATE + "--ingress=internal-and-cloud-load-balancing",
)
@ours
def ingress_narrow(service: Resource) -> Verdict:
    return (failed if ingress(service) == "all" else passed)(f"takes requests from: {ingress(service)}")


@check(
    f"{SERVICE}.no_ssh",
    on=SERVICE,
    control="network.admin_ports",
    severity=Severity.MEDIUM,
    title="Nobody gets a shell in the service's containers",
    risk="Whoever may open one reads what is in memory, and changes what runs without a trace in the image.",
    fix=UPDATE + "--no-ssh",
)
def no_ssh(service: Resource) -> Verdict:
    return failed("SSH is on") if yes(service["item"].get("sshEnabled")) else passed("SSH is off")


@each(
    KINDS,
    "leaves_through_network",
    control="network.segmentation",
    severity=Severity.INFORMATIONAL,
    title="NOUN sends everything through a network of the customer's",
    risk="What it sends, and where to, passes no firewall and leaves no flow log.",
    fix="MODIFY --network=NETWORK --subnet=SUBNET --vpc-egress=all-traffic",
)
@ours
def leaves_through_network(resource: Resource) -> Verdict:
    access = template(resource).get("vpcAccess") or {}
    known = notes(resource)
    attached = access.get("connector") or access.get("networkInterfaces") or known.get("vpc-access-connector")
    attached = attached or known.get("network-interfaces")
    how = str(access.get("egress") or known.get("vpc-access-egress") or "PRIVATE_RANGES_ONLY")
    if not attached:
        return failed("no network of the customer's")
    whole = how.lower().replace("_", "-") in ("all-traffic", "all")
    return passed("all that it sends") if whole else failed("only what it sends to inner addresses")


# ---- identity and secrets --------------------------------------------------------------------------------------------


@each(
    KINDS,
    "own_service_account",
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="NOUN does not run as a default service account",
    risk="Everything that was deployed without a thought shares one account, which is an editor of the project by default.",
    fix="MODIFY --service-account=ACCOUNT",
)
@ours
def own_service_account(resource: Resource) -> Verdict:
    return workloads.chosen(account(resource), DEFAULT)


@each(
    KINDS,
    "account_not_administrator",
    control="access.administrators",
    severity=Severity.HIGH,
    title="NOUN's service account administers nothing",
    risk="Whoever gets it to run code of his own administers what the role stands for.",
    fix="gcloud projects remove-iam-policy-binding {account} --member=serviceAccount:ACCOUNT --role=ROLE; grant a narrower one",
)
@ours
def account_not_administrator(resource: Resource, inventory: Inventory, now: datetime) -> Verdict:
    return workloads.narrow(account(resource), resource, inventory, now)


@each(
    KINDS,
    "without_secrets",
    control="identity.secrets",
    severity=Severity.HIGH,
    title="NOUN's variables hold no secrets",
    risk="Everybody who may read its settings reads the secret.",
    fix="Keep the secret in Secret Manager, and replace it: it must be taken for known; then MODIFY"
    " --update-secrets=NAME=SECRET:latest",
    cis=("v4:1.17", "v5:1.18"),
)
@ours
def without_secrets(resource: Resource) -> Verdict:
    return read.without_secrets(variables(resource), "variable(s)")


@each(
    KINDS,
    "customer_key",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="NOUN's image is encrypted with a key of the customer's own",
    risk="Access to what was deployed cannot be limited, logged or ended by a key of one's own.",
    fix="MODIFY --key=KEY",
)
@ours
def customer_key(resource: Resource) -> Verdict:
    return read.customer_key(template(resource).get("encryptionKey") or notes(resource).get("encryption-key"))


# ---- what runs -------------------------------------------------------------------------------------------------------


@each(
    KINDS,
    "images_admitted",
    control="governance.code_signing",
    severity=Severity.LOW,
    title="NOUN runs only images that a policy admits",
    risk="Whoever may deploy, or stole the right to, starts whatever image he likes.",
    fix="MODIFY --binary-authorization=default",
)
@ours
def images_admitted(resource: Resource) -> Verdict:
    binary = resource["item"].get("binaryAuthorization") or {}
    said = (
        notes(resource).get("binary-authorization")
        or binary.get("policy")
        or ("default" if yes(binary.get("useDefault")) else "")
    )
    broken = notes(resource).get("binary-authorization-breakglass") or binary.get("breakglassJustification")
    if broken:
        return failed("the policy was overridden")
    return passed(f"the policy is {said}") if said else failed("no policy")


@each(
    KINDS,
    "image_of_known_registry",
    control="governance.image_source",
    severity=Severity.LOW,
    title="NOUN's images lie in a registry on Google Cloud",
    risk="Whoever gets hold of a stranger's registry puts his own code into the next deployment.",
    fix="Copy the image to Artifact Registry, then MODIFY --image=IMAGE",
)
@ours
def image_of_known_registry(resource: Resource) -> Verdict:
    return workloads.of_known_registry(str(one.get("image") or "") for one in containers(resource))


@each(
    KINDS,
    "images_scanned",
    control="application.scanning",
    severity=Severity.LOW,
    title="NOUN's images are scanned for known weaknesses",
    risk="It runs with weaknesses that everybody can look up.",
    fix="gcloud services enable containerscanning.googleapis.com --project={account}",
)
@ours
def images_scanned(resource: Resource, inventory: Inventory) -> Verdict:
    containers(resource)
    return scanning(inventory)


def _base(service: Resource) -> str:
    """Return the base image that Google made, and may replace; empty where there is none."""
    found = [str(one["baseImageUri"]) for one in containers(service) if one.get("baseImageUri")]
    return found[0] if found else str(notes(service).get("base-images") or "")


@check(
    f"{SERVICE}.base_updated",
    on=SERVICE,
    control="runtime.automatic_updates",
    severity=Severity.LOW,
    title="Service that was built from source takes patches by itself",
    risk="Patches of the system and the language arrive only when somebody deploys.",
    fix="gcloud run deploy {name} --project={account} --region={region} --source=. --automatic-updates",
)
@ours
def base_updated(service: Resource) -> Verdict:
    known = notes(service)
    from_source = any(one.get("sourceCode") for one in containers(service)) or service["item"].get("buildConfig")
    automatic = str(template(service).get("runtimeClassName") or "").endswith(UPDATED_CLASS)
    if automatic or any(one.get("baseImageUri") for one in containers(service)):
        return passed("Google swaps in patched base images")
    if from_source or known.get("build-source-location") or known.get("build-id"):
        return failed("built from source, and patched only when it is deployed")
    return skipped("a container image, which its makers keep up to date")


@check(
    f"{SERVICE}.supported_runtime",
    on=SERVICE,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Service runs on a runtime that Google keeps up to date",
    risk="Holes in the language and the system below it stay open for ever.",
    fix="gcloud run deploy {name} --project={account} --region={region} --source=. --base-image=RUNTIME",
)
@ours
def supported_runtime(service: Resource, now: datetime) -> Verdict:
    found = BASE.search(_base(service))
    if not found:
        return skipped("a container image, which its makers keep up to date")
    return supported("gcp.runtimes", found[1], now)


SUPPORT_LASTS = lasting(supported_runtime)


# ---- life ------------------------------------------------------------------------------------------------------------


@check(
    f"{SERVICE}.hanging_replaced",
    on=SERVICE,
    control="resilience.self_healing",
    severity=Severity.INFORMATIONAL,
    title="Containers of the service that hang are replaced",
    risk="A container that hangs keeps its requests until they time out.",
    fix=UPDATE + "--liveness-probe=httpGet.path=/healthz",
)
@ours
def hanging_replaced(service: Resource) -> Verdict:
    serving = [one for one in containers(service) if one.get("ports")] or containers(service)[:1]
    asked = bool(serving) and all(one.get("livenessProbe") for one in serving)
    return passed("a liveness probe asks") if asked else failed("no liveness probe")


@check(
    f"{SERVICE}.watched",
    on=SERVICE,
    control="detection.threat_detector",
    severity=Severity.LOW,
    title="Google looks for attacks within the service's containers",
    risk="Miners and reverse shells go unnoticed.",
    fix="gcloud scc manage services update cloud-run-threat-detection --project={account} --enablement-state=ENABLED",
)
def watched(service: Resource) -> Verdict:
    if is_old(service):
        return skipped("the first version of the API does not say")
    on = yes(service["item"].get("threatDetectionEnabled"))
    return passed("Cloud Run Threat Detection is on") if on else failed("Cloud Run Threat Detection is off")

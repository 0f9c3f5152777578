"""Checks on functions: of the first generation, and of the second, whose settings stand one level deeper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from checks.gcp import read, sharing, workloads
from checks.gcp.gke import scanning
from checks.gcp.read import Item, named
from checks.kinds import Kind, each
from checks.support import lasting, supported
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

FIRST, SECOND = "gcp.functions.cloud_function", "gcp.functions.function"
KINDS = (
    Kind(FIRST, "Function", "gcloud functions deploy {name} --no-gen2 --project={account} --region={region}"),
    Kind(SECOND, "Function", "gcloud functions deploy {name} --gen2 --project={account} --region={region}"),
)
INGRESS = "INGRESS_SETTINGS_UNSPECIFIED ALLOW_ALL ALLOW_INTERNAL_ONLY ALLOW_INTERNAL_AND_GCLB"
LEVELS = "SECURITY_LEVEL_UNSPECIFIED SECURE_ALWAYS SECURE_OPTIONAL"
RETRIES = "RETRY_POLICY_UNSPECIFIED RETRY_POLICY_DO_NOT_RETRY RETRY_POLICY_RETRY"


def _service(function: Resource) -> Item:
    """Return the settings of what runs: the second version of the API keeps them apart from those of the build."""
    item: Item = function["item"]
    return item.get("serviceConfig") or {} if function.type == SECOND else item


def _build(function: Resource) -> Item:
    item: Item = function["item"]
    return item.get("buildConfig") or {} if function.type == SECOND else item


def _first(function: Resource) -> bool:
    """Tell whether a function is of the first generation, in whichever version of the API it is told."""
    return function.type == FIRST or named(function["item"].get("environment"), "UNSPECIFIED GEN_1 GEN_2") == "GEN_1"


def _account(function: Resource) -> str:
    return str(_service(function).get("serviceAccountEmail") or "")


def _over_http(function: Resource) -> bool:
    return not function["item"].get("eventTrigger")


# ---- who calls it, and from where ------------------------------------------------------------------------------------


@each(
    KINDS,
    "nobody_unnamed",
    control="access.public_grant",
    severity=Severity.MEDIUM,
    title="NOUN is called by nobody unnamed",
    risk="Anybody on the internet calls it, tries its holes, and makes it cost.",
    fix="gcloud functions remove-invoker-policy-binding {name} --project={account} --region={region} --member=allUsers",
)
def nobody_unnamed(function: Resource, now: datetime) -> Verdict:
    return sharing.named(function, now)


@each(
    KINDS,
    "members_known",
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="NOUN grants roles within the organization only",
    risk="Whoever left the other organization, or broke into it, still calls it.",
    fix="gcloud functions remove-invoker-policy-binding {name} --project={account} --region={region} --member=MEMBER",
)
def members_known(function: Resource, inventory: Inventory, now: datetime) -> Verdict:
    return sharing.known(function, inventory, now)


@each(
    KINDS,
    "ingress_narrow",
    control="network.public_access",
    severity=Severity.LOW,
    title="NOUN takes no requests straight from the internet",
    risk="Requests go past the load balancer, with its web firewall, its sign-in and its logs.",
    fix="MODIFY --ingress-settings=internal-and-gclb",
)
def ingress_narrow(function: Resource) -> Verdict:
    if not _over_http(function):
        return skipped("called by events only")
    said = named(_service(function).get("ingressSettings"), INGRESS) or "ALLOW_ALL"
    return (failed if said in ("ALLOW_ALL", "INGRESS_SETTINGS_UNSPECIFIED") else passed)(f"ingress is {said}")


@each(
    KINDS,
    "https_only",
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="NOUN answers over HTTPS only",
    risk="What is sent to it can be read and changed on its way.",
    fix="MODIFY --security-level=secure-always",
)
def https_only(function: Resource) -> Verdict:
    if not _over_http(function):
        return skipped("called by events only")
    if not _first(function):
        return skipped("of the second generation, which speaks nothing else")
    trigger = function["item"].get("httpsTrigger") or {}
    level = named(trigger.get("securityLevel") or _service(function).get("securityLevel"), LEVELS) or "SECURE_OPTIONAL"
    return (passed if level == "SECURE_ALWAYS" else failed)(f"HTTPS is {level}")


@each(
    KINDS,
    "leaves_through_network",
    control="network.segmentation",
    severity=Severity.INFORMATIONAL,
    title="NOUN sends everything through a network of the customer's",
    risk="What it sends, and where to, passes no firewall and leaves no flow log.",
    fix="MODIFY --vpc-connector=CONNECTOR --egress-settings=all",
)
def leaves_through_network(function: Resource) -> Verdict:
    service = _service(function)
    if not (service.get("vpcConnector") or service.get("directVpcNetworkInterface")):
        return failed("no network of the customer's")
    how = str(service.get("vpcConnectorEgressSettings") or service.get("directVpcEgress") or "PRIVATE_RANGES_ONLY")
    return passed("all that it sends") if "ALL_TRAFFIC" in how else failed("only what it sends to inner addresses")


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
def own_service_account(function: Resource) -> Verdict:
    default = "App Engine's default account" if _first(function) else "Compute Engine's default account"
    return workloads.chosen(_account(function), default)


@each(
    KINDS,
    "account_not_administrator",
    control="access.administrators",
    severity=Severity.HIGH,
    title="NOUN's service account administers nothing",
    risk="Whoever gets it to run code of his own administers what the role stands for.",
    fix="gcloud projects remove-iam-policy-binding {account} --member=serviceAccount:ACCOUNT --role=ROLE; grant a narrower one",
)
def account_not_administrator(function: Resource, inventory: Inventory, now: datetime) -> Verdict:
    return workloads.narrow(_account(function), function, inventory, now)


@each(
    KINDS,
    "without_secrets",
    control="identity.secrets",
    severity=Severity.HIGH,
    title="NOUN's variables hold no secrets",
    risk="Everybody who may read the function's settings reads the secret.",
    fix="Keep the secret in Secret Manager, and replace it: it must be taken for known; then MODIFY"
    " --set-secrets=NAME=SECRET:latest",
    cis=("v4:1.17", "v5:1.18"),
)
def without_secrets(function: Resource) -> Verdict:
    return read.without_secrets(_variables(function), "variable(s)")


def _variables(function: Resource) -> Mapping[str, Any]:
    service, build = _service(function), _build(function)
    built = build.get("buildEnvironmentVariables") if function.type == FIRST else build.get("environmentVariables")
    return {**(built or {}), **(service.get("environmentVariables") or {})}


@each(
    KINDS,
    "customer_key",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="NOUN is encrypted with a key of the customer's own",
    risk="Access to its code and image cannot be limited, logged or ended by a key of one's own.",
    fix="MODIFY --kms-key=KEY --docker-repository=REPOSITORY",
)
def customer_key(function: Resource) -> Verdict:
    return read.customer_key(function["item"].get("kmsKeyName"))


# ---- code and runtime ------------------------------------------------------------------------------------------------


@each(
    KINDS,
    "supported_runtime",
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="NOUN runs on a runtime that Google keeps up to date",
    risk="Holes in the language and the system below it stay open for ever.",
    fix="MODIFY --runtime=RUNTIME, after a test with the newer language",
)
def supported_runtime(function: Resource, now: datetime) -> Verdict:
    runtime = str(_build(function).get("runtime") or "")
    return supported("gcp.runtimes", runtime, now) if runtime else skipped("no runtime is named")


SUPPORT_LASTS = lasting(*supported_runtime)


@each(
    KINDS,
    "runtime_updated",
    control="runtime.automatic_updates",
    severity=Severity.LOW,
    title="NOUN takes updates of its runtime by itself",
    risk="Patches of the language and the system arrive only when somebody deploys.",
    fix="MODIFY --runtime-update-policy=automatic",
)
def runtime_updated(function: Resource) -> Verdict:
    build = _build(function)
    if build.get("onDeployUpdatePolicy") is not None:
        return failed("updates arrive when it is deployed")
    # Source: Cloud Run functions documentation, "Security update policy": automatic, unless on deployment is chosen.
    return passed("updates arrive by themselves")


@check(
    f"{SECOND}.images_admitted",
    on=SECOND,
    control="governance.code_signing",
    severity=Severity.LOW,
    title="Function runs only images that a policy admits",
    risk="Whoever may deploy, or stole the right to, puts in code that nobody reviewed.",
    fix="gcloud functions deploy {name} --gen2 --project={account} --region={region} --binary-authorization=default",
)
def images_admitted(function: Resource) -> Verdict:
    if _first(function):
        return skipped("of the first generation, which knows no such policy")
    said = _service(function).get("binaryAuthorizationPolicy")
    return passed(f"the policy is {said}") if said else failed("no policy")


@each(
    KINDS,
    "images_scanned",
    control="application.scanning",
    severity=Severity.LOW,
    title="NOUN's image is scanned for known weaknesses",
    risk="It runs with weaknesses in its libraries that everybody can look up.",
    fix="gcloud services enable containerscanning.googleapis.com --project={account}",
)
def images_scanned(function: Resource, inventory: Inventory) -> Verdict:
    _build(function)
    return scanning(inventory)


# ---- failed work -----------------------------------------------------------------------------------------------------


@each(
    KINDS,
    "failures_retried",
    control="resilience.failure_handling",
    severity=Severity.LOW,
    title="Events that the NOUN fails on come again",
    risk="An event that the function fails on is lost, and nobody knows that it was there.",
    fix="MODIFY --retry",
)
def failures_retried(function: Resource) -> Verdict:
    trigger = function["item"].get("eventTrigger")
    if not trigger:
        return skipped("called over HTTPS, where the caller tries again")
    again = named(trigger.get("retryPolicy"), RETRIES) == "RETRY_POLICY_RETRY" or "retry" in (
        trigger.get("failurePolicy") or {}
    )
    return passed("events come again") if again else failed("events are dropped")


@each(
    KINDS,
    "instances_limited",
    control="resilience.quotas",
    severity=Severity.INFORMATIONAL,
    title="NOUN has a limit of instances that somebody chose",
    risk="A function that runs wild, or is called too often on purpose, stops others and costs without end.",
    fix="MODIFY --max-instances=NUMBER",
)
def instances_limited(function: Resource) -> Verdict:
    service = _service(function)
    most = service.get("maxInstanceCount") if function.type == SECOND else service.get("maxInstances")
    return passed(f"{most} instances at most") if most else failed("no limit")

"""Checks on Vertex AI: models, what serves them, what they learn from, jobs, and the notebooks beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import wraps
from typing import Any

from checks.gcp import read, workloads
from checks.gcp.gke import scanning
from checks.gcp.read import Item, in_words, many, named, yes
from checks.kinds import Kind, each
from checks.verdicts import worst
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

SERVICE = "gcp.vertexai"
REST = "by projects.locations.{} of the API"


def _kind(noun: str, title: str, collection: str) -> Kind:
    return Kind(f"{SERVICE}.{noun}", title, REST.format(collection))


ENDPOINTS = _kind("endpoint", "Endpoint", "endpoints")
SEARCH = _kind("index_endpoint", "Search endpoint", "indexEndpoints")
MODELS = _kind("model", "Model", "models")
JOBS = _kind("custom_job", "Job", "customJobs")
PIPELINES = _kind("pipeline_job", "Pipeline's run", "pipelineJobs")
RUNTIMES = _kind("notebook_runtime", "Notebook's runtime", "notebookRuntimes")
TEMPLATES = _kind("notebook_runtime_template", "Template of notebooks", "notebookRuntimeTemplates")
STORED = (
    ENDPOINTS,
    SEARCH,
    MODELS,
    JOBS,
    PIPELINES,
    TEMPLATES,
    _kind("dataset", "Dataset", "datasets"),
    _kind("featurestore", "Feature store", "featurestores"),
    _kind("tensorboard", "TensorBoard", "tensorboards"),
    _kind("metadata_store", "Metadata store", "metadataStores"),
)
RUNNING = (ENDPOINTS, JOBS, PIPELINES)
SERVING = (ENDPOINTS, SEARCH)
SET_UP = (MODELS, JOBS, PIPELINES, TEMPLATES, RUNTIMES)
ENDPOINT, INDEX_ENDPOINT, MODEL, JOB = ENDPOINTS.type, SEARCH.type, MODELS.type, JOBS.type
PIPELINE, TEMPLATE = PIPELINES.type, TEMPLATES.type

JOB_STATES = (
    "UNSPECIFIED QUEUED PENDING RUNNING SUCCEEDED FAILED CANCELLING CANCELLED PAUSED EXPIRED UPDATING PARTIALLY_SUCCEEDED"
)
PIPELINE_STATES = "UNSPECIFIED QUEUED PENDING RUNNING SUCCEEDED FAILED CANCELLING CANCELLED PAUSED"
OVER = {"SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED", "PARTIALLY_SUCCEEDED"}
# Images that Google makes for serving and training lie in repositories of this project. Source: Vertex AI documentation,
# "Prebuilt containers for prediction and explanation".
PREBUILT = ("-docker.pkg.dev/vertex-ai/", "-docker.pkg.dev/vertex-ai-restricted/", "gcr.io/cloud-aiplatform/")


def unfinished(judge: Callable[..., Verdict]) -> Callable[..., Verdict]:
    """Make *judge* skip jobs that are over: they stay listed, and nothing of them can be changed."""

    @wraps(judge)
    def asked(resource: Resource, **given: Any) -> Verdict:
        names = {JOB: JOB_STATES, PIPELINE: PIPELINE_STATES}.get(resource.type, "")
        state = named(resource["item"].get("state"), names).rpartition("STATE_")[2]
        return skipped(f"it is over: {state}") if names and state in OVER else judge(resource, **given)

    return asked


def _deployed(endpoint: Resource) -> list[Item]:
    return many(endpoint["item"], "deployedIndexes" if endpoint.type == INDEX_ENDPOINT else "deployedModels")


def serving(judge: Callable[[Resource], Verdict]) -> Callable[[Resource], Verdict]:
    """Make *judge* skip endpoints that nothing is deployed to."""

    @wraps(judge)
    def asked(endpoint: Resource) -> Verdict:
        return judge(endpoint) if _deployed(endpoint) else skipped("nothing is deployed to it")

    return asked


# ---- what something runs as ------------------------------------------------------------------------------------------


def _accounts(resource: Resource) -> list[str]:
    """Return the accounts that something runs as; nothing stands for what Google runs as an account of its own."""
    item = resource["item"]
    if resource.type == ENDPOINT:
        return sorted({str(each["serviceAccount"]) for each in _deployed(resource) if each.get("serviceAccount")})
    if resource.type == PIPELINE:
        # Source: Vertex AI API, "PipelineJob": Compute Engine's default account where none is named.
        return [str(item.get("serviceAccount") or "default")]
    account = (item.get("jobSpec") or {}).get("serviceAccount")
    return [str(account)] if account else []


@each(
    RUNNING,
    "own_service_account",
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="NOUN does not run as a default service account",
    risk="Whoever brings in a model or a step works as an editor of the project, which the default account is by default.",
    fix="Deploy or run it anew with serviceAccount, MODIFY",
)
@unfinished
def own_service_account(resource: Resource) -> Verdict:
    accounts = _accounts(resource)
    default = [email for email in accounts if workloads.is_default(email)]
    if default:
        return failed("runs as Compute Engine's default account")
    return passed(f"runs as {in_words(accounts)}" if accounts else "runs as an account of Google's")


@each(
    RUNNING,
    "account_not_administrator",
    control="access.administrators",
    severity=Severity.HIGH,
    title="NOUN's service account administers nothing",
    risk="Whoever brings in a model or a step administers what the role stands for.",
    fix="gcloud projects remove-iam-policy-binding {account} --member=serviceAccount:ACCOUNT --role=ROLE; grant a narrower one",
)
@unfinished
def account_not_administrator(resource: Resource, inventory: Inventory, now: datetime) -> Verdict:
    named_ones = [email for email in _accounts(resource) if email != "default"]
    return worst(workloads.narrow(email, resource, inventory, now) for email in named_ones or [""])


# ---- secrets and keys ------------------------------------------------------------------------------------------------


@each(
    SET_UP,
    "without_secrets",
    control="identity.secrets",
    severity=Severity.HIGH,
    title="NOUN's settings hold no secrets",
    risk="Everybody who may read the settings reads the secret.",
    fix="Keep the secret in Secret Manager, and replace it: it must be taken for known; then make it anew, MODIFY",
)
def without_secrets(resource: Resource) -> Verdict:
    return read.without_secrets(dict(_values(resource["item"])), "value(s)")


def _values(item: Item) -> Iterator[tuple[str, Any]]:
    """Yield what stands in the settings in plain, each under a name, of whichever type they are."""
    pools = many(item.get("jobSpec") or {}, "workerPoolSpecs")
    tasks = [pool.get(field) or {} for pool in pools for field in ("containerSpec", "pythonPackageSpec")]
    software = item.get("softwareConfig") or {}
    for holder in (item.get("containerSpec") or {}, software, *tasks):
        yield from ((str(each.get("name")), each.get("value")) for each in many(holder, "env"))
        yield from ((f"argument {number}", value) for number, value in enumerate(holder.get("args") or [], 1))
    if script := (software.get("postStartupScriptConfig") or {}).get("postStartupScript"):
        yield "the script at its start", script
    given = item.get("runtimeConfig") or {}
    yield from _leaves("", {**(given.get("parameters") or {}), **(given.get("parameterValues") or {})})


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the values within *value*, which may be nested; one that was replaced is one."""
    if isinstance(value, list) or (isinstance(value, dict) and "$secret" not in value):
        inner = value.items() if isinstance(value, dict) else enumerate(value, 1)
        for key, part in inner:
            yield from _leaves(f"{name} {key}".strip(), part)
    else:
        yield name, value


@each(
    STORED,
    "customer_key",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="NOUN is encrypted with a key of the customer's own",
    risk="Access to the data and what was learned of it cannot be limited, logged or ended by a key of one's own.",
    fix="Make it anew with encryptionSpec.kmsKeyName, MODIFY: it cannot be changed",
)
@unfinished
def customer_key(resource: Resource) -> Verdict:
    return read.customer_key((resource["item"].get("encryptionSpec") or {}).get("kmsKeyName"))


# ---- who reaches what serves -----------------------------------------------------------------------------------------


@each(
    SERVING,
    "private",
    control="network.public_access",
    severity=Severity.LOW,
    title="NOUN is reached from within a network only",
    risk="Whoever stole a token asks it from anywhere, and has it answer with what it learned.",
    fix="Make it anew with privateServiceConnectConfig, MODIFY: it cannot be changed",
)
def private(endpoint: Resource) -> Verdict:
    item = endpoint["item"]
    connected = yes((item.get("privateServiceConnectConfig") or {}).get("enablePrivateServiceConnect"))
    inside = connected or yes(item.get("enablePrivateServiceConnect")) or item.get("network")
    open_too = endpoint.type == INDEX_ENDPOINT and yes(item.get("publicEndpointEnabled"))
    return passed("no public address") if inside and not open_too else failed("answers at a public address")


@check(
    f"{INDEX_ENDPOINT}.callers_known",
    on=INDEX_ENDPOINT,
    control="application.exposure",
    severity=Severity.MEDIUM,
    title="Search endpoint asks callers in its network who they are",
    risk="Whoever gets at one machine of the network searches everything that was indexed.",
    fix="Deploy the index anew with deployedIndexAuthConfig, by projects.locations.indexEndpoints.deployIndex of the API",
)
@serving
def callers_known(endpoint: Resource) -> Verdict:
    if not endpoint["item"].get("network"):
        return skipped("not in a network that is peered, where IAM decides")
    loose = [str(each.get("id")) for each in _deployed(endpoint) if not each.get("deployedIndexAuthConfig")]
    return failed(f"asks for no token: {in_words(loose)}") if loose else passed("asks for a token")


@each(
    SERVING,
    "access_logged",
    control="logging.access_logs",
    severity=Severity.LOW,
    title="NOUN logs who asks it",
    risk="Nobody can tell who asked for what, when somebody copied a model or data through its answers.",
    fix="Deploy anew with enableAccessLogging, MODIFY",
)
@serving
def access_logged(endpoint: Resource) -> Verdict:
    silent = [str(each.get("displayName") or each.get("id")) for each in _deployed(endpoint) if not _logs(each)]
    return failed(f"without a log: {in_words(silent)}") if silent else passed("logs who asks")


def _logs(deployed: Item) -> bool:
    return yes(deployed.get("enableAccessLogging"))


@each(
    SERVING,
    "not_alone",
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="NOUN answers from more than one machine",
    risk="The loss of one machine stops everything that asks it.",
    fix="Deploy anew with minReplicaCount: 2, MODIFY",
)
@serving
def not_alone(endpoint: Resource) -> Verdict:
    alone = [str(each.get("displayName") or each.get("id")) for each in _deployed(endpoint) if _replicas(each) < ENOUGH]
    return failed(f"on one machine: {in_words(alone)}") if alone else passed("on several machines")


ENOUGH = 2


def _replicas(deployed: Mapping[str, Any]) -> int:
    """Return on how many machines something runs at least. An index has two where nobody says otherwise."""
    if deployed.get("sharedResources"):
        return ENOUGH
    own = deployed.get("dedicatedResources") or deployed.get("automaticResources") or {}
    return int(own.get("minReplicaCount") or (ENOUGH if "index" in deployed else 1))


@each(
    SERVING,
    "in_use",
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="NOUN has something deployed to it",
    risk="What was left behind keeps its grants, and nobody looks after it.",
    fix="Delete it, MODIFY",
)
def in_use(endpoint: Resource) -> Verdict:
    return passed(f"{len(_deployed(endpoint))} deployed") if _deployed(endpoint) else failed("nothing is deployed to it")


# ---- models and jobs -------------------------------------------------------------------------------------------------


def _image(model: Resource) -> str:
    return str((model["item"].get("containerSpec") or {}).get("imageUri") or "")


@check(
    f"{MODEL}.image_of_known_registry",
    on=MODEL,
    control="governance.image_source",
    severity=Severity.LOW,
    title="Model's image lies in a registry on Google Cloud",
    risk="Whoever gets hold of a stranger's registry reads every question that the model is asked.",
    fix="Copy the image to Artifact Registry, then gcloud ai models upload --container-image-uri=IMAGE",
)
def image_of_known_registry(model: Resource) -> Verdict:
    return workloads.of_known_registry([_image(model)]) if _image(model) else skipped("served by software of Google's")


@check(
    f"{MODEL}.image_scanned",
    on=MODEL,
    control="application.scanning",
    severity=Severity.LOW,
    title="Model's image is scanned for known weaknesses",
    risk="It runs with weaknesses in its libraries that everybody can look up.",
    fix="gcloud services enable containerscanning.googleapis.com --project={account}",
)
def image_scanned(model: Resource, inventory: Inventory) -> Verdict:
    image = _image(model)
    own = image and not any(prefix in image for prefix in PREBUILT)
    return scanning(inventory) if own else skipped("served by software of Google's")


@check(
    f"{JOB}.no_shell",
    on=JOB,
    control="network.admin_ports",
    severity=Severity.MEDIUM,
    title="Nobody gets a shell in the job's containers",
    risk="Whoever may open one works with the job's rights, and leaves no trace in what was submitted.",
    fix="gcloud ai custom-jobs create without --enable-web-access",
)
@unfinished
def no_shell(job: Resource) -> Verdict:
    on = yes((job["item"].get("jobSpec") or {}).get("enableWebAccess"))
    return failed("interactive shells are on") if on else passed("interactive shells are off")


@each(
    (JOBS, PIPELINES),
    "in_a_network",
    control="network.segmentation",
    severity=Severity.INFORMATIONAL,
    title="NOUN works within a network of the customer's",
    risk="What it sends, and where to, passes no firewall and leaves no flow log.",
    fix="Run it anew with network or pscInterfaceConfig, MODIFY",
)
@unfinished
def in_a_network(resource: Resource) -> Verdict:
    spec = resource["item"] if resource.type == PIPELINE else resource["item"].get("jobSpec") or {}
    inside = spec.get("network") or spec.get("pscInterfaceConfig")
    return passed("in a network of the customer's") if inside else failed("in no network of the customer's")


# ---- notebooks -------------------------------------------------------------------------------------------------------


@each(
    (TEMPLATES, RUNTIMES),
    "away_from_internet",
    control="network.public_access",
    severity=Severity.LOW,
    title="NOUN does not reach the internet",
    risk="A package that a notebook loads, or whoever opens it, sends the data anywhere, past every firewall.",
    fix="Make it anew without networkSpec.enableInternetAccess, MODIFY",
)
def away_from_internet(resource: Resource) -> Verdict:
    on = yes((resource["item"].get("networkSpec") or {}).get("enableInternetAccess"))
    return failed("public internet access is on") if on else passed("public internet access is off")


@check(
    f"{TEMPLATE}.stops_idle",
    on=TEMPLATE,
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="Notebooks of the template stop when nobody works",
    risk="A notebook that was left open works on with its owner's rights, for whoever finds it.",
    fix="gcloud colab runtime-templates create NEW --project={account} --region={region} --idle-shutdown-timeout=3h",
)
def stops_idle(template: Resource) -> Verdict:
    config = template["item"].get("idleShutdownConfig") or {}
    on = bool(config.get("idleTimeout")) and not yes(config.get("idleShutdownDisabled"))
    return passed(f"after {config['idleTimeout']}") if on else failed("they stay on")

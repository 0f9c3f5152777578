"""Checks on container apps, jobs and environments. Source: Container Apps REST API, "Container Apps" and others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checks.azure import workloads
from checks.azure.read import (
    SET,
    Item,
    at,
    in_words,
    inner,
    is_on,
    many,
    not_handed_on,
    prop,
    public_access,
    rows,
    same,
    word,
)
from checks.kinds import Kind, each
from checks.world import FAMILIES, hold_world
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

APP, JOB, ENVIRONMENT = "azure.containerapps.app", "azure.containerapps.job", "azure.containerapps.environment"
BOTH = (Kind(APP, "App", "az containerapp"), Kind(JOB, "Job", "az containerapp job"))
NO_INGRESS = "nobody calls it"


def _ingress(app: Resource) -> Item:
    return prop(app, "configuration.ingress") or {}


def _containers(app: Resource) -> list[Item]:
    return [*many(prop(app, "template.containers")), *many(prop(app, "template.initContainers"))]


def _images(app: Resource) -> list[str]:
    return [str(one.get("image") or "") for one in _containers(app)]


def _variables(app: Resource) -> Iterator[tuple[str, Any]]:
    for one in _containers(app):
        yield from (
            (f"{one.get('name')}.{each.get('name')}", each["value"]) for each in many(one.get("env")) if each.get("value")
        )


def _inside(environment: Resource) -> str:
    """Return why an environment has no public entry; empty where it has one."""
    if is_on(prop(environment, "vnetConfiguration.internal")):
        return "it answers in its virtual network only"
    return "public network access is off" if public_access(environment) == "disabled" else ""


# Who calls it.


@check(
    f"{APP}.ingress_encrypted",
    on=APP,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="App answers over HTTPS only",
    risk="What is sent to it, session cookies and passwords too, can be read and changed on its way.",
    fix="az containerapp ingress update --ids {id} --allow-insecure false",
)
def ingress_encrypted(app: Resource) -> Verdict:
    if not _ingress(app):
        return skipped(NO_INGRESS)
    return failed("HTTP is answered") if is_on(_ingress(app).get("allowInsecure")) else passed("HTTP is redirected")


@check(
    f"{APP}.ingress_narrow",
    on=APP,
    control="network.public_access",
    severity=Severity.LOW,
    title="App is reached from chosen networks only",
    risk="Requests go past the gateway, with its web firewall, its sign-in and its logs.",
    fix="az containerapp ingress access-restriction set --ids {id} --rule-name RULE --ip-address RANGE --action Allow",
)
def ingress_narrow(app: Resource, inventory: Inventory) -> Verdict:
    ingress = _ingress(app)
    if not is_on(ingress.get("external")):
        return passed("only apps of its environment call it" if ingress else NO_INGRESS)
    # Rules all allow or all deny; what allows shuts everybody else out.
    allowed = [rule for rule in many(ingress.get("ipSecurityRestrictions")) if same(rule.get("action"), "Allow")]
    blocks = frozenset(str(rule.get("ipAddressRange")) for rule in allowed)
    if blocks and not any(hold_world(blocks, family) for family in FAMILIES):
        return passed(f"admits {in_words(blocks)}")
    id = prop(app, "environmentId") or prop(app, "managedEnvironmentId")
    environment = inventory.get(ENVIRONMENT, word(id))
    if environment is None:
        return unknown("its environment was not listed")
    reason = _inside(environment)
    return passed(reason) if reason else failed("every address is admitted")


@check(
    f"{APP}.callers_sign_in",
    on=APP,
    control="application.exposure",
    severity=Severity.LOW,
    title="App asks callers to sign in before they reach its code",
    risk="Every hole in the code, and every page that forgot to ask, is open to anybody.",
    fix="az containerapp auth update --ids {id} --enabled true --unauthenticated-client-action Return401",
)
def callers_sign_in(app: Resource) -> Verdict:
    if not is_on(_ingress(app).get("external")):
        return skipped("nobody outside its environment calls it")
    said = inner(next(iter(rows(app, "sign_in")), {}))
    if not is_on(at(said, "platform.enabled")):
        return failed("its sign-in is off")
    action = word(at(said, "globalValidation.unauthenticatedClientAction"))
    return failed("who does not sign in is let through") if action in ("", "allowanonymous") else passed(f"else: {action}")


@check(
    f"{APP}.cors_narrow",
    on=APP,
    control="application.exposure",
    severity=Severity.MEDIUM,
    title="App lets only chosen sites call it from a browser",
    risk="Any page that a signed-in user opens reads what he may read.",
    fix="az containerapp ingress cors update --ids {id} --allowed-origins ORIGIN",
)
def cors_narrow(app: Resource) -> Verdict:
    origins = at(_ingress(app), "corsPolicy.allowedOrigins") or []
    return failed("every site may call it") if "*" in origins else passed(f"{len(origins)} site(s) may call it")


@check(
    f"{APP}.own_names_encrypted",
    on=APP,
    control="encryption.certificates",
    severity=Severity.MEDIUM,
    title="App has a certificate for each of its own names",
    risk="Visitors learn to click warnings away, and whoever is on the way answers in its place.",
    fix="az containerapp hostname bind --ids {id} --hostname NAME --environment ENVIRONMENT --validation-method CNAME",
)
def own_names_encrypted(app: Resource) -> Verdict:
    names = many(_ingress(app).get("customDomains"))
    if not names:
        return skipped("it has no names of its own")
    bare = [each.get("name") for each in names if word(each.get("bindingType")) in ("", "disabled")]
    return failed(f"no certificate: {in_words(bare)}") if bare else passed(f"{len(names)} name(s) with a certificate")


# Secrets and images.


@each(
    BOTH,
    "without_secrets",
    control="identity.secrets",
    severity=Severity.HIGH,
    title="NOUN's variables hold no secrets",
    risk="Everybody who may read its settings reads the secret.",
    fix="MODIFY secret set --ids {id} --secrets NAME=keyvaultref:URL,identityref:IDENTITY, and replace the secret: it must be"
    " taken for known",
)
def without_secrets(app: Resource) -> Verdict:
    return workloads.without_secrets(_variables(app))


@each(
    BOTH,
    "secrets_in_vault",
    control="identity.secrets",
    severity=Severity.LOW,
    title="NOUN's secrets stand in Key Vault",
    risk="Each app keeps its own copy, which nobody replaces when the secret leaks.",
    fix="MODIFY secret set --ids {id} --secrets NAME=keyvaultref:URL,identityref:IDENTITY",
)
def secrets_in_vault(app: Resource) -> Verdict:
    held = many(prop(app, "configuration.secrets"))
    if not held:
        return skipped("it has no secrets")
    copied = [each.get("name") for each in held if not each.get("keyVaultUrl")]
    return failed(f"copied: {in_words(copied)}") if copied else passed(f"{len(held)} secret(s)")


@each(
    BOTH,
    "images_pulled_by_identity",
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="NOUN pulls its images with its identity",
    risk="The registry's password is copied into every app, and opens all images to whoever reads it.",
    fix="MODIFY registry set --ids {id} --server REGISTRY --identity system",
)
def images_pulled_by_identity(app: Resource) -> Verdict:
    given = many(prop(app, "configuration.registries"))
    if not given:
        return skipped("it signs in to no registry")
    by_password = [each.get("server") for each in given if each.get("passwordSecretRef") or not each.get("identity")]
    return failed(f"with a password: {in_words(by_password)}") if by_password else passed("with its identity")


@each(
    BOTH,
    "images_of_known_registry",
    control="governance.image_source",
    severity=Severity.LOW,
    title="NOUN's images lie in a registry on Azure",
    risk="Whoever gets hold of a stranger's registry puts his own code into the next start.",
    fix="MODIFY update --ids {id} --image REGISTRY.azurecr.io/IMAGE",
)
def images_of_known_registry(app: Resource) -> Verdict:
    return workloads.from_known_registry(_images(app))


@each(
    BOTH,
    "images_pinned",
    control="runtime.image_integrity",
    severity=Severity.LOW,
    title="NOUN names its images by their digest",
    risk="The next start runs whatever somebody pushed under the same name.",
    fix="MODIFY update --ids {id} --image REGISTRY.azurecr.io/IMAGE@sha256:DIGEST",
)
def images_pinned(app: Resource) -> Verdict:
    return workloads.pinned(_images(app))


@each(
    BOTH,
    "images_scanned",
    control="application.scanning",
    severity=Severity.LOW,
    title="NOUN's images are scanned for known weaknesses",
    risk="It runs with weaknesses that everybody can look up.",
    fix="az security pricing create --name Containers --tier standard --extensions"
    " name=ContainerRegistriesVulnerabilityAssessments isEnabled=True",
)
def images_scanned(app: Resource, inventory: Inventory) -> Verdict:
    return workloads.images_scanned(app, inventory)


# Life.


@check(
    f"{APP}.several_replicas",
    on=APP,
    control="resilience.self_healing",
    severity=Severity.INFORMATIONAL,
    title="App runs in more than one replica",
    risk="When the one replica fails or moves, the app is away.",
    fix="az containerapp update --ids {id} --min-replicas 2",
)
def several_replicas(app: Resource) -> Verdict:
    count = int(prop(app, "template.scale.minReplicas") or 0)
    return (passed if count > 1 else failed)(f"{count} replica(s) at least")


@check(
    f"{JOB}.failures_retried",
    on=JOB,
    control="resilience.failure_handling",
    severity=Severity.LOW,
    title="Job tries again what failed",
    risk="Work that failed once stays undone until somebody looks.",
    fix="az containerapp job update --ids {id} --replica-retry-limit 2",
)
def failures_retried(job: Resource) -> Verdict:
    count = int(prop(job, "configuration.replicaRetryLimit") or 0)
    return passed(f"{count} more time(s)") if count else failed("it doesn't")


# Environments.


@check(
    f"{ENVIRONMENT}.public_access_off",
    on=ENVIRONMENT,
    control="network.public_access",
    severity=Severity.LOW,
    title="Environment has no entry from the internet",
    risk="One app that is made external by a slip answers everybody.",
    fix=f"{SET}publicNetworkAccess=Disabled",
)
def public_access_off(environment: Resource) -> Verdict:
    reason = _inside(environment)
    return passed(reason) if reason else failed("a public entry")


@check(
    f"{ENVIRONMENT}.own_network",
    on=ENVIRONMENT,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Environment stands in a virtual network of the customer's",
    risk="What its apps send, and where to, passes no firewall and leaves no flow log.",
    fix="Make the environment anew with --infrastructure-subnet-resource-id SUBNET",
)
def own_network(environment: Resource) -> Verdict:
    subnet = prop(environment, "vnetConfiguration.infrastructureSubnetId")
    return passed(f"in {word(subnet).rpartition('/')[2]}") if subnet else failed("in none")


@check(
    f"{ENVIRONMENT}.apps_encrypt",
    on=ENVIRONMENT,
    control="encryption.in_transit",
    severity=Severity.LOW,
    title="What apps of the environment send to each other is encrypted",
    risk="Whoever is on the network between them reads it.",
    fix="az containerapp env update --ids {id} --enable-peer-to-peer-encryption",
)
def apps_encrypt(environment: Resource) -> Verdict:
    paths = ("peerTrafficConfiguration.encryption.enabled", "peerAuthentication.mtls.enabled")
    on = any(is_on(prop(environment, path)) for path in paths)
    return passed("it is encrypted") if on else failed("it is not")


@check(
    f"{ENVIRONMENT}.output_logged",
    on=ENVIRONMENT,
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="What apps of the environment print is kept",
    risk="When an app's replica is gone, nobody can tell what happened in it.",
    fix="az containerapp env update --ids {id} --logs-destination log-analytics --logs-workspace-id WORKSPACE",
    cis=("v6:6.1.4",),
)
def output_logged(environment: Resource) -> Verdict:
    where = word(prop(environment, "appLogsConfiguration.destination"))
    if where == "log-analytics":
        return passed("in Log Analytics")
    if where != "azure-monitor":
        return failed("nowhere")
    missing = not_handed_on(environment, ["ContainerAppConsoleLogs"])
    return failed("no diagnostic setting hands it on") if missing else passed("a diagnostic setting hands it on")

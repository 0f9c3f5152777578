"""Checks on services of Spring Apps. Source: Spring Apps REST API, "Services", "Apps", "Deployments"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from checks.azure import workloads
from checks.azure.read import Item, at, in_words, inner, is_on, prop, rows, same
from checks.support import lasting, supported
from checks.verdicts import worst
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

SERVICE = "azure.springapps.service"
UPDATE = "az spring app update --service {name} --resource-group GROUP --name APP "
NONE = "it has no apps"
JAVA = re.compile(r"java_(\d+)", re.IGNORECASE)
IMAGES = "container"


def _deployed(service: Resource) -> list[Item]:
    """Return the deployments that take requests; one that is staged runs as well, but is nobody's yet."""
    return [each for each in rows(service, "deployments") if is_on(inner(each).get("active"))]


def _variables(service: Resource) -> Iterator[tuple[str, Any]]:
    for each in rows(service, "deployments"):
        given = at(inner(each), "deploymentSettings.environmentVariables") or {}
        yield from ((f"{each.get('name')}.{name}", value) for name, value in given.items())


def _images(service: Resource) -> list[str]:
    given = [at(inner(each), "source.customContainer") for each in _deployed(service)]
    return [f"{each.get('server') or 'docker.io'}/{each.get('containerImage')}" for each in given if each]


@check(
    f"{SERVICE}.apps_encrypted",
    on=SERVICE,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Apps of the service answer over HTTPS only",
    risk="What is sent to them, session cookies and passwords too, can be read and changed on its way.",
    fix=UPDATE + "--https-only true",
)
def apps_encrypted(service: Resource) -> Verdict:
    reached = [app for app in rows(service, "apps") if is_on(inner(app).get("public"))]
    if not reached:
        return skipped("nobody calls its apps from outside")
    bare = [app.get("name") for app in reached if not is_on(inner(app).get("httpsOnly"))]
    return failed(f"over HTTP as well: {in_words(bare)}") if bare else passed(f"{len(reached)} app(s)")


@check(
    f"{SERVICE}.apps_inside",
    on=SERVICE,
    control="application.exposure",
    severity=Severity.LOW,
    title="Apps of the service are called through a gateway only",
    risk="Each of them stands before everybody, and has to look after itself.",
    fix=UPDATE + "--assign-endpoint false",
)
def apps_inside(service: Resource) -> Verdict:
    apps = rows(service, "apps")
    wide = [app.get("name") for app in apps if is_on(inner(app).get("public"))]
    return failed(f"called from outside: {in_words(wide)}") if wide else passed(f"{len(apps)} app(s), none of them")


@check(
    f"{SERVICE}.own_network",
    on=SERVICE,
    control="network.segmentation",
    severity=Severity.MEDIUM,
    title="Service stands in a virtual network of the customer's",
    risk="Its apps have addresses of the internet, and what they send passes no firewall.",
    fix="Make the service anew with --app-subnet SUBNET --service-runtime-subnet SUBNET",
)
def own_network(service: Resource) -> Verdict:
    return passed("it does") if prop(service, "networkProfile.appSubnetId") else failed("it doesn't")


@check(
    f"{SERVICE}.apps_identified",
    on=SERVICE,
    control="identity.workload_identity",
    severity=Severity.MEDIUM,
    title="Apps of the service have managed identities",
    risk="They reach databases and vaults with keys, which lie in their settings and do not expire.",
    fix="az spring app identity assign --service {name} --resource-group GROUP --name APP --system-assigned",
)
def apps_identified(service: Resource) -> Verdict:
    apps = rows(service, "apps")
    if not apps:
        return skipped(NONE)
    bare = [app.get("name") for app in apps if not workloads.has_identity(app.get("identity"))]
    return failed(f"without one: {in_words(bare)}") if bare else passed(f"{len(apps)} app(s)")


@check(
    f"{SERVICE}.identities_not_administrators",
    on=SERVICE,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Identities of the service's apps administer nothing",
    risk="Whoever gets an app to run code of his own administers what the role stands for.",
    fix="az role assignment delete --assignee IDENTITY --role ROLE --scope SCOPE; grant a narrower one",
)
def identities_not_administrators(service: Resource, inventory: Inventory) -> Verdict:
    return workloads.narrow(workloads.principals(*(app.get("identity") for app in rows(service, "apps"))), inventory)


@check(
    f"{SERVICE}.without_secrets",
    on=SERVICE,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Variables of the service's apps hold no secrets",
    risk="Everybody who may read the deployment's settings reads the secret.",
    fix="Keep the secret in Key Vault, and replace it: it must be taken for known",
)
def without_secrets(service: Resource) -> Verdict:
    return workloads.without_secrets(_variables(service))


@check(
    f"{SERVICE}.supported_runtimes",
    on=SERVICE,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Apps of the service run on a version of Java that is kept up",
    risk="Holes in it stay open for ever.",
    fix="az spring app deploy --service {name} --resource-group GROUP --name APP --runtime-version Java_21",
)
def supported_runtimes(service: Resource, now: datetime) -> Verdict:
    told = (JAVA.fullmatch(str(at(inner(each), "source.runtimeVersion") or "")) for each in _deployed(service))
    found = sorted({f"java {each[1]}" for each in told if each})
    if not found:
        return skipped("no app names one")
    return worst(supported("azure.stacks", name, now) for name in found)


SUPPORT_LASTS = lasting(supported_runtimes)


@check(
    f"{SERVICE}.images_of_known_registry",
    on=SERVICE,
    control="governance.image_source",
    severity=Severity.LOW,
    title="Images of the service's apps lie in a registry on Azure",
    risk="Whoever gets hold of a stranger's registry puts his own code into the next start.",
    fix="az spring app deploy --service {name} --resource-group GROUP --name APP --container-registry REGISTRY.azurecr.io",
)
def images_of_known_registry(service: Resource) -> Verdict:
    images = [each for each in _images(service) if each]
    return workloads.from_known_registry(images) if images else skipped("no app runs an image of its own")


@check(
    f"{SERVICE}.hanging_replaced",
    on=SERVICE,
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="Instances of the service's apps that hang are replaced",
    risk="An instance that hangs goes on answering its share of requests with errors.",
    fix="az spring app deploy --service {name} --resource-group GROUP --name APP --enable-liveness-probe true",
)
def hanging_replaced(service: Resource) -> Verdict:
    deployed = _deployed(service)
    if not deployed:
        return skipped(NONE)
    bare = [each.get("name") for each in deployed if _unasked(at(inner(each), "deploymentSettings.livenessProbe"))]
    return failed(f"nobody asks {in_words(bare)}") if bare else passed("a liveness probe asks")


def _unasked(probe: Any) -> bool:
    """Tell whether a probe is off; where nothing is said, the service asks by itself."""
    return same(at(probe, "disableProbe"), True)

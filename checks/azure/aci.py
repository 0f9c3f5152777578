"""Checks on container groups. Source: Container Instances REST API, "Container Groups"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checks.azure import workloads
from checks.azure.read import Item, at, in_words, inner, is_on, many, prop, same, word
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

GROUP = "azure.aci.group"
ANEW = "Make the group anew: az container create "


def _containers(group: Resource, *, first: bool = True) -> list[Item]:
    """Return the containers of a group, with those that only run at its start unless not *first*."""
    return [*many(prop(group, "containers")), *(many(prop(group, "initContainers")) if first else [])]


def _images(group: Resource) -> list[str]:
    return [str(inner(one).get("image") or "") for one in _containers(group)]


def _variables(group: Resource) -> Iterator[tuple[str, Any]]:
    for one in _containers(group):
        for each in many(inner(one).get("environmentVariables")):
            if each.get("value"):
                yield f"{one.get('name')}.{each.get('name')}", each["value"]


@check(
    f"{GROUP}.private_address",
    on=GROUP,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Container group has no address of the internet",
    risk="Nothing stands between the internet and the ports of the containers: no firewall, no gateway, no log.",
    fix=ANEW + "--vnet NETWORK --subnet SUBNET",
)
def private_address(group: Resource) -> Verdict:
    kind = word(prop(group, "ipAddress.type"))
    return failed("a public address") if kind == "public" else passed(f"a {kind} address" if kind else "no address")


@check(
    f"{GROUP}.without_secrets",
    on=GROUP,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Container group's variables hold no secrets",
    risk="Everybody who may read the group's settings reads the secret.",
    fix=ANEW + "--secure-environment-variables NAME=VALUE, and replace the secret: it must be taken for known",
)
def without_secrets(group: Resource) -> Verdict:
    return workloads.without_secrets(_variables(group))


@check(
    f"{GROUP}.images_pulled_by_identity",
    on=GROUP,
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="Container group pulls its images with its identity",
    risk="The registry's password is copied into every group, and opens all images to whoever reads it.",
    fix=ANEW + "--acr-identity IDENTITY --assign-identity IDENTITY",
)
def images_pulled_by_identity(group: Resource) -> Verdict:
    given = many(prop(group, "imageRegistryCredentials"))
    if not given:
        return skipped("it signs in to no registry")
    by_password = [each.get("server") for each in given if not (each.get("identity") or each.get("identityUrl"))]
    return failed(f"with a password: {in_words(by_password)}") if by_password else passed("with its identity")


@check(
    f"{GROUP}.images_of_known_registry",
    on=GROUP,
    control="governance.image_source",
    severity=Severity.LOW,
    title="Container group's images lie in a registry on Azure",
    risk="Whoever gets hold of a stranger's registry puts his own code into the next start.",
    fix=ANEW + "--image REGISTRY.azurecr.io/IMAGE",
)
def images_of_known_registry(group: Resource) -> Verdict:
    return workloads.from_known_registry(_images(group))


@check(
    f"{GROUP}.images_pinned",
    on=GROUP,
    control="runtime.image_integrity",
    severity=Severity.LOW,
    title="Container group names its images by their digest",
    risk="The next start runs whatever somebody pushed under the same name.",
    fix=ANEW + "--image REGISTRY.azurecr.io/IMAGE@sha256:DIGEST",
)
def images_pinned(group: Resource) -> Verdict:
    return workloads.pinned(_images(group))


@check(
    f"{GROUP}.images_scanned",
    on=GROUP,
    control="application.scanning",
    severity=Severity.LOW,
    title="Container group's images are scanned for known weaknesses",
    risk="It runs with weaknesses that everybody can look up.",
    fix="az security pricing create --name Containers --tier standard --extensions"
    " name=ContainerRegistriesVulnerabilityAssessments isEnabled=True",
)
def images_scanned(group: Resource, inventory: Inventory) -> Verdict:
    return workloads.images_scanned(group, inventory)


@check(
    f"{GROUP}.not_privileged",
    on=GROUP,
    control="application.exposure",
    severity=Severity.MEDIUM,
    title="Containers of the group have no rights on what is below them",
    risk="Whoever breaks into one reaches the machine below it.",
    fix=ANEW + "without securityContext.privileged",
)
def not_privileged(group: Resource) -> Verdict:
    wide = [one.get("name") for one in _containers(group) if is_on(at(inner(one), "securityContext.privileged"))]
    return failed(f"privileged: {in_words(wide)}") if wide else passed("none is privileged")


@check(
    f"{GROUP}.output_logged",
    on=GROUP,
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="What the containers print is kept",
    risk="When the group is gone, nobody can tell what happened in it.",
    fix=ANEW + "--log-analytics-workspace WORKSPACE --log-analytics-workspace-key KEY",
)
def output_logged(group: Resource) -> Verdict:
    kept = prop(group, "diagnostics.logAnalytics")
    return passed("in Log Analytics") if kept else failed("nowhere")


@check(
    f"{GROUP}.hanging_replaced",
    on=GROUP,
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="Containers of the group that hang are started anew",
    risk="A container that hangs stays away until somebody looks.",
    fix=ANEW + "with a livenessProbe in its file, and --restart-policy Always",
)
def hanging_replaced(group: Resource) -> Verdict:
    if same(prop(group, "restartPolicy"), "Never"):
        return skipped("it runs once")
    bare = [one.get("name") for one in _containers(group, first=False) if not inner(one).get("livenessProbe")]
    return failed(f"nobody asks {in_words(bare)}") if bare else passed("a liveness probe asks")

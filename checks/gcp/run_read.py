"""How services and jobs of Cloud Run are read: the API's first version answers in Knative's shape, the second in its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checks.gcp.read import Item, many
from checks.kinds import Kind
from scanner.model import Resource

SERVICE, JOB = "gcp.run.service", "gcp.run.job"
KINDS = (
    Kind(SERVICE, "Service", "gcloud run services update {name} --project={account} --region={region}"),
    Kind(JOB, "Job", "gcloud run jobs update {name} --project={account} --region={region}"),
)
OURS = "run.googleapis.com/"
INGRESS = {
    "all": "all",
    "INGRESS_TRAFFIC_ALL": "all",
    "internal": "internal",
    "INGRESS_TRAFFIC_INTERNAL_ONLY": "internal",
    "internal-and-cloud-load-balancing": "internal and load balancers",
    "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER": "internal and load balancers",
    "none": "none",
    "INGRESS_TRAFFIC_NONE": "none",
}


def is_old(resource: Resource) -> bool:
    """Tell whether the resource is in Knative's shape."""
    return "spec" in resource["item"]


def template(resource: Resource) -> Item:
    """Return what every instance is made of: of a job, the template within that of its execution."""
    item = resource["item"]
    outer = ((item.get("spec") or {}) if is_old(resource) else item).get("template") or {}
    inner = outer.get("spec") or {} if is_old(resource) else outer
    if resource.type != JOB:
        return inner
    nested = inner.get("template") or {}
    return nested.get("spec") or {} if is_old(resource) else nested


def notes(resource: Resource) -> dict[str, Any]:
    """Return the annotations of a resource in Knative's shape, its template's among them, without Cloud Run's own prefix."""
    item = resource["item"]
    spec = (item.get("spec") or {}).get("template") or {}
    holders = (item, spec, (spec.get("spec") or {}).get("template") or {})
    found = {key: value for each in holders for key, value in ((each.get("metadata") or {}).get("annotations") or {}).items()}
    return {key.removeprefix(OURS): value for key, value in found.items()}


def containers(resource: Resource) -> list[Item]:
    return many(template(resource), "containers")


def account(resource: Resource) -> str:
    known = template(resource)
    return str(known.get("serviceAccount") or known.get("serviceAccountName") or "")


def ingress(service: Resource) -> str:
    """Return from where a service takes requests: all, internal, internal and load balancers, none; all where nothing says."""
    item = service["item"]
    said = notes(service).get("ingress") if is_old(service) else item.get("ingress")
    return INGRESS.get(str(said or "all"), str(said))


def variables(resource: Resource) -> dict[str, Any]:
    """Return the variables whose values stand in the settings, by name; those from Secret Manager have none."""
    return {name: value for container in containers(resource) for name, value in _plain(container)}


def _plain(container: Item) -> Iterator[tuple[str, Any]]:
    for each in many(container, "env"):
        if each.get("value") not in (None, ""):
            yield str(each.get("name")), each["value"]


def of_function(service: Resource) -> bool:
    """Tell whether a service is what runs a function of the second generation, which is judged as a function."""
    return service.tags.get("goog-managed-by") == "cloudfunctions"

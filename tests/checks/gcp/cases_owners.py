from typing import Any

from checks.gcp.owners import OWNERS
from tests.cases import FAIL, PASS, SKIP, case

BY_TYPE = {each.on: each for each in OWNERS}
GROUP = "projects/1/zones/z/instanceGroupManagers/g"


def exempt(type: str, item: dict[str, Any], tag: str = "env") -> Any:
    return case(BY_TYPE[f"gcp.{type}"], SKIP, item=item, tags={tag: "cloudfunctions"})


CASES = [
    *(case(each, PASS, item={}, tags={"owner": "team-a"}) for each in OWNERS),
    *(case(each, FAIL, item={}, tags={"env": "prod"}) for each in OWNERS),
    *(case(each, FAIL, item={}, tags={}) for each in OWNERS),
    exempt("gce.instance", {}, "goog-gke-node"),
    exempt("gce.instance", {"metadata": {"items": [{"key": "created-by", "value": GROUP}]}}),
    exempt("disk.disk", {"users": ["projects/p/zones/z/instances/i"]}),
    exempt("disk.snapshot", {"autoCreated": True}),
    exempt("run.service", {}, "goog-managed-by"),
    case(BY_TYPE["gcp.lb.forwarding_rule"], SKIP, id="k8s2-fr-a", item={}, tags={}),
]

"""Cases of managed instance groups."""

from __future__ import annotations

from typing import Any

from checks.gcp import mig
from tests.cases import FAIL, PASS, SKIP, case
from tests.checks.gcp.links import REGION, ZONE, link

TEMPLATE = link("global/instanceTemplates/t")


def group(**fields: Any) -> dict[str, Any]:
    known = {"name": "web", "baseInstanceName": "web", "zone": link(f"zones/{ZONE}"), "instanceTemplate": TEMPLATE}
    return {**known, "versions": [{"instanceTemplate": TEMPLATE}], "updatePolicy": {"type": "OPPORTUNISTIC"}, **fields}


def regional(*zones: str) -> dict[str, Any]:
    spread = {"zones": [{"zone": link(f"zones/{REGION}-{zone}")} for zone in zones]}
    return group(zone=None, region=link(f"regions/{REGION}"), distributionPolicy=spread)


def stateful(auto_delete: str) -> dict[str, Any]:
    return group(statefulPolicy={"preservedState": {"disks": {"data": {"autoDelete": auto_delete}}}})


HIDDEN = {"$secret": {"hash": "00", "detected": ["Secret Keyword"]}}
POOL = "gke-prod-default-pool-1234"

CASES = [
    case(
        mig.heals,
        PASS,
        item=group(autoHealingPolicies=[{"healthCheck": link("global/healthChecks/web"), "initialDelaySec": 300}]),
    ),
    case(mig.heals, FAIL, item=group()),
    case(mig.heals, SKIP, item=group(baseInstanceName=POOL)),
    case(mig.spans_zones, PASS, item=regional("b", "c", "d")),
    case(mig.spans_zones, PASS, item=group(zone=None, region=link(f"regions/{REGION}"))),
    case(mig.spans_zones, FAIL, item=group()),
    case(mig.spans_zones, FAIL, item=regional("b")),
    case(mig.spans_zones, SKIP, item=group(baseInstanceName=POOL)),
    case(mig.new_templates_roll_out, PASS, item=group(updatePolicy={"type": "PROACTIVE"})),
    case(mig.new_templates_roll_out, FAIL, item=group()),
    case(mig.new_templates_roll_out, FAIL, item=group(updatePolicy=None)),
    case(mig.one_version, PASS, item=group()),
    case(mig.one_version, FAIL, item=group(versions=[{"instanceTemplate": TEMPLATE}, {"instanceTemplate": f"{TEMPLATE}2"}])),
    case(mig.metadata_clean, PASS, item=group()),
    case(mig.metadata_clean, FAIL, item=group(allInstancesConfig={"properties": {"metadata": {"password": HIDDEN}}})),
    case(mig.state_survives, PASS, item=stateful("NEVER")),
    case(mig.state_survives, FAIL, item=stateful("ON_PERMANENT_INSTANCE_DELETION")),
    case(mig.state_survives, SKIP, item=group()),
]

"""What GuardDuty watches in a region: the same verdict wherever a check asks whether one of its sources is on."""

from __future__ import annotations

from scanner.model import Inventory, Verdict, failed, passed

# Sources that no detector goes without; older ones do not name them. Source: GuardDuty user guide, "Foundational data sources".
FOUNDATIONAL = {"CLOUD_TRAIL", "DNS_LOGS", "FLOW_LOGS"}
ON = "ENABLED"


def watched(inventory: Inventory, region: str, *sources: str) -> Verdict:
    """Pass when a detector of *region* is on and watches one of *sources*, as its features name them."""
    found = [each["detector"] for each in inventory.all("aws.guardduty.detector", region=region)]
    for detector in found:
        features = {each["Name"]: each["Status"] for each in detector.get("Features") or []}
        for source in sources:
            default = ON if source in FOUNDATIONAL else "DISABLED"
            if detector["Status"] == ON and features.get(source, default) == ON:
                return passed(f"a detector watches {source}")
    return failed(f"the detector does not watch {', '.join(sources)}" if found else "no detector in the region")

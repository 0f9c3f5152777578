"""Microsoft Sentinel: the workspaces that it is on for. What it keeps lies in them, and is read in `monitor.py`."""

from collectors.azure.spec import Get, Spec

ONBOARDING = Spec(
    type="azure.sentinel.onboarding",
    service="azure.sentinel",
    title="Sentinel on a workspace",
    # Not verified: that a workspace which is not onboarded answers with an empty list, and not with an error.
    listing=Get(
        "/providers/Microsoft.SecurityInsights/onboardingStates",
        "value",
        action="Microsoft.SecurityInsights/onboardingStates/read",
    ),
    parent="azure.monitor.workspace",
    api="2024-03-01",
)

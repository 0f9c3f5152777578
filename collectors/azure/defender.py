"""Microsoft Defender for Cloud: its plans, whom it calls, and what it is tied to.

Its assessments are not read: they are many for each resource, and say what facts of the resources say as well.
"""

from collectors.azure.spec import SUBSCRIPTION, Get, Spec

SERVICE = "azure.defender"


def _listed(noun: str, title: str, path: str, api: str) -> Spec:
    """Return a type whose resources a subscription has few of."""
    listing = Get(f"/providers/Microsoft.Security/{path}", "value", action=f"Microsoft.Security/{path}/read")
    return Spec(
        type=f"azure.defender.{noun}",
        service=SERVICE,
        title=title,
        listing=listing,
        parent=SUBSCRIPTION,
        api=api,
        volatile=("item.properties.freeTrialRemainingTime",) if noun == "pricing" else (),
    )


PRICING = _listed("pricing", "Plan of Defender for Cloud", "pricings", "2024-01-01")
CONTACT = _listed("contact", "Security contact", "securityContacts", "2023-12-01-preview")
SETTING = _listed("setting", "Integration of Defender for Cloud", "settings", "2022-05-01")
SERVER_ASSESSMENT = _listed(
    "server_assessment", "Vulnerability assessment of machines", "serverVulnerabilityAssessmentsSettings", "2023-05-01"
)

AUTOMATION = Spec(
    type="azure.defender.automation",
    service=SERVICE,
    title="Continuous export or automation",
    arm="microsoft.security/automations",
    # Where an automation leads: addresses of workflows and connection strings of event hubs.
    secret=("item.properties.actions.*.uri", "item.properties.actions.*.connectionString"),
)

ATTACK_SURFACE = Spec(
    type="azure.defender.attack_surface",
    service=SERVICE,
    title="External attack surface management",
    arm="microsoft.easm/workspaces",
)

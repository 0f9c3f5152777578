"""Azure OpenAI, and the other AI services of the same native type, which hold no language models of the customer's choice."""

from collectors.azure.spec import DIAGNOSTICS, Get, Spec

SERVICE = "azure.openai"
ACCOUNTS = "microsoft.cognitiveservices/accounts"
SECRET = ("item.properties.apiProperties.*", "item.properties.migrationToken")

ACCOUNT = Spec(
    type="azure.openai.account",
    service=SERVICE,
    title="Account with language models",
    arm=ACCOUNTS,
    kind="openai aiservices",
    api="2024-10-01",
    facts={
        "deployments": Get("/deployments", "value", action="Microsoft.CognitiveServices/accounts/deployments/read"),
        "filters": Get("/raiPolicies", "value", action="Microsoft.CognitiveServices/accounts/raiPolicies/read"),
        "diagnostics": DIAGNOSTICS,
    },
    secret=SECRET,
)

OTHER_ACCOUNT = Spec(
    type="azure.openai.other_account",
    service=SERVICE,
    title="Account of another AI service",
    arm=ACCOUNTS,
    facts={"diagnostics": DIAGNOSTICS},
    secret=SECRET,
)

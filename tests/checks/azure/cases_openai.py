"""Cases of accounts of Azure OpenAI and of other AI services."""

from __future__ import annotations

from typing import Any

from checks.azure import openai
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, unlisted
from tests.checks.azure.cases_aks import PRICING, plan
from tests.checks.azure.data import below, row

NARROW, WATCHED, FILTERED, SHIELDED = (
    openai.networks_narrow,
    openai.threats_watched,
    openai.answers_filtered,
    openai.prompts_shielded,
)


def ruled(*values: str, action: str = "Deny", public: str | None = None) -> dict[str, Any]:
    rules = [{"value": value} for value in values]
    return row(publicNetworkAccess=public, networkAcls={"defaultAction": action, "ipRules": rules})


def deployed(policy: str | None, model: str = "gpt-4o") -> dict[str, Any]:
    return below("chat", model={"name": model, "format": "OpenAI"}, raiPolicyName=policy)


def policy(name: str, *off: str, shield: bool = True) -> dict[str, Any]:
    """Return a filter that stops all harm, but for what *off* names (``hate Prompt``)."""
    harms = [
        {
            "name": harm,
            "source": source,
            "blocking": True,
            "enabled": f"{harm} {source}" not in off,
            "severityThreshold": "Medium",
        }
        for harm in ("Hate", "Sexual", "Violence", "Selfharm")
        for source in ("Prompt", "Completion")
    ]
    return below(name, contentFilters=[*harms, {"name": "Jailbreak", "source": "Prompt", "blocking": shield, "enabled": True}])


def asked(*deployments: dict[str, Any], filters: Any = ()) -> dict[str, Any]:
    return {"item": row(), "deployments": list(deployments), "filters": list(filters)}


DEFAULT = policy("Microsoft.Default", shield=False)

CASES = [
    *(
        each
        for check in NARROW
        for each in (
            case(check, PASS, item=ruled("203.0.113.0/24")),
            case(check, PASS, item=ruled(action="Allow", public="Disabled")),
            case(check, FAIL, item=ruled(action="Allow")),
            case(check, FAIL, item=ruled("0.0.0.0/1", "128.0.0.0/1")),
            case(check, FAIL, item=row(networkAcls=None)),
        )
    ),
    *(
        each
        for check in WATCHED
        for each in (
            case(check, PASS, item=row(), inventory=[plan("AI")]),
            case(check, FAIL, item=row(), inventory=[plan("AI", tier="Free")]),
            case(check, UNKNOWN, item=row(), inventory=[unlisted(PRICING)]),
        )
    ),
    case(FILTERED, PASS, **asked(deployed(None), deployed("Microsoft.DefaultV2"))),
    case(FILTERED, PASS, **asked(deployed("Own"), filters=[policy("own")])),
    case(FILTERED, FAIL, **asked(deployed("own"), filters=[policy("own", "Hate Prompt")])),
    case(FILTERED, FAIL, **asked(deployed("Microsoft.Nil"))),
    case(FILTERED, SKIP, **asked(deployed("Microsoft.Nil", "text-embedding-3-large"))),
    case(FILTERED, SKIP, **asked()),
    case(FILTERED, UNKNOWN, item=row(), deployments=DENIED, filters=[]),
    case(FILTERED, UNKNOWN, item=row(), deployments=[deployed("own")], filters=DENIED),
    case(SHIELDED, PASS, **asked(deployed("Microsoft.DefaultV2"))),
    case(SHIELDED, PASS, **asked(deployed("own"), filters=[policy("own")])),
    case(SHIELDED, FAIL, **asked(deployed(None), filters=[DEFAULT])),
    case(SHIELDED, FAIL, **asked(deployed("own"), filters=[policy("own", shield=False)])),
    case(SHIELDED, SKIP, **asked()),
    case(SHIELDED, UNKNOWN, item=row(), deployments=DENIED, filters=[]),
]

"""Checks on accounts of Azure OpenAI and of other AI services. Source: Cognitive Services management REST API.

Filters: "RAI Policies"; a deployment that names none has Microsoft's default one.
"""

from __future__ import annotations

from collections.abc import Iterator

from checks.azure import around
from checks.azure.read import CLOSED, SET, Item, in_words, inner, is_on, many, prop, public_access, rows, same, word
from checks.kinds import Kind, each
from checks.world import FAMILIES, hold_world
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

ACCOUNT, OTHER = "azure.openai.account", "azure.openai.other_account"
BOTH = (Kind(ACCOUNT, "Account", ""), Kind(OTHER, "Account", ""))
DEFAULTS = ("", "microsoft.default", "microsoft.defaultv2")
HARMS = ("hate", "sexual", "violence", "selfharm")
SOURCES = ("prompt", "completion")
SHIELD = "jailbreak"
WORDLESS = ("embedding", "whisper", "tts", "dall-e", "rerank")


@each(
    BOTH,
    "networks_narrow",
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="NOUN admits chosen networks only",
    risk="Whoever has a key asks and pays with the customer's money, from anywhere.",
    fix=f"{SET}networkAcls.defaultAction=Deny",
)
def networks_narrow(account: Resource) -> Verdict:
    if public_access(account) in CLOSED:
        return passed("public network access is off")
    if not same(prop(account, "networkAcls.defaultAction"), "Deny"):
        return failed("every address is admitted")
    blocks = frozenset(str(rule.get("value")) for rule in many(prop(account, "networkAcls.ipRules")))
    wide = any(hold_world(blocks, family) for family in FAMILIES)
    return failed(f"admits {in_words(blocks)}") if wide else passed(f"{len(blocks)} block(s) of addresses")


@each(
    BOTH,
    "threats_watched",
    control="detection.threat_detector",
    severity=Severity.LOW,
    title="NOUN is watched by Defender for Cloud",
    risk="Injected prompts, stolen keys and data that leaves in answers raise no alarm.",
    fix="az security pricing create --name AI --tier standard",
)
def threats_watched(account: Resource, inventory: Inventory) -> Verdict:
    return around.watched(account, "AI", inventory)


def _speaking(account: Resource) -> Iterator[tuple[str, str]]:
    """Yield the deployments of models that answer in words, each with the name of its filter in small letters."""
    for row in rows(account, "deployments"):
        model = word((inner(row).get("model") or {}).get("name"))
        if not any(kind in model for kind in WORDLESS):
            yield str(row.get("name")), word(inner(row).get("raiPolicyName"))


def _filters(account: Resource) -> dict[str, list[Item]]:
    return {word(row.get("name")): many(inner(row).get("contentFilters")) for row in rows(account, "filters")}


def _stops(filters: list[Item], name: str, source: str) -> bool:
    """Tell whether filters stop what is harmful in one way, in prompts or in answers."""
    fitting = [each for each in filters if same(each.get("name"), name) and word(each.get("source")) in ("", source)]
    return any(is_on(each.get("enabled")) and is_on(each.get("blocking")) for each in fitting)


@check(
    f"{ACCOUNT}.answers_filtered",
    on=ACCOUNT,
    control="application.exposure",
    severity=Severity.MEDIUM,
    title="Models stop harmful prompts and answers",
    risk="The customer's application says what its maker has to answer for.",
    fix="az cognitiveservices account deployment update --ids {id}/deployments/NAME with raiPolicyName Microsoft.DefaultV2",
)
def answers_filtered(account: Resource) -> Verdict:
    speaking, filters = list(_speaking(account)), _filters(account)
    if not speaking:
        return skipped("it has no models that answer in words")
    bare = [
        name
        for name, policy in speaking
        if policy not in DEFAULTS
        and not all(_stops(filters.get(policy, []), harm, source) for harm in HARMS for source in SOURCES)
    ]
    return failed(f"not all is stopped: {in_words(bare)}") if bare else passed(f"{len(speaking)} model(s)")


@check(
    f"{ACCOUNT}.prompts_shielded",
    on=ACCOUNT,
    control="application.exposure",
    severity=Severity.LOW,
    title="Models stop prompts that try to lift their rules",
    risk="Whoever asks cleverly gets the model to do what its maker forbade, with the rights of the application.",
    fix="az cognitiveservices account deployment update --ids {id}/deployments/NAME with raiPolicyName Microsoft.DefaultV2",
)
def prompts_shielded(account: Resource) -> Verdict:
    speaking, filters = list(_speaking(account)), _filters(account)
    if not speaking:
        return skipped("it has no models that answer in words")
    bare = [
        name
        for name, policy in speaking
        if policy != "microsoft.defaultv2" and not _stops(filters.get(policy or "microsoft.default", []), SHIELD, "prompt")
    ]
    return failed(f"not shielded: {in_words(bare)}") if bare else passed(f"{len(speaking)} model(s)")

"""Checks that only functions have; what they share with other apps: `appservice.py` and `appservice_networks.py`.

Source: App Service REST API, "Web Apps - List Functions"; Functions documentation, "HTTP trigger", "Securing Azure Functions".
"""

from __future__ import annotations

from collections.abc import Iterator

from checks.azure.appservice_read import FUNCTIONS, FUNCTIONS_SLOT, setting
from checks.azure.read import SET, Item, at, in_words, inner, is_on, many, prop, rows, same, word
from checks.kinds import Kind, each
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

BOTH = (
    Kind(FUNCTIONS, "Function app", "az functionapp"),
    Kind(FUNCTIONS_SLOT, "Function slot", "az functionapp"),
)
FLEX = "flexconsumption"
BY_IDENTITY = ("systemassignedidentity", "userassignedidentity")


def _over_http(function: Item) -> Iterator[Item]:
    """Yield what of a function is called over HTTP."""
    config = inner(function).get("config") or {}
    yield from (binding for binding in many(config.get("bindings")) if same(binding.get("type"), "httpTrigger"))


def _name(function: Item) -> str:
    return str(inner(function).get("name") or str(function.get("name")).rpartition("/")[2])


@each(
    BOTH,
    "callers_known",
    control="access.public_grant",
    severity=Severity.MEDIUM,
    title="NOUN asks every caller for a key or a sign-in",
    risk="Anybody on the internet calls the function, tries its holes, and makes it cost.",
    fix="Set authLevel to function in the code, or require a sign-in: az resource update --ids {id}/config/authsettingsV2"
    " --set properties.platform.enabled=true properties.globalValidation.requireAuthentication=true",
)
def callers_known(app: Resource) -> Verdict:
    levels = [(_name(each), word(trigger.get("authLevel"))) for each in rows(app, "functions") for trigger in _over_http(each)]
    said = app["sign_in"] or {}
    if not levels:
        return skipped("no function is called over HTTP")
    # Where nothing is said, a key of the function is asked for.
    unasked = [name for name, level in levels if level == "anonymous"]
    asked = is_on(at(said, "platform.enabled")) and is_on(at(said, "globalValidation.requireAuthentication"))
    if unasked and asked and not same(at(said, "globalValidation.unauthenticatedClientAction"), "AllowAnonymous"):
        return passed("App Service Authentication asks for a sign-in")
    return failed(f"nobody is asked: {in_words(unasked)}") if unasked else passed("each function asks for a key")


@each(
    BOTH,
    "host_isolated",
    control="application.exposure",
    severity=Severity.LOW,
    title="NOUN's host takes no orders from the internet",
    risk="Whoever has the master key starts functions, and reads and changes all other keys, from anywhere.",
    fix=f"{SET}functionsRuntimeAdminIsolationEnabled=true",
)
def host_isolated(app: Resource) -> Verdict:
    isolated = is_on(prop(app, "functionsRuntimeAdminIsolationEnabled"))
    return passed("its /admin paths are off") if isolated else failed("its /admin paths answer who has the master key")


@check(
    f"{FUNCTIONS}.code_read_by_identity",
    on=FUNCTIONS,
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="Function app reads its code with its identity",
    risk="The key of the storage account lies in its settings: who reads it replaces the code, and all else in the account.",
    fix="az functionapp deployment config set --ids {id} --deployment-storage-auth-type SystemAssignedIdentity",
)
def code_read_by_identity(app: Resource) -> Verdict:
    storage = prop(app, "functionAppConfig.deployment.storage")
    if not storage:
        return skipped("not on the Flex Consumption plan, and nothing else tells")
    how = word(at(storage, "authentication.type"))
    return (passed if how in BY_IDENTITY else failed)(f"with {how or 'a connection string'}")


@check(
    f"{FUNCTIONS}.instances_limited",
    on=FUNCTIONS,
    control="resilience.quotas",
    severity=Severity.INFORMATIONAL,
    title="Function app has a limit of instances that somebody chose",
    risk="A function that runs wild, or is called too often on purpose, stops others and costs without end.",
    fix="az resource update --ids {id}/config/web --set properties.functionAppScaleLimit=NUMBER",
)
def instances_limited(app: Resource) -> Verdict:
    most = prop(app, "functionAppConfig.scaleAndConcurrency.maximumInstanceCount") or setting(app, "functionAppScaleLimit")
    return passed(f"{most} instances at most") if most else failed("no limit")

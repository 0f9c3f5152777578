"""How apps of App Service and of Functions are read, which are one kind of thing: their settings, networks and languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from checks.azure.read import inner, is_on, many, private_endpoints, prop, public_access, rows, word
from checks.kinds import Kind
from checks.support import versions
from checks.world import FAMILIES, admitted, is_world, stretch
from scanner.model import Resource

APP, SLOT = "azure.appservice.app", "azure.appservice.slot"
FUNCTIONS, FUNCTIONS_SLOT = "azure.functions.app", "azure.functions.slot"
PLAN = "azure.appservice.plan"
APPS = (Kind(APP, "App", "az webapp"), Kind(FUNCTIONS, "Function app", "az functionapp"))
SITES = (
    *APPS,
    Kind(SLOT, "Slot", "az webapp"),
    Kind(FUNCTIONS_SLOT, "Function slot", "az functionapp"),
)
WEB = "az resource update --ids {id}/config/web --set properties."
WHOLE = {family: [stretch(cidr)[1]] for family, cidr in ((4, "0.0.0.0/0"), (6, "::/0"))}
ANYBODY = ("any", "0.0.0.0/0", "::/0", "internet")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
# What stands before the bar where a stack is named, and which language that is. Other words stand for what the customer brings.
LANGUAGES = {
    "dotnet": "dotnet",
    "dotnetcore": "dotnet",
    "dotnet-isolated": "dotnet",
    "java": "java",
    "jbosseap": "java",
    "node": "node",
    "php": "php",
    "powershell": "powershell",
    "python": "python",
    "tomcat": "java",
}
JAVA = re.compile(r"(?:java|jre)(\d+)$")
WHOLE_NUMBERS = ("java", "node")


def lowered(value: Any) -> Any:
    """Return *value* with every name in small letters: Resource Graph begins those of an app's settings with a capital."""
    if isinstance(value, Mapping):
        return {str(name).lower(): lowered(each) for name, each in value.items()}
    return [lowered(each) for each in value] if isinstance(value, list) else value


def _row(site: Resource) -> Mapping[str, Any]:
    found = [inner(row) for row in rows(site, "settings") if word(row.get("id")).endswith("/config/web")]
    return lowered(found[0]) if found else {}


def setting(site: Resource, name: str) -> Any:
    """Return a setting of ``config/web``: from Resource Graph's row, or where that lacks it, from Azure Resource Manager."""
    value = _row(site).get(name.lower())
    return value if value is not None else lowered(site["config"] or {}).get(name.lower())


def closed(site: Resource) -> str:
    """Return why a site has no public entry; empty where it has one.

    Where nothing is said, the first private endpoint closes it. Source: App Service documentation, "Access restrictions".
    """
    said = public_access(site, unsaid="")
    if said == "disabled":
        return "public network access is off"
    return "it has private endpoints, and nothing opens it beside these" if not said and private_endpoints(site) else ""


def _rules(site: Resource, prefix: str) -> Iterator[tuple[bool, str, bool]]:
    """Yield whether a rule allows, what it is for, and whether it asks for headers as well; the first that fits decides."""
    given = many(setting(site, f"{prefix}ipSecurityRestrictions"))
    for rule in sorted(given, key=lambda each: int(each.get("priority") or 0)):
        source = word(rule.get("ipaddress")) or word(rule.get("vnetsubnetresourceid"))
        yield word(rule.get("action")) != "deny", source, bool(rule.get("headers"))


def _stretches(source: str, family: int) -> list[tuple[int, int]]:
    if source in ANYBODY:
        return WHOLE[family]
    if not source[:1].isdigit() and ":" not in source:
        return []  # a subnet, or a service of Azure
    known = (stretch(each.strip()) for each in source.split(","))
    return [covered for version, covered in known if version == family]


def admits_world(site: Resource, prefix: str = "") -> bool:
    """Tell whether the rules of a site, or with *prefix* ``scm`` those of its deployment site, let the whole internet in.

    A rule that asks for headers lets in who sends them, which is anybody: it only helps where it names a proxy of Azure.
    """
    rules = list(_rules(site, prefix))
    fallback = word(setting(site, f"{prefix}ipSecurityRestrictionsDefaultAction")) or ("deny" if rules else "allow")
    for family in FAMILIES:
        asked = [(allows, _stretches(source, family)) for allows, source, headers in rules if allows or not headers]
        if is_world(admitted([*asked, (fallback == "allow", WHOLE[family])], family), family):
            return True
    return False


def linux(site: Resource) -> bool:
    return is_on(prop(site, "reserved")) or "linux" in word(site["item"].get("kind"))


def stack(site: Resource) -> tuple[str, str]:
    """Return the word for what a site runs, and its version, as far as one setting names both: ``("python", "3.11")``."""
    name, _, version = str(setting(site, "linuxFxVersion") or setting(site, "windowsFxVersion") or "").partition("|")
    return word(name), version.strip()


def image(site: Resource) -> str:
    """Return the container image that a site runs; empty where it runs code on a stack of Azure's."""
    name, version = stack(site)
    return version if name == "docker" else ""


def _numbered(language: str, version: str) -> str:
    found = NUMBER.search(version)
    if not found:
        return ""
    number = found[0].partition(".")[0] if language in WHOLE_NUMBERS else found[0]
    return f"{language} {'8' if language == 'java' and version.startswith('1.8') else number}"


def _of_linux(site: Resource) -> Iterator[str]:
    name, version = stack(site)
    server = _numbered(name, version)
    if name == "tomcat" and versions("azure.stacks").knows(server):
        yield server
    language = LANGUAGES.get(name, "")
    inside = JAVA.search(version) if language == "java" else None
    if language:
        yield f"java {inside[1]}" if inside else _numbered(language, version)


def _of_windows(site: Resource) -> Iterator[str]:
    """Yield what is certain. PHP 5.6 stands there by default, .NET 4 comes with Windows; the host of Functions says .NET 6."""
    framework, php = str(setting(site, "netFrameworkVersion") or ""), word(setting(site, "phpVersion"))
    by_default = ("", "v2.0", "v4.0", "v6.0") if site.type in (FUNCTIONS, FUNCTIONS_SLOT) else ("", "v2.0", "v4.0")
    if framework not in by_default:
        yield _numbered("dotnet", framework)
    if php not in ("", "off", "5.6"):
        yield _numbered("php", php)
    for language in ("java", "powershell", "python"):
        version = str(setting(site, f"{language}Version") or "")
        if not version.startswith("~"):
            yield _numbered(language, version)


def _of_flex(runtime: Mapping[str, Any]) -> Iterator[str]:
    """Yield what an app on the Flex Consumption plan runs: its row says it."""
    if language := LANGUAGES.get(word(runtime.get("name"))):
        yield _numbered(language, str(runtime.get("version") or ""))


def languages(site: Resource) -> list[str]:
    """Return the languages and versions that a site is certain to run, as the table of stacks names them."""
    if runtime := prop(site, "functionAppConfig.runtime"):
        return list(filter(None, _of_flex(runtime)))
    return sorted(filter(None, _of_linux(site) if linux(site) else _of_windows(site)))

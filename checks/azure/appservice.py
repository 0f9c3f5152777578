"""Checks on how apps and functions are set up: who gets in, what encrypts, what runs. Networks: `appservice_networks.py`.

Source: App Service REST API, "Web Apps": ``Site``, ``SiteConfig``, ``SiteAuthSettingsV2``.
"""

from __future__ import annotations

from datetime import datetime

from checks.azure import around, workloads
from checks.azure.appservice_read import (
    APP,
    APPS,
    FUNCTIONS,
    SITES,
    WEB,
    image,
    languages,
    setting,
)
from checks.azure.read import SET, in_words, is_on, many, not_handed_on, prop, rows, same, tls, word
from checks.kinds import each
from checks.support import lasting, supported
from checks.verdicts import worst
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

MODERN = (1, 2)
METHODS = ("ftp", "scm")
LOGS = {APP: "AppServiceHTTPLogs", FUNCTIONS: "FunctionAppLogs"}

# Who gets in.


@each(
    SITES,
    "callers_sign_in",
    control="application.exposure",
    severity=Severity.LOW,
    title="NOUN asks callers to sign in before they reach its code",
    risk="Every hole in the code, and every page that forgot to ask, is open to anybody.",
    fix="az resource update --ids {id}/config/authsettingsV2 --set properties.platform.enabled=true"
    " properties.globalValidation.requireAuthentication=true properties.globalValidation.unauthenticatedClientAction=Return401",
    cis=("v3:9.2",),
)
def callers_sign_in(site: Resource) -> Verdict:
    said = site["sign_in"] or {}
    validation = said.get("globalValidation") or {}
    if not is_on((said.get("platform") or {}).get("enabled")):
        return failed("App Service Authentication is off")
    if not is_on(validation.get("requireAuthentication")) or same(
        validation.get("unauthenticatedClientAction"), "AllowAnonymous"
    ):
        return failed("who does not sign in is let through")
    open_paths = validation.get("excludedPaths") or []
    whole = any(str(path).strip() in ("/", "/*") for path in open_paths)
    return failed("every path is exempt") if whole else passed(f"all but {len(open_paths)} path(s) ask for it")


@each(
    SITES,
    "basic_publishing_off",
    control="identity.workload_identity",
    severity=Severity.MEDIUM,
    title="NOUN takes no password for deploying",
    risk="Whoever finds the password in a pipeline or a file replaces the code, past every second factor, and leaves no name.",
    fix="az resource update --ids {id}/basicPublishingCredentialsPolicies/scm --set properties.allow=false; the same for ftp",
    cis=("v3:9.6",),
)
def basic_publishing_off(site: Resource) -> Verdict:
    said = {word(row.get("name")): (row.get("properties") or {}).get("allow") for row in rows(site, "publishing")}
    # Source: App Service documentation, "Disable basic authentication": what was never set is allowed.
    taken = [name for name in METHODS if said.get(name) is None or is_on(said[name])]
    return failed(f"passwords are taken for {in_words(taken)}") if taken else passed("passwords are refused")


@each(
    SITES,
    "managed_identity",
    control="identity.workload_identity",
    severity=Severity.MEDIUM,
    title="NOUN has a managed identity",
    risk="It reaches databases and vaults with keys, which lie in its settings and do not expire.",
    fix="MODIFY identity assign --ids {id}",
    cis=("v3:9.5",),
)
def managed_identity(site: Resource) -> Verdict:
    return workloads.identified(site["item"].get("identity"))


@each(
    SITES,
    "identity_not_administrator",
    control="access.administrators",
    severity=Severity.HIGH,
    title="NOUN's identity administers nothing",
    risk="Whoever gets it to run code of his own administers what the role stands for.",
    fix="az role assignment delete --assignee IDENTITY --role ROLE --scope SCOPE; grant a narrower one",
)
def identity_not_administrator(site: Resource, inventory: Inventory) -> Verdict:
    return workloads.narrow_identity(site, inventory)


@each(
    SITES,
    "cors_narrow",
    control="application.exposure",
    severity=Severity.MEDIUM,
    title="NOUN lets only chosen sites call it from a browser",
    risk="Any page that a signed-in user opens reads what he may read.",
    fix="MODIFY cors remove --ids {id} --allowed-origins '*'",
)
def cors_narrow(site: Resource) -> Verdict:
    origins = (setting(site, "cors") or {}).get("allowedorigins") or []
    return failed("every site may call it") if "*" in origins else passed(f"{len(origins)} site(s) may call it")


@each(
    SITES,
    "remote_debugging_off",
    control="application.exposure",
    severity=Severity.MEDIUM,
    title="NOUN has no open port for debuggers",
    risk="Whoever gets the password stops the program where he likes, and reads and changes what it holds.",
    fix=f"{WEB}remoteDebuggingEnabled=false",
    cis=("v3:9.12",),
)
def remote_debugging_off(site: Resource) -> Verdict:
    on = is_on(setting(site, "remoteDebuggingEnabled"))
    return failed("remote debugging is on") if on else passed("remote debugging is off")


# What encrypts.


@each(
    SITES,
    "https_only",
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="NOUN answers over HTTPS only",
    risk="What is sent to it, session cookies and passwords too, can be read and changed on its way.",
    fix=f"{SET}httpsOnly=true",
    cis=("v3:9.1",),
)
def https_only(site: Resource) -> Verdict:
    return passed("HTTP is redirected") if is_on(prop(site, "httpsOnly")) else failed("HTTP is answered")


@each(
    SITES,
    "modern_tls",
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="NOUN and its deployment site take TLS 1.2 or newer only",
    risk="Whoever is on the way makes old clients speak a version of TLS that can be broken.",
    fix=f"{WEB}minTlsVersion=1.2 properties.scmMinTlsVersion=1.2",
    cis=("v3:9.4",),
)
def modern_tls(site: Resource) -> Verdict:
    said = {name: setting(site, name) for name in ("minTlsVersion", "scmMinTlsVersion")}
    unsaid = [name for name, value in said.items() if tls(value) is None]
    old = [f"{name} is {value}" for name, value in said.items() if name not in unsaid and (tls(value) or MODERN) < MODERN]
    if old:
        return failed("; ".join(old))
    return unknown(f"not told: {in_words(unsaid)}") if unsaid else passed(f"minTlsVersion is {said['minTlsVersion']}")


@each(
    SITES,
    "ftp_encrypted",
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="NOUN takes no files over FTP in the clear",
    risk="Whoever is on the way reads the password for deploying, and the code.",
    fix=f"{WEB}ftpsState=Disabled",
    cis=("v3:9.3",),
)
def ftp_encrypted(site: Resource) -> Verdict:
    said = word(setting(site, "ftpsState"))
    if not said:
        return unknown("the state of FTP is not told")
    return (failed if said == "allallowed" else passed)(f"FTP is {said}")


@each(
    SITES,
    "http2",
    control="encryption.in_transit",
    severity=Severity.INFORMATIONAL,
    title="NOUN speaks HTTP/2",
    risk="Clients fall back to a protocol that is slower, and that proxies and servers cut up differently.",
    fix=f"{WEB}http20Enabled=true",
    cis=("v3:9.10",),
)
def http2(site: Resource) -> Verdict:
    return passed("HTTP/2 is on") if is_on(setting(site, "http20Enabled")) else failed("HTTP/2 is off")


@each(
    SITES,
    "own_names_encrypted",
    control="encryption.certificates",
    severity=Severity.MEDIUM,
    title="NOUN has a certificate for each of its own names",
    risk="Visitors learn to click warnings away, and whoever is on the way answers in its place.",
    fix="az webapp config ssl bind --ids {id} --certificate-thumbprint THUMBPRINT --ssl-type SNI",
)
def own_names_encrypted(site: Resource) -> Verdict:
    given = [word(prop(site, "defaultHostName")), ".azurewebsites.net", ".azurewebsites.us", ".chinacloudsites.cn"]
    names = [
        state
        for state in many(prop(site, "hostNameSslStates"))
        if word(state.get("hostType")) != "repository" and not word(state.get("name")).endswith(tuple(filter(None, given)))
    ]
    if not names:
        return skipped("it has no names of its own")
    bare = [state.get("name") for state in names if word(state.get("sslState")) in ("", "disabled")]
    return failed(f"no certificate: {in_words(bare)}") if bare else passed(f"{len(names)} name(s) with a certificate")


# What runs.


@each(
    SITES,
    "supported_runtime",
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="NOUN runs on a language that is kept up to date",
    risk="Holes in the language and its libraries stay open for ever.",
    fix="MODIFY config set --ids {id} --linux-fx-version 'STACK|VERSION', after a test with the newer language",
    cis=("v3:9.7", "v3:9.8", "v3:9.9"),
)
def supported_runtime(site: Resource, now: datetime) -> Verdict:
    known = languages(site)
    if not known:
        return skipped("what it runs is in its own container, or in settings that are not read")
    return worst(supported("azure.stacks", name, now) for name in known)


SUPPORT_LASTS = lasting(*supported_runtime)


@each(
    SITES,
    "image_of_known_registry",
    control="governance.image_source",
    severity=Severity.LOW,
    title="NOUN's image lies in a registry on Azure",
    risk="Whoever gets hold of a stranger's registry puts his own code into the next start.",
    fix="az webapp config container set --ids {id} --container-image-name REGISTRY.azurecr.io/IMAGE",
)
def image_of_known_registry(site: Resource) -> Verdict:
    found = image(site)
    return workloads.from_known_registry([found]) if found else skipped("it runs no image of its own")


@each(
    SITES,
    "image_pulled_by_identity",
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="NOUN pulls its image with its identity",
    risk="The registry's password lies in its settings, and opens all images to whoever reads it.",
    fix=f"{WEB}acrUseManagedIdentityCreds=true",
)
def image_pulled_by_identity(site: Resource) -> Verdict:
    if ".azurecr." not in image(site).lower():
        return skipped("it pulls no image of a registry on Azure")
    by_identity = is_on(setting(site, "acrUseManagedIdentityCreds"))
    return passed("with its identity") if by_identity else failed("with a password")


@each(
    APPS,
    "use_logged",
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="NOUN hands on its log",
    risk="After a break-in nobody can tell who called what, and what it did.",
    fix="az monitor diagnostic-settings create --resource {id} --name audit --workspace WORKSPACE"
    """ --logs '[{"categoryGroup": "allLogs", "enabled": true}]'""",
    cis=("v6:6.1.4", "v3:6.1.6"),
)
def use_logged(site: Resource) -> Verdict:
    # Not verified: whether the group "audit", which counts as well, holds these.
    missing = not_handed_on(site, [LOGS[site.type]])
    return failed(f"no diagnostic setting hands on {in_words(missing)}") if missing else passed("a diagnostic setting does")


@each(
    APPS,
    "threats_watched",
    control="detection.threat_detector",
    severity=Severity.LOW,
    title="NOUN is watched by Defender for Cloud",
    risk="Web shells, scans, and names that somebody else may take over raise no alarm.",
    fix="az security pricing create --name AppServices --tier standard",
)
def threats_watched(app: Resource, inventory: Inventory) -> Verdict:
    # Not verified: whether the plan leaves out nothing but functions on the Consumption plan.
    if same(prop(app, "sku"), "Dynamic"):
        return skipped("on the Consumption plan, which Defender does not watch")
    return around.watched(app, "AppServices", inventory)


@check(
    f"{APP}.health_watched",
    on=APP,
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="Instances of the app that fail are replaced",
    risk="An instance that hangs goes on answering its share of requests with errors.",
    fix='az webapp config set --ids {id} --generic-configurations \'{"healthCheckPath": "/health"}\'',
)
def health_watched(app: Resource) -> Verdict:
    path = setting(app, "healthCheckPath")
    return passed(f"{path} is asked") if path else failed("no path is asked for its health")

"""Checks on App Engine: the application, its services, and the versions of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from checks.gcp import read, workloads
from checks.gcp.gke import scanning
from checks.gcp.read import Item, last, many, named, yes
from checks.support import lasting, supported
from scanner.evaluation.check import check
from scanner.model import Inventory, Reason, Resource, Severity, Unread, UnreadError, Verdict, failed, passed, skipped, unknown

APPLICATION, SERVICE, VERSION = "gcp.appengine.application", "gcp.appengine.service", "gcp.appengine.version"
DEFAULT = "App Engine's default account"
UPDATE = "gcloud app update --project={account} "
DEPLOY = "deploy a version, by gcloud app deploy --project={account}, "

STATUSES = "UNSPECIFIED SERVING USER_DISABLED SYSTEM_DISABLED"
SERVING = "SERVING_STATUS_UNSPECIFIED SERVING STOPPED"
POLICIES = "SSL_POLICY_UNSPECIFIED DEFAULT MODERN"
INGRESS = "INGRESS_TRAFFIC_ALLOWED_UNSPECIFIED INGRESS_TRAFFIC_ALLOWED_ALL INGRESS_TRAFFIC_ALLOWED_INTERNAL_ONLY"
LEVELS = "SECURE_DEFAULT SECURE_NEVER SECURE_OPTIONAL SECURE_ALWAYS"
EGRESS = "UNSPECIFIED ALL_TRAFFIC PRIVATE_IP_RANGES"
IP_MODES = "INSTANCE_IP_MODE_UNSPECIFIED EXTERNAL INTERNAL"
FLEXIBLE = ("flex", "flexible", "2")
# Source: App Engine Admin API, "Version": what stands in its full view only.
FULL = ("handlers", "deployment", "libraries", "errorHandlers", "envVariables", "buildEnvVariables", "nobuildFilesRegex")


def _flexible(version: Resource) -> bool:
    return str(version["item"].get("env") or "").lower() in FLEXIBLE or yes(version["item"].get("vm"))


def _full(version: Resource) -> Item:
    """Return the settings of a version. Raises :class:`UnreadError` where they are only told in part."""
    item: Item = version["item"]
    if not any(item.get(field) for field in FULL):
        raise UnreadError("the full view of the version", Unread(Reason.UNAVAILABLE, "BasicView"))
    return item


def _stopped(version: Resource) -> bool:
    return named(version["item"].get("servingStatus"), SERVING) == "STOPPED"


# ---- the application -------------------------------------------------------------------------------------------------


def _off(application: Resource) -> bool:
    return named(application["item"].get("servingStatus"), STATUSES).endswith("DISABLED")


@check(
    f"{APPLICATION}.signed_in",
    on=APPLICATION,
    control="application.exposure",
    severity=Severity.LOW,
    title="Application admits only people who signed in",
    risk="Anybody on the internet reaches every page, and every hole in it, without a name.",
    fix="gcloud iap web enable --project={account} --resource-type=app-engine",
)
def signed_in(application: Resource) -> Verdict:
    if _off(application):
        return skipped("the application is disabled")
    on = yes((application["item"].get("iap") or {}).get("enabled"))
    return passed("Identity-Aware Proxy asks") if on else failed("Identity-Aware Proxy is off")


@check(
    f"{APPLICATION}.current_tls",
    on=APPLICATION,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Application refuses TLS below 1.2",
    risk="Old versions of TLS have holes through which a listener gets at what is sent.",
    fix=UPDATE + "--ssl-policy=TLS_VERSION_1_2",
)
def current_tls(application: Resource) -> Verdict:
    if _off(application):
        return skipped("the application is disabled")
    policy = named(application["item"].get("sslPolicy"), POLICIES) or "DEFAULT"
    return (passed if policy == "MODERN" else failed)(f"the policy is {policy}")


# ---- services --------------------------------------------------------------------------------------------------------


@check(
    f"{SERVICE}.ingress_narrow",
    on=SERVICE,
    control="network.public_access",
    severity=Severity.LOW,
    title="Service takes no requests straight from the internet",
    risk="Requests go past the load balancer, with its web firewall, its sign-in and its logs.",
    fix="gcloud app services update {name} --project={account} --ingress=internal-and-cloud-load-balancing",
)
def ingress_narrow(service: Resource) -> Verdict:
    said = named((service["item"].get("networkSettings") or {}).get("ingressTrafficAllowed"), INGRESS)
    open_to_all = said in ("", "INGRESS_TRAFFIC_ALLOWED_UNSPECIFIED", "INGRESS_TRAFFIC_ALLOWED_ALL")
    return (failed if open_to_all else passed)(f"ingress is {said or 'not set'}")


# ---- versions: identity and secrets ----------------------------------------------------------------------------------


def _account(version: Resource, inventory: Inventory) -> str:
    """Return what a version runs as: its own account, or that of the application; nothing where it is the default."""
    if own := version["item"].get("serviceAccount"):
        return str(own)
    application = inventory.get(APPLICATION, version.id.partition("/services/")[0])
    return str(application["item"].get("serviceAccount") or "") if application else ""


@check(
    f"{VERSION}.own_service_account",
    on=VERSION,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Version does not run as a default service account",
    risk="Every service of the application shares one account, which is an editor of the project by default.",
    fix=DEPLOY + "with --service-account=ACCOUNT",
)
def own_service_account(version: Resource, inventory: Inventory) -> Verdict:
    return workloads.chosen(_account(version, inventory), DEFAULT)


@check(
    f"{VERSION}.account_not_administrator",
    on=VERSION,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Version's service account administers nothing",
    risk="Whoever gets it to run code of his own administers what the role stands for.",
    fix="gcloud projects remove-iam-policy-binding {account} --member=serviceAccount:ACCOUNT --role=ROLE; grant a narrower one",
)
def account_not_administrator(version: Resource, inventory: Inventory, now: datetime) -> Verdict:
    email = _account(version, inventory) or f"{version.account}@appspot.gserviceaccount.com"
    return workloads.narrow(email, version, inventory, now)


@check(
    f"{VERSION}.without_secrets",
    on=VERSION,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Version's variables hold no secrets",
    risk="Everybody who may read the version's settings reads the secret.",
    fix="Keep the secret in Secret Manager, and replace it: it must be taken for known; then " + DEPLOY + "that reads it there",
)
def without_secrets(version: Resource) -> Verdict:
    item = _full(version)
    fields = (item.get(field) or {} for field in ("buildEnvVariables", "betaSettings", "envVariables"))
    return read.without_secrets({name: value for each in fields for name, value in each.items()}, "variable(s)")


# ---- versions: who reaches them, and how -----------------------------------------------------------------------------


@check(
    f"{VERSION}.https_only",
    on=VERSION,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Version answers over HTTPS only",
    risk="What is sent to it can be read and changed on its way.",
    fix="Set secure: always on each handler in app.yaml, then " + DEPLOY + "with it",
    cis=("v4:4.10", "v5:4.10"),
)
def https_only(version: Resource) -> Verdict:
    if _flexible(version):
        return skipped("in the flexible environment, where the code sends visitors on to HTTPS")
    if not (handlers := many(_full(version), "handlers")):
        return failed("no handler asks for HTTPS")
    loose = [str(each.get("urlRegex") or "") for each in handlers if not _encrypted(each)]
    if not loose:
        return passed(f"{len(handlers)} handler(s), all of which ask for HTTPS")
    return failed(f"plain HTTP is taken at {read.in_words(loose)}")


def _encrypted(handler: Mapping[str, Any]) -> bool:
    return named(handler.get("securityLevel"), LEVELS) == "SECURE_ALWAYS"


@check(
    f"{VERSION}.without_public_address",
    on=VERSION,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Version's machines have no public addresses",
    risk="Its machines can be reached past the front end, wherever a firewall lets it happen.",
    fix="Set instance_ip_mode: internal under network in app.yaml, then " + DEPLOY + "with it",
)
def without_public_address(version: Resource) -> Verdict:
    if not _flexible(version):
        return skipped("in the standard environment, which has no machines of the customer's")
    mode = named((version["item"].get("network") or {}).get("instanceIpMode"), IP_MODES) or "EXTERNAL"
    return (passed if mode == "INTERNAL" else failed)(f"addresses are {mode}")


@check(
    f"{VERSION}.leaves_through_network",
    on=VERSION,
    control="network.segmentation",
    severity=Severity.INFORMATIONAL,
    title="Version sends everything through a network of the customer's",
    risk="What it sends, and where to, passes no firewall and leaves no flow log.",
    fix="Set vpc_access_connector with egress_setting: all-traffic in app.yaml, then " + DEPLOY + "with it",
)
def leaves_through_network(version: Resource) -> Verdict:
    if _flexible(version):
        return passed("its machines stand in a network of the customer's")
    item = version["item"]
    connector, direct = item.get("vpcAccessConnector") or {}, item.get("vpcAccess") or {}
    if not (connector.get("name") or direct):
        return failed("no network of the customer's")
    whole = named(direct.get("vpcEgress") or connector.get("egressSetting"), EGRESS) == "ALL_TRAFFIC"
    return passed("all that it sends") if whole else failed("only what it sends to inner addresses")


# ---- versions: what runs, and how ------------------------------------------------------------------------------------


def _runtime(version: Resource) -> str:
    """Return a version's runtime as the standard environment calls it: the flexible one keeps the number apart."""
    item = version["item"]
    number = str((item.get("flexibleRuntimeSettings") or {}).get("runtimeVersion") or "")
    return str(item.get("runtime") or "") + number.replace(".", "")


@check(
    f"{VERSION}.supported_runtime",
    on=VERSION,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Version runs on a runtime that Google keeps up to date",
    risk="Holes in the language and the system below it stay open for ever.",
    fix="Set a newer runtime in app.yaml, then " + DEPLOY + "with it",
)
def supported_runtime(version: Resource, now: datetime) -> Verdict:
    runtime = _runtime(version)
    if _stopped(version):
        return skipped("the version is stopped")
    if runtime.startswith("custom"):
        return skipped("a container of the customer's own")
    if _flexible(version) and not any(each.isdigit() for each in runtime):
        return unknown(f"which version of {runtime or 'its runtime'} it runs is not told")
    return supported("gcp.runtimes", runtime, now)


SUPPORT_LASTS = lasting(supported_runtime)


@check(
    f"{VERSION}.images_scanned",
    on=VERSION,
    control="application.scanning",
    severity=Severity.LOW,
    title="Version's image is scanned for known weaknesses",
    risk="It runs with weaknesses in its libraries that everybody can look up.",
    fix="gcloud services enable containerscanning.googleapis.com --project={account}",
)
def images_scanned(version: Resource, inventory: Inventory) -> Verdict:
    return skipped("the version is stopped") if _stopped(version) else scanning(inventory)


@check(
    f"{VERSION}.not_alone",
    on=VERSION,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Version runs on more than one instance",
    risk="The loss of one zone, or of one machine, stops the service.",
    fix="Set automatic_scaling, or manual_scaling with instances: 2, in app.yaml, then " + DEPLOY + "with it",
)
def not_alone(version: Resource) -> Verdict:
    item = version["item"]
    if _stopped(version):
        return skipped("the version is stopped")
    if manual := item.get("manualScaling"):
        return _enough(int(manual.get("instances") or 1))
    if _flexible(version):
        # Source: app.yaml reference of the flexible environment, "min_num_instances": 2 by default.
        return _enough(int((item.get("automaticScaling") or {}).get("minTotalInstances") or 2))
    most = (item.get("basicScaling") or {}).get("maxInstances")
    return _enough(int(most)) if most else passed("instances are started as they are needed, in any zone of the region")


def _enough(instances: int) -> Verdict:
    return (passed if instances > 1 else failed)(f"{instances} instance(s)")


@check(
    f"{VERSION}.takes_traffic",
    on=VERSION,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Version that is left on takes traffic",
    risk="An old version answers at an address of its own, with the holes that the new one closed.",
    fix="gcloud app versions delete {name} --project={account} --service=SERVICE",
)
def takes_traffic(version: Resource, inventory: Inventory) -> Verdict:
    if _stopped(version):
        return passed("the version is stopped")
    service = inventory.get(SERVICE, version.id.partition("/versions/")[0])
    if service is None:
        return unknown("its service was not listed")
    name = str(version["item"].get("id") or last(version.id))
    taken = float(((service["item"].get("split") or {}).get("allocations") or {}).get(name) or 0)
    return passed(f"{taken:.0%} of the traffic") if taken else failed("it takes no traffic, and is not stopped")

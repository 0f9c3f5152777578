"""Checks on Workbench instances. The API's second version has the machine's settings in ``gceSetup``, the first at the top.

The machine itself is an instance of Compute Engine, and is judged as such: `gce.py`, `gce_guests.py`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from checks.gcp import read, workloads
from checks.gcp.read import Item, first, in_words, many, yes
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

INSTANCE = "gcp.workbench.instance"
SET = "gcloud workbench instances update {name} --project={account} --location={region} "


def _setup(instance: Resource) -> Item:
    item: Item = instance["item"]
    return item.get("gceSetup") or item


def _metadata(instance: Resource) -> dict[str, Any]:
    return dict(_setup(instance).get("metadata") or {})


def _account(instance: Resource) -> str:
    setup = _setup(instance)
    return str(first(setup.get("serviceAccounts") or []).get("email") or setup.get("serviceAccount") or "")


def _old(instance: Resource) -> bool:
    return "gceSetup" not in instance["item"]


# ---- identity and rights ---------------------------------------------------------------------------------------------


@check(
    f"{INSTANCE}.own_service_account",
    on=INSTANCE,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Notebook does not run as a default service account",
    risk="Whoever opens the notebook works as an editor of the project, which the default account is from the beginning.",
    fix="Create the instance anew with --service-account-email=ACCOUNT: it cannot be changed",
)
def own_service_account(instance: Resource) -> Verdict:
    return workloads.chosen(_account(instance), "Compute Engine's default account")


@check(
    f"{INSTANCE}.account_not_administrator",
    on=INSTANCE,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Notebook's service account administers nothing",
    risk="Whoever opens the notebook, or has it run a stranger's code, administers what the role stands for.",
    fix="gcloud projects remove-iam-policy-binding {account} --member=serviceAccount:ACCOUNT --role=ROLE; grant a narrower one",
)
def account_not_administrator(instance: Resource, inventory: Inventory, now: datetime) -> Verdict:
    return workloads.narrow(_account(instance), instance, inventory, now)


@check(
    f"{INSTANCE}.one_owner",
    on=INSTANCE,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Notebook opens to one person",
    risk="Everybody who may use its service account opens it, and works with what others left there signed in.",
    fix="Create the instance anew with --instance-owners=PERSON: it cannot be changed",
)
def one_owner(instance: Resource) -> Verdict:
    item = instance["item"]
    if yes(item.get("disableProxyAccess")) or yes(item.get("noProxyAccess")):
        return passed("it is not offered in the browser")
    owners = [str(each) for each in many(item, "instanceOwners")]
    mode = str(_metadata(instance).get("proxy-mode") or "")
    if owners or mode == "mail" or yes(item.get("enableManagedEuc")):
        return passed(f"opens to {in_words(owners) or 'its owner'}")
    return failed("opens to everybody who may use its service account")


@check(
    f"{INSTANCE}.no_root",
    on=INSTANCE,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Notebook gives its users no rights of root",
    risk="Users, and whatever they install, turn off every protection of the machine.",
    fix=SET + "--metadata=notebook-disable-root=true",
)
def no_root(instance: Resource) -> Verdict:
    off = yes(_metadata(instance).get("notebook-disable-root"))
    return passed("no rights of root") if off else failed("users are root")


@check(
    f"{INSTANCE}.metadata_clean",
    on=INSTANCE,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Notebook's metadata holds no secrets",
    risk="Every process on the machine, and everybody who may look at it in the console, reads the secret.",
    fix="Keep the secret in Secret Manager, and replace it: it must be taken for known; then " + SET + "--metadata=KEY=",
)
def metadata_clean(instance: Resource) -> Verdict:
    return read.without_secrets(_metadata(instance), "keys of metadata")


# ---- network and data ------------------------------------------------------------------------------------------------


@check(
    f"{INSTANCE}.no_public_address",
    on=INSTANCE,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Notebook has no address of the internet",
    risk="One careless firewall rule puts it before everybody; users come in through Google's proxy without it.",
    fix="Create the instance anew with --disable-public-ip: it cannot be changed",
)
def no_public_address(instance: Resource) -> Verdict:
    setup = _setup(instance)
    off = yes(setup.get("disablePublicIp")) or yes(setup.get("noPublicIp"))
    return passed("no address of the internet") if off else failed("has an address of the internet")


@check(
    f"{INSTANCE}.no_ip_forwarding",
    on=INSTANCE,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Notebook sends and receives only under its own address",
    risk="It can pass on or forge traffic of others, past the rules that are meant for them.",
    fix="Create the instance anew without --enable-ip-forwarding: it cannot be changed",
)
def no_ip_forwarding(instance: Resource) -> Verdict:
    setup = _setup(instance)
    on = yes(setup.get("enableIpForwarding")) or yes(setup.get("canIpForward"))
    return failed("forwards packets") if on else passed("forwards no packets")


@check(
    f"{INSTANCE}.no_downloads",
    on=INSTANCE,
    control="data.external_sharing",
    severity=Severity.LOW,
    title="Data cannot be downloaded from the notebook by the browser",
    risk="Whoever has the notebook open carries off its data with one click, and nothing records it.",
    fix=SET + "--metadata=notebook-disable-downloads=true,notebook-disable-nbconvert=true",
)
def no_downloads(instance: Resource) -> Verdict:
    known = _metadata(instance)
    if not yes(known.get("notebook-disable-downloads")):
        return failed("files can be downloaded")
    on = yes(known.get("notebook-disable-nbconvert"))
    return passed("downloads are off") if on else failed("notebooks can be exported and downloaded")


@check(
    f"{INSTANCE}.customer_key",
    on=INSTANCE,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Notebook's disks are encrypted with a key of the customer's own",
    risk="Access to what is stored cannot be limited, logged or ended by a key of one's own.",
    fix="Create the instance anew with --boot-disk-encryption=CMEK --boot-disk-kms-key=KEY: it cannot be changed",
)
def customer_key(instance: Resource) -> Verdict:
    if _old(instance):
        return skipped("the first version of the API does not say: its disks are judged by themselves")
    setup = _setup(instance)
    disks = [setup.get("bootDisk") or {}, *many(setup, "dataDisks")]
    return read.customer_key(all(each.get("kmsKey") for each in disks) and disks[0].get("kmsKey"))


# ---- guest and life --------------------------------------------------------------------------------------------------


@check(
    f"{INSTANCE}.upgrades_itself",
    on=INSTANCE,
    control="runtime.automatic_updates",
    severity=Severity.MEDIUM,
    title="Notebook is upgraded on a schedule",
    risk="Old versions of its system, of JupyterLab and of its libraries keep holes that are known.",
    fix=SET + '--metadata=notebook-upgrade-schedule="00 19 * * MON"',
)
def upgrades_itself(instance: Resource) -> Verdict:
    schedule = _metadata(instance).get("notebook-upgrade-schedule")
    return passed(f"on {schedule}") if schedule else failed("nobody upgrades it unless asked")


@check(
    f"{INSTANCE}.shielded",
    on=INSTANCE,
    control="guest_os.boot_integrity",
    severity=Severity.LOW,
    title="Notebook's machine is a Shielded VM",
    risk="What hides below the operating system survives every reinstallation, and nothing on the machine sees it.",
    fix="gcloud workbench instances stop {name} --location={region}, then " + SET + "--shielded-vtpm=true"
    " --shielded-integrity-monitoring=true --shielded-secure-boot=true",
)
def shielded(instance: Resource) -> Verdict:
    config = _setup(instance).get("shieldedInstanceConfig") or {}
    fields = {"vTPM": "enableVtpm", "integrity monitoring": "enableIntegrityMonitoring", "Secure Boot": "enableSecureBoot"}
    off = [said for said, field in fields.items() if not yes(config.get(field))]
    return failed(f"off: {', '.join(off)}") if off else passed("a Shielded VM with Secure Boot")


@check(
    f"{INSTANCE}.deletion_protected",
    on=INSTANCE,
    control="resilience.deletion_protection",
    severity=Severity.LOW,
    title="Notebook is protected from deletion",
    risk="One wrong or hostile call deletes the work of months.",
    fix=SET + "--enable-deletion-protection",
)
def deletion_protected(instance: Resource) -> Verdict:
    if _old(instance):
        return skipped("the first version of the API knows no protection")
    on = yes(instance["item"].get("enableDeletionProtection"))
    return passed("deletion takes two steps") if on else failed("deletion takes one step")

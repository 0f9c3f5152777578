"""Cases of Workbench instances, in the shapes of both versions of the API."""

from __future__ import annotations

from typing import Any

from checks.gcp import workbench
from tests.cases import FAIL, PASS, SKIP, case
from tests.checks.gcp.cases_gce import DEFAULT, OWN, SECRET, project

KEY = "projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k"
SHIELDED = {"enableVtpm": True, "enableIntegrityMonitoring": True, "enableSecureBoot": True}


def new(top: dict[str, Any] | None = None, **setup: Any) -> dict[str, Any]:
    known = {"machineType": "e2-standard-4", "serviceAccounts": [{"email": OWN}], "bootDisk": {"diskEncryption": "GMEK"}}
    return {"name": "n", "state": "ACTIVE", "gceSetup": {**known, **setup}, **(top or {})}


def old(**fields: Any) -> dict[str, Any]:
    return {"name": "n", "state": "ACTIVE", "serviceAccount": OWN, **fields}


def metadata(**values: Any) -> dict[str, Any]:
    return new(metadata={key.replace("_", "-"): value for key, value in values.items()})


CASES = [
    case(workbench.own_service_account, PASS, item=new()),
    case(workbench.own_service_account, PASS, item=old()),
    case(workbench.own_service_account, FAIL, item=new(serviceAccounts=[{"email": DEFAULT}])),
    case(workbench.own_service_account, FAIL, item=old(serviceAccount=None)),
    case(workbench.account_not_administrator, PASS, item=new(), inventory=[project()]),
    case(workbench.account_not_administrator, FAIL, item=new(), inventory=[project("roles/owner")]),
    case(workbench.one_owner, PASS, item=new({"instanceOwners": ["ada@example.com"]})),
    case(workbench.one_owner, PASS, item=old(metadata={"proxy-mode": "mail"})),
    case(workbench.one_owner, PASS, item=new({"disableProxyAccess": True})),
    case(workbench.one_owner, FAIL, item=metadata(proxy_mode="service_account")),
    case(workbench.one_owner, FAIL, item=old()),
    case(workbench.no_root, PASS, item=metadata(notebook_disable_root="true")),
    case(workbench.no_root, FAIL, item=metadata(notebook_disable_root="false")),
    case(workbench.no_root, FAIL, item=old()),
    case(workbench.metadata_clean, PASS, item=new()),
    case(workbench.metadata_clean, FAIL, item=metadata(token=SECRET)),
    case(workbench.no_public_address, PASS, item=new(disablePublicIp=True)),
    case(workbench.no_public_address, PASS, item=old(noPublicIp=True)),
    case(workbench.no_public_address, FAIL, item=new()),
    case(workbench.no_ip_forwarding, PASS, item=new()),
    case(workbench.no_ip_forwarding, FAIL, item=new(enableIpForwarding=True)),
    case(workbench.no_ip_forwarding, FAIL, item=old(canIpForward=True)),
    case(workbench.no_downloads, PASS, item=metadata(notebook_disable_downloads="true", notebook_disable_nbconvert="true")),
    case(workbench.no_downloads, FAIL, item=metadata(notebook_disable_downloads="true")),
    case(workbench.no_downloads, FAIL, item=new()),
    case(workbench.customer_key, PASS, item=new(bootDisk={"diskEncryption": "CMEK", "kmsKey": KEY})),
    case(workbench.customer_key, FAIL, item=new()),
    case(workbench.customer_key, FAIL, item=new(bootDisk={"kmsKey": KEY}, dataDisks=[{"diskEncryption": "GMEK"}])),
    case(workbench.customer_key, SKIP, item=old()),
    case(workbench.upgrades_itself, PASS, item=metadata(notebook_upgrade_schedule="00 19 * * MON")),
    case(workbench.upgrades_itself, FAIL, item=new()),
    case(workbench.shielded, PASS, item=new(shieldedInstanceConfig=SHIELDED)),
    case(workbench.shielded, FAIL, item=old(shieldedInstanceConfig={"enableVtpm": True})),
    case(workbench.deletion_protected, PASS, item=new({"enableDeletionProtection": True})),
    case(workbench.deletion_protected, FAIL, item=new()),
    case(workbench.deletion_protected, SKIP, item=old()),
]

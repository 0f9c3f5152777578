"""Cases of SQL Database and of managed instances."""

from __future__ import annotations

from typing import Any

from checks.azure import sql, sql_databases
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.azure.data import below, row


def audit(state: str = "Enabled", **settings: Any) -> dict[str, Any]:
    return {"state": state, "retentionDays": 0, "isAzureMonitorTargetEnabled": False, "storageEndpoint": "", **settings}


def stored(days: int, state: str = "Enabled") -> dict[str, Any]:
    return audit(state, storageEndpoint="https://a.blob.core.windows.net", retentionDays=days)


def alerts(state: str = "Enabled", *, silent: str = "", mail: str = "", admins: bool = False) -> dict[str, Any]:
    return {"state": state, "disabledAlerts": [silent], "emailAddresses": [mail], "emailAccountAdmins": admins}


def scans(path: str = "", *, recur: bool = False) -> dict[str, Any]:
    return {"storageContainerPath": path, "recurringScans": {"isEnabled": recur, "emails": []}}


def administrator(kind: str | None = "Group") -> dict[str, Any]:
    return row(administrators={"administratorType": "ActiveDirectory", "principalType": kind, "login": "dba", "sid": "s"})


def kept(where: str | None) -> dict[str, Any]:
    return row(currentBackupStorageRedundancy=where)


VAULT = "https://a.blob.core.windows.net/vulnerability-assessment/"
MASTER = row({"name": "master", "kind": "v12.0,system"})
ON_SERVER, ON_INSTANCE = sql.weaknesses_scanned
NO_RULE = {"serverKeyType": "ServiceManaged"}

CASES = [
    case(sql.audited, PASS, item=row(), auditing=audit(isAzureMonitorTargetEnabled=True)),
    case(sql.audited, PASS, item=row(), auditing=stored(90)),
    case(sql.audited, FAIL, item=row(), auditing=audit("Disabled")),
    case(sql.audited, FAIL, item=row(), auditing=audit()),
    case(sql.audited, FAIL, item=row(), auditing=None),
    case(sql.audited, UNKNOWN, item=row(), auditing=DENIED),
    case(sql.audit_kept, PASS, item=row(), auditing=stored(0)),
    case(sql.audit_kept, PASS, item=row(), auditing=stored(91)),
    case(sql.audit_kept, FAIL, item=row(), auditing=stored(90)),
    case(sql.audit_kept, FAIL, item=row(), auditing=stored(365, "Disabled")),
    case(sql.audit_kept, SKIP, item=row(), auditing=audit(isAzureMonitorTargetEnabled=True)),
    *(case(check, PASS, item=administrator()) for check in sql.entra_administrator),
    *(case(check, FAIL, item=row(administrators=None)) for check in sql.entra_administrator),
    *(case(check, PASS, item=administrator("Group")) for check in sql.administrator_is_group),
    *(case(check, PASS, item=administrator("Application")) for check in sql.administrator_is_group),
    *(case(check, FAIL, item=administrator("User")) for check in sql.administrator_is_group),
    *(case(check, SKIP, item=administrator(None)) for check in sql.administrator_is_group),
    *(case(check, SKIP, item=row()) for check in sql.administrator_is_group),
    *(case(check, PASS, item=row(), alert_policy=alerts(admins=True)) for check in sql.alerts_sent),
    *(case(check, PASS, item=row(), alert_policy=alerts(mail="soc@example.com")) for check in sql.alerts_sent),
    *(case(check, FAIL, item=row(), alert_policy=alerts()) for check in sql.alerts_sent),
    *(case(check, FAIL, item=row(), alert_policy=alerts("Disabled", admins=True)) for check in sql.alerts_sent),
    *(case(check, FAIL, item=row(), alert_policy=alerts(silent="Sql_Injection", admins=True)) for check in sql.alerts_sent),
    *(case(check, UNKNOWN, item=row(), alert_policy=DENIED) for check in sql.alerts_sent),
    case(ON_SERVER, PASS, item=row(), assessments=[below("default", state="Enabled")], classic_assessment=scans()),
    case(
        ON_SERVER,
        PASS,
        item=row(),
        assessments=[below("default", state="Disabled")],
        classic_assessment=scans(VAULT, recur=True),
    ),
    case(ON_SERVER, PASS, item=row(), assessments=[], classic_assessment=scans(VAULT, recur=True)),
    case(ON_SERVER, FAIL, item=row(), assessments=[below("default", state="Disabled")], classic_assessment=scans()),
    case(ON_SERVER, FAIL, item=row(), assessments=[], classic_assessment=scans(VAULT)),
    case(ON_SERVER, UNKNOWN, item=row(), assessments=DENIED, classic_assessment=scans()),
    case(ON_INSTANCE, PASS, item=row(), classic_assessment=scans(VAULT, recur=True)),
    case(ON_INSTANCE, FAIL, item=row(), classic_assessment=scans()),
    case(ON_INSTANCE, UNKNOWN, item=row(), classic_assessment=DENIED),
    *(
        case(check, PASS, item=row(), protector={"serverKeyType": "AzureKeyVault", "autoRotationEnabled": True})
        for check in sql.key_rotated
    ),
    *(case(check, FAIL, item=row(), protector={"serverKeyType": "AzureKeyVault"}) for check in sql.key_rotated),
    *(case(check, SKIP, item=row(), protector=NO_RULE) for check in sql.key_rotated),
    case(sql.backups_elsewhere, PASS, item=kept("GeoZone")),
    case(sql.backups_elsewhere, PASS, item=kept(None)),
    case(sql.backups_elsewhere, FAIL, item=kept("Local")),
    case(sql.exports_off, PASS, item=row(), options=[]),
    case(sql.exports_off, PASS, item=row(), options=[below("allowPolybaseExport", serverConfigurationOptionValue=0)]),
    case(sql.exports_off, FAIL, item=row(), options=[below("allowPolybaseExport", serverConfigurationOptionValue=1)]),
    case(sql.exports_off, UNKNOWN, item=row(), options=DENIED),
    case(sql.newest_engine, PASS, item=row(databaseFormat="AlwaysUpToDate")),
    case(sql.newest_engine, PASS, item=row()),
    case(sql.newest_engine, FAIL, item=row(databaseFormat="SQLServer2022")),
    case(sql_databases.encrypted, PASS, item=row(), encryption={"state": "Enabled"}),
    case(sql_databases.encrypted, FAIL, item=row(), encryption={"state": "Disabled"}),
    case(sql_databases.encrypted, SKIP, item=MASTER, encryption=DENIED),
    case(sql_databases.encrypted, UNKNOWN, item=row(), encryption=DENIED),
    case(sql_databases.week_restorable, PASS, item=row(), short_term_retention={"retentionDays": 7}),
    case(sql_databases.week_restorable, FAIL, item=row(), short_term_retention={"retentionDays": 1}),
    case(sql_databases.week_restorable, SKIP, item=MASTER, short_term_retention=DENIED),
    case(sql_databases.week_restorable, SKIP, item=row({"kind": "v12.0,user,datawarehouse"}), short_term_retention=None),
    case(sql_databases.week_restorable, UNKNOWN, item=row(), short_term_retention=DENIED),
    case(sql_databases.backups_elsewhere, PASS, item=kept("Geo")),
    case(sql_databases.backups_elsewhere, PASS, item=row()),
    case(sql_databases.backups_elsewhere, FAIL, item=kept("Zone")),
    case(sql_databases.backups_elsewhere, SKIP, item=MASTER),
]

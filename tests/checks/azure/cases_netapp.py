"""Cases of NetApp accounts and volumes."""

from __future__ import annotations

from typing import Any

from checks.azure import netapp
from tests.cases import FAIL, PASS, SKIP, case
from tests.checks.azure.data import row


def exported(*rules: dict[str, Any], protocols: tuple[str, ...] = ("NFSv4.1",), **more: Any) -> dict[str, Any]:
    given = [{"ruleIndex": number, **rule} for number, rule in enumerate(rules, 1)]
    return row(protocolTypes=list(protocols), exportPolicy={"rules": given}, **more)


def joined(**settings: bool) -> dict[str, Any]:
    return row(activeDirectories=[{"domain": "corp.example", **settings}])


SMB = exported(protocols=("CIFS",))
STRICT = {"kerberos5pReadWrite": True, "unixReadWrite": False}

CASES = [
    case(netapp.CUSTOMER_KEY[0], PASS, item=row(encryption={"keySource": "Microsoft.KeyVault"})),
    case(netapp.CUSTOMER_KEY[0], FAIL, item=row(encryption=None)),
    case(netapp.SMB_ENCRYPTED[0], PASS, item=exported(protocols=("CIFS",), smbEncryption=True)),
    case(netapp.SMB_ENCRYPTED[0], FAIL, item=SMB),
    case(netapp.SMB_ENCRYPTED[0], SKIP, item=exported()),
    case(netapp.FILES_LOGGED[0], PASS, item=row(fileAccessLogs="Enabled")),
    case(netapp.FILES_LOGGED[0], FAIL, item=row(fileAccessLogs=None)),
    case(netapp.clients_known, PASS, item=exported({"allowedClients": "10.0.0.0/8,db.corp.example"})),
    case(netapp.clients_known, FAIL, item=exported({"allowedClients": "10.0.0.0/8"}, {"allowedClients": "0.0.0.0/0"})),
    case(netapp.clients_known, SKIP, item=SMB),
    case(netapp.root_kept_out, PASS, item=exported({"hasRootAccess": False})),
    case(netapp.root_kept_out, FAIL, item=exported({"hasRootAccess": False}, {})),
    case(netapp.root_kept_out, SKIP, item=SMB),
    case(netapp.users_proven, PASS, item=exported(STRICT, kerberosEnabled=True)),
    case(netapp.users_proven, FAIL, item=exported({**STRICT, "unixReadOnly": True}, kerberosEnabled=True)),
    case(netapp.users_proven, FAIL, item=row(kerberosEnabled=None)),
    case(netapp.nfs_encrypted, PASS, item=exported(STRICT)),
    case(netapp.nfs_encrypted, FAIL, item=exported(STRICT, {"kerberos5ReadWrite": True})),
    case(netapp.directory_encrypted, PASS, item=joined(aesEncryption=True, ldapSigning=True, ldapOverTLS=True)),
    case(netapp.directory_encrypted, FAIL, item=joined(aesEncryption=True, ldapSigning=True)),
    case(netapp.directory_encrypted, SKIP, item=row(activeDirectories=None)),
    case(netapp.snapshots_made[0], PASS, item=row(dataProtection={"snapshot": {"snapshotPolicyId": "/x"}})),
    case(netapp.snapshots_made[0], FAIL, item=row(dataProtection=None)),
    case(netapp.backed_up[0], PASS, item=row(dataProtection={"backup": {"backupPolicyId": "/x", "policyEnforced": True}})),
    case(netapp.backed_up[0], PASS, item=row(dataProtection={"replication": {"endpointType": "src"}})),
    case(netapp.backed_up[0], FAIL, item=row(dataProtection={"backup": {"backupPolicyId": "/x", "policyEnforced": False}})),
    case(netapp.snapshots_hidden[0], PASS, item=row(snapshotDirectoryVisible=False)),
    case(netapp.snapshots_hidden[0], FAIL, item=row()),
]

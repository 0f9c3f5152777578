"""Cases of Synapse Analytics."""

from __future__ import annotations

from checks.azure import synapse
from tests.cases import DENIED, FAIL, PASS, UNKNOWN, case
from tests.checks.azure.data import below, row

CASES = [
    case(synapse.modern_tls, PASS, item=row(), minimal_tls=[below("default", minimalTlsVersion="1.2")]),
    case(synapse.modern_tls, PASS, item=row(), minimal_tls=[]),
    case(synapse.modern_tls, FAIL, item=row(), minimal_tls=[below("default", minimalTlsVersion="1.0")]),
    case(synapse.modern_tls, UNKNOWN, item=row(), minimal_tls=DENIED),
    case(synapse.own_network, PASS, item=row(managedVirtualNetwork="default")),
    case(synapse.own_network, FAIL, item=row(managedVirtualNetwork="")),
    case(synapse.encrypted, PASS, item=row(), encryption={"status": "Enabled"}),
    case(synapse.encrypted, FAIL, item=row(), encryption={"status": "Disabled"}),
    case(synapse.encrypted, UNKNOWN, item=row(), encryption=DENIED),
    case(synapse.backups_elsewhere, PASS, item=row(), geo_backup={"state": "Enabled"}),
    case(synapse.backups_elsewhere, PASS, item=row(), geo_backup={}),
    case(synapse.backups_elsewhere, FAIL, item=row(), geo_backup={"state": "Disabled"}),
    case(synapse.backups_elsewhere, UNKNOWN, item=row(), geo_backup=DENIED),
    case(synapse.supported_version, PASS, item=row(sparkVersion="3.5")),
    case(synapse.supported_version, PASS, item=row(sparkVersion="4.0")),
    case(synapse.supported_version, FAIL, item=row(sparkVersion="3.4")),
    case(synapse.supported_version, UNKNOWN, item=row()),
    case(synapse.supported_version, FAIL, item=row(sparkVersion="2.4")),
    case(synapse.packages_of_administrators, PASS, item=row()),
    case(synapse.packages_of_administrators, FAIL, item=row(sessionLevelPackagesEnabled=True)),
]

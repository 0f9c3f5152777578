"""Cases of Virtual Desktop's host pools and of VMware's private clouds."""

from __future__ import annotations

from checks.azure import avd, avs
from tests.cases import FAIL, PASS, SKIP, case
from tests.checks.azure.data import row

CASES = [
    case(avd.AGENTS_PLANNED[0], PASS, item=row(agentUpdate={"type": "Scheduled"})),
    case(avd.AGENTS_PLANNED[0], FAIL, item=row(agentUpdate=None)),
    case(avd.drives_apart, PASS, item=row(customRdpProperty="audiomode:i:0;DrivesToRedirect:s:;redirectclipboard:i:1;")),
    case(avd.drives_apart, FAIL, item=row(customRdpProperty="drivestoredirect:s:*;")),
    case(avd.drives_apart, FAIL, item=row(customRdpProperty="drivestoredirect:s:C:;")),
    case(avd.drives_apart, FAIL, item=row(customRdpProperty=None)),
    case(avd.clipboard_apart, PASS, item=row(customRdpProperty=" redirectclipboard:i:0;")),
    case(avd.clipboard_apart, FAIL, item=row(customRdpProperty="redirectclipboard:i:1;")),
    case(avd.clipboard_apart, FAIL, item=row(customRdpProperty="")),
    case(avd.directory_sign_in, PASS, item=row(customRdpProperty="targetisaadjoined:i:1;enablerdsaadauth:i:1;")),
    case(avd.directory_sign_in, FAIL, item=row(customRdpProperty="enablerdsaadauth:i:0;odd;;")),
    case(avd.registration_brief, PASS, item=row(registrationInfo=None)),
    case(avd.registration_brief, PASS, item=row(registrationInfo={"expirationTime": "2026-05-01T00:00:00Z"})),
    case(avd.registration_brief, PASS, item=row(registrationInfo={"expirationTime": "2026-06-02T00:00:00Z"})),
    case(avd.registration_brief, FAIL, item=row(registrationInfo={"expirationTime": "2026-06-20T00:00:00Z"})),
    case(avs.CUSTOMER_KEY[0], PASS, item=row(encryption={"status": "Enabled"})),
    case(avs.CUSTOMER_KEY[0], FAIL, item=row(encryption=None)),
    case(avs.NO_INTERNET[0], PASS, item=row(internet="Disabled")),
    case(avs.NO_INTERNET[0], FAIL, item=row(internet="Enabled")),
    case(avs.TWO_ZONES[0], PASS, item=row(availability={"strategy": "DualZone"})),
    case(avs.TWO_ZONES[0], FAIL, item=row()),
    case(avs.directory_encrypted, PASS, item=row(identitySources=[{"name": "corp", "ssl": "Enabled"}])),
    case(avs.directory_encrypted, FAIL, item=row(identitySources=[{"name": "corp", "ssl": "Disabled"}])),
    case(avs.directory_encrypted, SKIP, item=row(identitySources=[])),
    case(avs.clouds_known, PASS, item=row(externalCloudLinks=None)),
    case(avs.clouds_known, FAIL, item=row(externalCloudLinks=["/clouds/other"])),
]

from datetime import timedelta
from typing import Any

from checks.aws import acm
from tests.cases import FAIL, NOW, PASS, SKIP, UNKNOWN, case


def item(days: float = 90, **more: Any) -> dict[str, Any]:
    end = (NOW + timedelta(days=days)).isoformat()
    return {"Status": "ISSUED", "Type": "AMAZON_ISSUED", "KeyAlgorithm": "RSA_2048", "NotAfter": end, "InUse": True, **more}


PENDING = {"Status": "PENDING_VALIDATION", "Type": "AMAZON_ISSUED", "KeyAlgorithm": "RSA_2048", "InUse": False}
CASES = [
    case(acm.not_ending, PASS, item=item()),
    case(acm.not_ending, FAIL, item=item(29)),
    case(acm.not_ending, FAIL, item=item(-1)),
    case(acm.not_ending, FAIL, item=item(Status="EXPIRED")),
    case(acm.not_ending, FAIL, item=item(Status="REVOKED")),
    case(acm.not_ending, SKIP, item=PENDING),
    case(acm.not_ending, UNKNOWN, item=item(NotAfter=None)),
    case(acm.strong_key, PASS, item=item()),
    case(acm.strong_key, PASS, item=item(KeyAlgorithm="RSA-4096")),
    case(acm.strong_key, PASS, item=item(KeyAlgorithm="EC_prime256v1")),
    case(acm.strong_key, FAIL, item=item(KeyAlgorithm="RSA_1024")),
    case(acm.key_stays_inside, PASS, item=item()),
    case(acm.key_stays_inside, FAIL, item=item(Type="IMPORTED")),
    case(acm.key_stays_inside, FAIL, item=item(Type="PRIVATE", Exported=True)),
    case(acm.key_stays_inside, SKIP, item=PENDING),
    case(acm.renews_itself, PASS, item=item(RenewalEligibility="ELIGIBLE")),
    case(acm.renews_itself, FAIL, item=item(RenewalEligibility="INELIGIBLE")),
    case(acm.renews_itself, FAIL, item=item(Type="IMPORTED")),
    case(acm.renews_itself, SKIP, item=item(InUse=False)),
    case(acm.used, PASS, item=item()),
    case(acm.used, FAIL, item=item(InUse=False)),
    case(acm.used, SKIP, item=item(InUse=False, Exported=True)),
    case(acm.used, SKIP, item=PENDING),
]

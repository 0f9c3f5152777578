from checks.aws import rds_proxies as proxies
from tests.cases import FAIL, PASS, case

CASES = [
    case(proxies.tls_required, PASS, item={"RequireTLS": True}),
    case(proxies.tls_required, FAIL, item={"RequireTLS": False}),
    case(proxies.iam_sign_in, PASS, item={"DefaultAuthScheme": "IAM_AUTH"}),
    case(proxies.iam_sign_in, PASS, item={"Auth": [{"AuthScheme": "SECRETS", "IAMAuth": "REQUIRED"}]}),
    case(proxies.iam_sign_in, FAIL, item={"Auth": [{"IAMAuth": "REQUIRED"}, {"IAMAuth": "DISABLED"}]}),
    case(proxies.iam_sign_in, FAIL, item={"Auth": [{"AuthScheme": "SECRETS"}]}),
    case(proxies.iam_sign_in, FAIL, item={"DefaultAuthScheme": "NONE", "Auth": []}),
]

from typing import Any

from checks.aws import cognito
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY

ALL_KINDS = dict.fromkeys(cognito.SIGNS, True)


def passwords(length: int = 12, days: int = 7, **more: Any) -> dict[str, Any]:
    policy = {"MinimumLength": length, "TemporaryPasswordValidityDays": days, **ALL_KINDS, **more}
    return {"Policies": {"PasswordPolicy": policy}}


def oauth(*flows: str, to: str = "https://a.example/back") -> dict[str, Any]:
    return {"AllowedOAuthFlowsUserPoolClient": True, "AllowedOAuthFlows": list(flows), "CallbackURLs": [to]}


CHALLENGES = {"DefineAuthChallenge": "arn:aws:lambda:eu-west-1:123456789012:function:ask"}


def challenged(mode: str) -> dict[str, Any]:
    flows = {"AdvancedSecurityAdditionalFlows": {"CustomAuthMode": mode}}
    return {"LambdaConfig": CHALLENGES, "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED", **flows}}


CASES = [
    case(cognito.strong_passwords, PASS, pool=passwords()),
    case(cognito.strong_passwords, FAIL, pool=passwords(7)),
    case(cognito.strong_passwords, FAIL, pool=passwords(days=30)),
    case(cognito.strong_passwords, FAIL, pool=passwords(RequireSymbols=False)),
    case(cognito.strong_passwords, FAIL, pool={}),
    case(cognito.strong_passwords, UNKNOWN, pool=DENIED),
    case(cognito.second_factor, PASS, pool={"MfaConfiguration": "ON"}),
    case(cognito.second_factor, FAIL, pool={"MfaConfiguration": "OPTIONAL"}),
    case(cognito.second_factor, FAIL, pool={}),
    case(cognito.threats_stopped, PASS, pool={"UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}}),
    case(cognito.threats_stopped, FAIL, pool={"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}),
    case(cognito.threats_stopped, FAIL, pool={}),
    case(cognito.sign_up_closed, PASS, pool={"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True}}),
    case(cognito.sign_up_closed, FAIL, pool={"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False}}),
    case(cognito.sign_up_closed, FAIL, pool={}),
    case(cognito.deletion_protected, PASS, pool={"DeletionProtection": "ACTIVE"}),
    case(cognito.deletion_protected, FAIL, pool={"DeletionProtection": "INACTIVE"}),
    case(cognito.deletion_protected, FAIL, pool={}),
    case(cognito.customer_key, PASS, pool={"KeyConfiguration": {"KmsKeyArn": KEY_ARN}}, inventory=[OUR_KEY]),
    case(cognito.customer_key, FAIL, pool={"KeyConfiguration": {"KmsKeyArn": KEY_ARN}}, inventory=[AWS_KEY]),
    case(cognito.customer_key, FAIL, pool={"KeyConfiguration": {"KeyType": "AWS_OWNED_KEY"}}),
    case(cognito.customer_key, FAIL, pool={}),
    case(cognito.tells_no_names, PASS, client={"PreventUserExistenceErrors": "ENABLED"}),
    case(cognito.tells_no_names, FAIL, client={"PreventUserExistenceErrors": "LEGACY"}),
    case(cognito.tells_no_names, FAIL, client={}),
    case(cognito.codes_not_tokens, PASS, client=oauth("code")),
    case(cognito.codes_not_tokens, PASS, client=oauth("code", to="http://localhost:3000/back")),
    case(cognito.codes_not_tokens, FAIL, client=oauth("code", "implicit")),
    case(cognito.codes_not_tokens, FAIL, client=oauth("code", to="http://a.example/back")),
    case(cognito.codes_not_tokens, SKIP, client={"AllowedOAuthFlows": ["implicit"]}),
    case(cognito.password_not_sent, PASS, client={"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]}),
    case(cognito.password_not_sent, PASS, client={}),
    case(cognito.password_not_sent, FAIL, client={"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]}),
    case(cognito.password_not_sent, FAIL, client={"ExplicitAuthFlows": ["USER_PASSWORD_AUTH"]}),
    case(cognito.tokens_revocable, PASS, client={"EnableTokenRevocation": True}),
    case(cognito.tokens_revocable, FAIL, client={}),
    case(cognito.guests_refused, PASS, pool={"AllowUnauthenticatedIdentities": False}),
    case(cognito.guests_refused, FAIL, pool={"AllowUnauthenticatedIdentities": True}),
    case(cognito.guests_refused, UNKNOWN, pool=DENIED),
    case(cognito.enhanced_flow_only, PASS, pool={"AllowClassicFlow": False}),
    case(cognito.enhanced_flow_only, FAIL, pool={"AllowClassicFlow": True}),
    case(cognito.own_sign_ins_watched, PASS, pool=challenged("ENFORCED")),
    case(cognito.own_sign_ins_watched, FAIL, pool=challenged("AUDIT")),
    case(
        cognito.own_sign_ins_watched,
        FAIL,
        pool={"LambdaConfig": CHALLENGES, "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}},
    ),
    case(cognito.own_sign_ins_watched, SKIP, pool={"LambdaConfig": {"PreSignUp": "arn:aws:lambda:x"}}),
    case(cognito.own_sign_ins_watched, SKIP, pool={}),
]

"""Checks on user pools, their app clients, and identity pools of Amazon Cognito."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checks.aws import keys
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

POOL, CLIENT, IDENTITIES = "aws.cognito.user_pool", "aws.cognito.client", "aws.cognito.identity_pool"
SET = "aws cognito-idp update-user-pool --user-pool-id {name} --region {region} "
SET_CLIENT = "aws cognito-idp update-user-pool-client --user-pool-id POOL --client-id CLIENT --region {region} "
SET_IDENTITIES = (
    "aws cognito-identity update-identity-pool --identity-pool-id ID --identity-pool-name {name} --region {region} "
)
LEAST_LENGTH, MOST_DAYS = 8, 7
SIGNS = ("RequireUppercase", "RequireLowercase", "RequireNumbers", "RequireSymbols")
# Flows in which the password itself is sent. Old spelling and new one. Source: API reference, "ExplicitAuthFlows".
PASSWORD_SENT = {"ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"}
LOCAL = ("http://localhost", "http://127.0.0.1", "http://[::1]")


@check(
    "aws.cognito.user_pool.strong_passwords",
    on=POOL,
    control="identity.password_policy",
    severity=Severity.MEDIUM,
    title="User pool asks for strong passwords",
    risk="Passwords of users are guessed.",
    fix=SET + "--policies PasswordPolicy={MinimumLength=12,RequireUppercase=true,RequireLowercase=true,RequireNumbers=true,"
    "RequireSymbols=true,TemporaryPasswordValidityDays=7}",
)
def strong_passwords(pool: Resource) -> Verdict:
    policy = (pool["pool"].get("Policies") or {}).get("PasswordPolicy") or {}
    length, days = policy.get("MinimumLength", 0), policy.get("TemporaryPasswordValidityDays", MOST_DAYS)
    missing = [each.removeprefix("Require").lower() for each in SIGNS if not policy.get(each)]
    if length < LEAST_LENGTH:
        return failed(f"passwords of {length} characters will do")
    if missing:
        return failed(f"passwords need no {', '.join(missing)}")
    return failed(f"first passwords hold for {days} days") if days > MOST_DAYS else passed(f"{length} characters of all kinds")


@check(
    "aws.cognito.user_pool.second_factor",
    on=POOL,
    control="identity.mfa",
    severity=Severity.MEDIUM,
    title="User pool asks for a second factor",
    risk="Whoever learns a user's password is that user.",
    fix="aws cognito-idp set-user-pool-mfa-config --user-pool-id {name} --mfa-configuration ON"
    " --software-token-mfa-configuration Enabled=true --region {region}",
)
def second_factor(pool: Resource) -> Verdict:
    state = pool["pool"].get("MfaConfiguration", "OFF")
    return (passed if state == "ON" else failed)(f"second factor is {state.lower()}")


@check(
    "aws.cognito.user_pool.threats_stopped",
    on=POOL,
    control="detection.threat_detector",
    severity=Severity.MEDIUM,
    title="User pool stops sign-ins with stolen passwords",
    risk="Passwords that were stolen elsewhere are tried here, and nobody notices.",
    fix=SET + "--user-pool-tier PLUS --user-pool-add-ons AdvancedSecurityMode=ENFORCED",
)
def threats_stopped(pool: Resource) -> Verdict:
    mode = (pool["pool"].get("UserPoolAddOns") or {}).get("AdvancedSecurityMode", "OFF")
    return (passed if mode == "ENFORCED" else failed)(f"threat protection is {mode.lower()}")


@check(
    "aws.cognito.user_pool.deletion_protected",
    on=POOL,
    control="resilience.deletion_protection",
    severity=Severity.MEDIUM,
    title="User pool is protected from deletion",
    risk="One wrong or hostile call takes all accounts of users with it, for good.",
    fix=SET + "--deletion-protection ACTIVE",
)
def deletion_protected(pool: Resource) -> Verdict:
    state = pool["pool"].get("DeletionProtection", "INACTIVE")
    return (passed if state == "ACTIVE" else failed)(f"deletion protection is {state.lower()}")


@check(
    "aws.cognito.user_pool.customer_key",
    on=POOL,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="User pool is encrypted with the customer's own key",
    risk="Access to the users' data cannot be limited, logged or ended by a key of one's own.",
    fix=SET + "--key-configuration KeyType=CUSTOMER_MANAGED_KEY,KmsKeyArn=KEY",
)
def customer_key(pool: Resource, inventory: Inventory) -> Verdict:
    return keys.customer_key(pool, (pool["pool"].get("KeyConfiguration") or {}).get("KmsKeyArn"), inventory)


@check(
    "aws.cognito.user_pool.sign_up_closed",
    on=POOL,
    control="access.public_grant",
    severity=Severity.LOW,
    title="Users of the pool are made by an administrator",
    risk="Anybody on the internet makes an account, and holds what signed-in users hold: for customers that is meant, for"
    " colleagues it is not.",
    fix=SET + "--admin-create-user-config AllowAdminCreateUserOnly=true with the other settings repeated",
)
def sign_up_closed(pool: Resource) -> Verdict:
    closed = (pool["pool"].get("AdminCreateUserConfig") or {}).get("AllowAdminCreateUserOnly")
    return passed("administrators alone make users") if closed else failed("anybody may sign up")


def _settings(client: Resource) -> Mapping[str, Any]:
    return dict(client["client"])


@check(
    "aws.cognito.client.tells_no_names",
    on=CLIENT,
    control="application.exposure",
    severity=Severity.LOW,
    title="App client does not tell which users exist",
    risk="Attackers learn which names to try passwords on.",
    fix=SET_CLIENT + "--prevent-user-existence-errors ENABLED",
)
def tells_no_names(client: Resource) -> Verdict:
    state = _settings(client).get("PreventUserExistenceErrors", "LEGACY")
    return (passed if state == "ENABLED" else failed)(f"prevention of such errors is {state.lower()}")


@check(
    "aws.cognito.client.codes_not_tokens",
    on=CLIENT,
    control="application.exposure",
    severity=Severity.MEDIUM,
    title="App client hands out codes, over HTTPS, not tokens in addresses",
    risk="Tokens end up in histories, logs and other sites' hands, and open the user's account.",
    fix=SET_CLIENT + "--allowed-o-auth-flows code --callback-urls https://SITE/callback",
)
def codes_not_tokens(client: Resource) -> Verdict:
    known = _settings(client)
    if not known.get("AllowedOAuthFlowsUserPoolClient"):
        return skipped("the client uses no flows of OAuth")
    if "implicit" in (known.get("AllowedOAuthFlows") or []):
        return failed("tokens are handed out in addresses")
    clear = [each for each in known.get("CallbackURLs") or [] if each.startswith("http://") and not each.startswith(LOCAL)]
    return failed(f"codes go to {clear[0]} in the clear") if clear else passed("codes are handed out, over HTTPS")


@check(
    "aws.cognito.client.password_not_sent",
    on=CLIENT,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="App client proves that it knows the password, and does not send it",
    risk="Passwords pass through the app, and whatever it logs to.",
    fix=SET_CLIENT + "--explicit-auth-flows ALLOW_USER_SRP_AUTH ALLOW_REFRESH_TOKEN_AUTH",
)
def password_not_sent(client: Resource) -> Verdict:
    found = sorted(PASSWORD_SENT & set(_settings(client).get("ExplicitAuthFlows") or []))
    return failed(f"{found[0]} is allowed") if found else passed("no flow sends the password")


@check(
    "aws.cognito.client.tokens_revocable",
    on=CLIENT,
    control="identity.credential_age",
    severity=Severity.LOW,
    title="Tokens of the app client can be revoked",
    risk="Whoever stole a token keeps it, though the user signed out everywhere.",
    fix=SET_CLIENT + "--enable-token-revocation",
)
def tokens_revocable(client: Resource) -> Verdict:
    return (
        passed("tokens can be revoked")
        if _settings(client).get("EnableTokenRevocation")
        else failed("tokens cannot be revoked")
    )


@check(
    "aws.cognito.identity_pool.guests_refused",
    on=IDENTITIES,
    control="access.public_grant",
    severity=Severity.HIGH,
    title="Identity pool gives no credentials to guests",
    risk="Anybody in the world gets credentials of the account, with all that the guests' role may do.",
    fix=SET_IDENTITIES + "--no-allow-unauthenticated-identities",
)
def guests_refused(pool: Resource) -> Verdict:
    guests = pool["pool"].get("AllowUnauthenticatedIdentities")
    return failed("guests get credentials") if guests else passed("guests get no credentials")


@check(
    "aws.cognito.identity_pool.enhanced_flow_only",
    on=IDENTITIES,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Identity pool limits what its credentials may do by itself",
    risk="In the classic flow, users choose among roles that trust the pool, and no limit of Cognito holds.",
    fix=SET_IDENTITIES + "--no-allow-classic-flow",
)
def enhanced_flow_only(pool: Resource) -> Verdict:
    return failed("the classic flow is allowed") if pool["pool"].get("AllowClassicFlow") else passed("the enhanced flow only")


@check(
    "aws.cognito.user_pool.own_sign_ins_watched",
    on=POOL,
    control="detection.threat_detector",
    severity=Severity.MEDIUM,
    title="User pool stops suspicious sign-ins by challenges of its own",
    risk="The ways to sign in that functions of one's own decide are left out of what is watched.",
    fix=SET + "--user-pool-add-ons file://add-ons.json, with CustomAuthMode ENFORCED in AdvancedSecurityAdditionalFlows",
)
def own_sign_ins_watched(pool: Resource) -> Verdict:
    row = pool["pool"]
    if not (row.get("LambdaConfig") or {}).get("DefineAuthChallenge"):
        return skipped("it has no challenges of its own")
    flows = (row.get("UserPoolAddOns") or {}).get("AdvancedSecurityAdditionalFlows") or {}
    mode = flows.get("CustomAuthMode") or "OFF"
    return (passed if mode == "ENFORCED" else failed)(f"threat protection of such sign-ins is {mode.lower()}")

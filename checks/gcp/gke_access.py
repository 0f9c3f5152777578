"""Checks on who is let into clusters of GKE, and as whom pods work."""

from __future__ import annotations

from checks.gcp.gke_read import CLUSTER, chosen, settled
from checks.gcp.read import either, named, yes
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed

UPDATE = "gcloud container clusters update {name} --project={account} --location={region} "


@check(
    f"{CLUSTER}.workload_identities",
    on=CLUSTER,
    control="identity.workload_identity",
    severity=Severity.MEDIUM,
    title="Pods of the cluster can have identities of their own",
    risk="Pods take the rights of their node, or carry keys: one of them broken into gives away what all of them may do.",
    fix=UPDATE + "--workload-pool={account}.svc.id.goog",
    cis=("gke-v1.6:5.2.2",),
)
@chosen
def workload_identities(cluster: Resource) -> Verdict:
    config = cluster["item"].get("workloadIdentityConfig") or {}
    pool = either(config, "workloadPool", "identityNamespace")
    return passed(f"identities of {pool}") if pool else failed("no pool of identities")


@check(
    f"{CLUSTER}.no_client_certificate",
    on=CLUSTER,
    control="identity.credential_age",
    severity=Severity.MEDIUM,
    title="Cluster has no certificate that lets its holder in",
    risk="The certificate opens the cluster until it is made anew, and nobody can take it back.",
    fix="Create the cluster anew without --issue-client-certificate: it cannot be changed",
    cis=("gke-v1.6:5.8.1",),
)
@settled
def no_client_certificate(cluster: Resource) -> Verdict:
    auth = cluster["item"].get("masterAuth") or {}
    issued = yes((auth.get("clientCertificateConfig") or {}).get("issueClientCertificate")) or auth.get("clientCertificate")
    return failed("a client certificate was issued") if issued else passed("no client certificate")


@check(
    f"{CLUSTER}.no_password",
    on=CLUSTER,
    control="identity.credential_age",
    severity=Severity.HIGH,
    title="Cluster has no password that lets its holder in",
    risk="Whoever guesses or finds the password administers the cluster.",
    fix=UPDATE + "--no-enable-basic-auth",
)
@settled
def no_password(cluster: Resource) -> Verdict:
    user = (cluster["item"].get("masterAuth") or {}).get("username")
    return failed(f"the user {user} signs in with a password") if user else passed("no password")


@check(
    f"{CLUSTER}.rights_from_groups",
    on=CLUSTER,
    control="access.groups",
    severity=Severity.LOW,
    title="Rights within the cluster can be given to groups",
    risk="Who changes teams, or leaves, keeps what was granted by name.",
    fix=UPDATE + "--security-group=gke-security-groups@DOMAIN",
    cis=("gke-v1.6:5.8.2",),
)
@settled
def rights_from_groups(cluster: Resource) -> Verdict:
    config = cluster["item"].get("authenticatorGroupsConfig") or {}
    return (
        passed(f"groups within {config.get('securityGroup')}") if yes(config.get("enabled")) else failed("groups are not known")
    )


@check(
    f"{CLUSTER}.no_old_rules",
    on=CLUSTER,
    control="access.least_privilege",
    severity=Severity.HIGH,
    title="Only RBAC decides who may do what in the cluster",
    risk="Under the older rules every account in the cluster may do everything.",
    fix=UPDATE + "--no-enable-legacy-authorization",
    cis=("gke-v1.6:5.8.3",),
)
@settled
def no_old_rules(cluster: Resource) -> Verdict:
    on = yes((cluster["item"].get("legacyAbac") or {}).get("enabled"))
    return failed("legacy authorization is on") if on else passed("legacy authorization is off")


@check(
    f"{CLUSTER}.nobody_unnamed",
    on=CLUSTER,
    control="access.public_grant",
    severity=Severity.MEDIUM,
    title="Cluster cannot grant anything to everyone",
    risk="One careless binding lets everybody with a Google account, or nobody at all, into the cluster.",
    fix=UPDATE + "--no-enable-insecure-binding-system-authenticated --no-enable-insecure-binding-system-unauthenticated",
)
@settled
def nobody_unnamed(cluster: Resource) -> Verdict:
    """Without the setting, bindings to everyone are allowed. Source: API reference, "RBACBindingConfig"."""
    config = cluster["item"].get("rbacBindingConfig")
    if not config:
        return failed("bindings to everyone are allowed")
    fields = ("enableInsecureBindingSystemAuthenticated", "enableInsecureBindingSystemUnauthenticated")
    return (
        failed("bindings to everyone are allowed")
        if any(yes(config.get(each)) for each in fields)
        else passed("they are refused")
    )


@check(
    f"{CLUSTER}.strangers_unanswered",
    on=CLUSTER,
    control="access.public_grant",
    severity=Severity.LOW,
    title="Cluster answers strangers on its health checks only",
    risk="Whoever is not signed in reads what somebody bound to the anonymous user by mistake.",
    fix=UPDATE + "--anonymous-authentication-config=LIMITED",
)
@settled
def strangers_unanswered(cluster: Resource) -> Verdict:
    config = cluster["item"].get("anonymousAuthenticationConfig") or {}
    mode = named(config.get("mode"), "MODE_UNSPECIFIED ENABLED LIMITED") or "ENABLED"
    return (passed if mode == "LIMITED" else failed)(f"anonymous requests: {mode}")

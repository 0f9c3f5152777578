"""Checks on where people work with SageMaker AI: notebook instances, their lifecycle configurations, and domains of Studio."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from checks.aws import containers, keys
from checks.aws.redshift import limited
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

SERVICE = "aws.sagemaker"
NOTEBOOK, SCRIPTS, DOMAIN = f"{SERVICE}.notebook_instance", f"{SERVICE}.lifecycle_config", f"{SERVICE}.domain"
STOPPED = "On the stopped notebook: aws sagemaker update-notebook-instance --notebook-instance-name {name} --region {region} "
ANEW = "Create a notebook instance anew with "
UPDATE_DOMAIN = "aws sagemaker update-domain --domain-id ID --region {region} "
# Platforms on Amazon Linux 1 and 2. Source: Security Hub user guide, SageMaker.8, which takes those on Amazon Linux 2023 only.
RETIRED = ("notebook-al1-", "notebook-al2-")
NO_DOMAIN = ("Deleting", "Failed")

Judge = Callable[..., Verdict]


@check(
    f"{NOTEBOOK}.no_direct_internet",
    on=NOTEBOOK,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Notebook has no way to the internet past the customer's network",
    risk="Data that the notebook reads can be sent anywhere, past every firewall and flow log.",
    fix=ANEW + "--direct-internet-access Disabled and a subnet; it cannot be changed later",
)
def no_direct_internet(notebook: Resource) -> Verdict:
    access = notebook["notebook"].get("DirectInternetAccess", "Enabled")
    return (passed if access == "Disabled" else failed)(f"direct internet access is {access}")


@check(
    f"{NOTEBOOK}.in_network",
    on=NOTEBOOK,
    control="network.segmentation",
    severity=Severity.MEDIUM,
    title="Notebook stands in a network of the customer's own",
    risk="No security group, no route and no flow log of the customer's applies to what the notebook sends and fetches.",
    fix=ANEW + "--subnet-id SUBNET --security-group-ids GROUPS; it cannot be changed later",
)
def in_network(notebook: Resource) -> Verdict:
    subnet = notebook["notebook"].get("SubnetId")
    return passed(f"stands in {subnet}") if subnet else failed("stands in a network of AWS's")


@check(
    f"{NOTEBOOK}.users_not_root",
    on=NOTEBOOK,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Users of the notebook are not root on it",
    risk="Whoever works in the notebook can change its system, turn off its agents and read what others left behind.",
    fix=STOPPED + "--root-access Disabled",
)
def users_not_root(notebook: Resource) -> Verdict:
    access = notebook["notebook"].get("RootAccess", "Enabled")
    return (passed if access == "Disabled" else failed)(f"root access is {access}")


@check(
    f"{NOTEBOOK}.role_limited",
    on=NOTEBOOK,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Notebook works with a role that does not hold every right",
    risk="Whoever opens the notebook, and whatever package it installs, holds the account.",
    fix=STOPPED + "--role-arn ROLE that names the buckets, keys and jobs that the notebook needs",
)
def role_limited(notebook: Resource, inventory: Inventory) -> Verdict:
    role = notebook["notebook"].get("RoleArn")
    return limited([role] if role else [], inventory)


@check(
    f"{NOTEBOOK}.supported_platform",
    on=NOTEBOOK,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Notebook runs on a platform that is still maintained",
    risk="Holes in the system, in Jupyter and in what comes with them are no longer closed.",
    fix=STOPPED + "--platform-identifier notebook-al2023-v1; between systems it must be created anew",
)
def supported_platform(notebook: Resource) -> Verdict:
    platform = notebook["notebook"].get("PlatformIdentifier")
    if not platform:
        return failed("names no platform, as those made before there was a choice")
    return (failed if platform.startswith(RETIRED) else passed)(f"runs on {platform}")


@check(
    f"{NOTEBOOK}.metadata_v2",
    on=NOTEBOOK,
    control="identity.workload_identity",
    severity=Severity.MEDIUM,
    title="Notebook gives its role's credentials to sessions only",
    risk="A page or package that makes the notebook fetch an address reads the credentials of its role.",
    fix=STOPPED + "--instance-metadata-service-configuration MinimumInstanceMetadataServiceVersion=2",
)
def metadata_v2(notebook: Resource) -> Verdict:
    given = notebook["notebook"].get("InstanceMetadataServiceConfiguration") or {}
    version = given.get("MinimumInstanceMetadataServiceVersion") or "1"
    return (passed if version == "2" else failed)(f"answers version {version} of metadata requests, and later ones")


@check(
    f"{NOTEBOOK}.customer_key",
    on=NOTEBOOK,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Notebook's disk is encrypted with the customer's own key",
    risk="Access to notebooks and data on the disk cannot be limited, logged or ended by a key of one's own.",
    fix=ANEW + "--kms-key-id KEY; it cannot be changed later",
)
def customer_key(notebook: Resource, inventory: Inventory) -> Verdict:
    return keys.customer_key(notebook, notebook["notebook"].get("KmsKeyId"), inventory)


@check(
    f"{SCRIPTS}.without_secrets",
    on=SCRIPTS,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Scripts that notebooks start with hold no secrets",
    risk="Everybody who may describe the configuration, or opens a notebook that uses it, reads the secret.",
    fix="Keep the secret in Secrets Manager, let the script read it with the notebook's role, and replace it",
)
def without_secrets(scripts: Resource) -> Verdict:
    given = [(name, scripts[name]) for name in ("on_create", "on_start")]
    return containers.without_secrets([(name, hidden) for name, hidden in given if hidden], "script(s)")


def _standing(judge: Judge) -> Judge:
    """Make *judge* skip domains that never came to be, or are being deleted."""

    @wraps(judge)
    def asked(domain: Resource, **given: Inventory) -> Verdict:
        status = domain["domain"].get("Status", "")
        return skipped(f"status is {status}") if status in NO_DOMAIN else judge(domain, **given)

    return asked


@check(
    f"{DOMAIN}.network_only",
    on=DOMAIN,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Domain's traffic goes through the customer's network only",
    risk="Data that people work with can be sent anywhere, past every firewall and flow log.",
    fix=UPDATE_DOMAIN + "--app-network-access-type VpcOnly",
)
@_standing
def network_only(domain: Resource) -> Verdict:
    kind = domain["domain"].get("AppNetworkAccessType", "PublicInternetOnly")
    return (passed if kind == "VpcOnly" else failed)(f"network access is {kind}")


@check(
    f"{DOMAIN}.domain_key",
    on=DOMAIN,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Domain's volumes are encrypted with the customer's own key",
    risk="Access to the homes of all users cannot be limited, logged or ended by a key of one's own.",
    fix="Create a domain anew with --kms-key-id KEY; it cannot be changed later",
)
@_standing
def domain_key(domain: Resource, inventory: Inventory) -> Verdict:
    told = domain["domain"]
    return keys.customer_key(domain, told.get("KmsKeyId") or told.get("HomeEfsFileSystemKmsKeyId"), inventory)


@check(
    f"{DOMAIN}.central_sign_in",
    on=DOMAIN,
    control="directory.federation",
    severity=Severity.LOW,
    title="People come to the domain from a central directory",
    risk="Whoever may make a signed address for a profile works as somebody else, and who left keeps the profile.",
    fix="Create a domain anew with --auth-mode SSO; it cannot be changed later",
)
@_standing
def central_sign_in(domain: Resource) -> Verdict:
    mode = domain["domain"].get("AuthMode", "IAM")
    return (passed if mode == "SSO" else failed)(f"people sign in by {mode}")


@check(
    f"{DOMAIN}.roles_limited",
    on=DOMAIN,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Users of the domain work with roles that do not hold every right",
    risk="Whoever opens an app of the domain holds the account.",
    fix=UPDATE_DOMAIN + "--default-user-settings ExecutionRole=ROLE",
)
@_standing
def roles_limited(domain: Resource, inventory: Inventory) -> Verdict:
    settings = [domain["domain"].get(name) or {} for name in ("DefaultUserSettings", "DefaultSpaceSettings")]
    return limited(sorted({each["ExecutionRole"] for each in settings if each.get("ExecutionRole")}), inventory)


@check(
    f"{DOMAIN}.users_told_apart",
    on=DOMAIN,
    control="logging.audit_trail",
    severity=Severity.LOW,
    title="Records tell which user of the domain made a call",
    risk="All who share a role look alike in the trail: nobody can tell who read or deleted the data.",
    fix=UPDATE_DOMAIN + "--domain-settings-for-update ExecutionRoleIdentityConfig=USER_PROFILE_NAME",
)
@_standing
def users_told_apart(domain: Resource) -> Verdict:
    given = (domain["domain"].get("DomainSettings") or {}).get("ExecutionRoleIdentityConfig", "DISABLED")
    return (passed if given == "USER_PROFILE_NAME" else failed)(f"the role's identity is {given}")

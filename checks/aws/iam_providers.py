"""Checks on server certificates and sign-in providers in AWS IAM."""

from datetime import datetime
from fnmatch import fnmatchcase

from checks.aws.iam_read import trusted
from checks.times import day, time_of
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, unknown


@check(
    "aws.iam.server_certificate.not_expired",
    on="aws.iam.server_certificate",
    control="encryption.certificates",
    severity=Severity.MEDIUM,
    title="Server certificate has not expired",
    risk="Clients are refused, or are taught to ignore the warning.",
    fix="aws iam delete-server-certificate --server-certificate-name {name}; use Certificate Manager, which renews",
    cis=("v5:1.18", "v6:2.18", "v7:2.17"),
)
def not_expired(certificate: Resource, now: datetime) -> Verdict:
    end = time_of(certificate["item"].get("Expiration"))
    if end is None:
        return unknown("AWS does not say when the certificate expires")
    return failed(f"expired on {day(end)}") if end <= now else passed(f"valid until {day(end)}", until=end)


@check(
    "aws.iam.saml_provider.metadata_valid",
    on="aws.iam.saml_provider",
    control="directory.federation",
    severity=Severity.MEDIUM,
    title="SAML provider's metadata is valid",
    risk="When the metadata expires, nobody signs in any more, and people fall back to passwords and keys.",
    fix="aws iam update-saml-provider --saml-provider-arn {id} --saml-metadata-document file://metadata.xml",
)
def metadata_valid(provider: Resource, now: datetime) -> Verdict:
    end = time_of(provider["item"].get("ValidUntil"))
    if end is None:
        return unknown("AWS does not say until when the metadata is valid")
    return failed(f"expired on {day(end)}") if end <= now else passed(f"valid until {day(end)}", until=end)


@check(
    "aws.iam.oidc_provider.trusted_by_role",
    on="aws.iam.oidc_provider",
    control="directory.federation",
    severity=Severity.INFORMATIONAL,
    title="OpenID Connect provider is used by a role",
    risk="A trust into the account that nobody needs is one trust policy away from being a way in.",
    fix="aws iam delete-open-id-connect-provider --open-id-connect-provider-arn {id}",
)
def trusted_by_role(provider: Resource, inventory: Inventory) -> Verdict:
    for role in inventory.all("aws.iam.role"):
        if any(fnmatchcase(provider.id, name) for _, names in trusted(role, "Federated") for name in names):
            return passed(f"role {role.name} trusts it")
    return failed("no role trusts the provider")

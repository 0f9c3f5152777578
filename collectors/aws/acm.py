"""AWS Certificate Manager: everything is told by the listing and one listing of tags, without a call a certificate."""

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

# Without types of keys, the listing names certificates of RSA with 1024 and 2048 bits only. Source: API reference, "Filters".
KEY_TYPES = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"]

CERTIFICATE = Spec(
    type="aws.acm.certificate",
    service="aws.acm",
    api="acm",
    title="Certificate",
    listing=Call("list_certificates", "CertificateSummaryList", Includes={"keyTypes": KEY_TYPES}, MaxItems=1000),
    id="{CertificateArn}",
    name="{DomainName}",
    facts={
        "tags": tagging("acm:certificate", "{CertificateArn}"),
    },
    tags="tags.Tags",
)

"""Checks that nobody may decrypt with every key: by customer managed policies, and by policies written into a principal."""

from __future__ import annotations

from checks.aws import rights
from checks.aws.iam_policies import unnarrowed
from checks.aws.iam_read import Document, in_force, inline
from checks.kinds import Kind, each
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

DECRYPTING = ("kms:Decrypt", "kms:ReEncryptFrom")
ELSEWHERE = "grants everything, which is judged on its own"
HOLDERS = (
    Kind("aws.iam.user", "User", "aws iam put-user-policy --user-name {name}"),
    Kind("aws.iam.role", "Role", "aws iam put-role-policy --role-name {name}"),
    Kind("aws.iam.group", "Group", "aws iam put-group-policy --group-name {name}"),
)


def _decrypts(document: Document) -> list[str]:
    """Return the actions by which *document* lets its holder decrypt with any key, unconditionally."""
    allow = rights.granting(unnarrowed(document))
    return [action for action in DECRYPTING if allow(action)]


@check(
    "aws.iam.policy.keys_named",
    on="aws.iam.policy",
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Attached policy names the keys that may be decrypted with",
    risk="Encryption keeps nothing from its holders: whatever they reach, they can read.",
    fix="Name the keys in Resource: aws iam create-policy-version --policy-arn {id} --set-as-default"
    " --policy-document file://policy.json",
)
def keys_named(managed: Resource) -> Verdict:
    document = in_force(managed)
    if rights.grants_administration(document):
        return skipped(ELSEWHERE)
    if not managed["item"]["AttachmentCount"]:
        return skipped("attached to nobody")
    found = _decrypts(document)
    return failed(f"grants {', '.join(found)} on every key") if found else passed("does not decrypt with every key")


@each(
    HOLDERS,
    "inline_keys_named",
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="NOUN's own policies name the keys that may be decrypted with",
    risk="Encryption keeps nothing from it: whatever it reaches, it can read.",
    fix="MODIFY --policy-name NAME --policy-document file://policy.json, with the keys named in Resource",
)
def inline_keys_named(holder: Resource) -> Verdict:
    own = [(name, document) for name, document in inline(holder) if not rights.grants_administration(document)]
    if not own:
        return skipped("no policy of its own that names rights")
    found = sorted(name for name, document in own if _decrypts(document))
    return failed(f"{', '.join(found)} decrypts with every key") if found else passed("none decrypts with every key")

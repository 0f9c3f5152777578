"""Amazon Macie.

An account that has not turned Macie on gets the code of a missing permission; only the message tells them apart.
"""

from collectors.aws.spec import Call, Spec

# Where Macie is off, nothing else of it is to be had: every other call is refused with the same words (not verified for each).
UNASKED = ("session", "@ == `null`", "AccessDeniedException")
OFF = ("AccessDeniedException: Macie is not enabled",)

SESSION = Spec(
    type="aws.macie.session",
    service="aws.macie",
    api="macie2",
    title="Macie in a region",
    id="arn:{partition}:macie2:{region}:{account}:session",
    name="{region}",
    facts={
        "session": Call("get_macie_session", disabled=OFF),
        "discovery": Call("get_automated_discovery_configuration", disabled=OFF, needless=UNASKED),
        "publication": Call(
            "get_findings_publication_configuration", "securityHubConfiguration", disabled=OFF, needless=UNASKED
        ),
        "administrator": Call(
            "get_administrator_account",
            "administrator",
            absent="ResourceNotFoundException",
            disabled=OFF,
            needless=UNASKED,
        ),
        "results": Call(
            "get_classification_export_configuration", "configuration.s3Destination", disabled=OFF, needless=UNASKED
        ),
    },
)

JOB = Spec(
    type="aws.macie.job",
    service="aws.macie",
    api="macie2",
    title="Classification job",
    listing=Call("list_classification_jobs", "items", disabled=OFF, maxResults=200),
    id="arn:{partition}:macie2:{region}:{account}:classification-job/{jobId}",
    name="{name}",
)

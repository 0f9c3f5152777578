"""Amazon Inspector's scanning of the code of functions, in the regions where it is on: whose key its findings' code is under.

Costs one call a region, and one more where it is on.
"""

from collectors.aws.spec import Call, Spec

STATUS = "resourceState.lambdaCode.status"

# No key: that of AWS is used. Source: Inspector's API reference, ResetEncryptionKey, UpdateEncryptionKey.
CODE_SCANNING = Spec(
    type="aws.inspector.code_scanning",
    service="aws.inspector",
    api="inspector2",
    title="Scanning of functions' code in one region",
    listing=Call(
        "batch_get_account_status",
        f"accounts[?{STATUS} && {STATUS} != 'DISABLED'].{{accountId: accountId, status: {STATUS}}}",
    ),
    id="arn:{partition}:inspector2:{region}:{account}:code-scanning",
    name="{region}",
    facts={
        "key": Call(
            "get_encryption_key",
            "kmsKeyId",
            absent="ResourceNotFoundException",
            scanType="CODE",
            resourceType="AWS_LAMBDA_FUNCTION",
        )
    },
)

"""AWS Systems Manager: documents, parameters, and the settings of a region.

A document costs two calls: who it is shared with, and what it says, which may hold secrets. What the service knows of
instances (agents, patches) stands beside these, in `ec2.py`. Values of parameters are asked for as they are kept: those of
SecureString stay encrypted, and what is in the clear is replaced at once. Of parameters it isn't asked with whom the
resource policy of each shares it: that would be a call for every one of them, and no policy opens one to everybody.
"""

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

SHELL = "SSM-SessionManagerRunShell"  # the document that holds the preferences of Session Manager

DOCUMENT = Spec(
    type="aws.ssm.document",
    service="aws.ssm",
    api="ssm",
    title="Document",
    listing=Call("list_documents", "DocumentIdentifiers", MaxResults=50, Filters=[{"Key": "Owner", "Values": ["Self"]}]),
    id="arn:{partition}:ssm:{region}:{account}:document/{Name}",
    name="{Name}",
    facts={
        "shared_with": Call("describe_document_permission", "AccountIds", Name="{Name}", PermissionType="Share"),
        "content": Call("get_document", "Content", Name="{Name}"),
    },
    tags="item.Tags",
    gone=frozenset({"InvalidDocument"}),
    secret=("content",),
)

PARAMETER = Spec(
    type="aws.ssm.parameter",
    service="aws.ssm",
    api="ssm",
    title="Parameter",
    listing=Call("describe_parameters", "Parameters", MaxResults=50),
    id="{ARN}",
    name="{Name}",
    facts={
        "value": Call(
            "get_parameters",
            "Parameters[].{Name: Name, Value: Value}",
            by="Name",
            key="{Name}",
            batch=10,
            Names=["{Name}"],
            WithDecryption=False,
        ),
        "tags": tagging("ssm:parameter", "{ARN}"),
    },
    tags="tags.Tags",
    secret=("value.Value",),
)


def _setting(id: str) -> Call:
    return Call("get_service_setting", "ServiceSetting.SettingValue", absent="ServiceSettingNotFound", SettingId=id)


SETTINGS = Spec(
    type="aws.ssm.settings",
    service="aws.ssm",
    api="ssm",
    title="Settings of Systems Manager",
    id="arn:{partition}:ssm:{region}:{account}:settings",
    name="{region}",
    facts={
        "public_sharing": _setting("/ssm/documents/console/public-sharing-permission"),
        "automation_log": _setting("/ssm/automation/customer-script-log-destination"),
        # Nobody ever changed the preferences where the document is missing.
        "sessions": Call("get_document", "Content", decode="json", absent="InvalidDocument", Name=SHELL),
    },
)

"""AWS Elastic Beanstalk. An environment costs two calls, for its settings and its platform; tags come in bulk.

What the application is told stands by itself, and is hidden; so are the few other settings that hold passwords.
"""

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

TOLD = "aws:elasticbeanstalk:application:environment"
MANAGED = "aws:elasticbeanstalk:managedactions"
ENABLED = f"Namespace=='{MANAGED}' && OptionName=='ManagedActionsEnabled'"
DEPLOYED = "ConfigurationSettings[?DeploymentStatus=='deployed' || !DeploymentStatus] | [0].OptionSettings"
SECRET = "OptionName=='DBPassword' || OptionName=='Notification Endpoint'"


def _settings(which: str) -> Call:
    return Call(
        "describe_configuration_settings",
        f"{DEPLOYED}[?{which}]",
        ApplicationName="{ApplicationName}",
        EnvironmentName="{EnvironmentName}",
    )


ENVIRONMENT = Spec(
    type="aws.elasticbeanstalk.environment",
    service="aws.elasticbeanstalk",
    api="elasticbeanstalk",
    title="Environment",
    listing=Call("describe_environments", "Environments", IncludeDeleted=False, MaxRecords=1000),
    id="{EnvironmentArn}",
    name="{EnvironmentName}",
    facts={
        "settings": _settings(f"Namespace!='{TOLD}' && !({SECRET})"),
        # Whether updates are managed decides who patches: the split asks for it by this name. Off, where nobody set it.
        "OptionSettings": Call(
            "describe_configuration_settings",
            f"{{\"{MANAGED}\": {{ManagedActionsEnabled: {DEPLOYED}[?{ENABLED}] | [0].Value || 'false'}}}}",
            ApplicationName="{ApplicationName}",
            EnvironmentName="{EnvironmentName}",
        ),
        "variables": _settings(f"Namespace=='{TOLD}'"),
        "platform": Call(
            "describe_platform_version",
            "PlatformDescription.{PlatformBranchName: PlatformBranchName,"
            " PlatformBranchLifecycleState: PlatformBranchLifecycleState, PlatformLifecycleState: PlatformLifecycleState}",
            PlatformArn="{PlatformArn}",
        ),
        "tags": tagging("elasticbeanstalk:environment", "{EnvironmentArn}"),
    },
    tags="tags.Tags",
    volatile=("item.Health", "item.HealthStatus", "item.Status", "item.AbortableOperationInProgress"),
    secret=("variables.*.Value",),
)

"""Amazon EC2 Auto Scaling: groups, and the launch configurations that older ones make machines of, all in bulk.

Launch templates and instances are EC2's, and read there.
"""

from collectors.aws.spec import Call, Spec

GROUP = Spec(
    type="aws.autoscaling.group",
    service="aws.autoscaling",
    api="autoscaling",
    title="Auto Scaling group",
    listing=Call("describe_auto_scaling_groups", "AutoScalingGroups", MaxRecords=100),
    id="{AutoScalingGroupARN}",
    name="{AutoScalingGroupName}",
    tags="item.Tags",
    volatile=("item.DesiredCapacity", "item.PredictedCapacity", "item.Instances", "item.WarmPoolSize"),
)

LAUNCH_CONFIGURATION = Spec(
    type="aws.autoscaling.launch_configuration",
    service="aws.autoscaling",
    api="autoscaling",
    title="Launch configuration",
    listing=Call("describe_launch_configurations", "LaunchConfigurations", MaxRecords=100),
    id="{LaunchConfigurationARN}",
    name="{LaunchConfigurationName}",
    secret=("item.UserData",),
)

"""AWS CloudFormation: stacks, in bulk; those that were deleted are not among them.

A stack's policy would be a call for each, and its template another: what they made is asked of what was made.
"""

from collectors.aws.spec import Call, Spec

STACK = Spec(
    type="aws.cloudformation.stack",
    service="aws.cloudformation",
    api="cloudformation",
    title="Stack",
    listing=Call("describe_stacks", "Stacks"),
    id="{StackId}",
    name="{StackName}",
    tags="item.Tags",
    volatile=("item.DriftInformation.LastCheckTimestamp", "item.LastOperations"),
    secret=("item.Parameters.*.ParameterValue", "item.Parameters.*.ResolvedValue", "item.Outputs.*.OutputValue"),
)

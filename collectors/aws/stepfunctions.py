"""AWS Step Functions. A state machine costs a call; tags come in bulk.

Of its definition only the outline stays readable: what is passed between states may be anything.
"""

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

PASSED_ON = ("Arguments", "Assign", "Branches", "ItemProcessor", "ItemSelector", "Iterator", "Output", "Parameters", "Result")

STATE_MACHINE = Spec(
    type="aws.stepfunctions.state_machine",
    service="aws.stepfunctions",
    api="stepfunctions",
    title="State machine",
    listing=Call("list_state_machines", "stateMachines", maxResults=1000),
    id="{stateMachineArn}",
    name="{name}",
    facts={
        "machine": Call(
            "describe_state_machine",
            "{status: status, roleArn: roleArn, type: type, loggingConfiguration: loggingConfiguration,"
            " tracingConfiguration: tracingConfiguration, encryptionConfiguration: encryptionConfiguration}",
            stateMachineArn="{stateMachineArn}",
        ),
        "definition": Call("describe_state_machine", "definition", decode="json", stateMachineArn="{stateMachineArn}"),
        "tags": tagging("states:stateMachine", "{stateMachineArn}"),
    },
    tags="tags.Tags",
    gone=frozenset({"StateMachineDoesNotExist"}),
    secret=tuple(f"definition.States.*.{name}" for name in PASSED_ON),
)

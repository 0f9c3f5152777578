"""The known steps from some rights to more on AWS, as data: what the holder does, and the actions that it takes.

Facts: Rhino Security Labs, "AWS IAM privilege escalation"; Datadog, pathfinding.cloud. That the actions exist, tests hold
against AWS's own Service Authorization Reference. Left out are steps that need more than policies tell, such as a free queue.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Raise:
    """Widens what an identity is granted: one action on itself, on a group of its, or on a policy that is attached to it."""

    action: str
    says: str
    on: str


RAISES = (
    Raise("iam:PutUserPolicy", "writes a policy into", "aws.iam.user"),
    Raise("iam:AttachUserPolicy", "attaches any policy to", "aws.iam.user"),
    Raise("iam:PutRolePolicy", "writes a policy into", "aws.iam.role"),
    Raise("iam:AttachRolePolicy", "attaches any policy to", "aws.iam.role"),
    Raise("iam:PutGroupPolicy", "writes a policy into", "aws.iam.group"),
    Raise("iam:AttachGroupPolicy", "attaches any policy to", "aws.iam.group"),
    Raise("iam:CreatePolicyVersion", "rewrites", "aws.iam.policy"),
    Raise("iam:SetDefaultPolicyVersion", "goes back to a wider version of", "aws.iam.policy"),
)
# Take away, or widen, what bounds an identity: steps as well where its policies grant more than the boundary leaves.
LIFTS = (
    Raise("iam:DeleteUserPermissionsBoundary", "lifts the boundary of", "aws.iam.user"),
    Raise("iam:PutUserPermissionsBoundary", "exchanges the boundary of", "aws.iam.user"),
    Raise("iam:DeleteRolePermissionsBoundary", "lifts the boundary of", "aws.iam.role"),
    Raise("iam:PutRolePermissionsBoundary", "exchanges the boundary of", "aws.iam.role"),
    Raise("iam:CreatePolicyVersion", "rewrites the boundary", "aws.iam.policy"),
)
GO_BACK = "iam:SetDefaultPolicyVersion"
JOIN = "iam:AddUserToGroup"


@dataclass(frozen=True, slots=True)
class Take:
    """Gets credentials of a user or role: one action on it."""

    action: str
    says: str
    on: str


NEW_KEY = "iam:CreateAccessKey"
NEW_PASSWORD, OTHER_PASSWORD = "iam:CreateLoginProfile", "iam:UpdateLoginProfile"
TAKES = (
    Take(NEW_KEY, "makes an access key for", "aws.iam.user"),
    Take(NEW_PASSWORD, "gives a password to", "aws.iam.user"),
    Take(OTHER_PASSWORD, "changes the password of", "aws.iam.user"),
    Take("iam:UpdateAssumeRolePolicy", "lets itself into", "aws.iam.role"),
)
ASSUME, PASS = "sts:AssumeRole", "iam:PassRole"


@dataclass(frozen=True, slots=True)
class Hand:
    """Has a service work with a role: iam:PassRole on it, and these actions. The role must trust the service."""

    service: str
    actions: tuple[str, ...]


HANDS = (
    Hand("ec2.amazonaws.com", ("ec2:RunInstances",)),
    Hand("ec2.amazonaws.com", ("ec2:RequestSpotInstances",)),
    Hand("lambda.amazonaws.com", ("lambda:CreateFunction", "lambda:InvokeFunction")),
    Hand("lambda.amazonaws.com", ("lambda:CreateFunction", "lambda:AddPermission")),
    Hand("lambda.amazonaws.com", ("lambda:CreateFunction", "lambda:CreateEventSourceMapping")),
    Hand("cloudformation.amazonaws.com", ("cloudformation:CreateStack",)),
    Hand("cloudformation.amazonaws.com", ("cloudformation:CreateStackSet", "cloudformation:CreateStackInstances")),
    Hand("ecs-tasks.amazonaws.com", ("ecs:RegisterTaskDefinition", "ecs:RunTask")),
    Hand("ecs-tasks.amazonaws.com", ("ecs:RegisterTaskDefinition", "ecs:StartTask")),
    Hand("ecs-tasks.amazonaws.com", ("ecs:RegisterTaskDefinition", "ecs:CreateService")),
    Hand("codebuild.amazonaws.com", ("codebuild:CreateProject", "codebuild:StartBuild")),
    Hand("codebuild.amazonaws.com", ("codebuild:CreateProject", "codebuild:StartBuildBatch")),
    Hand("glue.amazonaws.com", ("glue:CreateDevEndpoint",)),
    Hand("glue.amazonaws.com", ("glue:CreateJob", "glue:StartJobRun")),
    Hand("glue.amazonaws.com", ("glue:UpdateJob", "glue:StartJobRun")),
    Hand("sagemaker.amazonaws.com", ("sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl")),
    Hand("sagemaker.amazonaws.com", ("sagemaker:CreateTrainingJob",)),
    Hand("sagemaker.amazonaws.com", ("sagemaker:CreateProcessingJob",)),
    Hand("ssm.amazonaws.com", ("ssm:StartAutomationExecution",)),
    Hand("states.amazonaws.com", ("states:CreateStateMachine", "states:StartExecution")),
    Hand("scheduler.amazonaws.com", ("scheduler:CreateSchedule",)),
    Hand("tasks.apprunner.amazonaws.com", ("apprunner:CreateService",)),
    Hand("emr-serverless.amazonaws.com", ("emr-serverless:CreateApplication", "emr-serverless:StartJobRun")),
    Hand(
        "bedrock-agentcore.amazonaws.com",
        (
            "bedrock-agentcore:CreateCodeInterpreter",
            "bedrock-agentcore:StartCodeInterpreterSession",
            "bedrock-agentcore:InvokeCodeInterpreter",
        ),
    ),
    Hand(
        "datapipeline.amazonaws.com",
        ("datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"),
    ),
)


@dataclass(frozen=True, slots=True)
class Workload:
    """Makes what already works with a role do something else: these actions on it. ``role``: where it names its role."""

    type: str
    role: str
    actions: tuple[str, ...]
    says: str


PROFILE = "item.IamInstanceProfile.Arn"
WORKLOADS = (
    Workload("aws.lambda.function", "item.Role", ("lambda:UpdateFunctionCode",), "replaces the code of"),
    Workload("aws.codebuild.project", "project.serviceRole", ("codebuild:StartBuild",), "builds something else in"),
    Workload("aws.cloudformation.stack", "item.RoleARN", ("cloudformation:UpdateStack",), "changes the template of"),
    Workload(
        "aws.cloudformation.stack",
        "item.RoleARN",
        ("cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"),
        "changes the template of",
    ),
    Workload("aws.glue.dev_endpoint", "item.RoleArn", ("glue:UpdateDevEndpoint",), "puts its own key on"),
    Workload(
        "aws.sagemaker.notebook_instance",
        "notebook.RoleArn",
        ("sagemaker:CreatePresignedNotebookInstanceUrl",),
        "opens",
    ),
    Workload(
        "aws.stepfunctions.state_machine",
        "machine.roleArn",
        ("states:UpdateStateMachine", "states:StartExecution"),
        "rewrites and starts",
    ),
    Workload(
        "aws.apprunner.service",
        "service.InstanceConfiguration.InstanceRoleArn",
        ("apprunner:UpdateService",),
        "changes what runs in",
    ),
    Workload("aws.ec2.instance", PROFILE, ("ssm:SendCommand",), "runs commands on"),
    Workload("aws.ec2.instance", PROFILE, ("ssm:StartSession",), "opens a session on"),
    Workload(
        "aws.ec2.instance",
        PROFILE,
        ("ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"),
        "changes the user data of",
    ),
)


def every_action() -> frozenset[str]:
    """Return all actions that some step takes."""
    single = [each.action for each in (*RAISES, *LIFTS, *TAKES)]
    several = [action for each in (*HANDS, *WORKLOADS) for action in each.actions]
    return frozenset((*single, *several, ASSUME, PASS, JOIN))

"""What all services of analytics and machine learning are asked alike: owners, ways to them, records of uses, and alarms.

Names of calls are those of the services' operations, as CloudTrail records them: all of them are management events.
"""

from __future__ import annotations

from dataclasses import dataclass

from checks.aws.alarms import alarmed
from checks.aws.calls import Used, recording
from checks.aws.owners import TAG
from checks.aws.private import Private, privately
from checks.aws.recorded import use_recorded
from checks.aws.watched import Watched, calls, of_service
from checks.owners import Owned, owner_named
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict


def _primary(group: Resource) -> str:
    return "every region has a primary workgroup" if group.name == "primary" else ""


OWNED = (
    Owned("aws.athena.workgroup", "Workgroup", _primary),
    Owned("aws.bedrock.agent", "Agent"),
    Owned("aws.bedrock.guardrail", "Guardrail"),
    Owned("aws.emr.application", "Serverless application"),
    Owned("aws.emr.cluster", "Cluster"),
    Owned("aws.glue.job", "Job"),
    Owned("aws.sagemaker.domain", "Domain of Studio"),
    Owned("aws.sagemaker.endpoint", "Endpoint"),
    Owned("aws.sagemaker.notebook_instance", "Notebook instance"),
)
# Athena is used where there are databases: every region has a workgroup. SageMaker records every call but those that ask a
# model. Source: SageMaker AI developer guide, "Logging ... using CloudTrail".
USED = (
    Used(
        "aws.athena",
        "query_use_recorded",
        "athena.amazonaws.com",
        "aws.glue.database",
        "A trail records who starts queries of Athena",
        "After a leak nobody can tell who asked for what.",
    ),
    Used(
        "aws.bedrock",
        "model_use_recorded",
        "bedrock.amazonaws.com",
        "aws.bedrock.guardrail",
        "A trail records who asks models and changes guardrails",
        "Nobody can tell whose key asked models, or took a guardrail away.",
    ),
    Used(
        "aws.emr",
        "cluster_use_recorded",
        "elasticmapreduce.amazonaws.com",
        "aws.emr.cluster",
        "A trail records who starts clusters of EMR and adds steps",
        "Nobody can tell who ran what, with the rights of the cluster's role.",
    ),
    Used(
        "aws.glue",
        "catalog_use_recorded",
        "glue.amazonaws.com",
        "aws.glue.job",
        "A trail records who changes jobs of Glue and reads the catalog",
        "Nobody can tell who changed what a job runs, or looked for where the data lies.",
    ),
    Used(
        "aws.sagemaker",
        "notebook_use_recorded",
        "sagemaker.amazonaws.com",
        "aws.sagemaker.notebook_instance",
        "A trail records who opens notebooks and changes endpoints",
        "Nobody can tell who worked in a notebook, with the rights of its role, or replaced a model.",
    ),
)
WATCHED = (
    Watched(
        0,
        "workgroup_changes",
        "workgroups of Athena that are rewired",
        "Results of queries go to a stranger's bucket, or are encrypted no more, and nobody notices.",
        Severity.LOW,
        calls("athena", "UpdateWorkGroup DeleteWorkGroup UpdateDataCatalog"),
        "aws.athena",
        "aws.glue.database",
    ),
    of_service(
        "aws.bedrock.guardrail",
        "guardrail_removal",
        "guardrails and logs of Bedrock that are taken away",
        "Models say what they should not, or nobody can tell any more what they were asked, and nobody notices.",
        bedrock="DeleteGuardrail UpdateGuardrail DeleteModelInvocationLoggingConfiguration",
    ),
    of_service(
        "aws.emr.cluster",
        "cluster_removal",
        "clusters of EMR that are ended or laid open",
        "A cluster is ended with all that it held, or may be started open to the world, and nobody notices.",
        elasticmapreduce="TerminateJobFlows SetTerminationProtection PutBlockPublicAccessConfiguration",
    ),
    of_service(
        "aws.glue.job",
        "glue_changes",
        "jobs of Glue and catalogs that are rewritten",
        "A job runs somebody else's script with the rights of its role, or a stranger reads the catalog, and nobody notices.",
        glue="UpdateJob PutResourcePolicy PutDataCatalogEncryptionSettings",
    ),
    of_service(
        "aws.sagemaker.notebook_instance",
        "notebook_changes",
        "notebooks that are opened or rewired",
        "Somebody works with the rights of a notebook's role, or has it start with a script of his, and nobody notices.",
        sagemaker="CreatePresignedNotebookInstanceUrl UpdateNotebookInstance UpdateNotebookInstanceLifecycleConfig",
    ),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A type whose uses are data events. ``events``: the type's name in CloudTrail; ``what``: what nobody can tell."""

    type: str
    name: str
    events: str
    title: str
    what: str


# Names of types: CloudTrail user guide, "Logging data events".
ASKED = (
    Asked(
        "aws.bedrock.agent",
        "agents_recorded",
        "AWS::Bedrock::AgentAlias",
        "A trail records who talks to agents",
        "After a leak nobody can tell who made an agent tell it.",
    ),
    Asked(
        "aws.bedrock.knowledge_base",
        "knowledge_bases_recorded",
        "AWS::Bedrock::KnowledgeBase",
        "A trail records who asks knowledge bases",
        "After a leak nobody can tell which documents were asked for, and by whom.",
    ),
    Asked(
        "aws.bedrock.guardrail",
        "guardrails_recorded",
        "AWS::Bedrock::Guardrail",
        "A trail records who has guardrails judge what",
        "Nobody can tell who tried out what a guardrail lets through.",
    ),
    Asked(
        "aws.sagemaker.feature_group",
        "features_recorded",
        "AWS::SageMaker::FeatureGroup",
        "A trail records who reads and writes features",
        "After a leak nobody can tell which records were read, and by whom.",
    ),
)


def _asked(asked: Asked) -> Check:
    @check(
        f"aws.account.account.{asked.name}",
        on="aws.account.account",
        service=asked.type.rpartition(".")[0],
        control="logging.data_events",
        severity=Severity.LOW,
        title=asked.title,
        risk=asked.what,
        fix=f"aws cloudtrail put-event-selectors with data events of {asked.events}",
    )
    def judge(_account: Resource, inventory: Inventory) -> Verdict:
        return use_recorded(inventory, asked.type, asked.events)

    return judge


# Names of endpoint services: VPC user guide, "AWS services that integrate with AWS PrivateLink".
PRIVATE = (
    Private("aws.athena", "queries", "aws.glue.database", ("athena",)),
    Private("aws.bedrock", "agents", "aws.bedrock.agent", ("bedrock-agent-runtime",)),
    Private("aws.bedrock", "foundation_models", "aws.bedrock.guardrail", ("bedrock-runtime",)),
    Private("aws.glue", "catalogs", "aws.glue.database", ("glue",)),
    Private("aws.sagemaker", "model_endpoints", "aws.sagemaker.endpoint", ("sagemaker.runtime",)),
)

OWNERS = tuple(owner_named(each, "tag", TAG) for each in OWNED)
USES = tuple(recording(each) for each in USED)
ALARMS = tuple(alarmed(each) for each in WATCHED)
RECORDED = tuple(_asked(each) for each in ASKED)
PRIVATELY = tuple(privately(each) for each in PRIVATE)

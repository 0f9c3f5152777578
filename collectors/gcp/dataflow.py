"""Dataflow. What a pipeline was started with may hold anything, passwords of its sources too."""

from collectors.gcp.spec import Spec

JOB = Spec(
    type="gcp.dataflow.job",
    service="gcp.dataflow",
    title="Job",
    asset="dataflow.googleapis.com/Job",
    schema="dataflow.v1b3.Job",
    tags="item.labels",
    volatile=("item.currentStateTime", "item.stageStates", "item.serviceResources"),
    secret=("item.environment.sdkPipelineOptions.*", "item.pipelineDescription", "item.steps.properties"),
    metadata=("item.environment.workerPools.metadata",),
)

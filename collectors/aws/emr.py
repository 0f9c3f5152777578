"""Amazon EMR: clusters that run, security configurations, what a region shields, and serverless applications.

Clusters that ended are not read: AWS lists them for months. What remains costs a call each, since listings tell names.
EMR on EKS runs in the customer's own clusters, and is not read either.
"""

from __future__ import annotations

from collectors.aws.spec import Call, Spec

RUNNING = ("STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING")
STANDING = ("CREATING", "CREATED", "STARTING", "STARTED", "STOPPING", "STOPPED")

# Properties of applications often hold passwords of databases; Kerberos has passwords of its own.
CLUSTER = Spec(
    type="aws.emr.cluster",
    service="aws.emr",
    api="emr",
    title="Cluster",
    listing=Call(
        "list_clusters",
        "Clusters[].{Id: Id, Name: Name, ClusterArn: ClusterArn, OutpostArn: OutpostArn}",
        ClusterStates=list(RUNNING),
    ),
    id="{ClusterArn}",
    name="{Name}",
    facts={"cluster": Call("describe_cluster", "Cluster", ClusterId="{Id}")},
    tags="cluster.Tags",
    volatile=("cluster.Status", "cluster.NormalizedInstanceHours"),
    secret=(
        "cluster.Configurations.*.Properties.*",
        "cluster.Configurations.*.Configurations.*.Properties.*",
        "cluster.KerberosAttributes.KdcAdminPassword",
        "cluster.KerberosAttributes.CrossRealmTrustPrincipalPassword",
        "cluster.KerberosAttributes.ADDomainJoinPassword",
    ),
)

SECURITY_CONFIGURATION = Spec(
    type="aws.emr.security_configuration",
    service="aws.emr",
    api="emr",
    title="Security configuration",
    listing=Call("list_security_configurations", "SecurityConfigurations"),
    id="arn:{partition}:elasticmapreduce:{region}:{account}:securityConfiguration/{Name}",
    name="{Name}",
    facts={"configuration": Call("describe_security_configuration", "SecurityConfiguration", decode="json", Name="{Name}")},
)

SETTINGS = Spec(
    type="aws.emr.settings",
    service="aws.emr",
    api="emr",
    title="Settings of EMR",
    id="arn:{partition}:elasticmapreduce:{region}:{account}:settings",
    name="{account}",
    facts={"public_access": Call("get_block_public_access_configuration", "BlockPublicAccessConfiguration")},
)

APPLICATION = Spec(
    type="aws.emr.application",
    service="aws.emr",
    api="emr-serverless",
    title="Serverless application",
    listing=Call(
        "list_applications",
        "applications[].{id: id, name: name, type: type}",
        maxResults=50,
        states=list(STANDING),
    ),
    id="arn:{partition}:emr-serverless:{region}:{account}:/applications/{id}",
    name="{name}",
    facts={"application": Call("get_application", "application", applicationId="{id}")},
    tags="application.tags",
    gone=frozenset({"ResourceNotFoundException"}),
    volatile=("application.state", "application.stateDetails", "application.updatedAt"),
    secret=(
        "application.runtimeConfiguration.*.properties.*",
        "application.runtimeConfiguration.*.configurations.*.properties.*",
    ),
)

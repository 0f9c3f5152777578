"""Every control of AWS Foundational Security Best Practices has its check, or a reason why it has none."""

from __future__ import annotations

from scanner.responsibility.frameworks import shipped

# What the standard held in late 2025, by the user guide's page "fsbp-standard": services, and the numbers of their controls.
STANDARD = """
ACM 1 2
APIGateway 1 2 3 4 5 8 9
Account 1
AppSync 1 2 5 6
Athena 4
AutoScaling 1 2 3 6 9
Autoscaling 5
Backup 1
CloudFront 1 3 4 5 6 7 8 9 10 12 13 15 16
CloudTrail 1 2 4 5
CodeBuild 1 2 3 4 7
Cognito 2 3
Config 1
Connect 2
DMS 1 6 7 8 9 10 11 12 13
DataFirehose 1
DataSync 1
DocumentDB 1 2 3 4 5 6
DynamoDB 1 2 3 6 7
EC2 1 2 3 4 6 7 8 9 10 15 16 17 18 19 20 21 23 24 25 51 55 56 57 58 60 170 171 172 173 180 181
ECR 1 2 3
ECS 1 2 3 4 5 8 9 10 12 16
EFS 1 2 3 4 6 7 8
EKS 1 2 3 8
ELB 1 2 3 4 5 6 7 8 9 10 12 13 14 17 18
EMR 1 2 3 4
ES 1 2 3 4 5 6 7 8
ElastiCache 1 2 3 4 5 6 7
ElasticBeanstalk 1 2 3
EventBridge 3
FSx 1 2 3 4 5
Glue 3 4
GuardDuty 1 5 6 7 8 9 10 11 12 13
IAM 1 2 3 4 5 6 7 8 21
Inspector 1 2 3 4
KMS 1 2 3 5
Kinesis 1 3
Lambda 1 2 5
MQ 2 3
MSK 1 3 4 5 6
Macie 1 2
Neptune 1 2 3 4 5 6 7 8
NetworkFirewall 2 3 4 5 6 9 10
Opensearch 1 2 3 4 5 6 7 8 10
PCA 1
RDS 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 19 20 21 22 23 24 25 27 34 35 36 37 40 41 42 43 44 45 46 47 48
Redshift 1 2 3 4 6 7 8 10 15 18
RedshiftServerless 1 2 3 5 6
Route53 2
S3 1 2 3 5 6 8 9 12 13 19 24 25
SNS 4
SQS 1 3
SSM 1 2 3 4 6 7
SageMaker 1 2 3 4 5 8
SecretsManager 1 2 3 4
ServiceCatalog 1
StepFunctions 1
Transfer 2 3
WAF 1 2 3 4 6 7 8 10 12
WorkSpaces 1 2
"""
NOT_OURS = {"Connect", "DataSync", "PCA", "ServiceCatalog"}  # services that the split does not know
FSBP = {f"{service}.{number}" for service, *numbers in map(str.split, STANDARD.strip().splitlines()) for number in numbers}
OURS = {id for id in FSBP if id.partition(".")[0] not in NOT_OURS}


def test_every_control_of_the_standard_has_a_check_or_a_reason() -> None:
    framework = shipped()["aws-security-hub"]
    assert OURS - framework.requirements.keys() - set(framework.not_covered or {}) == set()


def test_what_no_check_answers_is_of_the_standard_and_has_a_reason_alone() -> None:
    framework = shipped()["aws-security-hub"]
    left_out = framework.not_covered or {}
    assert left_out.keys() <= OURS
    assert left_out.keys() & framework.requirements.keys() == set()
    assert all(why.endswith(".") for why in left_out.values())

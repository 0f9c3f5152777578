from typing import Any

from checks.aws import sagemaker_models as models
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource
from tests.checks.aws.cases_sagemaker import hidden, key_cases, role_cases
from tests.checks.aws.policies import known_cases, named_cases

OURS = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/model"
THEIRS = "763104351884.dkr.ecr.eu-west-1.amazonaws.com/pytorch-inference:2.6.0-cpu-py312"


def repository(*, scanned: bool) -> Any:
    item = {"repositoryName": "team/model", "imageScanningConfiguration": {"scanOnPush": scanned}}
    return resource("aws.ecr.repository", item=item)


def runs(image: str, **more: Any) -> dict[str, Any]:
    return {"PrimaryContainer": {"Image": image, **more}}


def pipeline(*images: str, **more: Any) -> dict[str, Any]:
    return {"Containers": [{"Image": image, **more} for image in images]}


def from_registry(mode: str) -> dict[str, Any]:
    return {"ImageConfig": {"RepositoryAccessMode": mode}}


def variants(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"ProductionVariants": [{"VariantName": f"v{number}", **row} for number, row in enumerate(rows)]}


def scaled(status: str, least: int) -> dict[str, Any]:
    return {"InitialInstanceCount": 1, "ManagedInstanceScaling": {"Status": status, "MinInstanceCount": least}}


def offline(key: str | None) -> dict[str, Any]:
    return {"OfflineStoreConfig": {"S3StorageConfig": {"S3Uri": "s3://features", **({"KmsKeyId": key} if key else {})}}}


def online(key: str | None) -> dict[str, Any]:
    security = {"SecurityConfig": {"KmsKeyId": key}} if key else {}
    return {"OnlineStoreConfig": {"EnableOnlineStore": True, **security}}


SERVERLESS = variants({"ServerlessConfig": {"MemorySizeInMB": 2048}})
MADE, NEVER_MADE = {"FeatureGroupStatus": "Created"}, {"FeatureGroupStatus": "CreateFailed"}
CAPTURED = {"EnableCapture": True}

CASES = [
    case(models.isolated, PASS, model={"EnableNetworkIsolation": True}),
    case(models.isolated, FAIL, model={"EnableNetworkIsolation": False}),
    case(models.isolated, FAIL, model={}),
    case(models.in_network, PASS, model={"VpcConfig": {"Subnets": ["subnet-1"]}}),
    case(models.in_network, FAIL, model={}),
    case(models.images_fetched_privately, PASS, model=runs(OURS, **from_registry("Vpc"))),
    case(models.images_fetched_privately, PASS, model=pipeline(OURS, OURS, **from_registry("Vpc"))),
    case(models.images_fetched_privately, FAIL, model=runs(OURS)),
    case(models.images_fetched_privately, FAIL, model={**runs(OURS, **from_registry("Vpc")), **pipeline(OURS)}),
    case(models.images_fetched_privately, FAIL, model=runs(OURS, **from_registry("Platform"))),
    case(models.images_fetched_privately, SKIP, model={}),
    case(models.image_pinned, PASS, model=runs(f"{OURS}:7")),
    case(models.image_pinned, FAIL, model=pipeline(f"{OURS}:7", f"{OURS}:latest")),
    case(models.image_pinned, FAIL, model=runs(OURS)),
    case(models.image_pinned, SKIP, model={"PrimaryContainer": {"ModelPackageName": "arn:1"}}),
    case(models.image_scanned, PASS, model=runs(f"{OURS}:7"), inventory=[repository(scanned=True)]),
    case(models.image_scanned, FAIL, model=pipeline(THEIRS, f"{OURS}:7"), inventory=[repository(scanned=False)]),
    case(models.image_scanned, SKIP, model=runs(THEIRS)),
    case(models.image_scanned, SKIP, model={}),
    case(models.image_scanned, UNKNOWN, model=runs(f"{OURS}:7")),
    case(models.image_scanned, UNKNOWN, model=runs("registry.example/model:7")),
    case(models.without_secrets, PASS, model=runs(OURS, Environment={"LEVEL": hidden()})),
    case(models.without_secrets, PASS, model={}),
    case(models.without_secrets, FAIL, model=pipeline(OURS, Environment={"LEVEL": hidden("GitHub Token")})),
    case(models.without_secrets, FAIL, model=runs(OURS, Environment={"API_KEY": hidden()})),
    *role_cases(models.role_limited, "model", lambda arn: {"ExecutionRoleArn": arn}),
    case(models.several_instances, PASS, config=variants({"InitialInstanceCount": 2}, {"InitialInstanceCount": 3})),
    case(models.several_instances, PASS, config=SERVERLESS),
    case(models.several_instances, PASS, config=variants(scaled("ENABLED", 2))),
    case(models.several_instances, FAIL, config=variants(scaled("DISABLED", 2))),
    case(models.several_instances, FAIL, config=variants({"InitialInstanceCount": 2}, {"InitialInstanceCount": 1})),
    case(models.shell_closed, PASS, config=variants({"EnableSSMAccess": False}, {})),
    case(models.shell_closed, FAIL, config=variants({}, {"EnableSSMAccess": True})),
    *key_cases(models.volume_key, "config", lambda key: {"KmsKeyId": key, **variants({"InitialInstanceCount": 2})}),
    case(models.volume_key, SKIP, config=SERVERLESS),
    case(models.requests_captured, PASS, config={"DataCaptureConfig": CAPTURED}),
    case(models.requests_captured, FAIL, config={"DataCaptureConfig": {"EnableCapture": False}}),
    case(models.requests_captured, FAIL, config={}),
    *key_cases(models.capture_key, "config", lambda key: {"DataCaptureConfig": {"KmsKeyId": key, **CAPTURED}}),
    case(models.capture_key, SKIP, config={"DataCaptureConfig": {"EnableCapture": False}}),
    *key_cases(models.offline_key, "group", offline, item=MADE),
    case(models.offline_key, SKIP, item=MADE, group=online(None)),
    case(models.offline_key, SKIP, item=NEVER_MADE, group=offline(None)),
    *key_cases(models.online_key, "group", online, item=MADE),
    case(models.online_key, SKIP, item=MADE, group={"OnlineStoreConfig": {"EnableOnlineStore": False}}),
    case(models.online_key, SKIP, item=MADE, group=offline(None)),
    case(models.online_key, SKIP, item=NEVER_MADE, group=online(None)),
    *named_cases(models.not_public),
    *known_cases(models.known_accounts),
]

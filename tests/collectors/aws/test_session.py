"""The way into an account, and clients that only read, count and stop: botocore's own, over real sockets for what fails."""

from __future__ import annotations

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError
from botocore.hooks import HierarchicalEmitter
from botocore.parsers import ResponseParserError

from collectors.aws.collect import AwsCollector
from collectors.aws.errors import SpentError
from collectors.aws.options import AwsOptions
from collectors.aws.provider import specs
from collectors.aws.session import HARMLESS, Budget, Connection, WriteRefusedError, connect, enter, guard, resolves
from collectors.redact import Redactor
from scanner.model import Account, Gap, Reason
from scanner.provider import ConnectError
from tests.collectors.aws import local
from tests.collectors.aws.fake import FakeAws, Raw, Refusal, named, repositories
from tests.collectors.aws.test_specs import model

SERVICES = sorted({call.service or spec.api for spec in specs() for call in spec.calls})
OPERATIONS = [
    (service, model(service).operation_model(name)) for service in SERVICES for name in model(service).operation_names
]


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No AWS configuration but that of the test; the file is for the test to write."""
    for name in [name for name in os.environ if name.startswith("AWS_") or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "example",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "HOME": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    return tmp_path / "config"


# Only reads.


GUARDED = HierarchicalEmitter()
guard(GUARDED, Budget())


def allowed(operation: Any) -> bool:
    try:
        GUARDED.emit("before-call.service.Operation", model=operation)
    except WriteRefusedError:
        return False
    return True


def test_nothing_that_http_calls_a_write_ever_leaves() -> None:
    """REST services say so themselves: PUT, PATCH and DELETE. Whatever a spec asks for is a read."""
    writes = [each for _, each in OPERATIONS if each.http["method"] in {"PUT", "PATCH", "DELETE"}]
    assert len(writes) > 200
    assert [each.name for each in writes if allowed(each)] == []


@pytest.mark.parametrize(
    "verb", ["Create", "Delete", "Put", "Update", "Modify", "Attach", "Run", "Terminate", "Start", "Stop", "Send"]
)
def test_no_verb_that_changes_anything_is_allowed(verb: str) -> None:
    named = [each for _, each in OPERATIONS if each.name.startswith(verb) and each.name not in HARMLESS]
    assert named
    assert not any(allowed(each) for each in named)


def test_a_write_raises_before_anything_is_sent_and_is_not_counted() -> None:
    fake = FakeAws()
    connection = fake.connection()
    client = connection.clients("ecr", "eu-west-1")
    with pytest.raises(WriteRefusedError, match="ecr:DeleteRepository is not a read"):
        client.delete_repository(repositoryName="aa")
    assert (fake.sent, connection.clients.budget.spent()) == ([], {})


@pytest.mark.parametrize("name", ["GetBucketPolicy", "ListBuckets", "HeadBucket"])
def test_reads_are_allowed_and_so_is_looking_for_a_buckets_region(name: str) -> None:
    assert allowed(model("s3").operation_model(name))


# The budget.


def test_a_budget_is_never_overdrawn_however_many_threads_draw_on_it() -> None:
    budget = Budget(calls=500)

    def draw(number: int) -> None:
        for _ in range(200):
            with suppress(SpentError):
                budget.take(f"service:Operation{number}")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(draw, range(8)))
    assert sum(budget.spent().values()) == 500


def test_a_budget_of_time_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("collectors.aws.session.monotonic", lambda: now[0])
    budget = Budget(seconds=10, _started=0.0)
    budget.check()
    now[0] = 10.1
    with pytest.raises(SpentError, match="budget of 10 seconds"):
        budget.take("any:Call")


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that botocore makes before it tries again; none is waited for."""
    pauses: list[float] = []
    monkeypatch.setattr("botocore.endpoint.time.sleep", pauses.append)
    monkeypatch.setattr("botocore.retries.bucket.TokenBucket.acquire", lambda *_: True)
    return pauses


def test_a_throttled_call_is_tried_again_and_each_attempt_counts(slept: list[float]) -> None:
    throttled = Refusal("ThrottlingException", "Rate exceeded")
    fake = FakeAws(DescribeRepositories=[throttled, throttled, named("aa")])
    connection = fake.connection(attempts=3)
    client = connection.clients("ecr", "eu-west-1")
    assert client.meta.config.retries == {"mode": "adaptive", "total_max_attempts": 3}
    assert client.describe_repositories()["repositories"]
    assert connection.clients.budget.spent() == {"ecr:DescribeRepositories": 3}
    assert len(slept) == 2


def test_no_attempt_is_made_after_the_scan_was_stopped(slept: list[float]) -> None:
    budget = Budget()

    def stopping(_: Any) -> Refusal:
        budget.stopped.set()
        return Refusal("ThrottlingException")

    fake = FakeAws(DescribeRepositories=stopping)
    with pytest.raises(SpentError, match="was stopped"):
        fake.connection(budget, attempts=5).clients("ecr", "eu-west-1").describe_repositories()
    assert len(fake.sent) == 1


def test_timeouts_are_those_of_the_options() -> None:
    config = FakeAws().connection(connect_timeout=1.5, read_timeout=2.5).clients("ecr", "eu-west-1").meta.config
    assert (config.connect_timeout, config.read_timeout) == (1.5, 2.5)


# Answers that are none, in the protocols that speak XML.


@pytest.mark.parametrize(("service", "method"), [("ec2", "describe_vpcs"), ("iam", "list_users"), ("s3", "list_buckets")])
@pytest.mark.parametrize(
    "body", [b"", b"<html><body>Sign in</body></html>", b"<!DOCTYPE html>\n<html/>", b"{}", b"<a><b>", b"\x00"], ids=repr
)
def test_what_is_no_answer_is_not_taken_for_an_empty_one(service: str, method: str, body: bytes) -> None:
    client = (
        FakeAws(DescribeVpcs=Raw(body), ListUsers=Raw(body), ListBuckets=Raw(body)).connection().clients(service, "eu-west-1")
    )
    with pytest.raises((ResponseParserError, ClientError)):  # botocore itself takes it for an error of S3
        getattr(client, method)()


def test_an_answer_that_is_empty_by_design_is_none_the_worse() -> None:
    client = FakeAws(HeadBucket=Raw(b"")).connection().clients("s3", "eu-west-1")
    assert client.head_bucket(Bucket="bucket")["ResponseMetadata"]["HTTPStatusCode"] == 200


# What is offered where.


def test_a_service_is_offered_where_the_sdk_or_the_dns_knows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def resolves(url: str) -> bool:
        asked.append(url)
        return True

    monkeypatch.setattr("collectors.aws.session.resolves", resolves)
    offers = FakeAws().connection().clients.offers
    assert offers("ecr", "eu-west-1", "aws")
    assert asked == [], "what the SDK lists is not looked up"
    assert offers("ecr", "eu-new-9", "aws"), "a region younger than the SDK"
    assert offers("macie2", "cn-north-1", "aws-cn"), "a partition that the SDK's list lacks"
    assert asked == ["https://api.ecr.eu-new-9.amazonaws.com", "https://macie2.cn-north-1.amazonaws.com.cn"]


@pytest.mark.parametrize(("error", "there"), [(socket.EAI_NONAME, False), (socket.EAI_NODATA, False), (socket.EAI_AGAIN, True)])
def test_only_a_name_that_the_dns_denies_does_not_exist(monkeypatch: pytest.MonkeyPatch, error: int, there: bool) -> None:
    def lookup(*_: object) -> None:
        raise socket.gaierror(error, "no")

    monkeypatch.setattr("socket.getaddrinfo", lookup)
    assert resolves("https://macie2.eu-new-9.amazonaws.com") is there


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "aws.proxy.internal"])
def test_all_calls_go_to_a_given_endpoint_whatever_a_services_rules_say(host: str) -> None:
    fake = FakeAws(
        GetPublicAccessBlock=Refusal("NoSuchPublicAccessBlockConfiguration", status=404),
        GetBucketPolicy=Refusal("NoSuchBucketPolicy", status=404),
    )
    clients = fake.connection(endpoint_url=f"http://{host}:5000").clients
    control, s3 = clients("s3control", "eu-west-1"), clients("s3", "eu-west-1")
    with pytest.raises(ClientError):
        control.get_public_access_block(AccountId="123456789012")
    with pytest.raises(ClientError, match="NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket="bucket")
    assert fake.urls == [f"http://{host}:5000/v20180820/configuration/publicAccessBlock", f"http://{host}:5000/bucket?policy"]


# Entering.


def entered(options: AwsOptions | None = None, **answers: Any) -> Connection:
    fake = FakeAws(**{"GetCallerIdentity": Raw(local.identity()), **answers})
    return connect(options or AwsOptions(attempts=1), make=fake.session)


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_the_account_and_its_partition_are_those_of_the_caller(partition: str) -> None:
    connection = entered(GetCallerIdentity=Raw(local.identity("111122223333", partition)))
    assert connection.account == Account("aws", "111122223333", partition=partition)


def test_the_region_is_the_environments_else_the_profiles_else_the_first_wanted(
    monkeypatch: pytest.MonkeyPatch, alone: Path
) -> None:
    with local.serving(lambda _: (200, local.identity())) as address:
        options = AwsOptions(attempts=1, endpoint_url=address)
        assert connect(options, ["us-west-2", "eu-north-1"]).region == "eu-north-1"
        alone.write_text("[default]\nregion = ca-central-1\n")
        assert connect(options, ["us-west-2"]).region == "ca-central-1"
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-2")
        assert connect(options).region == "eu-west-2"
        monkeypatch.setenv("AWS_REGION", "eu-west-3")
        assert connect(options).region == "eu-west-3"


def told(options: AwsOptions, **more: Any) -> str:
    """Return the one line that a user is told."""
    with pytest.raises(ConnectError) as raised:
        connect(options, **more)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_without_a_region_it_says_where_to_set_one() -> None:
    assert told(AwsOptions()).startswith("no AWS region: set AWS_REGION")


def test_without_credentials_it_says_how_to_get_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    for options in (AwsOptions(), AwsOptions(role_arn="arn:aws:iam::123456789012:role/reader")):
        assert told(options, regions=["eu-west-1"]).startswith("no AWS credentials found")


def test_a_profile_that_does_not_exist_is_named_wherever_it_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "'nobody' does not exist" in told(AwsOptions(profile="nobody"))
    monkeypatch.setenv("AWS_PROFILE", "ghost")
    assert "'ghost' does not exist" in told(AwsOptions())


KEYS = "aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = s\n"
TO_ROLE = "[profile x]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = y\n"
SSO = "[profile x]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n[sso-session s]\nsso_region = eu-west-1\n"
PROFILES = {
    "malformed": ("[profile x\nregion", "Unable to parse config file"),
    "circle": (
        TO_ROLE + "[profile y]\nrole_arn = arn:aws:iam::1:role/s\nsource_profile = x\n",
        "Infinite loop in credential configuration",
    ),
    "sso": (SSO + "sso_start_url = https://x.example\n", "`aws sso login` signs in"),
    "process": ("[profile x]\ncredential_process = false\n", "retrieving credentials from custom-process"),
    "partial": ("[profile x]\naws_access_key_id = AKIAEXAMPLE\n", "Partial credentials"),
    "mfa": (f"{TO_ROLE}mfa_serial = arn:aws:iam::1:mfa/me\n[profile y]\n{KEYS}", "asks for an MFA code"),
}


@pytest.mark.filterwarnings("ignore::getpass.GetPassWarning")
@pytest.mark.parametrize("kind", PROFILES)
def test_a_profile_that_leads_nowhere_is_told_in_one_line(alone: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr("sys.stdin", StringIO())
    text, said = PROFILES[kind]
    alone.write_text(text)
    assert said in told(AwsOptions(profile="x", attempts=1), regions=["eu-west-1"])


REFUSED = [
    (
        Refusal("InvalidClientTokenId", "The security token included in the request is invalid", 403),
        "AWS refused the credentials",
    ),
    (Refusal("ExpiredToken", "The security token included in the request is expired", 403), "have expired"),
    (Refusal("SignatureDoesNotMatch", "Signature expired: 20260101T000000Z is now earlier than", 403), "this machine's clock"),
    (
        Refusal("SignatureDoesNotMatch", "The request signature we calculated does not match", 403),
        "AWS refused the credentials",
    ),
    (Refusal("InternalFailure", "oops", 500), "cannot be entered (InternalFailure: oops)"),
    (Raw(b"<html>Sign in to this network</html>"), "what answers is not AWS"),
    (Raw(b""), "what answers is not AWS"),
    (Raw(b"<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>"), "what answers is not AWS"),
]


@pytest.mark.parametrize(("answer", "said"), REFUSED, ids=lambda each: str(each)[:60])
def test_a_refusal_is_told_in_one_line(answer: Any, said: str) -> None:
    fake = FakeAws(GetCallerIdentity=answer)
    assert said in told(AwsOptions(attempts=1), make=fake.session)


def test_a_budget_that_ends_before_the_beginning_is_told_in_one_line() -> None:
    fake = FakeAws(GetCallerIdentity=Raw(local.identity()))
    assert "budget of 1e-09 seconds" in told(AwsOptions(attempts=1, max_seconds=1e-9), make=fake.session)


@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        ("http://127.0.0.1:9", "AWS cannot be reached: Could not connect"),
        ("http://nowhere.invalid", "AWS cannot be reached: Could not connect"),
        ("nowhere", "Invalid endpoint"),
        ("ftp://127.0.0.1", "AWS cannot be"),
    ],
)
def test_an_endpoint_that_is_none_is_told_in_one_line(endpoint: str, said: str) -> None:
    options = AwsOptions(attempts=1, endpoint_url=endpoint)
    assert said in told(options, regions=["eu-west-1"])
    assert said in told(AwsOptions(**{**vars_of(options), "role_arn": "arn:aws:iam::1:role/r"}), regions=["eu-west-1"])


def vars_of(options: AwsOptions) -> dict[str, Any]:
    return {name: getattr(options, name) for name in ("attempts", "endpoint_url")}


def test_a_server_without_tls_or_that_never_answers_is_told_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        options = AwsOptions(attempts=1, endpoint_url=f"http://127.0.0.1:{port}", read_timeout=0.1)
        assert "AWS cannot be reached: Read timeout" in told(options, regions=["eu-west-1"])
    with local.serving(lambda _: (200, b"")) as address:
        options = AwsOptions(attempts=1, endpoint_url=address.replace("http:", "https:"))
        assert "AWS cannot be reached: SSL validation failed" in told(options, regions=["eu-west-1"])


def test_a_proxy_that_is_not_there_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert "Failed to connect to proxy" in told(AwsOptions(attempts=1), regions=["eu-west-1"])


# Roles.


ROLE = AwsOptions(attempts=1, role_arn="arn:aws:iam::123456789012:role/reader")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("AccessDenied", "role arn:aws:iam::123456789012:role/reader cannot be assumed"),
        ("ExpiredToken", "the AWS credentials have expired"),
        ("RegionDisabledException", "cannot be assumed (RegionDisabledException"),
    ],
)
def test_a_role_that_cannot_be_assumed_says_what_to_check(code: str, said: str) -> None:
    fake = FakeAws(AssumeRole=Refusal(code, "no", 403))
    assert said in told(ROLE, make=fake.session)


@pytest.mark.parametrize(("code", "trust"), [("AccessDenied", True), ("Throttling", False), ("ServiceUnavailable", False)])
def test_only_a_role_that_is_refused_is_a_matter_of_trust(code: str, *, trust: bool) -> None:
    fake = FakeAws(AssumeRole=Refusal(code, "no", 400))
    assert ("check its trust policy" in told(ROLE, make=fake.session)) is trust


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov", "aws-cn"])
def test_members_are_entered_in_the_partition_of_the_organization(partition: str) -> None:
    fake = FakeAws(AssumeRole=Refusal("AccessDenied", "no", 403))
    entered = fake.connection(account=Account("aws", "123456789012", partition=partition))
    member = Account("aws", "210987654321", partition=partition)
    with pytest.raises(ConnectError, match=f"role arn:{partition}:iam::210987654321:role/demarc-read cannot be assumed"):
        enter(entered, AwsOptions(), member, Budget())


def in_time(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def test_a_role_whose_session_ends_and_cannot_be_renewed_leaves_a_gap_and_the_scan_ends_well() -> None:
    assumed: list[str] = []

    def answer(operation: str) -> tuple[int, bytes]:
        if operation == "AssumeRole":
            assumed.append(operation)
            return (200, local.role(in_time(60))) if len(assumed) < 3 else (403, local.refusal("ExpiredToken"))
        return {
            "GetCallerIdentity": (200, local.identity()),
            "DescribeRepositories": (200, local.listing(**named("aa"), nextToken="1")),
        }[operation]

    with local.serving(answer) as address:
        options = AwsOptions(attempts=1, role_arn=ROLE.role_arn, endpoint_url=address)
        connection = connect(options, ["eu-west-1"])
        events = list(AwsCollector(connection, ["eu-west-1"], [repositories()], Redactor(b"key")).collect())
    (gap,) = [each for each in events if isinstance(each, Gap)]
    assert (gap.reason, gap.code) == (Reason.DENIED, "ExpiredToken")
    assert [type(each).__name__ for each in events] == ["Resource", "Gap", "Listed"], "what was read before is kept"


def test_a_role_is_assumed_once_while_its_session_lasts_and_within_the_profile(alone: Path) -> None:
    alone.write_text(f"[profile x]\nregion = eu-west-1\n{KEYS}")
    seen: list[str] = []

    def answer(operation: str) -> tuple[int, bytes]:
        seen.append(operation)
        known = {"AssumeRole": local.role(in_time(3600)), "GetCallerIdentity": local.identity()}
        return 200, known.get(operation, local.listing(**named()))

    with local.serving(answer) as address:
        options = AwsOptions(attempts=1, profile="x", role_arn=ROLE.role_arn, external_id="secret", endpoint_url=address)
        client = connect(options).clients("ecr", "eu-west-1")
        client.describe_repositories()
    assert seen == ["AssumeRole", "GetCallerIdentity", "DescribeRepositories"]


def test_the_models_of_services_are_read_once_for_all_accounts() -> None:
    loaders: list[object] = []

    def make(botocore_session: Any) -> Any:
        loaders.append(botocore_session.get_component("data_loader"))
        raise NoCredentialsError

    for _ in range(2):
        assert "no AWS credentials found" in told(AwsOptions(attempts=1), make=make)
    assert loaders[0] is loaders[1]


# One budget over several.


def test_what_an_account_takes_the_whole_takes_as_well() -> None:
    whole = Budget(calls=3)
    one, two = Budget(above=whole), Budget(above=whole)
    one.take("sts:AssumeRole")
    two.take("ec2:DescribeRegions")
    two.take("ec2:DescribeRegions")
    assert whole.spent() == {"sts:AssumeRole": 1, "ec2:DescribeRegions": 2}
    assert (one.spent(), two.spent()) == ({"sts:AssumeRole": 1}, {"ec2:DescribeRegions": 2})
    with pytest.raises(SpentError, match="3 calls"):
        one.take("sts:AssumeRole")
    assert one.spent() == {"sts:AssumeRole": 1}, "what was not sent is not counted"


def test_one_account_that_stops_stops_no_other_and_the_whole_stops_all() -> None:
    whole = Budget()
    one, two = Budget(above=whole), Budget(above=whole)
    one.stopped.set()
    with pytest.raises(SpentError):
        one.check()
    two.check()
    whole.stopped.set()
    for stopped in (two.check, two.check_stopped):
        with pytest.raises(SpentError):
            stopped()

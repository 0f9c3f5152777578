"""Every operation that a scan calls is known for what it is on the wire, parameters included: counts hang on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config
from botocore.model import Shape
from moto.core.utils import get_service_model

from collectors.aws.provider import specs
from simulators.aws import shapes
from simulators.aws.operations import identify
from simulators.listener import Received

KEY, REGION = "AKIAEXAMPLEEXAMPLE00", "eu-central-1"
# What a path must carry unharmed, and what rules of endpoints ask for.
TEXT = "arn:aws:x:eu-central-1:111111111111:a/b c+d"
NAMED = {"AccountId": "111111111111", "Bucket": "a-bucket", "HostedZoneId": "Z0123", "Name": "a-name"}


class CaughtError(Exception):
    """The request is caught; nothing is sent."""


def called() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield the service, the method and the parameters of each call that a spec describes."""
    yield from (("sts", "get_caller_identity", ()), ("ec2", "describe_regions", ()))
    yield "sts", "assume_role", ("RoleArn", "RoleSessionName", "ExternalId")
    for spec in specs():
        for call in spec.calls:
            yield call.service or spec.api, call.operation, tuple(call.params)
            if call.prepare:
                yield call.service or spec.api, call.prepare, ()


CALLED = sorted(set(called()))


@cache
def client(service: str) -> Any:
    make: Any = boto3.Session(KEY, "example", region_name=REGION).client
    return make(service, endpoint_url="http://127.0.0.1:9", config=Config(parameter_validation=False))


def sample(shape: Any, wanted: Callable[[str, Shape], bool], name: str = "") -> Any:
    """Return a value of a shape: what is required and *wanted*, and of structures further down at least one member."""
    if shape.type_name == "structure":
        needed = shape.required_members or list(shape.members)[: bool(name)]
        return {key: sample(each, wanted, key) for key, each in shape.members.items() if key in needed or wanted(key, each)}
    if shape.type_name == "list":
        return [sample(shape.member, wanted, name)]
    if shape.type_name == "map":
        return {sample(shape.key, wanted): sample(shape.value, wanted)}
    scalars = {"boolean": True, "integer": 7, "long": 7}
    return scalars.get(shape.type_name) or (getattr(shape, "enum", None) or [NAMED.get(name, TEXT)])[0]


def sent(service: str, method: str, params: Mapping[str, Any]) -> Received:
    """Return the request that boto3 would send."""
    caught: list[Received] = []

    def catch(request: AWSPreparedRequest, **_: Any) -> None:
        url = urlsplit(request.url)
        headers = {name.lower(): text(value) for name, value in request.headers.items()}
        caught.append(Received(request.method, url.path, url.query, headers, text(request.body or "").encode()))
        raise CaughtError

    made = client(service)
    made.meta.events.register("before-send", catch, unique_id="caught")
    with pytest.raises(CaughtError):
        getattr(made, method)(**params)
    made.meta.events.unregister("before-send", unique_id="caught")
    return caught[0]


def text(value: Any) -> str:
    return value.decode() if isinstance(value, (bytes, bytearray)) else str(value)


@pytest.mark.parametrize(("service", "method", "names"), CALLED, ids=lambda value: value if isinstance(value, str) else "")
def test_a_request_is_known_for_what_it_is(service: str, method: str, names: tuple[str, ...]) -> None:
    operation = client(service).meta.method_to_api_mapping[method]
    model = get_service_model(service).operation_model(operation)
    params = sample(model.input_shape, lambda key, _: key in names) if model.input_shape else {}
    received = sent(service, method, params)
    request = identify(received)
    assert (request.name, request.region, request.key) == (f"{service}:{operation}", REGION, KEY)
    assert request.protocol == client(service).meta.service_model.resolved_protocol
    read = shapes.parameters(received, request)
    assert {name: value for name, value in read.items() if name in params or value} == params


def test_only_these_protocols_are_spoken() -> None:
    """What botocore makes of the newest, which packs answers in CBOR, no service that is read needs yet."""
    spoken = {client(service).meta.service_model.resolved_protocol for service, _, _ in CALLED}
    assert spoken == {"ec2", "json", "query", "rest-json", "rest-xml"}


def test_what_is_not_an_operation_has_no_name() -> None:
    signed = {"authorization": f"AWS4-HMAC-SHA256 Credential={KEY}/20260101/{REGION}/lambda/aws4_request, Signature=0"}
    request = identify(Received("GET", "/no/such/path", "", signed, b""))
    assert (request.service, request.operation) == ("lambda", "")
    assert identify(Received("GET", "/", "", {}, b"")).service == "sts"

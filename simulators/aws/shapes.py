"""Parameters out of requests, and results into responses and back, by botocore's models, whatever the protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from botocore.awsrequest import HeadersDict
from botocore.parsers import create_parser
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.datastructures import Headers, MultiDict

from simulators.aws.operations import Request
from simulators.listener import Answer, Received

Params = dict[str, Any]


def parameters(received: Received, request: Request) -> Params:
    """Return the parameters as the caller of boto3 gave them."""
    body = received.body
    pairs = parse_qsl(received.query, keep_blank_values=True)
    if request.protocol in ("ec2", "query"):
        pairs += parse_qsl(body.decode(), keep_blank_values=True)
    parser = PROTOCOL_PARSERS[request.protocol](operation(request))
    parsed: Params = parser.parse(
        {
            "method": received.method,
            "values": MultiDict(pairs),
            "headers": Headers(list(received.headers.items())),
            "body": body,
            "url_path": received.path,
            "url_params": dict(request.labels),
        }
    )
    return parsed


def serialized(request: Request, result: Mapping[str, Any]) -> Answer:
    """Return the response that boto3 will read as *result*."""
    serializer = get_serializer_class(request.service, request.protocol)(operation(request))
    response = serializer.serialize(result)
    body = response["body"]
    return Answer(response["status_code"], body.encode() if isinstance(body, str) else body, dict(response["headers"]))


def result(request: Request, answer: Answer) -> Params:
    """Return what boto3 reads in *answer*."""
    response = {"status_code": answer.status, "headers": HeadersDict(answer.headers), "body": answer.body}
    parsed: Params = create_parser(request.protocol).parse(response, operation(request).output_shape)
    parsed.pop("ResponseMetadata", None)
    return parsed


def operation(request: Request) -> Any:
    return get_service_model(request.service).operation_model(request.operation)

"""Calls from within the process, as boto3's clients are called: by whoever fills accounts, uncounted and without faults.

boto3's own clients would spend most of their time on what is of no use here: endpoints, signatures, retries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from botocore import xform_name
from botocore.awsrequest import create_request_object, prepare_request_dict
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from moto.core.utils import get_service_model

from simulators.aws import shapes
from simulators.aws.dispatch import dispatch
from simulators.aws.operations import Request
from simulators.aws.pages import paging
from simulators.listener import Received

KEY = "AKIAEXAMPLEEXAMPLE00"
ERROR = 300


class InsideError(Exception):
    """moto answered with an error."""

    def __init__(self, operation: str, code: str, message: str) -> None:
        super().__init__(f"{operation}: {code}: {message}")
        self.code = code


class Inside:
    """One service in one region of one account. Methods are those of boto3's client."""

    def __init__(self, service: str, region: str, account: str) -> None:
        self._service = service
        self._request = Request(get_service_model(service).signing_name, region, KEY, service, account=account)

    def __getattr__(self, method: str) -> Callable[..., Any]:
        operation = _operations(self._service)[method]

        def call(**params: Any) -> Any:
            return self._call(operation, params)

        return call

    def pages(self, method: str, **params: Any) -> list[Any]:
        """Return every page of a listing."""
        operation = _operations(self._service)[method]
        how = paging(self._service, operation)
        pages = [self._call(operation, params)]
        while how and pages[-1].get(how.next):
            pages.append(self._call(operation, {**params, how.token: pages[-1][how.next]}))
        return pages

    def _call(self, operation: str, params: Mapping[str, Any]) -> Any:
        model = get_service_model(self._service).operation_model(operation)
        protocol = model.service_model.resolved_protocol
        request = self._request.doing(operation, protocol)
        serialized = create_serializer(protocol, include_validation=False).serialize_to_request(params, model)
        answer = dispatch(_received(serialized, request), request)
        if answer.status < ERROR:
            return shapes.result(request, answer)
        response = {"status_code": answer.status, "headers": answer.headers, "body": answer.body}
        error = create_parser(protocol).parse(response, model.output_shape)["Error"]
        raise InsideError(f"{request.name}", error.get("Code", ""), error.get("Message", ""))


@cache
def _operations(service: str) -> Mapping[str, str]:
    return {xform_name(name): name for name in get_service_model(service).operation_names}


def _received(serialized: dict[str, Any], request: Request) -> Received:
    """Return the request as a server would receive it. Its signature is good for telling who asks, and no more."""
    prepare_request_dict(serialized, "https://inside")
    sent = create_request_object(serialized).prepare()
    url, body = urlsplit(sent.url), sent.body or b""
    headers = {name.lower(): value.decode() if isinstance(value, bytes) else str(value) for name, value in sent.headers.items()}
    scope = f"{KEY}/20260101/{request.region}/{request.signing}/aws4_request"
    headers["authorization"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
    return Received(sent.method, url.path or "/", url.query, headers, body.encode() if isinstance(body, str) else bytes(body))

"""Hands requests to moto's own functions, without the web framework that its server puts in between."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import unquote

from moto.backend_index import backend_url_patterns
from moto.core.base_backend import BackendDict
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.request import Request as MotoRequest
from werkzeug.exceptions import HTTPException

from simulators.aws.operations import Request
from simulators.aws.tuning import state
from simulators.listener import Answer, Received

Method = Callable[[MotoRequest, str, Any], tuple[int, Mapping[str, Any], str | bytes]]
# Where moto listens for services that are signed under another name than their host has.
HOSTS = {"sagemaker": "api.sagemaker"}
HOP = frozenset({"connection", "content-length", "date", "server", "status", "transfer-encoding"})


class UnansweredError(Exception):
    """moto doesn't know the operation, or fails at it."""


def dispatch(received: Received, request: Request) -> Answer:
    """Return moto's answer. Raises :class:`UnansweredError` where it has none."""
    control = request.signing == "s3" and received.path.startswith("/v20180820/")
    name = f"{request.account}.s3-control" if control else HOSTS.get(request.signing, request.signing)
    host = f"{name}.{request.region}.amazonaws.com"
    asked = MotoRequest(_environ(received, host, request.account))
    method = _method(host, f"https://{host}{received.path}")
    if method is None:
        raise UnansweredError
    try:
        status, headers, body = method(asked, asked.raw_url, asked.headers)
    except HTTPException as error:
        status, headers, body = error.code or 500, dict(error.get_headers()), error.get_body()
    except Exception as error:  # what moto lacks ends in exceptions of many kinds
        raise UnansweredError from error
    if int(status) in (404, 501) and not body:
        raise UnansweredError
    kept = {name: str(value) for name, value in dict(headers).items() if name.lower() not in HOP}
    return Answer(int(status), body.encode() if isinstance(body, str) else body, kept)


def _environ(received: Received, host: str, account: str) -> dict[str, Any]:
    environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in received.headers.items()}
    raw = f"{received.path}?{received.query}" if received.query else received.path
    return environ | {
        "REQUEST_METHOD": received.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(received.path, "latin-1"),
        "QUERY_STRING": received.query,
        "RAW_URI": raw,
        "SERVER_NAME": host,
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": host,
        "HTTP_X_MOTO_ACCOUNT_ID": account,
        "CONTENT_TYPE": received.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(received.body)),
        "wsgi.url_scheme": "https",
        "wsgi.input": BytesIO(received.body),
    }


def _method(host: str, url: str) -> Method | None:
    return next((method for pattern, method in _methods(host) if pattern.match(url)), None)


@cache
def _methods(host: str) -> tuple[tuple[re.Pattern[str], Method], ...]:
    """Return what moto registers for one host, with the patterns of the URLs."""
    services = [name for name, pattern in backend_url_patterns if pattern.match(f"https://{host}")]
    return tuple((re.compile(url), method) for name in services for url, method in _urls(name).items())


def _urls(service: str) -> Mapping[str, Method]:
    found = state(service)
    if isinstance(found, BackendDict):
        places = found[DEFAULT_ACCOUNT_ID]
        return dict(places["us-east-1" if "us-east-1" in places else "aws"].urls)
    return dict(found["global"].urls)

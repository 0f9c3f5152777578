"""Health over HTTP: three pages, nothing else, and no waiting for slow clients."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator

import pytest

from scanner.config import ConfigError
from scanner.daemon import health
from scanner.daemon.health import Server


@pytest.fixture
def trouble() -> list[str]:
    """What is wrong, if anything."""
    return []


@pytest.fixture
def server(trouble: list[str]) -> Iterator[Server]:
    pages = {"/healthz": health.state(lambda: "".join(trouble)), "/metrics": health.metrics(lambda: b"demarc_up 1\n")}
    made = Server("127.0.0.1:0", pages)
    yield made
    made.close()


def asked(server: Server, path: str, method: str = "GET") -> tuple[int, str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request(method, path)
    answer = connection.getresponse()
    said = answer.read().decode()
    connection.close()
    return answer.status, answer.headers.get_content_type(), said


def test_a_page_says_ok_or_what_is_wrong(server: Server, trouble: list[str]) -> None:
    assert asked(server, "/healthz") == (200, "text/plain", "ok\n")
    trouble.append("the daemon has no pulse")
    assert asked(server, "/healthz?full=1") == (503, "text/plain", "the daemon has no pulse\n")


def test_metrics_are_in_prometheus_form(server: Server) -> None:
    assert asked(server, "/metrics") == (200, "text/plain", "demarc_up 1\n")
    assert asked(server, "/metrics", "HEAD")[2] == ""


@pytest.mark.parametrize("path", ["/", "/../etc/passwd", "/healthz/", "/HEALTHZ", "/%2e%2e"])
def test_there_is_nothing_else(server: Server, path: str) -> None:
    assert asked(server, path)[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_changed(server: Server, method: str) -> None:
    assert asked(server, "/healthz", method)[0] == 501


def test_a_client_that_says_nothing_holds_up_nobody(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as slow:
        slow.sendall(b"GET /heal")
        assert asked(server, "/healthz")[0] == 200


def test_a_port_that_is_taken_is_told(server: Server) -> None:
    with pytest.raises(ConfigError, match=r"daemon: listen: .*in use"):
        Server(f"127.0.0.1:{server.port}", {})


@pytest.mark.parametrize("listen", ["9464", "localhost", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:70000"])
def test_an_address_that_is_none_is_told(listen: str) -> None:
    with pytest.raises(ConfigError, match="is no address; write"):
        health.split(listen)


def test_addresses_of_both_families_are_known() -> None:
    assert health.split("[::1]:9464") == ("::1", 9464)
    assert (health.family("::1"), health.family("0.0.0.0")) == (socket.AF_INET6, socket.AF_INET)

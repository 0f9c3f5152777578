"""Asks the simulated Azure as a plain client does, with a token that it got as any other."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import requests

from simulators.azure import SimulatedAzure

ARM, GRAPH = "https://management.azure.com", "https://graph.microsoft.com"
PROD = "/subscriptions/20000000-0000-4000-8000-000000000002"
GROUP = f"{PROD}/resourceGroups/rg-prod"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/stprod"
STORAGE_API = "2024-01-01"
ROWS = "| project id, name, type, location, resourceGroup, subscriptionId, kind, sku, properties\n| order by id asc"


class Asking:
    """A session, trusting the certificate of the simulator and nothing of the environment."""

    def __init__(self, azure: SimulatedAzure) -> None:
        self.azure = azure
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = azure.ca_file
        self.tokens = {each: self.token(each).json()["access_token"] for each in (ARM, GRAPH)}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._session.close()

    def token(self, audience: str = ARM, tenant: str = "", **given: str) -> requests.Response:
        tokens = self.azure.tokens
        form = {
            "grant_type": "client_credentials",
            "client_id": tokens.client,
            "client_secret": tokens.secret,
            "scope": f"{audience}/.default",
        }
        wanted = {name: value for name, value in (form | given).items() if value}
        url = f"{self.azure.authority}/{tenant or self.azure.tenant}/oauth2/v2.0/token"
        return self._session.post(url, data=wanted, timeout=5)

    def send(self, method: str, path: str, *, token: str | None = None, **given: Any) -> requests.Response:
        own = self.tokens[GRAPH if path.startswith(("/v1.0", "/beta")) else ARM]
        headers = {"Authorization": f"Bearer {own if token is None else token}"}
        return self._session.request(method, f"{self.azure.endpoint}{path}", headers=headers, timeout=5, **given)

    def arm(self, path: str, api: str = STORAGE_API, **given: Any) -> requests.Response:
        return self.send("GET", path, params={"api-version": api}, **given)

    def graph(self, path: str, **params: str) -> requests.Response:
        return self.send("GET", f"/v1.0/{path}", params={f"${name}": value for name, value in params.items()})

    def query(
        self, text: str, *, api: str = "2022-10-01", options: dict[str, Any] | None = None, **scope: Any
    ) -> requests.Response:
        body = {"query": text, "options": {"resultFormat": "objectArray"} | (options or {}), **scope}
        return self.send("POST", f"/providers/Microsoft.ResourceGraph/resources?api-version={api}", json=body)

    def rows(self, text: str, **given: Any) -> list[dict[str, Any]]:
        answer = self.query(text, options={"$top": 1000} | given.pop("options", {}), **given)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["data"]
        return found


def refused(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]

"""Made-up identities, in the files that Google's own libraries read, and the tokens that they are given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

ACCOUNT = "demarc@security-core.iam.gserviceaccount.com"
TOKEN = "simulated-"
LIFE = 3600


@cache
def _private_key() -> str:
    """Return a key made for this process: nothing signs with a key that anybody else has."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(*form).decode()


def write(folder: Path, endpoint: str) -> Mapping[str, Path]:
    """Write the files of a service account, of a workload identity federation and of a user, and return where."""
    subject = folder / "subject"
    subject.write_text("a token of somebody else's", "utf-8")
    files: dict[str, dict[str, Any]] = {
        "service_account": {
            "type": "service_account",
            "project_id": "security-core",
            "private_key_id": "0",
            "private_key": _private_key(),
            "client_email": ACCOUNT,
            "client_id": "1",
            "token_uri": f"{endpoint}/token",
        },
        "federation": {
            "type": "external_account",
            "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/providers/github",
            "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
            "token_url": f"{endpoint}/v1/sts",
            "credential_source": {"file": str(subject)},
        },
        "user": {
            "type": "authorized_user",
            "client_id": "1.apps.googleusercontent.com",
            "client_secret": "example",
            "refresh_token": "example",
            "token_uri": f"{endpoint}/token",
        },
    }
    written = {}
    for name, content in files.items():
        written[name] = folder / f"{name}.json"
        written[name].write_text(json.dumps(content), "utf-8")
    return written


def token(path: str, authorization: str, body: bytes) -> dict[str, Any] | None:
    """Return what an endpoint for tokens answers; ``None`` when it refuses."""
    if path.endswith(":generateAccessToken"):
        if not known(authorization):
            return None
        expires = (datetime.now(UTC) + timedelta(seconds=LIFE)).strftime("%Y-%m-%dT%H:%M:%SZ")
        account = path.rpartition("/")[2].partition(":")[0]
        return {"accessToken": f"{TOKEN}{account}", "expireTime": expires}
    grant = parse_qs(body.decode("utf-8", "replace")).get("grant_type", ["?"])[0].rpartition(":")[2]
    answer: dict[str, Any] = {"access_token": f"{TOKEN}{grant}", "expires_in": LIFE, "token_type": "Bearer"}
    if path.endswith("/sts"):
        answer["issued_token_type"] = "urn:ietf:params:oauth:token-type:access_token"
    return answer


def known(authorization: str) -> str:
    """Return whose token it is, empty when it is nobody's."""
    bearer = authorization.removeprefix("Bearer ")
    return bearer.removeprefix(TOKEN) if bearer.startswith(TOKEN) else ""

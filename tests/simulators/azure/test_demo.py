"""What the demo shows of Azure: most of a tenant, and where the view ends."""

from __future__ import annotations

from simulators.azure.demo import shown
from tests.simulators.azure.asking import GROUP, PROD, Asking, refused


def test_the_view_ends_where_rights_do() -> None:
    with shown() as azure, Asking(azure) as ask:
        listed = ask.arm("/subscriptions", "2022-12-01").json()["value"]
        assert [each["displayName"] for each in listed] == ["core", "prod", "sandbox"]
        keys = f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv-prod/keys"
        hidden = keys.replace(PROD, f"/subscriptions/{listed[2]['subscriptionId']}").replace("prod", "sandbox")
        assert ask.arm(keys, "2024-11-01").json()["value"]
        assert refused(ask.arm(hidden, "2024-11-01")) == (403, "AuthorizationFailed")
        registrations = ask.graph("reports/authenticationMethods/userRegistrationDetails")
        assert refused(registrations) == (403, "Authorization_RequestDenied")

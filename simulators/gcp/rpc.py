"""The same inventory over gRPC, on the messages of Google's own library: what its client makes of it is what ours must make."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
from google.cloud import asset_v1
from google.protobuf import json_format

from simulators.gcp.inventory import Query
from simulators.gcp.server import SimulatedGcp

SERVICE = "google.cloud.asset.v1.AssetService"


@contextmanager
def served(simulated: SimulatedGcp) -> Iterator[str]:
    """Serve *simulated* over gRPC as well until the block ends; gives the address. Its faults and counts are shared."""

    def listed(asked: Any, context: grpc.ServicerContext) -> Any:
        query = Query(
            asked.parent,
            asset_v1.ContentType(asked.content_type).name,
            tuple(asked.asset_types),
            _moment(asked),
            min(1000, asked.page_size or 100),
            asked.page_token,
        )
        answer = simulated.answered(query)
        if answer.status != 200:
            error = json.loads(answer.body)["error"]
            context.abort(grpc.StatusCode[error["status"]], error["message"])
        empty = asset_v1.ListAssetsResponse.pb(asset_v1.ListAssetsResponse())
        return json_format.ParseDict(json.loads(answer.body), empty, ignore_unknown_fields=True)

    handler = grpc.unary_unary_rpc_method_handler(
        listed,
        request_deserializer=asset_v1.ListAssetsRequest.deserialize,
        response_serializer=lambda message: message.SerializeToString(),
    )
    server = grpc.server(ThreadPoolExecutor(4, "rpc"))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, {"ListAssets": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


def _moment(asked: Any) -> str:
    given = asset_v1.ListAssetsRequest.pb(asked)
    return given.read_time.ToJsonString() if given.HasField("read_time") else ""

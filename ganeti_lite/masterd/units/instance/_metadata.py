"""What an instance may know of itself, told to the node that tells it."""

from collections.abc import Mapping
from typing import Any, Final

from ganeti_lite.masterd.units._effects import CallNodes, Effects, Tell
from ganeti_lite.masterd.wire_objects import plain_object
from ganeti_lite.snapshot import Instance
from ganeti_lite.wire.noderpc import RpcFailure

_TIMEOUT: Final = 900.0


def publish_metadata(instance: Instance, **osparams: Mapping[str, Any] | None) -> Effects[None]:
    """Tell the instance's node; that it does not listen is only told.

    :param osparams: ``public``, ``private``, ``secret`` ones in place of the instance's own.
    """
    uuid = str(instance.primary_node)
    given = {f"osparams_{name}": dict(values or {}) for name, values in osparams.items()}
    shown: dict[str, Any] = {**plain_object(instance), "osparams_secret": {}, **given}
    results = yield CallNodes("instance_metadata_modify", {uuid: [shown]}, _TIMEOUT)
    result = results[uuid]
    if isinstance(result, RpcFailure):
        yield Tell(f"Could not update metadata for instance '{instance.name}': {result.reason}")

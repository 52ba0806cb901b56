"""2.7 → 2.8: limits of instances stand in a list of ranges, and NICs name their network by its UUID."""

from typing import Any, Final

from ganeti_lite.default_parameters import LARGEST_ISPEC, SMALLEST_ISPEC

from ._tree import Object, changed, filled, items_of, members_of, uuids_by_name, without

_DEFAULT_RANGE: Final[Object] = {"min": dict(SMALLEST_ISPEC), "max": dict(LARGEST_ISPEC)}


def upgrade_from_2_7(config: Object) -> Object:
    """``min`` and ``max`` of instance policies → ``minmax``, NICs' network names → UUIDs; groups lose ``std``.

    What a policy's limits leave open is filled from the cluster's, and there from Ganeti's own.
    """
    config = changed(config, "cluster/ipolicy", lambda ipolicy: _join_limits(ipolicy, _DEFAULT_RANGE))
    whole = members_of(members_of(config.get("cluster")).get("ipolicy"))
    around = next(iter(items_of(whole.get("minmax"))), _DEFAULT_RANGE)
    config = changed(config, "nodegroups/*/ipolicy", lambda ipolicy: _join_limits(ipolicy, around))
    config = changed(config, "nodegroups/*/ipolicy", without({"std"}))
    config = changed(config, "networks/*", without({"family", "network_type"}))
    return _refer_to_networks(config)


def _join_limits(ipolicy: Object, around: Any) -> Object:
    """``min`` and ``max`` as the one range of ``minmax``; nothing of it if the policy sets no limits."""
    limits = {side: ipolicy[side] for side in ("min", "max") if ipolicy.get(side)}
    rest = without({"min", "max"})(ipolicy)
    if not limits:
        return rest
    defaults = members_of(around)
    return {
        **rest,
        "minmax": [{side: _fill_limit(limits.get(side, {}), defaults.get(side)) for side in ("min", "max")}],
    }


def _fill_limit(limit: Any, default: Any) -> Any:
    return filled(members_of(default))(limit) if isinstance(limit, dict) else limit


def _refer_to_networks(config: Object) -> Object:
    uuids = uuids_by_name(config.get("networks"))

    def refer(nic: Object) -> Object:
        name = nic.get("network")
        return {**nic, "network": uuids.get(name, name)} if isinstance(name, str) else nic

    result: Object = changed(config, "instances/*/nics/*", refer)
    return result

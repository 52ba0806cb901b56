"""NICs of an instance that is there: added, changed, removed.

Source: what Ganeti 3.0 does. Unlike there, a MAC address is kept in lower case however it was given.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from attrs import evolve, field, frozen

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError, ReservationError
from ganeti_lite.masterd.lookup import find_network
from ganeti_lite.masterd.resources import RandomBytes, claim_ip, claim_mac, first_free_ip, new_mac
from ganeti_lite.masterd.units._effects import CallNodes, Effects, Reserve, info
from ganeti_lite.masterd.units._instances import URGENT
from ganeti_lite.masterd.units._parameters import NIC_TYPES, enforce_types, override
from ganeti_lite.snapshot import EMPTY, ClusterSnapshot, Instance, Network, Nic, Node, Params, fill_nicparams
from ganeti_lite.wire.noderpc import RpcFailure

from ._modifications import Modification, find_item, find_place
from ._names import NO_VALUE, check_device_names
from ._nics import AUTO, GENERATED, POOL, check_ip, check_ip_outside, check_nicparams, give_uuid, normalize_mac

MAX_NICS: Final = 8


@frozen
class NicChanges:
    """What becomes of an instance's NICs.

    :ivar nics: all of them as they will be.
    :ivar described: ``[what has changed, to what]``, for the result.
    :ivar taken: (network, address) that they take; ``released`` those that they give back.
    :ivar warnings: what is wrong, but was to be ignored.
    """

    nics: tuple[Nic, ...]
    described: tuple[list[Any], ...] = ()
    taken: tuple[tuple[str, str], ...] = ()
    released: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = field(default=())


def check_nic_change(change: Modification) -> Modification:
    """A change that may be meant; its ``ip``, ``name``, ``network`` are None where they are to be taken away.

    :raises OpPrereqError: it cannot be.
    """
    if change.what in ("attach", "detach"):
        raise OpPrereqError(f"{change.what.capitalize()} operation is not supported for NICs")
    if change.what == "remove":
        return change
    given = dict(change.parameters)
    for name in ("ip", "name", "network"):
        if name in given and given[name].lower() == NO_VALUE:
            given[name] = None
    if given.get("network") is not None and ("link" in given or "mode" in given):
        raise OpPrereqError("If network is given mode or link should not")
    is_new = change.what == "add"
    if is_new:
        given.setdefault("mac", AUTO)
    _check_new_ip(given.get("ip"), has_network=not is_new or given.get("network") is not None)
    if "mac" in given:
        given["mac"] = _check_new_mac(given["mac"], is_new=is_new)
    return evolve(change, parameters=given)


def _check_new_mac(mac: str, *, is_new: bool) -> str:
    normal = normalize_mac(mac)
    if not is_new and normal == AUTO:
        raise OpPrereqError("'auto' is not a valid MAC address when modifying an existing NIC")
    return normal


def _check_new_ip(ip: str | None, *, has_network: bool) -> None:
    if ip is None:
        return
    if ip.lower() != POOL:
        check_ip(ip)
    elif not has_network:
        raise OpPrereqError("If ip=pool, parameter network cannot be none")


@frozen
class NicEditor:
    """Changes NICs of an instance on its primary node.

    :ivar checks: whether addresses are looked for that belong to others.
    :ivar force: whether bridges may be missing.
    """

    node: Node
    snapshot: ClusterSnapshot
    random: RandomBytes
    checks: bool
    force: bool

    def apply(self, instance: Instance, changes: tuple[Modification, ...]) -> Effects[NicChanges]:
        """What becomes of the instance's NICs.

        :raises OpPrereqError, OpExecError: they cannot be changed like this.
        """
        result = NicChanges(instance.nics)
        for change in changes:
            match change.what:
                case "add":
                    result = yield from self._add(result, change)
                case "remove":
                    result = _remove(result, change)
                case _:
                    result = yield from self._modify(result, change)
        if len(result.nics) > MAX_NICS:
            text = f"Instance has too many network interfaces ({MAX_NICS}), cannot add more"
            raise OpPrereqError(text, ErrorCode.WRONG_STATE)
        if changes:
            check_device_names("NIC", [{"name": nic.name, "uuid": nic.uuid} for nic in result.nics])
        return result

    def _add(self, so_far: NicChanges, change: Modification) -> Effects[NicChanges]:
        index = find_place("NIC", change.which, len(so_far.nics))
        bare = Nic(mac="", uuid="")
        nic, after = yield from self._edit(so_far, bare, change.parameters)
        nic = yield from give_uuid(evolve(nic, name=change.parameters.get("name")), self.random)
        network = change.parameters.get("network")
        params = nic.nicparams
        text = f"add:mac={nic.mac},ip={nic.ip},mode={params['mode']},link={params['link']},network={network}"
        nics = (*after.nics[:index], nic, *after.nics[index:])
        return evolve(after, nics=nics, described=(*after.described, [f"nic.{index}", text]))

    def _modify(self, so_far: NicChanges, change: Modification) -> Effects[NicChanges]:
        index = find_item("NIC", change.which, so_far.nics)
        old, given = so_far.nics[index], change.parameters
        nic, after = yield from self._edit(so_far, old, given)
        if "name" in given:
            nic = evolve(nic, name=given["name"])
        said = [(name, getattr(nic, name)) for name in ("mac", "ip", "name") if name in given or _moved(name, old, nic)]
        if nic.network != old.network:
            said.append(("network", given.get("network")))
        said += sorted(nic.nicparams.items())
        described = [[f"nic.{name}/{index}", value] for name, value in said]
        nics = (*after.nics[:index], nic, *after.nics[index + 1 :])
        return evolve(after, nics=nics, described=(*after.described, *described))

    def _edit(self, so_far: NicChanges, old: Nic, given: Mapping[str, Any]) -> Effects[tuple[Nic, NicChanges]]:
        """The NIC with other parameters, network and addresses."""
        network = self._find_network(given, old)
        params = self._find_params(old, given, network)
        filled = fill_nicparams(self.snapshot.cluster, params) or params
        check_nicparams(filled)
        warnings = yield from self._check_link(filled, given.get("ip", old.ip), network)
        mac = yield from self._find_mac(old, given, network)
        ip = given.get("ip", old.ip)
        uuid = None if network is None else network.uuid
        taken, released = so_far.taken, so_far.released
        if (ip, uuid) != (old.ip, old.network):
            ip = yield from self._take_ip(ip, network)
            if ip is not None and uuid is not None:
                taken += ((uuid, ip),)
            if old.ip is not None and old.network is not None:
                released += ((old.network, old.ip),)
        elif old.network is not None and ("link" in given or "mode" in given):
            raise OpPrereqError("Not allowed to change link or mode of a NIC that is connected to a network")
        nic = evolve(old, mac=mac, ip=ip, network=uuid, nicparams=filled)
        noted = evolve(so_far, taken=taken, released=released, warnings=(*so_far.warnings, *warnings))
        return nic, noted

    def _find_network(self, given: Mapping[str, Any], old: Nic) -> Network | None:
        name = given.get("network", old.network)
        return find_network(self.snapshot, name) if name else None

    def _find_params(self, old: Nic, given: Mapping[str, Any], network: Network | None) -> Params:
        if network is None:
            changed = {name: given[name] for name in NIC_TYPES if name in given}
            return MappingProxyType(enforce_types(override(old.nicparams, changed), NIC_TYPES))
        group = self.snapshot.group_of(self.node)
        params = EMPTY if group is None else group.networks.get(network.uuid, EMPTY)
        if not params:
            raise OpPrereqError(f"No netparams found for the network {network.name}, probably not connected")
        return MappingProxyType(enforce_types(params, NIC_TYPES))

    def _check_link(self, filled: Params, ip: str | None, network: Network | None) -> Effects[tuple[str, ...]]:
        match filled.get("mode"):
            case "bridged":
                arguments = {self.node.uuid: [[filled.get("link")]]}
                results = yield CallNodes("bridges_exist", arguments, URGENT)
                result = results[self.node.uuid]
                if isinstance(result, RpcFailure):
                    text = f"Error checking bridges on node '{self.node.name}': {result.reason}"
                    if not self.force:
                        raise OpPrereqError(text, ErrorCode.ENVIRONMENT)
                    return (text,)
            case "routed":
                if ip is None and network is None:
                    text = "Cannot set the NIC IP address to None on a routed NIC if not attached to a network"
                    raise OpPrereqError(text)
            case "openvswitch":
                yield info("OVS links are currently not checked for correctness")
        return ()

    def _find_mac(self, old: Nic, given: Mapping[str, Any], network: Network | None) -> Effects[str]:
        uuid = None if network is None else network.uuid
        mac = given.get("mac")
        if mac is not None and mac not in GENERATED:
            try:
                yield Reserve(claim_mac(mac))
            except OpPrereqError as error:
                text = f"MAC address '{mac}' already in use in cluster"
                raise OpPrereqError(text, ErrorCode.NOT_UNIQUE) from error
            return str(mac)
        if mac is None and self._find_prefix(uuid) == self._find_prefix(old.network):
            return old.mac
        ((_, chosen),) = yield Reserve(new_mac(self.random, uuid))
        return str(chosen)

    def _find_prefix(self, network: str | None) -> str | None:
        found = self.snapshot.networks.get(network or "")
        return None if found is None else found.mac_prefix

    def _take_ip(self, ip: str | None, network: Network | None) -> Effects[str | None]:
        if ip is None:
            return None
        if ip.lower() == POOL:
            return (yield from _take_from_pool(network))
        if network is None:
            if self.checks:
                check_ip_outside(ip, self.snapshot.group_of(self.node), self.snapshot)
            return ip
        try:
            yield Reserve(claim_ip(network.uuid, ip, checks_external=self.checks))
        except OpPrereqError as error:
            raise OpPrereqError(f"IP {ip} not available in network {network.name}", ErrorCode.NOT_UNIQUE) from error
        yield info(f"Reserving IP {ip} in network {network.name}")
        return ip


def _moved(name: str, old: Nic, new: Nic) -> bool:
    """Whether a member has changed although nobody said so: a MAC address, with the network's prefix."""
    return name == "mac" and old.mac != new.mac


def _take_from_pool(network: Network | None) -> Effects[str]:
    if network is None:
        raise OpPrereqError("ip=pool, but no network found")
    try:
        ((_, chosen),) = yield Reserve(first_free_ip(network.uuid))
    except ReservationError as error:
        text = "Unable to get a free IP from the address pool"
        raise OpPrereqError(text, ErrorCode.WRONG_STATE) from error
    yield info(f"Chose IP {chosen} from network {network.name}")
    return str(chosen)


def _remove(so_far: NicChanges, change: Modification) -> NicChanges:
    index = find_item("NIC", change.which, so_far.nics)
    nic = so_far.nics[index]
    released = so_far.released
    if nic.network is not None and nic.ip is not None:
        released += ((nic.network, nic.ip),)
    nics = (*so_far.nics[:index], *so_far.nics[index + 1 :])
    return evolve(so_far, nics=nics, released=released, described=(*so_far.described, [f"NIC/{index}", "remove"]))

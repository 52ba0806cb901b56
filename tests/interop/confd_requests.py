"""Requests to confd about a given configuration: of every type, in every form, sensible and not."""

import json
import random
from collections.abc import Iterator, Sequence
from typing import Any, Final

from ganeti_lite.constants import ConfdRequest

from .confd import ABSENT, MAGIC, ConfdConnection
from .odd_configs import JsonObject

ConfdQuestion = tuple[object, object]
"""A request's type and query."""

TABLES: Final = ("nodes", "nodegroups", "instances", "networks", "disks", "filters")
_BY_NAME: Final = (
    ConfdRequest.NODE_ROLE,
    ConfdRequest.NODE_DRBD,
    ConfdRequest.NODE_INSTANCES,
    ConfdRequest.INSTANCE_DISKS,
)
_FORMS: Final[Sequence[object]] = (
    ABSENT, None, "", "x", {}, {"1": "192.0.2.1"}, {"0": "x"}, {"2": ["x"]}, {"3": [0]}, {"3": [1.0, 2.4]},
)  # fmt: skip


class ConfdQuestions:
    """Questions about one configuration; the same ones in each run."""

    def __init__(self, config: JsonObject, rng: random.Random) -> None:
        self._config = config
        self._rng = rng

    def of_each_form(self) -> Iterator[ConfdQuestion]:
        """Every type with every form of query."""
        return ((request_type.value, form) for request_type in ConfdRequest for form in _FORMS)

    def about_names(self) -> Iterator[ConfdQuestion]:
        """Nodes and instances by UUID, by name, by short names and by what is almost one."""
        for name in sorted(set(self._list_names())):
            for request_type in _BY_NAME:
                yield request_type.value, name

    def about_addresses(self) -> Iterator[ConfdQuestion]:
        """Instances' IPs, one by one and in lists, on each link."""
        ips, links = self._list_ips(), self._list_links()
        for link in links:
            yield ConfdRequest.INSTANCE_IPS.value, link
            for ip in ips:
                yield ConfdRequest.NODE_IP_BY_INSTANCE_IP.value, {"1": ip, "0": link}
        for _ in range(40):
            query = {"2": self._rng.choices(ips, k=self._rng.randrange(5)), "0": self._rng.choice(links)}
            yield ConfdRequest.NODE_IP_BY_INSTANCE_IP.value, query
            fields = self._rng.choices([0, 1, 2], k=self._rng.randrange(5))
            yield ConfdRequest.CLUSTER_MASTER.value, {"3": fields}

    def about_paths(self, count: int) -> Iterator[ConfdQuestion]:
        """Every object of the configuration, and paths into it, some of them malformed."""
        paths = list(_list_paths(self._config, ""))
        objects = [f"/{table}/{uuid}" for table in TABLES for uuid in self._config[table]]
        members = [f"/cluster/{key}" for key in self._config["cluster"]]
        endings = ("/", "//", "~", "/~", "/0", "/-", "/x", "~0", "/00", "/0x", "~1", "//0", "/1~/2")
        odd = [self._rng.choice(paths) + self._rng.choice(endings) for _ in range(count // 2)]
        chosen = [*objects, *members, *self._rng.sample(paths, min(count, len(paths))), *odd]
        return ((ConfdRequest.CONFIG_QUERY.value, path) for path in chosen)

    def _list_names(self) -> Iterator[str]:
        yield from ("", ".", "nosuch", "é")
        for table in ("nodes", "instances"):
            for uuid, entry in self._config[table].items():
                yield uuid
                name = entry.get("name")
                if name:
                    labels = name.split(".")
                    yield from (".".join(labels[:count]) for count in range(1, len(labels) + 1))
                    yield from (name.upper(), name + ".", name[:-1])

    def _list_nics(self) -> Iterator[JsonObject]:
        return (nic for entry in self._config["instances"].values() for nic in entry.get("nics", ()))

    def _list_ips(self) -> list[str]:
        return [*sorted({nic["ip"] for nic in self._list_nics() if nic.get("ip")}), "203.0.113.77", ""]

    def _list_links(self) -> list[str | None]:
        default = self._config["cluster"]["nicparams"]["default"]["link"]
        own = {nic["nicparams"]["link"] for nic in self._list_nics() if nic["nicparams"].get("link")}
        return [None, "", "nosuch", *sorted({default, *own})]


def _list_paths(value: Any, path: str) -> Iterator[str]:
    """The path of every value inside a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        below = f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}"
        yield below
        yield from _list_paths(item, below)


PING: Final = '{"protocol":1,"type":0,"rsalt":"r"}'

MESSAGES: Final = (
    "", "nonsense", "[]", "{}", "null", f" {PING}", f"{PING} ", f"{PING}\n", f"{PING} x", PING[:-1], f"{PING}{PING}",
    '{"protocol":1,"type":0}', '{"type":0,"rsalt":"r"}', '{"protocol":1,"rsalt":"r"}',
    '{"protocol":"1","type":0,"rsalt":"r"}', '{"protocol":null,"type":0,"rsalt":"r"}',
    '{"protocol":true,"type":0,"rsalt":"r"}', '{"protocol":0,"type":0,"rsalt":"r"}',
    '{"protocol":2,"type":0,"rsalt":"r"}', '{"protocol":1.5,"type":0,"rsalt":"r"}',
    '{"protocol":100000000000000000000000,"type":0,"rsalt":"r"}', '{"protocol":1,"type":0,"rsalt":5}',
    '{"protocol":1,"type":0,"rsalt":null}', '{"protocol":1,"type":0,"rsalt":"r","x":1}',
    '{"protocol":1,"type":"0","rsalt":"r"}', '{"protocol":1,"type":null,"rsalt":"r"}',
    '{"protocol":1,"type":true,"rsalt":"r"}', '{"protocol":1,"type":-1,"rsalt":"r"}',
    '{"protocol":1,"type":12,"rsalt":"r"}', '{"protocol":1,"type":99,"rsalt":"r"}',
    '{"protocol":1,"type":0.5,"rsalt":"r"}', '{"protocol":1,"type":-0.5,"rsalt":"r"}',
    '{"protocol":1,"type":-0.6,"rsalt":"r"}', '{"protocol":1,"type":10.5,"query":"/version","rsalt":"r"}',
    '{"protocol":1,"type":10.9,"rsalt":"r"}', '{"protocol":1,"type":11.5,"rsalt":"r"}',
    '{"protocol":1,"type":1e0,"query":"x","rsalt":"r"}', '{"protocol":1,"type":0,"rsalt":""}',
    '{"protocol":1,"type":0,"rsalt":"a\\u0000\\n\\"/\\\\"}', '{"protocol":1,"type":0,"rsalt":"\n"}',
    '{"protocol":1,"type":0,"query":true,"rsalt":"r"}', '{"protocol":1,"type":0,"query":1,"rsalt":"r"}',
    '{"protocol":1,"type":0,"query":[],"rsalt":"r"}', '{"protocol":1,"type":3,"query":{"zz":1},"rsalt":"r"}',
    '{"protocol":1,"type":0,"query":{"0":100},"rsalt":"r"}', '{"protocol":1,"type":2,"query":{"1":1.5},"rsalt":"r"}',
    '{"protocol":1,"type":2,"query":{"2":"x"},"rsalt":"r"}', '{"protocol":1,"type":2,"query":{"2":[null]},"rsalt":"r"}',
    '{"protocol":1,"type":2,"query":{"2":null,"1":null},"rsalt":"r"}',
    '{"protocol":1,"type":3,"query":{"3":[7]},"rsalt":"r"}', '{"protocol":1,"type":3,"query":{"3":["x"]},"rsalt":"r"}',
    '{"protocol":1,"type":3,"query":{"3":[null]},"rsalt":"r"}', '{"protocol":1,"type":3,"query":{"3":0},"rsalt":"r"}',
    '{"protocol":1,"type":3,"query":{"3":[true]},"rsalt":"r"}',
    '{"protocol":1,"type":3,"query":{"3":[0.5,1.5]},"rsalt":"r"}',
)  # fmt: skip
"""What may stand in a rightly signed envelope."""

_SALTS: Final = (
    "{0}", "00{0}", "0x{0:x}", "0X{0:X}", "0o{0:o}", "0O{0:o}", "({0})", "(({0}))", "( {0} )", "(0x{0:x})", " {0}",
    "\t{0}",
    "{0} ", "{0}\n", "+{0}", "-{0}", "{0}.0", "{0}e0", "({0}", "{0})", "", "()", "{0}a", "0b{0:b}", "1_{0}", "-(-{0})",
)  # fmt: skip
"""Notations of a time."""


def make_datagrams(client: ConfdConnection, now: int) -> Iterator[bytes]:
    """Datagrams of every kind of wrong, and of odd kinds of right."""
    yield from (client.seal(message) for message in MESSAGES)
    yield from (client.seal(PING, salt=salt.format(now)) for salt in _SALTS)
    yield from (client.seal(PING, key=key) for key in (b"", client.key.rstrip(), client.key + b"\n"))
    good = client.seal(PING, salt=str(now))
    yield from (good[:length] for length in (0, 3, 4, 5, len(good) - 1))
    yield from (magic + good[len(MAGIC) :] for magic in (b"plj1", b"PLJ0", b"plj0 ", b"plj0\n", b"plj0\xef\xbb\xbf"))
    yield from (good + rest for rest in (b"\n", b" \t", b"x", b"\x00", b"{}"))
    yield from _change_envelopes(json.loads(good[len(MAGIC) :]))
    yield from (good.ljust(size) for size in (4095, 4096, 4097, 9000))
    for size in (4096, 4097):
        padding = size - len(client.seal('{"protocol":1,"type":0,"query":"","rsalt":"r"}'))
        yield client.seal('{"protocol":1,"type":0,"query":"%s","rsalt":"r"}' % ("x" * padding))


def _change_envelopes(envelope: dict[str, str]) -> Iterator[bytes]:
    """Envelopes with members missing, too many, of other types, or changed."""
    changes: list[dict[str, object]] = [
        {"hmac": envelope["hmac"].upper()},
        {"hmac": envelope["hmac"][:-1]},
        {"hmac": envelope["hmac"] + " "},
        {"hmac": "0" * 40},
        {"hmac": None},
        {"salt": int(envelope["salt"])},
        {"msg": envelope["msg"] + " "},
        {"extra": "x"},
    ]
    altered: list[object] = [{**envelope, **change} for change in changes]
    altered += [{key: value for key, value in envelope.items() if key != absent} for absent in envelope]
    altered += [list(envelope.values()), "text", None, 1]
    return (MAGIC + json.dumps(each).encode() for each in altered)

"""Names as people give them: of instances, groups, networks and owners."""

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Final

from ._draws import Deck, Draws

DOMAIN: Final = "example.com"
MASTER_NAME: Final = f"node1.{DOMAIN}"

_ROLES: Final = (
    "web", "web", "web", "app", "app", "db", "db", "cache", "mail", "queue", "build", "dns", "ldap", "proxy", "git",
    "search", "metrics", "backup", "shop", "wiki",
)  # fmt: skip
_SUBDOMAINS: Final = ("", "", "", "", "", "", "", "lab.", "lab.", "office.")
_GROUPS: Final = ("default", "storage", "edge", "spare", "lab")
_NETWORKS: Final = ("front", "back", "dmz", "backup", "office")
OWNERS: Final = ("alice", "bruno", "chiara", "dmitri", "elif", "farid")


def role_of(instance: str) -> str:
    """What an instance of this name is for: ``web`` of ``web-17.example.com``."""
    return instance.partition("-")[0]


def instance_names(draws: Draws) -> Iterator[str]:
    """Names without end, all different, each role with a numbering of its own: web-1, db-1, web-2."""
    roles, subdomains = Deck(draws, _ROLES), Deck(draws, _SUBDOMAINS)
    used: Counter[str] = Counter()
    while True:
        role = roles.deal()
        used[role] += 1
        yield f"{role}-{used[role]}.{subdomains.deal()}{DOMAIN}"


def node_names() -> Iterator[str]:
    """node1, node2…; the first one is the master."""
    return (f"node{number}.{DOMAIN}" for number in itertools.count(1))


def group_names() -> Iterator[str]:
    """The default group's name, then others."""
    return itertools.chain(_GROUPS, (f"rack{number}" for number in itertools.count(1)))


def network_names() -> Iterator[str]:
    """Names of networks."""
    return itertools.chain(_NETWORKS, (f"tenant{number}" for number in itertools.count(1)))

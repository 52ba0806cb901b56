"""What follows a type's word on the command line → the query of a request."""

from collections.abc import Sequence
from typing import Final

from ganeti_lite.constants import ConfdField
from ganeti_lite.wire.confd import Query, QueryObject

FIELD_WORDS: Final = {
    "name": ConfdField.MASTER_NAME,
    "cluster-ip": ConfdField.CLUSTER_IP,
    "master-ip": ConfdField.MASTER_IP,
}


class WrongQueryError(ValueError):
    """What follows the word does not fit it; the message says in what way."""


def read_nothing(words: Sequence[str], link: str | None) -> Query:
    """No query."""
    _refuse_link(link)
    if words:
        raise WrongQueryError("takes no query")
    return None


def read_name(what: str, words: Sequence[str], link: str | None) -> Query:
    """Exactly one string."""
    _refuse_link(link)
    if len(words) != 1:
        raise WrongQueryError(f"takes one query, {what}")
    return words[0]


def read_link(words: Sequence[str], link: str | None) -> Query:
    """The name of a link, after the word or as an option; none for the cluster's default."""
    given = [*words, *([] if link is None else [link])]
    if len(given) > 1:
        raise WrongQueryError("takes one link at most")
    return given[0] if given else None


def read_ips(words: Sequence[str], link: str | None) -> Query:
    """One IP address or several."""
    match words:
        case []:
            raise WrongQueryError("takes IP addresses, at least one")
        case [ip]:
            return QueryObject(link=link, ip=ip)
        case _:
            return QueryObject(link=link, ips=tuple(words))


def read_fields(words: Sequence[str], link: str | None) -> Query:
    """Words for what is wished to be known; none for the name alone."""
    _refuse_link(link)
    unknown = [word for word in words if word not in FIELD_WORDS]
    if unknown:
        raise WrongQueryError(f"knows {', '.join(FIELD_WORDS)}, not {unknown[0]}")
    return QueryObject(fields=tuple(FIELD_WORDS[word] for word in words)) if words else None


def _refuse_link(link: str | None) -> None:
    if link is not None:
        raise WrongQueryError("takes no --link")

"""Luxi's methods: what arguments each one takes, as one table, and the values that they become.

The arguments are an array of fixed length (``QueryClusterInfo`` alone takes anything). There is no coercion; ``null``
stands for "all" only where the table says *optional*. Adding a method is adding a row to :data:`METHODS`.

A filter stays the JSON that it is: its language belongs to the query engine. What that engine finds wrong with it is
told to the client by :func:`conversion_error` of :meth:`Query.arguments`, like any other argument of the wrong form.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import attrs

from ganeti_lite.constants import ItemType, TagKind
from ganeti_lite.errors import RequestParseError

from .arguments import (
    MismatchError,
    conversion_error,
    is_number,
    read_any,
    read_bool,
    read_integer,
    read_item_type,
    read_job_id,
    read_job_ids,
    read_list,
    read_optional,
    read_string,
    read_strings,
    read_tag_kind,
)

__all__ = [
    "METHODS",
    "ClassicQuery",
    "InternalRequest",
    "JobRequest",
    "Query",
    "QueryClusterInfo",
    "QueryConfigValues",
    "QueryExports",
    "QueryFields",
    "QueryFilters",
    "QueryGroups",
    "QueryInstances",
    "QueryJobs",
    "QueryNetworks",
    "QueryNodes",
    "QueryTags",
    "Request",
    "WaitForJobChange",
    "conversion_error",
    "decode_arguments",
]


@attrs.frozen
class Query:
    """Rows of ``fields`` for each item that passes ``qfilter`` (decoded JSON, ``None`` for all items)."""

    item_type: ItemType
    fields: tuple[str, ...]
    qfilter: object

    def arguments(self) -> list[object]:
        """The arguments that this was decoded from."""
        return [str(self.item_type), list(self.fields), self.qfilter]


@attrs.frozen
class QueryFields:
    """The definitions of ``fields``; ``None`` or none of them for all."""

    item_type: ItemType
    fields: tuple[str, ...] | None


@attrs.frozen
class ClassicQuery:
    """Bare values of ``fields`` for the items called ``names``, all if there are none.

    :ivar lock: whether the answer has to wait for locks, which no server of today does.
    """

    names: tuple[str, ...]
    fields: tuple[str, ...]
    lock: bool


@attrs.frozen
class QueryInstances(ClassicQuery):
    """The classic query for instances."""


@attrs.frozen
class QueryNodes(ClassicQuery):
    """The classic query for nodes."""


@attrs.frozen
class QueryGroups(ClassicQuery):
    """The classic query for node groups."""


@attrs.frozen
class QueryNetworks(ClassicQuery):
    """The classic query for networks."""


@attrs.frozen
class QueryExports:
    """Pairs of node and export, of the nodes called ``nodes``, all if there are none; ``lock`` as in other queries."""

    nodes: tuple[str, ...]
    lock: bool


@attrs.frozen
class QueryJobs:
    """Bare values of ``fields`` for the jobs ``ids``; ``None`` or none for all that are not archived."""

    ids: tuple[int, ...] | None
    fields: tuple[str, ...]


@attrs.frozen
class QueryFilters:
    """Bare values of ``fields`` for the filter rules ``uuids``; ``None`` or none for all."""

    uuids: tuple[str, ...] | None
    fields: tuple[str, ...]


@attrs.frozen
class QueryConfigValues:
    """The values called ``names``."""

    names: tuple[str, ...]


@attrs.frozen
class QueryClusterInfo:
    """What there is to know about the cluster as a whole."""


@attrs.frozen
class QueryTags:
    """The tags of one item; the cluster's ``name`` does not matter."""

    kind: TagKind
    name: str


@attrs.frozen
class WaitForJobChange:
    """A job's values of ``fields`` and its newer log entries, as soon as there is something new.

    :ivar previous: the values that the client has seen last, as decoded JSON; null for none.
    :ivar last_serial: of the newest log entry that it has seen; None for none.
    :ivar timeout: seconds that it will wait; it is answered then, too.
    """

    job_id: int
    fields: tuple[str, ...]
    previous: object
    last_serial: int | None
    timeout: int


@attrs.frozen
class InternalRequest:
    """Something that daemons ask of each other and no client may, its arguments not looked at."""

    method: str
    args: object


@attrs.frozen
class JobRequest:
    """Something for the daemon that executes jobs, its arguments not looked at."""

    method: str
    args: object


Request = (
    Query
    | QueryFields
    | QueryInstances
    | QueryNodes
    | QueryGroups
    | QueryNetworks
    | QueryExports
    | QueryJobs
    | QueryFilters
    | QueryConfigValues
    | QueryClusterInfo
    | QueryTags
    | WaitForJobChange
    | InternalRequest
    | JobRequest
)

_Reader = Callable[[object], object]


class _Fixed:
    """Arguments that are an array with one element a reader; what the readers give becomes the request."""

    _ARITY_NAMES: Final = {2: "Pair", 3: "Triple"}

    def __init__(self, build: Callable[..., Request], *readers: _Reader) -> None:
        self._build = build
        self._readers = readers

    def decode(self, args: object) -> Request:
        """The request; raises :class:`MismatchError` or :class:`RequestParseError`."""
        if not isinstance(args, list) or len(args) != len(self._readers):
            raise MismatchError(f"Unable to read {self._ARITY_NAMES[len(self._readers)]}")
        return self._build(*(read(arg) for read, arg in zip(self._readers, args, strict=True)))


class _Single:
    """The array of just one argument: every element has to have its type before their number is looked at."""

    def __init__(self, build: Callable[..., Request], reader: _Reader) -> None:
        self._build = build
        self._read = reader

    def decode(self, args: object) -> Request:
        """The request; raises :class:`MismatchError` or :class:`RequestParseError`."""
        arguments = [self._read(arg) for arg in read_list(args)]
        if len(arguments) != 1:
            raise RequestParseError(f"Pattern match failure: expected one argument, got {len(arguments)}")
        return self._build(arguments[0])


class _Wait:
    """The five arguments of ``WaitForJobChange``, whose errors quote no value."""

    def decode(self, args: object) -> Request:
        """The request; raises :class:`RequestParseError`."""
        try:
            match args:
                case [job_id, fields, previous, last_serial, timeout]:
                    return WaitForJobChange(
                        read_job_id(job_id),
                        read_strings(fields),
                        previous,
                        round(last_serial) if is_number(last_serial) else None,
                        read_integer(timeout),
                    )
            raise MismatchError("Not enough values")
        except MismatchError as mismatch:
            raise RequestParseError(f"Parsing WaitForJobChange message: {mismatch.reason}") from mismatch


class _Anything:
    """Arguments that are not looked at."""

    def __init__(self, build: Callable[[object], Request]) -> None:
        self.decode = build


def _classic(build: Callable[..., Request]) -> _Fixed:
    return _Fixed(build, read_strings, read_strings, read_bool)


def _job_request(method: str) -> _Anything:
    return _Anything(partial(JobRequest, method))


METHODS: Final[Mapping[str, _Fixed | _Single | _Wait | _Anything]] = {
    "Query": _Fixed(Query, read_item_type, read_strings, read_any),
    "QueryFields": _Fixed(QueryFields, read_item_type, read_optional(read_strings)),
    "QueryInstances": _classic(QueryInstances),
    "QueryNodes": _classic(QueryNodes),
    "QueryGroups": _classic(QueryGroups),
    "QueryNetworks": _classic(QueryNetworks),
    "QueryExports": _Fixed(QueryExports, read_strings, read_bool),
    "QueryJobs": _Fixed(QueryJobs, read_optional(read_job_ids), read_strings),
    "QueryFilters": _Fixed(QueryFilters, read_optional(read_strings), read_strings),
    "QueryConfigValues": _Single(QueryConfigValues, read_strings),
    "QueryClusterInfo": _Anything(lambda _args: QueryClusterInfo()),
    "QueryTags": _Fixed(QueryTags, read_tag_kind, read_string),
    "SubmitJob": _job_request("SubmitJob"),
    "SubmitJobToDrainedQueue": _job_request("SubmitJobToDrainedQueue"),
    "SubmitManyJobs": _job_request("SubmitManyJobs"),
    "WaitForJobChange": _Wait(),
    "CancelJob": _job_request("CancelJob"),
    "ChangeJobPriority": _job_request("ChangeJobPriority"),
    "ArchiveJob": _job_request("ArchiveJob"),
    "AutoArchiveJobs": _job_request("AutoArchiveJobs"),
    "PickupJob": _Anything(partial(InternalRequest, "PickupJob")),
    "SetDrainFlag": _job_request("SetDrainFlag"),
    "SetWatcherPause": _job_request("SetWatcherPause"),
    "ReplaceFilter": _job_request("ReplaceFilter"),
    "DeleteFilter": _job_request("DeleteFilter"),
}
"""Every method that exists, with what it takes; the arrays' elements in the order of the request's attributes."""


def decode_arguments(method: str, args: object) -> Request:
    """What is asked for.

    :param method: a key of :data:`METHODS`.
    :raises RequestParseError: the arguments are not of the form that the method takes.
    """
    try:
        return METHODS[method].decode(args)
    except MismatchError as mismatch:
        raise conversion_error(args, mismatch.reason) from mismatch

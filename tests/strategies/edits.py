"""Random changes to a configuration: members of any table changed, renamed, added and removed; the cluster object."""

from collections.abc import Callable, Sequence
from typing import Final

from hypothesis import strategies as st

from .objects import CHANGES, CLUSTER_CHANGES, TABLES, JsonObject, smallest

Edit = Callable[[st.DrawFn, JsonObject], None]
"""Changes the configuration in place."""


_MOST_VARIED: Final = ("instances", "instances", "disks")


def _change_member(draw: st.DrawFn, config: JsonObject) -> None:
    name = draw(st.sampled_from((*TABLES, *_MOST_VARIED)))
    if table := config[name]:
        uuid = draw(st.sampled_from(list(table)))
        table[uuid] |= draw(draw(st.sampled_from(CHANGES[name]))(config))


def _add_member(draw: st.DrawFn, config: JsonObject) -> None:
    """A new member: a copy of another under a UUID of its own, or one with little in it."""
    name = draw(st.sampled_from(TABLES))
    uuid = f"{draw(st.sampled_from('0f'))}0000000-0000-4000-8000-{draw(st.integers(0, 3)):012d}"
    model = draw(st.sampled_from([smallest(name, uuid, config), *config[name].values()]))
    config[name][uuid] = {**model, "uuid": uuid}


def _remove_member(draw: st.DrawFn, config: JsonObject) -> None:
    """One member less; what referred to it now leads nowhere."""
    table = config[draw(st.sampled_from(TABLES))]
    if table:
        del table[draw(st.sampled_from(list(table)))]


def _reorder(draw: st.DrawFn, config: JsonObject) -> None:
    """The same members in another order, which means nothing."""
    name = draw(st.sampled_from(TABLES))
    config[name] = dict(reversed(config[name].items()))


def _change_cluster(draw: st.DrawFn, config: JsonObject) -> None:
    config["cluster"] = config["cluster"] | draw(draw(st.sampled_from(CLUSTER_CHANGES))(config))


EDITS: Final[Sequence[Edit]] = (*[_change_member] * 4, *[_change_cluster] * 2, _add_member, _remove_member, _reorder)


@st.composite
def edited(draw: st.DrawFn, config: JsonObject, max_edits: int = 5) -> JsonObject:
    """*config* after up to *max_edits* changes and with a higher serial; the given one stays as it is."""
    edits = draw(st.lists(st.sampled_from(EDITS), max_size=max_edits))
    result = _copy_tables(config)
    for edit in edits:
        edit(draw, result)
    return result | {"serial_no": config["serial_no"] + 1}


def _copy_tables(config: JsonObject) -> JsonObject:
    """A copy as deep as edits go: they replace whole values of members."""
    tables = {name: {uuid: dict(member) for uuid, member in config[name].items()} for name in TABLES}
    return {**config, **tables}

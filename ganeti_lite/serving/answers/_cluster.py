"""Answers about the cluster as a whole, and about tags."""

from collections.abc import Mapping
from typing import Final

from ganeti_lite.constants import ItemType, TagKind
from ganeti_lite.query import ClusterState, describe_cluster, encode_json, find_object, list_config_values
from ganeti_lite.serving.needs import StateNeeded, Step
from ganeti_lite.wire.requests import QueryClusterInfo, QueryConfigValues, QueryTags

from ._steps import Knowledge, gather, succeed

_TAGGED: Final[Mapping[TagKind, ItemType]] = {
    TagKind.NODE: ItemType.NODE,
    TagKind.INSTANCE: ItemType.INSTANCE,
    TagKind.GROUP: ItemType.GROUP,
    TagKind.NETWORK: ItemType.NETWORK,
}


def answer_cluster_info(knowledge: Knowledge, _query: QueryClusterInfo, _frame: bytes) -> Step:
    """The cluster's settings as one object."""
    snapshot = knowledge.require_view().snapshot

    def describe(state: ClusterState) -> Step:
        return succeed(describe_cluster(snapshot, state.architecture, state.build))

    return gather(StateNeeded(), describe)


def answer_config_values(knowledge: Knowledge, query: QueryConfigValues, _frame: bytes) -> Step:
    """A value for each name."""
    snapshot = knowledge.require_view().snapshot

    def describe(state: ClusterState) -> Step:
        return succeed(encode_json(list_config_values(snapshot, state, query.names)))

    return gather(StateNeeded(), describe)


def answer_tags(knowledge: Knowledge, query: QueryTags, _frame: bytes) -> Step:
    """The tags of one object."""
    view = knowledge.require_view()
    is_cluster = query.kind is TagKind.CLUSTER
    item = view.snapshot.cluster if is_cluster else find_object(view, _TAGGED[query.kind], query.name)
    return succeed(encode_json(item.tags))

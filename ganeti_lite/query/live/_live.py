"""The answers of one query's calls, ready for the fields' rules."""

from functools import cached_property
from types import MappingProxyType

from attrs import field, frozen

from ganeti_lite.snapshot import ClusterSnapshot

from ._calls import NodeAnswers
from ._instances import Consoles, InstanceReports
from ._nodes import NodeReports


@frozen(eq=False)
class Live:
    """A snapshot and what the nodes have said at the time of one query; without answers, all is unknown."""

    snapshot: ClusterSnapshot
    answers: NodeAnswers = field(factory=lambda: MappingProxyType({}))

    @cached_property
    def instances(self) -> InstanceReports:
        """What is known of instances."""
        return InstanceReports(self.answers)

    @cached_property
    def consoles(self) -> Consoles:
        """Where the instances' consoles are."""
        return Consoles(self.answers)

    @cached_property
    def nodes(self) -> NodeReports:
        """What is known of nodes."""
        return NodeReports(self.answers)

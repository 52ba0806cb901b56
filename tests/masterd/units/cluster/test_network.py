"""The network by which instances talk to their nodes."""

from ganeti_lite.masterd.units import FollowUp
from tests.masterd.small_cluster import GROUP1, GROUP2

from .scene import set_params, with_cluster


def test_a_network_for_instances_to_talk_by_is_made() -> None:
    """A network that is not there is added and connected to all groups, by a further job."""
    changed = set_params(instance_communication_network="talk")
    assert isinstance(changed.result, FollowUp)
    opcodes = [(op["OP_ID"], op.get("group_name")) for job in changed.result.jobs for op in job]
    assert opcodes == [("OP_NETWORK_ADD", None), ("OP_NETWORK_CONNECT", GROUP1), ("OP_NETWORK_CONNECT", GROUP2)]
    assert changed.after.cluster.instance_communication_network == "talk"
    assert changed.log == ["Changing instance communication network to 'talk', only new instances will be affected."]


def test_a_network_that_is_there_is_judged_and_connected() -> None:
    """What makes a network unfit is told; only groups that it is not connected to are connected."""
    changed = set_params(instance_communication_network="storage")
    assert isinstance(changed.result, FollowUp)
    assert [op["group_name"] for job in changed.result.jobs for op in job] == [GROUP1]
    assert len([line for line in changed.log if "security risk" in str(line)]) == 4


def test_the_network_is_given_up() -> None:
    """Without a name there is none; the old one is the administrator's business."""
    changed = set_params(with_cluster(instance_communication_network="lan"), instance_communication_network="")
    assert changed.result is None
    assert changed.log == [
        "Previous instance communication network 'lan' should be removed manually.",
        "Disabling instance communication network, only new instances will be affected.",
    ]
    assert set_params(instance_communication_network="").log == [
        "Instance communication network already is '', nothing to do."
    ]

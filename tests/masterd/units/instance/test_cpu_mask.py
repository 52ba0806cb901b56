"""The CPUs that an instance is bound to."""

from typing import Any

import pytest
from attrs import evolve

from ganeti_lite.wire.noderpc import RpcFailure
from tests.masterd.small_cluster import DB, SNAPSHOT
from tests.masterd.units.scripted import prereq

from .scene import modify


@pytest.mark.parametrize(
    ("mask", "answers", "failure"),
    [
        ("0-1:2:3:all", {}, None),
        ("0:1", {}, prereq("Number of vCPUs [4] does not match the CPU mask [0:1]")),
        (
            "0-7",
            {},
            prereq("Node node2.example.org has 4 physical CPUs, but 8 are required", "insufficient_resources"),
        ),
        (
            "0",
            {"node_info": RpcFailure("broken")},
            prereq("Cannot get current information from node node2.example.org: broken", "environment_error"),
        ),
        (
            "0",
            {"node_info": ["boot", None, [{}]]},
            prereq(
                "Can't compute the number of physical CPUs on node node2.example.org, result was 'None'",
                "environment_error",
            ),
        ),
    ],
)
def test_cpus_that_an_instance_is_bound_to(mask: str, answers: Any, failure: object) -> None:
    """There must be one list for all of its CPUs, or one for each, and the node must have them."""
    assert modify("db", answers=answers, hvparams={"cpu_mask": mask}).failure == failure


def test_a_mask_that_is_none_stays_none() -> None:
    """One that is in the configuration is found when the CPUs change."""
    db = SNAPSHOT.instances[DB]
    spoilt = evolve(db, hvparams={**db.hvparams, "cpu_mask": "0-x"})
    snapshot = evolve(SNAPSHOT, instances=SNAPSHOT.instances.replaced({DB: spoilt}))
    assert modify("db", snapshot, beparams={"vcpus": 2}).failure == [
        "ParseError",
        ["Invalid CPU ID value for CPU mask '0-x'"],
    ]

"""Tags, delays, and what nobody carries out."""

from typing import Final

from ._chapter import Chapter, Correction, op

_NAMED: Final = ("network", "node", "instance")
_LONG: Final = "x" * 129

CHAPTERS: Final = (
    Chapter(
        before=(
            op("TAGS_SET", kind="nodegroup", name="group10", tags=["b", "a", "b"]),
            op("TAGS_SET", kind="nodegroup", name="group10", tags=["a"]),
            op("TAGS_SET", kind="network", name="net2", tags=["x.y:z@+*/-_"]),
            op("TAGS_SET", kind="node", name="node2", tags=["ours"]),
            op("TAGS_SET", kind="instance", name="inst1", tags=["ours"]),
            op("TAGS_SET", kind="cluster", name=None, tags=["ours"]),
            op("TAGS_SET", kind="cluster", name="ignored", tags=[]),
        ),
        asked=(
            op("TAGS_GET", kind="nodegroup", name="group10"),
            op("TAGS_GET", kind="network", name="net2", use_locking=True),
            op("TAGS_GET", kind="instance", name="inst1", use_locking=True),
            op("TAGS_GET", kind="cluster", name=None),
            op("TAGS_GET", kind="cluster"),
            op("TAGS_GET", kind="nodegroup", name=None),
            *(op("TAGS_GET", kind=kind, name="nosuch") for kind in ("nodegroup", *_NAMED)),
            op("TAGS_GET", kind="nosuch", name="inst1"),
            op("TAGS_SEARCH", pattern="ours"),
            op("TAGS_SEARCH", pattern="^a$"),
            op("TAGS_SEARCH", pattern="nosuch"),
            op("TAGS_SEARCH", pattern=""),
            op("TAGS_SEARCH", pattern="("),
            op("TAGS_SET", kind="instance", name="inst1", tags=[f"tag{number}" for number in range(4097)]),
        ),
        tried=(
            *(op("TAGS_SET", kind=kind, name="nosuch", tags=["a"]) for kind in ("nodegroup", *_NAMED)),
            op("TAGS_SET", kind="instance", name="inst1", tags=[_LONG]),
            op("TAGS_SET", kind="instance", name="inst1", tags=["fine", "not fine"]),
            op("TAGS_SET", kind="instance", name="inst1", tags=[""]),
            op("TAGS_SET", kind="instance", name="inst1", tags=[7]),
            op("TAGS_DEL", kind="instance", name="inst1", tags=["ours", "nosuch", "nor this"]),
            op("TAGS_DEL", kind="instance", name="inst1", tags=["nosuch", "another"]),
            op("TAGS_DEL", kind="cluster", name=None, tags=["nosuch"]),
            op("TAGS_DEL", kind="node", name="nosuch", tags=["nosuch"]),
        ),
        corrected=tuple(
            Correction(op("TAGS_GET", kind=kind, name=None), "OpExecError", "OpPrereqError") for kind in _NAMED
        ),
        after=(
            op("TAGS_DEL", kind="nodegroup", name="group10", tags=["b", "a"]),
            op("TAGS_DEL", kind="network", name="net2", tags=["x.y:z@+*/-_"]),
            op("TAGS_DEL", kind="node", name="node2", tags=["ours"]),
            op("TAGS_DEL", kind="instance", name="inst1", tags=["ours"]),
            op("TAGS_DEL", kind="cluster", name=None, tags=["ours"]),
        ),
    ),
    Chapter(
        asked=(
            op("TEST_DELAY", duration=0.1),
            op("TEST_DELAY", duration=0),
            op("TEST_DELAY", duration=-1),
            op("TEST_DELAY", duration=0.1, repeat=2, no_locks=False),
            op("TEST_DELAY", duration=0.1, on_master=False, on_nodes=["node2", "node3.example.com"]),
            op("TEST_DELAY", duration=0.1, on_nodes=["nosuch"]),
            op("TEST_DELAY", duration=0.1, on_nodes=["node5"]),
            op("TEST_DELAY", duration=0.1, dry_run=True),
            op("TEST_DUMMY", result=None, messages=[], fail=None, submit_jobs=None),
            op("TEST_DUMMY", result="a", messages=["b"], fail=True, submit_jobs=None),
        )
    ),
)

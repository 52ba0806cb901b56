"""Shapes of small clusters."""

from hypothesis import strategies as st

from ganeti_lite.simulator import ClusterShape


def shapes() -> st.SearchStrategy[ClusterShape]:
    """Any small shape, the odd ones included: one node, no instances, more groups than nodes, no networks."""
    return st.builds(
        ClusterShape,
        nodes=st.integers(1, 40),
        instances=st.integers(0, 60),
        groups=st.integers(1, 6),
        networks=st.integers(0, 5),
        seed=st.integers(0, 2**32),
    )

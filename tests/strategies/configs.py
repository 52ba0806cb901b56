"""Small configurations: believable ones from the generator, with oddities that a real file can have."""

from hypothesis import strategies as st

from ganeti_lite.simulator import ClusterShape, build_config

from .edits import edited
from .objects import JsonObject

_SHAPES = st.builds(
    ClusterShape,
    nodes=st.integers(1, 4),
    instances=st.integers(0, 6),
    groups=st.integers(1, 3),
    networks=st.integers(0, 2),
    seed=st.integers(0, 99),
)


@st.composite
def configs(draw: st.DrawFn) -> JsonObject:
    """Any small configuration that can be loaded: references may lead nowhere, names may tie, tables may be empty."""
    return draw(edited(build_config(draw(_SHAPES)), max_edits=10))

"""Made-up owners, wishes and what is done to a table of locks."""

from typing import Final, TypeAlias

from attrs import frozen
from hypothesis import strategies as st

from ganeti_lite.constants import LockMode
from ganeti_lite.masterd.locks import LockLevel, LockOwner, LockWish

LEVELS: Final = (LockLevel.INSTANCE, LockLevel.NODE, LockLevel.NODE_RES)
NAMES: Final = ("a", "b", "c")
OWNERS: Final = tuple(LockOwner(job_id, "/run/livelock", 100 + job_id) for job_id in range(1, 7))


@frozen
class Ask:
    """Ask for locks."""

    owner: LockOwner
    level: LockLevel
    wish: LockWish
    priority: int


@frozen
class Withdraw:
    """Do not wait any more."""

    owner: LockOwner


@frozen
class SetPriority:
    """Be more or less urgent."""

    owner: LockOwner
    priority: int


@frozen
class Release:
    """Give locks of a level back."""

    owner: LockOwner
    level: LockLevel
    keep: frozenset[str]


@frozen
class ReleaseAll:
    """Give all locks back."""

    owner: LockOwner


Action: TypeAlias = Ask | Withdraw | SetPriority | Release | ReleaseAll

owners: Final = st.sampled_from(OWNERS)
levels: Final = st.sampled_from(LEVELS)
names: Final = st.frozensets(st.sampled_from(NAMES))
modes: Final = st.sampled_from(LockMode)
priorities: Final = st.sampled_from([-10, 0, 0, 0, 10])

patient_wishes: Final = st.builds(LockWish, names | st.none(), modes)
wishes: Final = patient_wishes | st.builds(LockWish, names, modes, st.just(True))

actions: Final[st.SearchStrategy[Action]] = st.one_of(
    st.builds(Ask, owners, levels, wishes, priorities),
    st.builds(Ask, owners, levels, patient_wishes, priorities),
    st.builds(Withdraw, owners),
    st.builds(SetPriority, owners, priorities),
    st.builds(Release, owners, levels, names),
    st.builds(ReleaseAll, owners),
)

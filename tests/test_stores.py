"""The store that forgets."""

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.stores import BoundedStore


def make_store(limit: int) -> BoundedStore[str, bytes]:
    """A store of bytes that cost their length."""
    return BoundedStore(limit, len)


def test_what_is_put_is_got() -> None:
    """A value is found by its key until it is replaced; other keys find nothing."""
    store = make_store(10)
    store.put("a", b"1")
    store.put("b", b"22")
    store.put("a", b"333")
    assert (store.get("a"), store.get("b"), store.get("c")) == (b"333", b"22", None)
    assert store.total == 5


def test_what_was_not_used_for_longest_goes() -> None:
    """Over the limit, entries go in order of their last use, be it a put or a get."""
    store = make_store(6)
    for key in "abc":
        store.put(key, b"xx")
    assert store.get("a") == b"xx"
    store.put("d", b"xxx")
    assert [key for key, _ in store.items()] == ["a", "d"]
    assert store.total == 5


def test_replacing_counts_as_use() -> None:
    """A value that is put again is the youngest."""
    store = make_store(4)
    store.put("a", b"xx")
    store.put("b", b"xx")
    store.put("a", b"yy")
    store.put("c", b"xx")
    assert list(store.items()) == [("a", b"yy"), ("c", b"xx")]


def test_what_is_over_the_limit_alone_is_not_kept() -> None:
    """A value that costs too much is not kept, nor what it was to replace, and nothing else goes for it."""
    store = make_store(4)
    store.put("a", b"xx")
    store.put("b", b"xx")
    store.put("a", b"xxxxx")
    assert list(store.items()) == [("b", b"xx")]
    assert store.total == 2


def test_exactly_the_limit_fits() -> None:
    """The limit itself may be reached."""
    store = make_store(4)
    store.put("a", b"xx")
    store.put("b", b"xx")
    assert store.total == 4
    store.put("c", b"")
    assert len(list(store.items())) == 3


def test_what_is_listed_is_of_that_moment() -> None:
    """Changes while the entries are gone through do not matter."""
    store = make_store(4)
    store.put("a", b"xx")
    listed = store.items()
    store.put("b", b"xxxx")
    assert list(listed) == [("a", b"xx")]


KEYS = st.sampled_from("abcde")
STEPS = st.lists(st.tuples(KEYS, st.none() | st.binary(max_size=6)))


@given(STEPS)
def test_totals_follow_from_what_is_kept(steps: list[tuple[str, bytes | None]]) -> None:
    """After any puts and gets the total is what the kept entries cost, within the limit, and no entry is false."""
    store = make_store(10)
    last: dict[str, bytes] = {}
    for key, value in steps:
        if value is None:
            assert store.get(key) in (None, last.get(key))
        else:
            store.put(key, value)
            last[key] = value
        kept = dict(store.items())
        assert store.total == sum(map(len, kept.values())) <= 10
        assert kept.items() <= last.items()


def test_threads_may_share_it() -> None:
    """Puts and gets of several threads at once leave a store that adds up."""
    store = make_store(500)

    def use(worker: int) -> None:
        for number in range(2000):
            key = str((number * 7 + worker) % 50)
            store.put(key, bytes((number + worker) % 40))
            found = store.get(str(number % 50))
            assert found is None or len(found) < 40

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(use, range(4)))
    assert store.total == sum(len(value) for _, value in store.items()) <= 500

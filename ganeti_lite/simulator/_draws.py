"""The generator's source of chance: equal seeds draw equal clusters, without clock or system randomness."""

import random
from collections.abc import Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Draws(random.Random):
    """Random values in the forms that a configuration needs.

    Each part of the generator has a stream of its own, so that one more draw in one part changes nothing in the others.

    :param seed: the cluster's seed.
    :param part: the name of the stream.
    """

    def __init__(self, seed: int, part: str) -> None:
        super().__init__(f"{part}/{seed}")

    def uuid(self) -> str:
        """A random (version 4) UUID in its usual text form."""
        digits = f"{self.getrandbits(128):032x}"
        variant = "89ab"[int(digits[16], 16) & 3]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"

    def hex_digits(self, count: int) -> str:
        """``count`` lower-case hexadecimal digits."""
        return f"{self.getrandbits(4 * count):0{count}x}"

    def chance(self, probability: float) -> bool:
        """True with the given probability, from 0 to 1."""
        return self.random() < probability

    def moments(self, epoch: int, days: int) -> tuple[float, float]:
        """A creation and a later modification time within the ``days`` before ``epoch``, in seconds since 1970."""
        created = epoch - self.random() * days * 86400
        modified = created + self.random() * (epoch - created)
        return as_written(created), as_written(modified)


def as_written(moment: float) -> float:
    """A time as wconfd writes it: it counts picoseconds, and dividing that count costs some numbers their last bit.

    Measured with Ganeti 3.0.2. A time that was written once stays as it is; a whole number has no decimal point.
    """
    numerator, denominator = moment.as_integer_ratio()
    written = float(numerator * 10**12 // denominator) / 1e12
    return int(written) if written.is_integer() else written


class Deck(Generic[T]):
    """Deals cards in random order, the whole deck before any card comes again.

    So even a small cluster has every kind of thing, in the deck's proportions.
    """

    def __init__(self, draws: Draws, cards: Sequence[T]) -> None:
        self._draws = draws
        self._cards = tuple(cards)
        self._left: list[T] = []

    def deal(self) -> T:
        """The next card."""
        if not self._left:
            self._left = self._draws.sample(self._cards, len(self._cards))
        return self._left.pop()

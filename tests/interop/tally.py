"""Counts what was compared with the real Ganeti, by subject."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import Factory, frozen

from .compare import Comparison


@frozen
class Tally:
    """What a test session has compared so far.

    :ivar outcomes: by subject, how the requests ended
    :ivar differing: by subject, how many answers differed
    """

    outcomes: defaultdict[str, Counter[str]] = Factory(lambda: defaultdict(Counter))
    differing: Counter[str] = Factory(Counter)

    def check(self, subject: str, comparison: Comparison) -> None:
        """Count a comparison.

        :raises AssertionError: if any answers differ
        """
        self.outcomes[subject].update(comparison.outcomes)
        self.differing[subject] += len(comparison.found)
        assert not comparison.found, comparison.report()

    def plain(self) -> dict[str, Any]:
        """All of it as plain JSON, for another process."""
        return {
            "outcomes": {subject: dict(counted) for subject, counted in self.outcomes.items()},
            "differing": dict(self.differing),
        }

    def add(self, plain: Mapping[str, Any]) -> None:
        """Count what another process has counted."""
        for subject, counted in plain["outcomes"].items():
            self.outcomes[subject].update(counted)
        self.differing.update(plain["differing"])

    def lines(self) -> Iterator[str]:
        """One line for each subject, and a last one for all."""
        for subject, outcomes in sorted(self.outcomes.items()):
            kinds = ", ".join(f"{count} {kind}" for kind, count in outcomes.most_common())
            yield f"{subject}: {outcomes.total()} ({kinds}), {self.differing[subject]} differ"
        total = sum(outcomes.total() for outcomes in self.outcomes.values())
        yield f"in all: {total} compared, {self.differing.total()} differ"

"""The well-behaved: many clients that each ask now and then, and take their answers at once."""

import asyncio
import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from attrs import Factory, frozen

END: Final = b"\x03"
_ANSWER_LIMIT: Final = 256 * 1024 * 1024


@frozen
class Kind:
    """A kind of question.

    :ivar requests: those of the kind, without end mark; one is chosen at random.
    :ivar share: how many of all questions are of this kind, out of the sum of shares.
    """

    name: str
    requests: Sequence[bytes]
    share: float = 1.0


@frozen
class Figures:
    """How long answers took, in seconds, and how many were none."""

    taken: list[float] = Factory(list)
    failures: list[str] = Factory(list)

    @property
    def median(self) -> float:
        return statistics.median(self.taken)

    @property
    def percentile_99(self) -> float:
        ordered = sorted(self.taken)
        return ordered[int(0.99 * (len(ordered) - 1))]


@frozen
class Crowd:
    """How many clients ask, how often, and what.

    :ivar pause: seconds between an answer and the next question, on average.
    """

    clients: int
    pause: float
    kinds: Sequence[Kind]
    seed: int = 1


def ask_for(path: Path, crowd: Crowd, seconds: float) -> dict[str, Figures]:
    """Has the crowd ask for that long; figures by kind."""
    return asyncio.run(_ask_for(path, crowd, seconds))


async def _ask_for(path: Path, crowd: Crowd, seconds: float) -> dict[str, Figures]:
    figures = {kind.name: Figures() for kind in crowd.kinds}
    end = time.monotonic() + seconds
    async with asyncio.TaskGroup() as clients:
        for number in range(crowd.clients):
            draw = random.Random(crowd.seed * 100_000 + number)
            clients.create_task(_ask_repeatedly(path, crowd, draw, end, figures))
    return figures


async def _ask_repeatedly(
    path: Path, crowd: Crowd, draw: random.Random, end: float, figures: dict[str, Figures]
) -> None:
    """One client: pauses are random, so that the crowd is never in step."""
    await asyncio.sleep(draw.uniform(0, crowd.pause))
    reader, writer = await asyncio.open_unix_connection(path, limit=_ANSWER_LIMIT)
    try:
        while time.monotonic() < end:
            (kind,) = draw.choices(crowd.kinds, [each.share for each in crowd.kinds])
            await _ask_once(reader, writer, draw.choice(kind.requests), figures[kind.name])
            await asyncio.sleep(draw.uniform(0, 2 * crowd.pause))
    except (ConnectionError, asyncio.IncompleteReadError) as error:
        figures[crowd.kinds[0].name].failures.append(repr(error))
    finally:
        writer.close()


async def _ask_once(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes, figures: Figures
) -> None:
    started = time.perf_counter()
    writer.write(request + END)
    answer = await reader.readuntil(END)
    figures.taken.append(time.perf_counter() - started)
    if not answer.startswith(b'{"success":true'):
        figures.failures.append(answer[:200].decode())

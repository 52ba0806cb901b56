"""Records what Ganeti's commands ask, are answered and print, on the reference cluster.

Writes ``tests/commands/recorded/commands.json``, with which our commands are compared where no Ganeti is. Left out
are help and usage, which are Ganeti's own texts, and what changes from run to run.
"""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from socket import AF_UNIX, SHUT_RDWR, socket
from tempfile import TemporaryDirectory
from typing import Any, Final

from attrs import Factory, frozen

from ganeti_lite.simulator import ClusterPaths
from ganeti_lite.wire.framing import FrameDecoder
from tests.commands.recorded import FILE

from .idle_queue import end_open_jobs
from .reference_build import is_to_be_kept, standing
from .reference_cluster import ReferenceCluster
from .session_lines import CHANGES, MISTAKES, QUESTIONS
from .shell_lines import run_line
from .side_by_side import mirror

MOST_BYTES: Final = 9000
"""Of one recording: what is longer says nothing that others do not."""

_LEFT_OUT: Final = ("Usage", "Traceback", "- max/0", "list-fields", " | ", "printf", "policy=bogus")
"""Texts of lines, or of what they print, that are not recorded: also those that need more than the command itself, or
ask for a job whose opcode is none."""


@frozen
class Relay:
    """Passes requests and answers on, and remembers them."""

    requests: list[Any] = Factory(list)
    answers: list[Any] = Factory(list)
    threads: list[threading.Thread] = Factory(list)

    def serve(self, listener: socket, path: Path) -> None:
        """Until the listener is shut down, connect each client to the server at ``path``."""
        with suppress(OSError):
            while True:
                client, server = listener.accept()[0], socket(AF_UNIX)
                server.connect(str(path))
                for pump in ((client, server, self.requests), (server, client, self.answers)):
                    thread = threading.Thread(target=self._pump, args=pump)
                    thread.start()
                    self.threads.append(thread)

    @staticmethod
    def _pump(source: socket, target: socket, messages: list[Any]) -> None:
        decoder = FrameDecoder()
        with suppress(OSError), source:
            while data := source.recv(65536):
                decoder.feed(data)
                while (frame := decoder.next_frame()) is not None:
                    messages.append(json.loads(frame))
                target.sendall(data)
            target.shutdown(SHUT_RDWR)

    def take(self) -> list[list[Any]]:
        """Method, arguments and answer of each request since the last call, once their connections have ended."""
        for thread in self.threads:
            thread.join()
        exchange = [
            [request["method"], request["args"], answer]
            for request, answer in zip(self.requests, self.answers, strict=True)
        ]
        for each in (self.threads, self.requests, self.answers):
            each.clear()
        return exchange


@contextmanager
def relayed(cluster: ReferenceCluster, folder: Path) -> Iterator[tuple[ClusterPaths, Relay]]:
    """The cluster's master with a relay in front of its query socket."""
    paths, relay = mirror(cluster.paths, folder), Relay()
    with socket(AF_UNIX) as listener:
        listener.bind(str(paths.query_socket))
        listener.listen()
        thread = threading.Thread(target=relay.serve, args=(listener, cluster.query_socket))
        thread.start()
        yield paths, relay
        listener.shutdown(SHUT_RDWR)
        thread.join()


def record(line: str, paths: ClusterPaths, relay: Relay) -> dict[str, Any]:
    """What came of a line."""
    done = run_line(line, {**paths.environment(), "TZ": "UTC"})
    output, errors = (text.split("\n")[:-1] for text in (done.stdout, done.stderr))
    return {
        "line": line,
        "status": done.returncode,
        "output": output,
        "errors": errors,
        "exchange": relay.take(),
    }


def main() -> None:
    """Record every line once."""
    cluster = ReferenceCluster.from_environment(os.environ)
    with ExitStack() as stack:
        stack.enter_context(standing(cluster, keep=is_to_be_kept()))
        end_open_jobs(cluster)
        folder = stack.enter_context(TemporaryDirectory(prefix="gl-"))
        paths, relay = stack.enter_context(relayed(cluster, Path(folder)))
        recordings = {line: record(line, paths, relay) for line in (*QUESTIONS, *CHANGES, *MISTAKES)}
    texts = [json.dumps(recording, separators=(",", ":")) for recording in recordings.values() if is_kept(recording)]
    FILE.write_text("[\n" + ",\n".join(text for text in texts if len(text) <= MOST_BYTES) + "\n]\n")


def is_kept(recording: dict[str, Any]) -> bool:
    """Whether a recording is of use."""
    shown = "\n".join([recording["line"], *recording["output"], *recording["errors"]])
    return not any(text in shown for text in _LEFT_OUT)


if __name__ == "__main__":
    main()

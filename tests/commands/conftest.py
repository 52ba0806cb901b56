"""A made-up node on which commands run, and a server that answers them."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from attrs import frozen

from ganeti_lite.paths import GanetiPaths
from tests.clients.scripted_server import Respond, ScriptedServer


@frozen
class MadeUpNode:
    """A node in a directory.

    :ivar root: what GANETI_ROOTDIR names.
    """

    root: Path
    name: str = "node1.example.com"

    @property
    def paths(self) -> GanetiPaths:
        """Its files and sockets."""
        return GanetiPaths(str(self.root))

    @property
    def environ(self) -> Mapping[str, str]:
        """The variables that lead a command here."""
        return {"GANETI_ROOTDIR": str(self.root), "GANETI_HOSTNAME": self.name}

    def write_ssconf(self, key: str, text: str) -> None:
        """Let the node know something."""
        path = Path(self.paths.ssconf(key))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def serve(self, respond: Respond) -> AbstractContextManager[ScriptedServer]:
        """Answer queries while a block lasts."""
        return ScriptedServer(Path(self.paths.query_socket), respond)


@pytest.fixture
def node(tmp_path_factory: pytest.TempPathFactory) -> MadeUpNode:
    """A node without anything."""
    return MadeUpNode(tmp_path_factory.mktemp("node"))  # short, for a socket's path may not be long

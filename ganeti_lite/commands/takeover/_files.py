"""The files of a switch: beside Ganeti's own, in the same folders."""

from typing import NamedTuple

from ganeti_lite.paths import GanetiPaths


class SwitchFiles(NamedTuple):
    """Where things are on the node whose files are below one root."""

    paths: GanetiPaths

    @property
    def pid_file(self) -> str:
        """The pid of this project's daemon."""
        return f"{self.paths.run_dir}/ganeti-lite-confd.pid"

    @property
    def log_file(self) -> str:
        """What it has to say."""
        return f"{self.paths.log_dir}/lite-confd.log"

    @property
    def trial_socket(self) -> str:
        """Where it answers while it is tried."""
        return f"{self.paths.socket_dir}/lite-trial"

    @property
    def trial_log(self) -> str:
        """What it has to say meanwhile."""
        return f"{self.paths.log_dir}/lite-confd-trial.log"

    @property
    def udp_mark(self) -> str:
        """Is there while Ganeti's confd is stopped for this project's daemon."""
        return f"{self.paths.run_dir}/ganeti-lite-udp"

"""Node daemons for a cluster whose files are on disk."""

import json

from ganeti_lite.simulator.certificates import Credentials
from ganeti_lite.simulator.certification import write_certificates
from ganeti_lite.simulator.root import ClusterPaths

from ._daemon import IReactor
from ._mirror import DiskMirror
from ._supplies import supply_files
from ._tls import read_candidate_digests
from .daemons import NODED_PORT, NodeDaemons
from .population import simulate_nodes


def load_daemons(reactor: IReactor, paths: ClusterPaths, seed: int = 1, port: int = NODED_PORT) -> NodeDaemons:
    """Daemons, not started yet, for all nodes of the cluster's configuration, those included that are marked offline.

    They have the files that the master has handed out; those of the master stay as they are on disk, where its daemon
    writes, too. They show the cluster's certificate and let in the clients that its files name, as these are at each
    connection. A cluster without certificates gets some.

    :param seed: what their machines are drawn from.
    :param port: 0 for one that is free.
    :raises OSError: a file cannot be read or written.
    :raises ValueError: the configuration is not JSON, or server.pem not a certificate with its key.
    """
    if not paths.server_pem.exists():
        write_certificates(paths)
    server = Credentials.from_pem(paths.server_pem.read_bytes())
    config = json.loads(paths.config.read_bytes())
    machines = supply_files(simulate_nodes(config, seed), config, paths)
    candidates = paths.ssconf("master_candidates_certs")
    mirrors = {paths.master_name: DiskMirror(paths.root)}
    return NodeDaemons(reactor, machines, server, lambda: read_candidate_digests(candidates), port, mirrors)

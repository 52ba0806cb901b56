"""Certificates for a made-up cluster on disk."""

import json
from typing import Final

from ._ssconf import ssconf_values
from .certificates import ClusterCertificates, make_certificates
from .edits import replace_config, replace_file
from .root import ClusterPaths

_CANDIDATES: Final = "master_candidates_certs"


def write_certificates(paths: ClusterPaths) -> ClusterCertificates:
    """Makes the certificates of a cluster on disk: its own, and one for each master candidate, which are put on record.

    Not part of writing a cluster: keys take time, and are never the same again.

    :raises OSError: a file cannot be read or written.
    """
    config = json.loads(paths.config.read_bytes())
    candidates = {uuid: node["name"] for uuid, node in config["nodes"].items() if node["master_candidate"]}
    certificates = make_certificates(sorted({*candidates.values(), paths.master_name}))
    digests = {uuid: certificates.clients[name].digest for uuid, name in sorted(candidates.items())}
    config["cluster"]["candidate_certs"] = digests
    replace_file(paths.server_pem, certificates.server.to_pem(), 0o440)
    replace_file(paths.client_pem, certificates.clients[paths.master_name].to_pem(), 0o440)
    replace_file(paths.ssconf(_CANDIDATES), ssconf_values(config)[_CANDIDATES].encode(), 0o444)
    replace_config(paths.config, config)
    return certificates

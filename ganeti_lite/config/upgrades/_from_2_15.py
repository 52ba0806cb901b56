"""2.15 → 2.16: the kind of the nodes' SSH keys can be chosen."""

from ._tree import Object, changed, filled


def upgrade_from_2_15(config: Object) -> Object:
    """A cluster that has not chosen has what there was before, which is not what new clusters get."""
    result: Object = changed(config, "cluster", filled({"ssh_key_type": "dsa", "ssh_key_bits": 1024}))
    return result

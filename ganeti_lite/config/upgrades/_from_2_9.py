"""2.9 → 2.10: disks no longer tell where their node finds them."""

from ._tree import Object, changed_embedded_disks, without


def upgrade_from_2_9(config: Object) -> Object:
    """``physical_id`` goes: it followed from the other keys."""
    return changed_embedded_disks(config, without({"physical_id"}))

"""Options that several kinds of objects have: parameters, tags, networks' conflicts."""

from typing import Final

from .option_values import nest, pairs, read_key_values, read_named_values
from .options import Option
from .submission.declarations import Setting

NODE_PARAMETERS: Final = Setting(
    Option(("--node-parameters",), "parameters of nodes: KEY=VALUE,...", "PARAMETERS", (), read_key_values), "ndparams"
)
HYPERVISOR_STATE: Final = Setting(
    Option(("--hypervisor-state",), "taken, but of no effect yet", "STATE", (), read_named_values),
    "hv_state",
    {},
    gather=pairs,
)
DISK_STATE: Final = Setting(
    Option(("--disk-state",), "taken, but of no effect yet", "STATE", (), read_named_values),
    "disk_state",
    {},
    gather=nest,
)
DISK_PARAMETERS: Final = Option(
    ("--disk-parameters", "-D"),
    "parameters of a disk template: TEMPLATE:KEY=VALUE,...; may be repeated",
    "PARAMETERS",
    (),
    read_named_values,
)
TAGS: Final = Setting(
    Option(("--tags",), "tags, by commas", "TAGS", (), lambda _name, text: text.split(",")), "tags", ()
)
MAC_PREFIX: Final = Setting(Option(("--mac-prefix", "-m"), "how MAC addresses begin", "PREFIX"), "mac_prefix")
NO_CONFLICTS_CHECK: Final = Option(("--no-conflicts-check",), "do not look for addresses that are taken already")

"""``gnt-cluster modify``. Source of the parameters and of the texts of errors: Ganeti 3.0's command."""

from collections.abc import Mapping
from typing import Any, Final

from ganeti_lite.commands.definitions import Invocation
from ganeti_lite.commands.instance_policy import CLUSTER_POLICY_OPTIONS, make_policy
from ganeti_lite.commands.option_values import (
    pairs,
    read_integer,
    read_key_values,
    read_named_values,
    read_uids,
    read_yes_no,
    split_escaped,
)
from ganeti_lite.commands.options import Option, Values
from ganeti_lite.commands.parameter_options import (
    DISK_PARAMETERS,
    DISK_STATE,
    HYPERVISOR_STATE,
    MAC_PREFIX,
    NODE_PARAMETERS,
)
from ganeti_lite.commands.parameter_types import (
    BACKEND,
    DISK_TEMPLATE,
    HYPERVISOR,
    INTERFACE_DEFAULTS,
    NODE,
    Kinds,
    enforce,
)
from ganeti_lite.commands.submission.declarations import FORCE, JobCommand, Parameters, Setting, needs_any_of, switch_on
from ganeti_lite.constants import ErrorCode
from ganeti_lite.default_parameters import DATA_COLLECTORS
from ganeti_lite.errors import OpPrereqError


def _text(name: str, parameter: str, description: str, metavar: str, *short: str) -> Setting:
    return Setting(Option((name, *short), description, metavar), parameter)


def _number(name: str, parameter: str, description: str, *short: str) -> Setting:
    return Setting(Option((name, *short), description, "NUMBER", (), read_integer), parameter)


def _yes_or_no(name: str, parameter: str, description: str) -> Setting:
    return Setting(Option((name,), description, "BOOL", (), read_yes_no), parameter)


def _uids(name: str, parameter: str, description: str) -> Setting:
    return Setting(Option((name,), description, "RANGES", (), lambda _name, text: read_uids(text)), parameter)


def _names(name: str, parameter: str, description: str) -> Setting:
    option = Option((name,), description, "NAMES", (), lambda _name, text: text.split(",") if text else None)
    return Setting(option, parameter)


_NETMASK: Final = Option(("--master-netmask",), "the netmask of the cluster's address", "NETMASK")
_COLLECTORS: Final = Option(
    ("--enabled-data-collectors",), "which collectors are at work: NAME=true,...", "COLLECTORS", (), read_key_values
)
_INTERVALS: Final = Option(
    ("--data-collector-interval",),
    "seconds between two collections: NAME=SECONDS,...",
    "INTERVALS",
    (),
    read_key_values,
)
_COMPRESSION: Final = Option(("--compression-tools",), "what compresses, by commas; the usual ones if empty", "TOOLS")
_RESERVED_LVS: Final = Setting(
    Option(
        ("--reserved-lvs",),
        "logical volumes that are not Ganeti's, as regular expressions, by commas",
        "VOLUMES",
        (),
        lambda _name, text: split_escaped(text) if text else [],
    ),
    "reserved_lvs",
)
_BACKEND: Final = Option(
    ("--backend-parameters", "-B"), "memory and CPUs of instances: KEY=VALUE,...", "PARAMETERS", (), read_key_values
)
_HYPERVISOR: Final = Option(
    ("--hypervisor-parameters", "-H"),
    "parameters of a hypervisor: HYPERVISOR:KEY=VALUE,...; may be repeated",
    "PARAMETERS",
    (),
    read_named_values,
)
_NIC: Final = Option(
    ("--nic-parameters", "-N"), "mode, link and vlan of interfaces: KEY=VALUE,...", "PARAMETERS", (), read_key_values
)

_SETTINGS: Final = (
    _text("--vg-name", "vg_name", "the volume group of instances' disks", "VG"),
    _text("--drbd-usermode-helper", "drbd_helper", "the program that DRBD calls", "PATH"),
    _names("--enabled-hypervisors", "enabled_hypervisors", "the hypervisors that instances may have, by commas"),
    _names("--enabled-disk-templates", "enabled_disk_templates", "the disk templates, by commas"),
    _number("--candidate-pool-size", "candidate_pool_size", "how many master candidates there are to be", "-C"),
    _number("--max-running-jobs", "max_running_jobs", "how many jobs run at once"),
    _number("--max-tracked-jobs", "max_tracked_jobs", "how many running jobs are watched"),
    _text("--install-image", "install_image", "the image in which systems are installed", "IMAGE"),
    _text("--zeroing-image", "zeroing_image", "the image in which disks are overwritten", "IMAGE"),
    _text(
        "--instance-communication-network",
        "instance_communication_network",
        "the network between instances and their hosts",
        "NETWORK",
    ),
    MAC_PREFIX,
    _text("--master-netdev", "master_netdev", "the device that has the cluster's address", "NETDEV"),
    _yes_or_no("--use-external-mip-script", "use_external_mip_script", "whether a program of one's own sets it"),
    _yes_or_no("--maintain-node-health", "maintain_node_health", "whether instances are stopped on offline nodes"),
    _uids("--uid-pool", "uid_pool", "the user ids for instances, LOW-HIGH by commas"),
    _uids("--add-uids", "add_uids", "user ids to add"),
    _uids("--remove-uids", "remove_uids", "user ids to take away"),
    _text("--default-iallocator", "default_iallocator", "the program that chooses nodes", "NAME", "-I"),
    Setting(
        Option(("--default-iallocator-params",), "its parameters: KEY=VALUE,...", "PARAMETERS", (), read_key_values),
        "default_iallocator_params",
    ),
    _RESERVED_LVS,
    _yes_or_no("--prealloc-wipe-disks", "prealloc_wipe_disks", "whether new disks are overwritten first"),
    _yes_or_no("--modify-etc-hosts", "modify_etc_hosts", "whether Ganeti keeps /etc/hosts"),
    _yes_or_no("--user-shutdown", "enabled_user_shutdown", "whether users may stop instances from within"),
    _text("--file-storage-dir", "file_storage_dir", "where file-based disks are", "DIRECTORY"),
    _text("--shared-file-storage-dir", "shared_file_storage_dir", "where shared file-based disks are", "DIRECTORY"),
    HYPERVISOR_STATE,
    DISK_STATE,
)
_BUILT: Final = (
    *(NODE_PARAMETERS.option, _BACKEND, _HYPERVISOR, _NIC, DISK_PARAMETERS, _NETMASK, _COMPRESSION),
    *(_COLLECTORS, _INTERVALS, *CLUSTER_POLICY_OPTIONS),
)

_USUAL_TOOLS: Final = ["gzip", "gzip-fast", "gzip-slow"]

_ANY_OF: Final = needs_any_of(*(setting.option for setting in _SETTINGS), *_BUILT)


def check_options(invocation: Invocation) -> str | None:
    """What is wrong with the options."""
    missing = _ANY_OF(invocation)
    if missing is not None:
        return missing
    netmask = invocation.options.text(_NETMASK.key)
    if netmask is not None and not netmask.isdecimal():
        return "The --master-netmask option expects an int parameter."
    unknown = [name for name in invocation.options.value(_COLLECTORS.key, {}) if name not in DATA_COLLECTORS]
    if unknown:
        return f"Data collector names not recognized: {', '.join(unknown)}"
    return None


def build_settings(invocation: Invocation) -> Parameters:
    """The parameters that are not just a text."""
    options = invocation.options
    built: dict[str, Any] = {
        "beparams": enforce(options.value(_BACKEND.key, {}), BACKEND),
        "nicparams": enforce(options.value(_NIC.key, {}), INTERFACE_DEFAULTS),
        "hvparams": _enforce_each(options, _HYPERVISOR, HYPERVISOR),
        "diskparams": _enforce_each(options, DISK_PARAMETERS, DISK_TEMPLATE),
        "ipolicy": make_policy(options),
        "enabled_data_collectors": {
            name: str(value).lower().startswith("t") for name, value in options.value(_COLLECTORS.key, {}).items()
        },
        "data_collector_interval": _read_intervals(options.value(_INTERVALS.key, {})),
    }
    if options.has(NODE_PARAMETERS.option.key):
        built["ndparams"] = enforce(options.value(NODE_PARAMETERS.option.key), NODE)
    if options.has(_NETMASK.key):
        built["master_netmask"] = int(options.value(_NETMASK.key))
    if options.has(_COMPRESSION.key):
        tools = options.value(_COMPRESSION.key)
        built["compression_tools"] = tools.split(",") if tools else _USUAL_TOOLS
    return built


def _enforce_each(options: Values, option: Option, kinds: Kinds) -> Mapping[str, object]:
    named = pairs(options.every(option.key))
    return {name: enforce(values or {}, kinds) for name, values in named.items()}


def _read_intervals(intervals: Mapping[str, Any]) -> dict[str, int]:
    """Microseconds, of seconds."""
    try:
        return {name: int(1e6 * float(seconds)) for name, seconds in intervals.items()}
    except (TypeError, ValueError) as error:
        raise OpPrereqError(f"Invalid interval: {error}", ErrorCode.WRONG_INPUT) from error


MODIFY: Final = JobCommand(
    name="modify",
    opcode="OP_CLUSTER_SET_PARAMS",
    arguments=(),
    synopsis="",
    description="Changes the cluster's settings, and the parameters that nodes and instances have by default.",
    settings=(switch_on(FORCE, "force"), *_SETTINGS),
    extra_options=_BUILT,
    check=check_options,
    build=build_settings,
)

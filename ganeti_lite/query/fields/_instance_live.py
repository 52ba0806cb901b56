"""Instance fields that only the nodes know: ``status``, ``oper_*``, ``console``."""

from collections.abc import Callable
from typing import Final

from ganeti_lite.constants import FieldKind
from ganeti_lite.query.live import Live, NodeFailure, Report, Runtime
from ganeti_lite.query.values import NODATA, OFFLINE, UNAVAIL
from ganeti_lite.snapshot import Instance, fill_hvparams

from ._field import each_live, live_field


def _is_on_offline_node(live: Live, instance: Instance) -> bool:
    node = live.snapshot.nodes.get(instance.primary_node or "")
    return node is not None and node.offline


def _status(live: Live, instance: Instance) -> object:
    """The wished and the real state in one word; the first rule that applies."""
    if (instance.primary_node or "") not in live.snapshot.nodes:
        return NODATA
    if _is_on_offline_node(live, instance):
        return "ERROR_nodeoffline"
    report = live.instances.find(instance)
    if isinstance(report, NodeFailure):
        return "ERROR_nodedown"
    if report is None:
        return _status_unreported(live, instance)
    if not report.is_on_primary:
        return "ERROR_wrongnode"
    if report.is_running:
        return "running" if instance.admin_state == "up" else "ERROR_up"
    if instance.admin_state == "up":
        return "USER_down" if _may_user_shut_down(live, instance) else "ERROR_down"
    return "ADMIN_down"


def _status_unreported(live: Live, instance: Instance) -> str:
    if instance.admin_state == "up":
        return "ERROR_down"
    if instance.admin_state == "offline":
        return "ADMIN_offline"
    is_by_user = instance.admin_state == "down" and instance.admin_state_source == "user"
    return "USER_down" if is_by_user and live.snapshot.cluster.enabled_user_shutdown else "ADMIN_down"


def _may_user_shut_down(live: Live, instance: Instance) -> bool:
    cluster = live.snapshot.cluster
    if not cluster.enabled_user_shutdown:
        return False
    return instance.hypervisor != "kvm" or fill_hvparams(cluster, instance).get("user_shutdown") is True


def _oper_state(live: Live, instance: Instance) -> object:
    report = live.instances.find(instance)
    return NODATA if isinstance(report, NodeFailure) else report is not None


def _of_report(value_of: Callable[[Runtime], object]) -> Callable[[Live, Instance], object]:
    """A value of a report: offline, no data or unavailable where there is none."""

    def value(live: Live, instance: Instance) -> object:
        report = live.instances.find(instance)
        if isinstance(report, Runtime):
            return value_of(report)
        return _missing(live, instance, report)

    return value


def _missing(live: Live, instance: Instance, report: Report) -> object:
    if not isinstance(report, NodeFailure):
        return UNAVAIL
    return OFFLINE if _is_on_offline_node(live, instance) else NODATA


def _console(live: Live, instance: Instance) -> object:
    report = live.instances.find(instance)
    if isinstance(report, NodeFailure):
        return _missing(live, instance, report)
    found = live.consoles.find(instance)
    return NODATA if found is None else found


LIVE_FIELDS: Final = (
    live_field("status", "Status", FieldKind.TEXT, "Wished and real state in one word", each_live(_status)),
    live_field("oper_state", "Running", FieldKind.BOOL, "Whether a node reports it", each_live(_oper_state)),
    live_field(
        "oper_ram",
        "Memory",
        FieldKind.UNIT,
        "Memory that it has now",
        each_live(_of_report(lambda report: report.memory)),
    ),
    live_field(
        "oper_vcpus",
        "VCPUs",
        FieldKind.NUMBER,
        "Virtual CPUs that it has now",
        each_live(_of_report(lambda report: report.vcpus)),
    ),
    live_field("console", "Console", FieldKind.OTHER, "How to reach its console", each_live(_console)),
)

"""What ``gnt-os`` tells, which a job finds out. Source of names, order and texts: what Ganeti 3.0's command prints."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ganeti_lite.constants import ExitCode

from .connection import CONNECTION_OPTIONS, connect_for_jobs
from .definitions import ANY_ARGUMENTS, Command, Invocation, Outcome
from .formats import Record
from .info import read_rows
from .listing import NO_HEADERS
from .ordering import natural_key
from .output_format import FORMAT, render
from .report import Section, lay_out_report
from .submission.running import PRIORITY, make_opcode, run_opcode
from .table import Column, lay_out

_INFO_FIELDS: Final = (
    *("name", "valid", "variants", "parameters", "api_versions", "blacklisted", "hidden", "os_hvp"),
    *("osparams", "trusted"),
)
_WITH_VARIANTS: Final = 15
_WITH_PARAMETERS: Final = 20
"""The first versions of the interface to have such."""


def _diagnose(invocation: Invocation, fields: Sequence[str]) -> list[Mapping[str, Any]]:
    """What the nodes know about operating systems."""
    parameters = {"output_fields": list(fields), "names": []}
    with connect_for_jobs(invocation) as client:
        return read_rows(run_opcode(invocation, client, make_opcode(invocation, "OP_OS_DIAGNOSE", parameters)), fields)


def _show(
    invocation: Invocation, fields: Sequence[str], records: Sequence[Record], lines: Sequence[str], code: int = 0
) -> Outcome:
    return Outcome(render(invocation.options, lambda: lines, lambda: records, fields), (), code)


def list_systems(invocation: Invocation) -> Outcome:
    """The operating systems that instances can have, each with each of its variants."""
    fields = ("name", "variants")
    systems = _diagnose(invocation, fields)
    names = [
        name
        for system in systems
        for name in ([f"{system['name']}+{variant}" for variant in system["variants"] or ()] or [str(system["name"])])
    ]
    lines = lay_out([Column("Name", names)], not invocation.options.has(NO_HEADERS.key))
    return _show(invocation, fields, systems, lines)


def show_systems(invocation: Invocation) -> Outcome:
    """Everything about the operating systems with the names that are the arguments, all if there are none."""
    systems = _diagnose(invocation, _INFO_FIELDS)
    wanted = list(invocation.arguments)
    shown = [system for system in systems if not wanted or system["name"] in wanted]
    known = {system["name"] for system in shown}
    lines = [line for system in shown for line in _describe(system)]
    lines += [line for name in wanted if name not in known for line in _describe_settings(name, systems)]
    return _show(invocation, _INFO_FIELDS, shown, lines)


def _describe(system: Record) -> Iterator[str]:
    yield f"{system['name']}:"
    yield f"  - valid: {system['valid']}"
    yield f"  - hidden: {system['hidden']}"
    yield f"  - blacklisted: {system['blacklisted']}"
    if system["valid"]:
        yield "  - API versions:"
        yield from (f"    - {version}" for version in sorted(system["api_versions"]))
        yield "  - variants:"
        yield from (f"    - {variant}" for variant in system["variants"])
        yield "  - parameters:"
        yield from (f"    - {name}: {meaning}" for name, meaning in system["parameters"])
    yield f"  - trusted: {system['trusted']}"
    yield ""


def _describe_settings(name: str, systems: Sequence[Record]) -> Iterator[str]:
    """What is set for an operating system with a variant, or for one that no node has."""
    hypervisor = {key: value for system in systems for key, value in system["os_hvp"].items()}
    public = {key: value for system in systems for key, value in system["osparams"].items()}
    if name in hypervisor or name in public:
        settings = (
            ("OS-specific hypervisor parameters", hypervisor.get(name, {})),
            ("OS parameters", public.get(name, {})),
        )
        yield from lay_out_report(Section(((name, Section(settings)),)))
    else:
        yield f"{name}: "
    yield ""


def diagnose_systems(invocation: Invocation) -> Outcome:
    """Whether each operating system is valid on each node."""
    fields = ("name", "valid", "variants", "node_status", "hidden", "blacklisted")
    systems = _diagnose(invocation, fields)
    verdicts = [_judge(system) for system in systems]
    lines = [
        line for system, verdict in zip(systems, verdicts, strict=True) for line in _describe_diagnosis(system, verdict)
    ]
    is_bad = any(verdict != "valid" for verdict in verdicts)
    return _show(invocation, fields, systems, lines, ExitCode.FAILURE if is_bad else ExitCode.SUCCESS)


def _judge(system: Record) -> str:
    """How an operating system is in the cluster as a whole."""
    on_nodes = {bool(found and found[0][1]) for found in system["node_status"].values()}
    return {frozenset({True}): "valid", frozenset({False}): "invalid"}.get(frozenset(on_nodes), "partial valid")


def _describe_diagnosis(system: Record, verdict: str) -> Iterator[str]:
    marks = [mark for key, mark in (("hidden", " [hidden]"), ("blacklisted", " [blacklisted]")) if system[key]]
    yield f"OS: {system['name']} [global status: {verdict}]{''.join(marks)}"
    if system["variants"]:
        yield f"  Variants: [{', '.join(system['variants'])}]"
    nodes = sorted(system["node_status"].items(), key=lambda item: natural_key(item[0]))
    for is_valid in (True, False):
        for node, found in nodes:
            if bool(found and found[0][1]) is is_valid:
                yield f"  Node: {node}, status: {_describe_found(found[0]) if found else 'OS not found'}"
                for path, status, message, *_ in found[1:]:
                    yield f"    [hidden] path: {path}, status: {_describe_status(status, message)}"
    yield ""


def _describe_found(found: Sequence[Any]) -> str:
    """What a node has found first."""
    path, status, message, variants, parameters, versions, is_trusted = found
    newest = max(versions or (0,))
    parts = [
        f"{_describe_status(status, message)} (path: {path})",
        f"[API versions: {', '.join(map(str, versions))}]" if versions else "[no API versions declared]",
    ]
    if newest >= _WITH_VARIANTS:
        parts.append(f"[variants: {', '.join(variants)}]" if variants else "[no variants]")
    if newest >= _WITH_PARAMETERS:
        names = ", ".join(name for name, _ in parameters)
        parts.append(f"[parameters: {names}]" if parameters else "[no parameters]")
    return " ".join([*parts, "[trusted]" if is_trusted else "[untrusted]"])


def _describe_status(status: object, message: object) -> str:
    return "valid" if status else f"invalid - {message}"


_OPTIONS: Final = (PRIORITY, FORMAT, *CONNECTION_OPTIONS)

LIST: Final = Command("list", list_systems, "", "Lists the operating systems.", (NO_HEADERS, *_OPTIONS))
DIAGNOSE: Final = Command(
    "diagnose", diagnose_systems, "", "Shows on which nodes each operating system is in order.", _OPTIONS
)
INFO: Final = Command(
    "info", show_systems, "[<os>...]", "Shows everything about operating systems.", _OPTIONS, arity=ANY_ARGUMENTS
)

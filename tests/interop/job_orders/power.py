"""Instances started, stopped, renamed, installed again; their disks by themselves."""

from typing import Final

from ._chapter import Chapter, Opcode, op


def _on(name: str, instance: str, **parameters: object) -> Opcode:
    return op(f"INSTANCE_{name}", instance_name=instance, **parameters)


def _start(instance: str, **parameters: object) -> Opcode:
    return _on("STARTUP", instance, **parameters)


def _stop(instance: str, **parameters: object) -> Opcode:
    return _on("SHUTDOWN", instance, **{"timeout": 0, **parameters})


def _reboot(instance: str, kind: str, **parameters: object) -> Opcode:
    return _on("REBOOT", instance, reboot_type=kind, **{"shutdown_timeout": 0, **parameters})


def _rename(instance: str, name: str, **parameters: object) -> Opcode:
    return _on("RENAME", instance, new_name=name, **{"name_check": False, "ip_check": False, **parameters})


_EVERYTHING: Final = ("STARTUP", "SHUTDOWN", "ACTIVATE_DISKS", "DEACTIVATE_DISKS", "REINSTALL")

CHAPTERS: Final = (
    Chapter(
        before=(
            _start("inst1"),
            _start("inst1", force=True, beparams={"vcpus": 2}, hvparams={"migration_mode": "live"}),
            _reboot("inst1", "soft"),
            _reboot("inst1", "hard"),
            _reboot("inst1", "full"),
            _stop("inst1", no_remember=True),
            _start("inst1", no_remember=True),
            _stop("inst1", admin_state_source="admin"),
            _stop("inst1"),
            _start("inst5", ignore_offline_nodes=True),
            _stop("inst5", ignore_offline_nodes=True, admin_state_source="user", no_remember=True),
            _stop("inst5", ignore_offline_nodes=True),
            _stop("inst3"),
            _on("ACTIVATE_DISKS", "inst3", wait_for_sync=True),
            _on("DEACTIVATE_DISKS", "inst3"),
            _on("ACTIVATE_DISKS", "inst3", ignore_size=True),
            _on("DEACTIVATE_DISKS", "inst3", force=True),
            _on("ACTIVATE_DISKS", "inst1"),
            _on("DEACTIVATE_DISKS", "inst1"),
            _on("REINSTALL", "inst3"),
            _on("REINSTALL", "inst3", os_type="noop", osparams={"size": "7"}),
            _on("REINSTALL", "inst3", osparams={"size": "10"}, osparams_secret={"word": "secret"}),
            _rename("inst3", "moved.example.com"),
            _rename("moved", "moved.example.com"),
            _rename("moved", "inst3.example.com"),
            _rename("planned2", "planned3.example.com"),
            _rename("planned3", "planned2.example.com"),
        ),
        tried=(
            *(
                _on(name, instance)
                for name in _EVERYTHING
                for instance in ("nosuch", "planned1", "inst5", "web-frontend2")
            ),
            *(_on(name, "inst2") for name in ("DEACTIVATE_DISKS", "REINSTALL")),
            _start("inst1"),
            _start("inst1", hvparams={"nosuch": 1}),
            _start("inst1", hvparams={"migration_mode": "nosuch"}),
            _start("inst1", beparams={"nosuch": 1}),
            _start("inst1", beparams={"vcpus": "many"}),
            _start("inst1", beparams={"minmem": 1 << 22, "maxmem": 1 << 22}),
            _start("mirrored"),
            _start("bridged"),
            _stop("inst1", admin_state_source="user"),
            _stop("inst1", admin_state_source="nosuch"),
            _stop("inst2", force=True),
            _stop("inst1", timeout=-1),
            _reboot("nosuch", "hard"),
            _reboot("inst5", "hard"),
            _reboot("planned1", "hard"),
            _reboot("web-frontend2", "full"),
            _reboot("inst1", "nosuch"),
            _reboot("bridged", "soft"),
            _reboot("inst1", "soft"),
            _on("REINSTALL", "inst1"),
            _on("REINSTALL", "inst10"),
            _on("REINSTALL", "inst3", os_type="nosuch"),
            _on("REINSTALL", "inst3", os_type="noop+nosuch"),
            _on("REINSTALL", "inst3", osparams={"nosuch": "a"}),
            _on("REINSTALL", "inst3", osparams={"a": "1"}, osparams_private={"a": "2"}),
            _on("REINSTALL", "inst3", osparams_private={"size": "2"}),
            _on("REINSTALL", "inst3", osparams_secret={"size": "2"}),
            _on("REINSTALL", "inst3"),
            _rename("nosuch", "new.example.com"),
            _rename("inst1", "inst3.example.com"),
            _rename("inst2", "new.example.com"),
            _rename("inst5", "new.example.com"),
            _rename("inst1", "new.example.com", ip_check=True),
            _rename("inst1", "nosuch.example.com", name_check=True),
            _rename("inst1", "node2.example.com", name_check=True, ip_check=True),
            _rename("inst1", "not a name"),
            _rename("inst1", "new.example.com"),
            _rename("planned1", "inst1.example.com"),
        ),
        asked=tuple(_on("DEACTIVATE_DISKS", name) for name in ("inst2", "inst10", "web-frontend2")),
        after=(_start("inst3"),),
    ),
)

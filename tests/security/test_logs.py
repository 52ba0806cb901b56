"""What others write into the configuration comes into the log as text, and secrets do not come there at all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from twisted.internet.defer import Deferred, fail, maybeDeferred

from confd.settling import SETTLE_SECONDS, Settling
from ganeti_lite.serving.answering import make_answerer
from ganeti_lite.serving.answers import Knowledge
from ganeti_lite.serving.fair_turns import FairTurns
from ganeti_lite.serving.needs import Answer, Need
from ganeti_lite.simulator import encode_config
from tests.doubles.clusters import small_config
from tests.doubles.log_events import LogLines, logged
from tests.interop.luxi import encode
from tests.serving.test_source import Following

EVIL: Final = "evil\n2026-01-01T00:00:00+0000 [-] forged\r\x1b[2J\u2028\u202e"
SECRET: Final = "hunter2"  # noqa: S105 - made up


@pytest.fixture
def following(tmp_path: Path) -> Following:
    """A daemon's view of a file."""
    return Following(tmp_path / "config.data")


@pytest.fixture
def log() -> Iterator[LogLines]:
    """What is logged meanwhile."""
    with logged() as lines:
        yield lines


def any_instance(config: dict[str, Any]) -> dict[str, Any]:
    """An instance of the configuration, to be spoiled."""
    instance: dict[str, Any] = next(iter(config["instances"].values()))
    return instance


def evil_configs() -> Iterator[dict[str, Any]]:
    """Configurations that have the text in places that the log tells of."""
    yield {**small_config(), EVIL: 1}
    config = small_config()
    config["instances"][EVIL] = {"uuid": 5}
    yield config
    config = small_config()
    any_instance(config).update(name=EVIL, primary_node=EVIL)
    yield config
    config = small_config()
    any_instance(config)["nics"] = EVIL
    yield config


@pytest.mark.parametrize("number", range(4))
def test_names_forge_no_lines(following: Following, log: LogLines, number: int) -> None:
    """Ends of lines and other control characters in names stand in the log as escapes."""
    settling = Settling(following.source, following.clock, maybeDeferred)
    settling.startService()
    following.path.write_bytes(encode_config(list(evil_configs())[number]))
    following.load()
    settling.follow()
    following.clock.advance(SETTLE_SECONDS)
    assert any("evil" in line for line in log.lines)
    assert all(line.isprintable() for line in log.lines), log.lines
    settling.stopService()


@pytest.mark.parametrize("key", ["osparams_private", "osparams_private_cluster"])
def test_faults_do_not_repeat_secrets(following: Following, log: LogLines, key: str) -> None:
    """Of a secret in the wrong form the fault says where it is, and not what it is, to the log and to clients."""
    config = small_config()
    if key == "osparams_private":
        any_instance(config)[key] = SECRET
    else:
        config["cluster"][key] = {"debian": SECRET}
    following.path.write_bytes(encode_config(config))
    following.load()
    assert key in following.source.fault
    assert SECRET not in "\n".join([following.source.fault, *log.lines])


def fail_oddly(_need: Need) -> Deferred[Any]:
    """A bug."""
    return fail(ZeroDivisionError())


def test_a_bug_does_not_tell_arguments(following: Following, log: LogLines) -> None:
    """If relaying a job fails as nobody has thought of, its arguments, which may be passwords, stay out of the log."""
    turns = FairTurns(following.runner, 1, 1)
    source = following.source

    def describe() -> Knowledge:
        return Knowledge(source.view, source.fault, "/nowhere", has_job_daemon=True)

    answer = make_answerer(source, turns, fail_oddly, describe)
    opcode = {"OP_ID": "OP_INSTANCE_CREATE", "osparams_secret": {"password": SECRET}}
    answers: list[Answer] = []
    answer(encode("SubmitJob", [[opcode]]), None).addCallback(answers.append)
    following.runner.run_all()
    assert b"internal reason" in answers[0].message
    told = "\n".join([*log.lines, *(str(event.get("log_failure")) for event in log.events)])
    assert SECRET not in told
    assert any("SubmitJob" in line for line in log.lines)

"""Jobs → the bytes of their files, and values → the JSON that jobs keep.

The form is that of Ganeti 3.0's queue daemon: compact, one fixed order of keys, no line end; ``livelock`` and
``process_id`` are only there if the job has them. What an opcode was given, said and gave goes in as the bytes that it
is. All that is encoded here is ASCII: whoever reads the file, in whatever locale, reads the same.
"""

import json
import re
from collections.abc import Mapping
from typing import Final

import msgspec

from ganeti_lite.snapshot import Job, JobOpcode, JsonText

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def encode_job(job: Job) -> bytes:
    """The content of a job's file.

    :raises OverflowError: a time or priority has more than 64 bits.
    """
    members = {
        "id": job.id,
        "ops": [_fill_log(opcode) for opcode in job.opcodes],
        "received_timestamp": job.received,
        "start_timestamp": job.start,
        "end_timestamp": job.end,
    }
    process = {"livelock": job.livelock, "process_id": job.process_id}
    members |= {name: value for name, value in process.items() if value is not None}
    return msgspec.json.encode(members)


def _fill_log(opcode: JobOpcode) -> JobOpcode:
    """The opcode with a list for its log, which Ganeti's readers insist on."""
    return opcode if opcode.log is not None else msgspec.structs.replace(opcode, log=())


def encode_value(value: object) -> JsonText:
    """A value as a job keeps it; halves of surrogate pairs become U+FFFD.

    :param value: JSON, any mapping for an object, any tuple for an array.
    :raises TypeError: it is something else.
    :raises ValueError: it holds a number that is not finite.
    """
    text = _ENCODER.encode(value)
    if "\\ud" in text:  # maybe halves of pairs, which no reader takes
        mended = _SURROGATE.sub("\ufffd", json.dumps(value, default=_to_dict, ensure_ascii=False))
        text = _ENCODER.encode(json.loads(mended))
    return JsonText(text.encode())


def _to_dict(value: object) -> dict[str, object]:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), allow_nan=False, default=_to_dict)

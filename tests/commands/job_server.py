"""A server on which every job succeeds, or ends as a test says."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import Factory, define

from tests.clients.scripted_server import fail, succeed


@define
class JobServer:
    """Answers as a server that takes jobs; the first job is number 1.

    :ivar result: of every opcode.
    :ivar failures: an encoded error or text by the number of the job that ends with it.
    :ivar refusals: why a job of several is not taken, by its place.
    :ivar log: texts that every job says.
    :ivar others: what other methods answer.
    :ivar jobs: what was submitted.
    """

    result: Any = None
    failures: Mapping[int, Any] = Factory(dict)
    refusals: Mapping[int, str] = Factory(dict)
    log: Sequence[str] = ()
    others: Mapping[str, Callable[[Any], Any]] = Factory(dict)
    jobs: list[Any] = Factory(list)
    _logged: set[int] = Factory(set)

    def __call__(self, method: str, args: Any) -> list[bytes]:
        """The answer to a request."""
        match method:
            case "SubmitJob":
                return succeed(self._take(args[0]))
            case "SubmitManyJobs":
                return succeed([self._take_or_refuse(place, job) for place, job in enumerate(args[0])])
            case "WaitForJobChange":
                return succeed([[self._status(args[0])], self._tell_log(args[0])])
            case "QueryJobs":
                return succeed([self._row(job, args[1]) for job in args[0]])
            case _ if method in self.others:
                return succeed(self.others[method](args))
            case _:
                return fail(["GenericError", [f"no answer to {method}"]])

    def _take(self, job: Any) -> int:
        self.jobs.append(job)
        return len(self.jobs)

    def _take_or_refuse(self, place: int, job: Any) -> list[Any]:
        return [False, self.refusals[place]] if place in self.refusals else [True, self._take(job)]

    def _status(self, job: int) -> str:
        return "error" if job in self.failures else "success"

    def _tell_log(self, job: int) -> list[Any]:
        if job in self._logged:
            return []
        self._logged.add(job)
        return [[serial, [0, 0], "message", text] for serial, text in enumerate(self.log, 1)]

    def _row(self, job: int, fields: Sequence[str]) -> list[Any]:
        status = self._status(job)
        values = {"status": status, "opstatus": [status], "opresult": [self.failures.get(job, self.result)]}
        return [values[field] for field in fields]

"""Asks confd with Ganeti's own Python client; run by the interpreter that has Ganeti's package, in a cluster's root.

Arguments: pairs of a request's type and its query as JSON. Prints a JSON list of [status, answer, serial] for each.
"""

import json
import sys
import time
from typing import Any

sys.path.insert(0, "/usr/share/ganeti/default")

from ganeti.confd import client  # type: ignore[import-not-found]  # Debian's: only the system's Python finds it

SECONDS = 10


def main() -> None:
    """Ask one after the other, with both of the package's callbacks in between, as its users do."""
    news: list[Any] = []
    counting = client.ConfdCountingCallback(client.ConfdFilterCallback(news.append))
    confd = client.GetConfdClient(counting)
    words = iter(sys.argv[1:])
    answers = []
    for request_type, query in zip(words, words, strict=True):
        del news[:]
        request = client.ConfdClientRequest(type=int(request_type), query=json.loads(query))
        counting.RegisterQuery(request.rsalt)
        confd.SendRequest(request)
        confd.FlushSendQueue()
        deadline = time.monotonic() + SECONDS
        while not counting.AllAnswered() and time.monotonic() < deadline:
            confd.ReceiveReply()
        replies = [each.server_reply for each in news if each.type == client.UPCALL_REPLY]
        answers.append([[reply.status, reply.answer, reply.serial] for reply in replies])
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()

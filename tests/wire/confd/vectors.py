"""Datagrams recorded from Ganeti 3.0.2: what its daemon was asked, and what it replied."""

from typing import Final, NamedTuple

from ganeti_lite.constants import ConfdField, ConfdRequest
from ganeti_lite.wire.confd import QueryObject, Reply, Request

KEY: Final = b"af10f82165a14cb810bf32b4c76d18cc2f04782c\n"
SENT: Final = 1795380028
"""When the requests were sent, in seconds since 1970."""


class Vector(NamedTuple):
    """One request and its reply, as values and as bytes."""

    request: Request
    asked: bytes
    reply: Reply
    replied: bytes


VECTORS: Final = (
    Vector(
        Request(ConfdRequest.PING, None, "v00"),
        rb'plj0{"msg": "{\"protocol\":1,\"type\":0,\"query\":null,\"rsalt\":\"v00\"}", "salt": "1795380028", '
        rb'"hmac": "29064d687a03ce22751019b4c167883411f834ce"}',
        Reply(0, 3000000, 0),
        rb'plj0{"hmac":"6e6f3d0f97ebd6c6e54e6f8f1d37a16ab0427c79",'
        rb'"msg":"{\"protocol\":1,\"status\":0,\"answer\":3000000,\"serial\":0}","salt":"v00"}',
    ),
    Vector(
        Request(ConfdRequest.NODE_ROLE, "node3", "v02"),
        rb'plj0{"msg": "{\"protocol\":1,\"type\":1,\"query\":\"node3\",\"rsalt\":\"v02\"}", "salt": "1795380028", '
        rb'"hmac": "a79b78884d1211c126804333738af9784842fb25"}',
        Reply(0, 1, 21),
        rb'plj0{"hmac":"efb6c4e93a0db03276572e27b6ac20f65f5ee825",'
        rb'"msg":"{\"protocol\":1,\"status\":0,\"answer\":1,\"serial\":21}","salt":"v02"}',
    ),
    Vector(
        Request(ConfdRequest.NODE_IP_BY_INSTANCE_IP, QueryObject(ip="192.0.2.102"), "v04"),
        rb'plj0{"msg": "{\"protocol\":1,\"type\":2,\"query\":{\"1\":\"192.0.2.102\"},\"rsalt\":\"v04\"}", '
        rb'"salt": "1795380028", "hmac": "ac7e68466a227f1d9b6242f7891d97010b092a5c"}',
        Reply(0, "192.0.2.12", 21),
        rb'plj0{"hmac":"2b89c530a49570d9368162174dd5dff405046027",'
        rb'"msg":"{\"protocol\":1,\"status\":0,\"answer\":\"192.0.2.12\",\"serial\":21}","salt":"v04"}',
    ),
    Vector(
        Request(ConfdRequest.NODE_IP_BY_INSTANCE_IP, QueryObject("100", ips=("192.0.2.102", "1.2.3.4")), "v05"),
        rb'plj0{"msg": "{\"protocol\":1,\"type\":2,\"query\":{\"2\":[\"192.0.2.102\",\"1.2.3.4\"],\"0\":\"100\"},'
        rb'\"rsalt\":\"v05\"}", "salt": "1795380028", "hmac": "c5ae72ad5b4b337a64f5e743d1ac749adf616423"}',
        Reply(0, [[0, "192.0.2.12", 21], [1, 0, 0]], 21),
        rb'plj0{"hmac":"6a6ee691d924594803223f6daafa4cccb321a2a1",'
        rb'"msg":"{\"protocol\":1,\"status\":0,\"answer\":[[0,\"192.0.2.12\",21],[1,0,0]],\"serial\":21}",'
        rb'"salt":"v05"}',
    ),
    Vector(
        Request(ConfdRequest.CLUSTER_MASTER, QueryObject(fields=tuple(ConfdField)), "v07"),
        rb'plj0{"msg": "{\"protocol\":1,\"type\":3,\"query\":{\"3\":[0,1,2]},\"rsalt\":\"v07\"}", '
        rb'"salt": "1795380028", "hmac": "9f91adf6bdb69996296539ea654ccfa08c3f4597"}',
        Reply(0, ["node1.example.com", "192.0.2.1", "192.0.2.10"], 21),
        rb'plj0{"hmac":"03ecec9674c356da4ec04430ef0b73d1b62dc9ea",'
        rb'"msg":"{\"protocol\":1,\"status\":0,\"answer\":[\"node1.example.com\",\"192.0.2.1\",\"192.0.2.10\"],'
        rb'\"serial\":21}","salt":"v07"}',
    ),
    Vector(
        Request(ConfdRequest.CONFIG_QUERY, "/nosuch", "v16"),
        rb'plj0{"msg": "{\"protocol\":1,\"type\":10,\"query\":\"/nosuch\",\"rsalt\":\"v16\"}", '
        rb'"salt": "1795380028", "hmac": "a2288643589fd835c7a0df77c396f0b6e9153b56"}',
        Reply(1, 2, 0),
        rb'plj0{"hmac":"adfbb3267fbd207497a8eb3eaf3dc28792642a92",'
        rb'"msg":"{\"protocol\":1,\"status\":1,\"answer\":2,\"serial\":0}","salt":"v16"}',
    ),
)

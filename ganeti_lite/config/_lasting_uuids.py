"""UUIDs for objects that an older writer left without: the file stays as it is, so a reload must find the same ones."""

from uuid import NAMESPACE_OID, uuid5


def lasting_uuid(*place: object) -> str:
    """The UUID of an object that has none of its own.

    :param place: the UUID of the object that it belongs to, and where it stands in there.
    """
    return str(uuid5(NAMESPACE_OID, "/".join(map(str, place))))

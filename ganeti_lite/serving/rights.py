"""As whom a daemon works that was started as root: as the user that the cluster's files belong to.

Ganeti's daemons have a user of their own (Debian: gnt-masterd), except where it was built to have all of them run as
root. Whose the directory of the configuration is tells which it is here; none but root can change that.

* Root is kept only where the files are root's, or where ``--uid 0`` says so.
* twistd's ``--uid`` and ``--gid`` have the last word, each for itself. Without them the group is the user's own, and
  he is in all others that the system has him in: he may do what he could if he had logged in, and nothing besides.
* The change is left to twistd, which makes it when its log and pid file are open, and before any service starts; here
  it is only told to whom. What a daemon opens before that it opens by :func:`acting_as`.
"""

import os
import pwd
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from attrs import evolve, frozen
from twisted.logger import Logger
from twisted.python.usage import Options

ROOT: Final = 0

log: Final = Logger()


@frozen
class User:
    """A user of this system, in the group that the process is to have."""

    name: str
    uid: int
    gid: int


@frozen
class Owned:
    """A file or directory, and whom it belongs to."""

    path: str
    uid: int


class NoSuchUserError(Exception):
    """The system does not know the user that the process would have to become."""


def find_user(uid: int) -> User | None:
    """The user of that number, in his own group; None if the system knows none."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return None
    return User(entry.pw_name, uid, entry.pw_gid)


def find_owned(config: str) -> Owned:
    """What tells whom the cluster's files belong to: the directory of the configuration or, if it is root's, the file.

    In this order, for whoever has the directory can put anybody's files there. The file at *config* need not be there.
    """
    for path in (os.path.dirname(config) or os.curdir, config):
        with suppress(OSError):
            uid = os.stat(path).st_uid
            if uid != ROOT:
                return Owned(path, uid)
    return Owned(config, ROOT)


def choose_user(uid: int | None, gid: int | None, owner: int, find: Callable[[int], User | None]) -> User | None:
    """Whom a process of root's is to become; None if it is to stay root's.

    :param uid: what the operator says, None if nothing; so is *gid*.
    :param owner: whom the cluster's files belong to.
    :param find: the user of a number, in his own group; None if there is none.
    :raises NoSuchUserError: he is not known.
    """
    chosen = owner if uid is None else uid
    if chosen == ROOT:
        return None
    user = find(chosen)
    if user is None:
        raise NoSuchUserError
    return user if gid is None else evolve(user, gid=gid)


def give_up_root(options: Options, config: str) -> User | None:
    """Have twistd make this process another user's, if it is root's and is to be; whose, None if it stays as it is.

    :param options: the daemon's, below twistd's.
    :param config: path of the configuration.
    :raises SystemExit: there is no such user; the text says so.
    """
    if os.geteuid() != ROOT:
        return None
    twistd = options.parent
    if twistd is None or "uid" not in twistd:
        log.warn("running as root: only twistd becomes another user")
        return None
    owned = find_owned(config)
    uid: int | None = twistd["uid"]
    try:
        user = choose_user(uid, twistd["gid"], owned.uid, find_user)
    except NoSuchUserError as error:
        raise SystemExit(_describe_unknown(uid, owned)) from error
    if user is not None:
        twistd["uid"], twistd["gid"] = user.uid, user.gid
    elif uid is not None:
        twistd["uid"] = None  # it would wonder in the log that it is root already
    if uid is None:
        _tell(user, owned)
    return user


def _describe_unknown(uid: int | None, owned: Owned) -> str:
    if uid is not None:
        return f"this system knows no user {uid}, whom --uid names"
    return (
        f"{owned.path} belongs to user {owned.uid}, whom this system does not know: "
        "give it to one that it knows, or name one by twistd's --uid (0: root)"
    )


def _tell(user: User | None, owned: Owned) -> None:
    """Log what was chosen, and by what."""
    if user is not None:
        log.info("becoming {user}, who owns {path}", user=user.name, path=owned.path)
        return
    log.info(
        "running as root: neither {path} nor its directory belongs to anybody else. "
        "twistd's --uid names another user; --uid 0 says that root is meant",
        path=owned.path,
    )


@contextmanager
def acting_as(user: User | None) -> Iterator[None]:
    """Have that user's rights, and root's no more, for as long as the block lasts; with None nothing changes.

    Only for a process of root's that has no other threads yet.
    """
    if user is None:
        yield
        return
    gid, groups = os.getegid(), os.getgroups()
    try:
        os.setgroups(os.getgrouplist(user.name, user.gid))
        os.setegid(user.gid)
        os.seteuid(user.uid)
        yield
    finally:
        os.seteuid(ROOT)
        os.setegid(gid)
        os.setgroups(groups)

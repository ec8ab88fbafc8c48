"""Exchanges that nobody needs any more, of sessions that have been silent for as long as the policy says."""

import time
from contextlib import suppress

from sdd.capture.exchanges import Exchange, Fate
from sdd.capture.kept import kept
from sdd.capture.pairing import exchanges_of
from sdd.capture.sessions import SessionLog, log_files
from sdd.capture.store import UNREAD, Store
from sdd.records.kinds.policy import POLICY_PATH, parse

_DAY = 24 * 3600.0


def forget_silent(store: Store) -> None:
    """Forgets silent sessions once a day, and what nobody needs of them. The caller holds the store's lock."""
    now, done = time.time(), store.folder / "forgotten"
    if done.exists() and 0 <= now - done.stat().st_mtime < _DAY:
        return
    oldest = now - _keep_days(store) * _DAY
    for file in log_files(store):
        if file.stat().st_mtime < oldest:
            log = kept(SessionLog, file)
            ids = [exchange.id for exchange in exchanges_of(log)] if log else []
            for exchange in filter(None, map(store.get, ids)):
                if _is_over(exchange):
                    store.forget(exchange)
            file.unlink()
    for file in (store.folder / UNREAD).glob("*"):
        if file.stat().st_mtime < oldest:
            file.unlink()
    done.touch(0o600)


def _is_over(exchange: Exchange) -> bool:
    """Whether nobody needs it: its record is committed, or there is nothing that one could tell."""
    return exchange.fate is Fate.WRITTEN or (
        exchange.fate is Fate.DRAFT and not exchange.files and not exchange.records
    )


def _keep_days(store: Store) -> int:
    """What the policy at the top of the main work tree says."""
    content = b""
    policy = store.folder.parents[2] / POLICY_PATH
    with suppress(OSError):
        content = policy.read_bytes() if policy.is_file() else b""
    return parse(POLICY_PATH, content, "").or_defaults().keep_days

"""Pushed refs: what git tells a pre-push or pre-receive hook on standard input."""

import re
from collections.abc import Callable
from typing import NamedTuple

from sdd.base import paths
from sdd.base.errors import SddError

_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_NOT_IN_A_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]")


class PushedRef(NamedTuple):
    """One line of a hook's standard input. Ids are as git sent them; all zeros mean that there is nothing."""

    local_ref: str
    local_oid: str
    remote_ref: str
    remote_oid: str

    @property
    def is_deletion(self) -> bool:
        """Whether the push removes the remote ref."""
        return is_null(self.local_oid)

    @property
    def is_new(self) -> bool:
        """Whether the remote does not have the ref yet."""
        return is_null(self.remote_oid)


def is_null(oid: str) -> bool:
    """Whether an object id is all zeros, which means no object to git."""
    return not oid.strip("0")


def read_pre_push(data: bytes) -> tuple[PushedRef, ...]:
    """The lines `<local ref> <local oid> <remote ref> <remote oid>` of a pre-push hook's standard input.

    Raises SddError on anything that git would not have written.
    """
    return _read_lines(data, "pre-push", _pre_push_line)


def read_pre_receive(data: bytes) -> tuple[PushedRef, ...]:
    """The lines `<old oid> <new oid> <ref>` of a pre-receive hook's standard input, read as pushes of that ref.

    Raises SddError on anything that git would not have written.
    """
    return _read_lines(data, "pre-receive", _pre_receive_line)


def _read_lines(data: bytes, hook: str, read_line: Callable[[str], PushedRef | None]) -> tuple[PushedRef, ...]:
    lines = data.removesuffix(b"\n").split(b"\n") if data else []
    pushed = []
    for number, raw in enumerate(lines, 1):
        try:
            line = read_line(raw.decode())
        except UnicodeDecodeError:
            line = None
        if line is None:
            shown = paths.printable(raw[:200].decode(errors="replace"))
            raise SddError(
                f"line {number} of the {hook} hook's standard input did not come from git: {shown!r}",
                f"let git run the hook, or pass on its standard input unchanged: sdd gate --{hook}",
            )
        pushed.append(line)
    if len({len(oid) for line in pushed for oid in (line.local_oid, line.remote_oid)}) > 1:
        raise SddError(
            f"the {hook} hook's standard input mixes object ids of two lengths",
            f"let git run the hook, or pass on its standard input unchanged: sdd gate --{hook}",
        )
    return tuple(pushed)


def _pre_push_line(line: str) -> PushedRef | None:
    # The local ref is what was typed: `HEAD~1`, or with blanks in it `HEAD^{/fix the tax}` and `:/fix the tax`.
    words = line.rsplit(" ", 3)
    if len(words) != 4 or not words[0] or (" " in words[0] and not re.search(r"\{|:/", words[0])):
        return None
    pushed = PushedRef(*words)
    return pushed if _is_sound(pushed) else None


def _pre_receive_line(line: str) -> PushedRef | None:
    words = line.split(" ")
    if len(words) != 3:
        return None
    pushed = PushedRef(words[2], words[1], words[2], words[0])
    return pushed if _is_sound(pushed) else None


def _is_sound(pushed: PushedRef) -> bool:
    remote_ref = pushed.remote_ref
    is_ref = remote_ref.startswith("refs/") and not _NOT_IN_A_REF.search(remote_ref)
    return is_ref and all(_OID.fullmatch(oid) for oid in (pushed.local_oid, pushed.remote_oid))

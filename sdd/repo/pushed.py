"""Pushed refs: what git tells a pre-push or pre-receive hook on standard input."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sdd.base import paths
from sdd.base.errors import SddError
from sdd.base.regex import regex

_OID = "([0-9a-f]{40}|[0-9a-f]{64})"
_REF = r"(refs/[^\x00-\x20\x7f~^:?*\[\\]*)"
# The local ref is what was typed: `HEAD~1`, or with blanks in it `HEAD^{/fix the tax}` and `:/fix the tax`.
_PRE_PUSH = regex(rf"([^ ]+|(?:(?!\{{|:/).)*+(?:\{{|:/).*) {_OID} {_REF} {_OID}")
_PRE_RECEIVE = regex(f"{_OID} {_OID} {_REF}")


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
    return _checked("pre-push", [PushedRef(*line) for line in _read_lines(data, "pre-push", _PRE_PUSH)])


def read_pre_receive(data: bytes) -> tuple[PushedRef, ...]:
    """The lines `<old oid> <new oid> <ref>` of a pre-receive hook's standard input, read as pushes of that ref.

    Raises SddError on anything that git would not have written.
    """
    lines = _read_lines(data, "pre-receive", _PRE_RECEIVE)
    return _checked("pre-receive", [PushedRef(ref, new, ref, old) for old, new, ref in lines])


def _read_lines(data: bytes, hook: str, pattern: "re.Pattern[str]") -> Iterator[tuple[str, ...]]:
    """The groups of `pattern` in each line."""
    for number, raw in enumerate(data.removesuffix(b"\n").split(b"\n") if data else (), 1):
        try:
            line = pattern.fullmatch(raw.decode())
        except UnicodeDecodeError:
            line = None
        if line is None:
            shown = paths.printable(raw[:200].decode(errors="replace"))
            raise SddError(
                f"line {number} of the {hook} hook's standard input did not come from git: {shown!r}",
                f"let git run the hook, or pass on its standard input unchanged: sdd gate --{hook}",
            )
        yield line.groups()


def _checked(hook: str, pushed: Sequence[PushedRef]) -> tuple[PushedRef, ...]:
    if len({len(oid) for line in pushed for oid in (line.local_oid, line.remote_oid)}) > 1:
        raise SddError(
            f"the {hook} hook's standard input mixes object ids of two lengths",
            f"let git run the hook, or pass on its standard input unchanged: sdd gate --{hook}",
        )
    return tuple(pushed)

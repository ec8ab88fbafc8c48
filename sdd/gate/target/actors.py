"""Who acts, by the forge's word: never what a commit says."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from sdd.base.errors import UsageError
from sdd.base.regex import regex

_OF_LANDING = regex(r"([0-9a-f]{40}|[0-9a-f]{64})=(.*)")


class Actors(NamedTuple):
    """Whose a change is: one `login` for all of it, or one for each of its `landings` by its commit's id.

    Empty where nobody is told, or where those who opened and sent it are not the same.
    """

    login: str = ""
    landings: Mapping[str, str] = MappingProxyType({})


NOBODY = Actors()


def read_actors(words: Iterable[str]) -> Actors:
    """The words behind `--actor`: LOGIN, given for each who had a hand in the change, or OID=LOGIN for one landing.

    Raises UsageError where the two are mixed.
    """
    of_change: set[str] = set()
    of_landings: dict[str, set[str]] = {}
    for word in words:
        if landing := _OF_LANDING.fullmatch(word):
            of_landings.setdefault(landing[1], set()).add(landing[2])
        else:
            of_change.add(word)
    if of_change and of_landings:
        raise UsageError("--actor takes LOGIN or OID=LOGIN, not both", "see: sdd gate --help")
    return Actors(_same(of_change), {oid: login for oid, logins in of_landings.items() if (login := _same(logins))})


def _same(logins: set[str]) -> str:
    return next(iter(logins)) if len(logins) == 1 else ""

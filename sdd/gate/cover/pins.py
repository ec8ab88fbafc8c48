"""Updates of pins: whether a file changed in nothing but the versions that it names."""

from collections.abc import Iterable

from sdd.base.regex import regex
from sdd.records.kinds.manifests import Manifest, manifest_of
from sdd.repo.folders import REGULAR, Pair, is_run
from sdd.repo.objects import Repository

# A version stands where a value begins or ends: "^1.2", >=1.2,<2, image:3.12-slim, @v4, @<commit>, <v>1.2</v>.
_VERSION = regex(
    r"(?:^|(?<=[\"'@<>~^:,])|(?<=[<>=~!]=)|(?<=[:,] ))[v^~<>=!]{0,3}"
    r"(?:\d+(?:\.[\w*+-]+)+|[0-9a-f]{64}|[0-9a-f]{40}|(?:(?<=[\"'@v^~<>])|(?<=[<>=~!]=))\d+)(?=[\"'\s,;<)\]}]|$)"
)
# Also one that is commented out: dependabot keeps those up to date too.
_USES = regex(r"(?P<pin>\s*(?:#[# ]*)?(?:- +)?(?:uses|image|rev): *[^\s#]+)(?: +#.*)?\s*")
_HOST = regex(r"://([^/\s\"'?#]*)")


def only_updates_pins(repository: Repository, path: str, pair: Pair) -> bool:
    """Whether a file is plain text before and after, and only its pins change."""
    kind, (before, after) = manifest_of(path), pair
    if not kind or not before or not after or before.mode != REGULAR or after.mode != REGULAR:
        return False
    contents = repository.blobs([before.oid, after.oid])
    if any(map(is_run, contents)):
        return False
    try:
        old, new = (content.decode() for content in contents)
    except UnicodeDecodeError:
        return False
    return updates_pins(kind, old, new)


def updates_pins(kind: Manifest, before: str, after: str) -> bool:
    """Whether a file of a kind differs in versions alone.

    A lock file may list other packages, from no other host. A list may too, but for options, addresses and
    replacements. In a manifest every line stays but for the versions in it, in a workflow only those behind `uses`,
    `image` and `rev` change: what a manifest or a workflow runs is no robot's to change.
    """
    if not _hosts(after) <= _hosts(before):
        return False
    old, new = before.splitlines(), after.splitlines()
    if kind is Manifest.LOCK:
        return True
    if kind is Manifest.LIST:
        return _directives(new) <= _directives(old)
    if kind is Manifest.WORKFLOW:
        return [*map(_without_use, old)] == [*map(_without_use, new)]
    return [*map(_without_version, old)] == [*map(_without_version, new)]


def _hosts(text: str) -> set[str]:
    return set(_HOST.findall(text))


def _directives(lines: Iterable[str]) -> set[str]:
    """The lines of a list that do more than name a package and its version."""
    plain = (line.partition(" #")[0].strip(" \t\\,") for line in lines)
    told = (line for line in plain if not line.startswith("--hash="))
    signs = ("://", "=>", " @ ", "./", "replace", "toolchain")
    return {_without_version(line) for line in told if line.startswith("-") or any(sign in line for sign in signs)}


def _without_use(line: str) -> str:
    use = _USES.fullmatch(line)
    return _without_version(use["pin"]) if use else line


def _without_version(line: str) -> str:
    return _VERSION.sub("0", line)

"""Today's policies, to judge older changes by: what each root asks as one revision has it, and since when."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from hashlib import blake2b
from itertools import takewhile

from sdd.base import paths
from sdd.base.errors import SddError
from sdd.gate.check.change import policy_faults
from sdd.gate.landings import Landing
from sdd.gate.target.adoption import policy_adoption
from sdd.records.kinds.policy import POLICY_PATH, Policy
from sdd.records.layout import MARK, find_roots
from sdd.repo.line import LineCommit, read_line
from sdd.repo.objects import Repository, Tree

AT_THE_TIME = "at the time"
"""Stands for the policies that each change found, where a verdict is kept."""


class Policies:
    """The policies of all roots of one tree, asked by the roots of any other.

    Which folders are roots, and what is a record, is as it was at the time; only what is asked is this tree's.
    """

    def __init__(self, tree: Tree) -> None:
        self._policies = {root: Policy.of(tree, root) for root in find_roots(tree)}
        self._tree = tree

    def __call__(self, root: str) -> Policy | None:
        """What is asked of a root: its own policy, else that of the nearest root above it, else the only one there is
        (a root that has moved). None leaves it to what the change found.
        """
        own = next((self._policies[at] for at in (root, *paths.folders_above(root)) if at in self._policies), None)
        return own or (next(iter(self._policies.values())) if len(self._policies) == 1 else None)

    @property
    def since(self) -> frozenset[str]:
        """The days from which roots count."""
        return frozenset(policy.since for policy in self._policies.values() if policy.since)

    @property
    def some_count_all(self) -> bool:
        """Whether some root names no such day."""
        return any(not policy.since for policy in self._policies.values())

    @property
    def all_count_since(self) -> bool:
        """Whether every root of any tree answers to a policy that names such a day."""
        policies = self._policies.values()
        return ("" in self._policies or len(policies) == 1) and all(policy.since for policy in policies)

    @cached_property
    def digest(self) -> str:
        """Stands for all that these policies say."""
        return _digest(self._tree)

    def require_sound(self, name: str) -> None:
        """Raises SddError where one of them cannot be read: no change is judged by half a policy."""
        said = [fault for policy in self._policies.values() for fault in policy_faults(policy)]
        if said:
            raise SddError(
                f"the policy at {name} cannot be read: {said[0]}",
                "correct it, or judge each change by the policy that it found: sdd audit --policy-at-the-time",
            )


def _digest(tree: Tree) -> str:
    entries = ((root, tree.file(paths.join(root, POLICY_PATH))) for root in sorted(find_roots(tree)))
    said = "\0".join(f"{root}\0{entry.oid if entry else ''}" for root, entry in entries)
    return blake2b(said.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def digests_found(repository: Repository, landings: Sequence[Landing]) -> Iterator[str]:
    """The digest of the policies that each landing found and left as they were: these judge it as that `Policies` of
    the same digest do. Empty where it found none, or changed them.
    """
    changing = _touching_roots(repository, landings)
    known: dict[str, str] = {}

    def digest_at(commit: str) -> str:
        if commit not in known:
            known[commit] = _digest(repository.tree(commit))
        return known[commit]

    for landing in landings:
        base, head = landing.base, landing.head.oid
        if base is None:
            yield ""
            continue
        if head not in changing:
            known[base] = known[head] = known.get(head) or digest_at(base)
        yield digest_at(base) if digest_at(base) == digest_at(head) else ""


def _touching_roots(repository: Repository, landings: Iterable[Landing]) -> frozenset[str]:
    """The heads of the landings that change something in a `.specify/`, an empty one too: one question to git, since
    to list the roots of each tree takes a git of its own.
    """
    asked = (f"{landing.head.oid} {landing.base}" for landing in landings if landing.base)
    options = ("-r", "-t", "--raw", "-z", "--no-renames", "--ignore-submodules=none", "--no-ext-diff", "--no-textconv")
    told = repository.diff_trees(asked, *options, "--", f":(top)*{MARK}*")
    commit, changing = "", set()
    parts = iter(told.split("\0"))
    for part in parts:
        if not part.startswith(":"):
            commit = part
        # Every folder that may hold one is named too.
        elif f"/{MARK}/" in f"/{next(parts)}/":
            changing.add(commit)
    return frozenset(changing)


class Since:
    """Which landings of the line of `tip` each root counts: those from its policy's day on, without one those from the
    adoption of sdd on, or `everything`.

    A day begins with the first commit that is dated on it or later. What follows counts, whatever its own date. The
    whole of a line counts where a shallow clone cuts it off: nobody can tell there where the day began.
    """

    def __init__(self, repository: Repository, tip: str, policies: Policies, *, everything: bool) -> None:
        self._policies = policies
        self.days = frozenset[str]() if everything else policies.since
        line = read_line(repository, tip) if self.days else ()
        if any(commit.cut for commit in line):
            line = ()
        self._before = {day: _earlier(line, day) for day in self.days}
        # For the others too the line may begin before the policy did, where one root counts from an earlier day.
        if line and policies.some_count_all and (came := policy_adoption(repository, tip, None)[0]):
            self._before[""] = frozenset(commit.oid for commit in takewhile(lambda commit: commit.oid != came, line))

    def counts(self, landing: Landing, root: str) -> bool:
        """Whether a root counts a landing."""
        policy = self._policies(root)
        return not policy or landing.head.oid not in self._before.get(policy.since or "", ())

    def is_before(self, landing: Landing) -> bool:
        """Whether no root counts a landing, so that it need not be judged."""
        governed = bool(self.days) and self._policies.all_count_since
        return governed and all(landing.head.oid in oids for oids in self._before.values())


def _earlier(line: Iterable[LineCommit], day: str) -> frozenset[str]:
    return frozenset(commit.oid for commit in takewhile(lambda commit: commit.day < day, line))

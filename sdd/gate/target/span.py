"""Which part of a line counts: since it adopted sdd or, for a target older than sdd, since another target did."""

from itertools import dropwhile
from typing import NamedTuple

from sdd.gate.target.adoption import adoption
from sdd.gate.target.branches import Targets, targets_here
from sdd.gate.target.judgement import judging_target, sign_of_adoption
from sdd.records.kinds import is_record_of
from sdd.records.kinds.phr import Phr
from sdd.records.layout import has_root
from sdd.repo.history import is_ancestor, is_covered, new_commits, parents, stands_on
from sdd.repo.line import LineCommit, brought_by, count_line, read_line
from sdd.repo.objects import Repository
from sdd.repo.refs import Branch, holding


class Elder(NamedTuple):
    """A target that adopted sdd, with its line since then, the oldest first."""

    name: str
    line: tuple[LineCommit, ...]

    @property
    def tip(self) -> str:
        """Where it is now."""
        return self.line[-1].oid

    def at(self, moment: int) -> str:
        """Where it was at a time (Unix seconds), as its commits are dated."""
        return next((commit.oid for commit in reversed(self.line) if commit.committed <= moment), self.line[0].oid)


def elder_of(repository: Repository, tip: str) -> Elder | None:
    """The target whose policy judges what is pushed to another that has `tip`, or is what `tip` is made on, and is
    older than sdd or was then; None for a commit that is on no such target, or where none has adopted sdd.
    """
    targets, line = targets_here(repository), _line_to(tip)
    if len(targets.ours) < 2:
        return None
    elder = judging_target(repository, (line, *targets.ours))
    if elder is None or elder == line:
        return None
    is_adopted = sign_of_adoption(repository, elder)
    older = [target.oid for target in targets.ours if not is_adopted(repository.tree(target.oid))]
    is_older = is_covered(repository, older, tip) or any(base in older for base in stands_on(repository, older, tip))
    # The first target's policy names the others: those that have adopted sdd by now were targets since it has.
    elder = elder if is_older else targets.first
    adopted = adoption(repository, elder.oid, None)[0] if elder and is_adopted(repository.tree(elder.oid)) else None
    if not elder or not adopted:
        return None
    base = repository.commit(f"{adopted}^1")
    if not is_older and base and is_ancestor(repository, tip, base):
        return _merged(repository, adopted)
    if not is_older and not _is_on_other(repository, targets, tip):
        return None
    return Elder(elder.name, read_line(repository, elder.oid, base))


def _is_on_other(repository: Repository, targets: Targets, tip: str) -> bool:
    """Whether a commit lies on the line of a target beside the first."""
    assert targets.first, "its policy names the others"
    others = [target for target in targets.ours if target.oid != targets.first.oid]
    return any(tip in brought_by(repository, (tip,), other.oid) for other in holding(repository, (tip,), others))


def _merged(repository: Repository, adopted: str) -> Elder | None:
    """The line that a merge brought sdd from, where its policy judged the line that took it in: without a root this has
    PHRs. It was another target's, which was fast-forwarded to the merge; a branch that adopts sdd finds none.
    """
    base, *others = parents(repository, adopted)
    other = next((commit for commit in others if has_root(repository.tree(commit))), None)
    earlier = adoption(repository, other, None)[0] if other and not has_root(repository.tree(base)) else None
    if not other or not earlier or not any(is_record_of(path, Phr) for path, _ in repository.files(base)):
        return None
    return Elder(other[:12], read_line(repository, other, repository.commit(f"{earlier}^1")))


def _line_to(tip: str) -> Branch:
    return Branch("", "", "", tip)


class Span(NamedTuple):
    """The commits of one line that are audited, the oldest first.

    `name` is how the range is written, `tip` its last commit. `adopted` is the commit that brought sdd in, None where
    that lies before the range (or cannot be told in a shallow clone); `before` is how many commits came before it.
    `is_past` says that more has landed since. On a target that is older than sdd the policy of its `elder` holds until
    it has `adopted` sdd, too, and commits count from the first that is no older than the adoption there.
    """

    name: str
    tip: str
    commits: tuple[LineCommit, ...]
    adopted: str | None
    before: int
    is_past: bool = False
    elder: Elder | None = None

    @property
    def judging(self) -> Elder | None:
        """The elder where its policy is today's."""
        return None if self.adopted else self.elder


def span_of(repository: Repository, name: str, tip: str, beyond: str | None = None) -> Span:
    """The span of a commit's line, called `name`, without what `beyond` has."""
    line = _line_to(tip)
    judging = judging_target(repository, (line, *targets_here(repository).ours))
    adopted, is_later = adoption(repository, tip, beyond) if judging in (line, None) else (None, True)
    if adopted is None and is_later:
        elder = elder_of(repository, tip)
        if elder:
            return _by_elder(repository, name, tip, beyond, elder)
        return Span(name, tip, (), None, count_line(repository, tip, beyond))
    before = repository.commit(f"{adopted}^1") if adopted else None
    commits = read_line(repository, tip, before or beyond)
    if not adopted or not before:
        return Span(name, tip, commits, adopted, 0)
    elder = elder_of(repository, before) or _merged(repository, adopted)
    if elder and elder.line[0].oid != adopted:
        earlier = _by_elder(repository, name, before, beyond, elder)
        return earlier._replace(tip=tip, commits=earlier.commits + commits, adopted=adopted)
    return Span(name, tip, commits, adopted, count_line(repository, before, beyond))


def _by_elder(repository: Repository, name: str, tip: str, beyond: str | None, elder: Elder) -> Span:
    """The span of a line older than sdd: of a target those commits that another one's policy judges."""
    line, adopted = read_line(repository, tip, beyond), elder.line[0]
    own = {*new_commits(repository, (adopted.base,) if adopted.base else (), tip)}
    later = tuple(dropwhile(lambda commit: commit.oid not in own or commit.committed < adopted.committed, line))
    return Span(name, tip, later, None, len(line) - len(later), elder=elder)

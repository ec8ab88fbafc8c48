"""Refs and remotes: the branches known here, own and tracked, which remote a push goes to, and what it lands on."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from sdd.base.errors import SddError
from sdd.base.regex import regex
from sdd.repo.git import Git
from sdd.repo.history import is_ancestor
from sdd.repo.objects import Repository

HEADS, REMOTES, TAGS, REPLACE = "refs/heads/", "refs/remotes/", "refs/tags/", "refs/replace/"
# How people name the branches of releases: release, v0, 1.x, 5-0-stable, releases/gcc-13, REL_12_STABLE, 18-lts. A word
# is alone or has a version: release-notes, stable-sort and a bot's release-please--branches--main are topics.
_VERSION = r"v?\d+(?:[._-](?:\d+|x|rc\d*|stable|lts))*"
_RELEASE = regex(
    rf"(?i)(?:releases?|stable|maint|maintenance|lts)(?:[-_/.]{_VERSION})?|(?:rel|support|branch)[-_/.]{_VERSION}"
    r"|releases?/[^\d\n]*+\d.*|stable/.+|v\d+(?:[._-](?:\d+|x))*|\d+(?:[._-](?:\d+|x))+|\d[\d._-]*[-_.](?:stable|lts|maint)"
)
_HEX = "0123456789abcdefABCDEF"
# What git hangs onto a name: main~1, main^{tree}, main:file, main@{upstream}.
_BEHIND_A_NAME = regex(r"[~^:]|@\{")
_ASKED_AT_ONCE = 200
# The letters of FETCH_HEAD, ORIG_HEAD and the others that git keeps beside HEAD, and looks for before any ref.
_OWN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"


class Branch(NamedTuple):
    """A branch as it is known here. `name` is how a person writes it (`origin/main`), `branch` its name over there."""

    ref: str
    name: str
    branch: str
    oid: str

    @property
    def remote(self) -> str:
        """The remote that it is known of, empty for a branch of this repository."""
        return self.name.removesuffix(f"/{self.branch}") if self.ref.startswith(REMOTES) else ""


class Refs(NamedTuple):
    """Every branch known here: ref -> commit id; and where the symbolic ones (`refs/remotes/origin/HEAD`) point."""

    tips: Mapping[str, str]
    symbolic: Mapping[str, str]

    def below(self, prefix: str) -> tuple[Branch, ...]:
        """The branches of a remote (`refs/remotes/origin/`) or of this repository (`refs/heads/`), by name."""
        return tuple(
            Branch(ref, ref.removeprefix(HEADS).removeprefix(REMOTES), ref.removeprefix(prefix), oid)
            for ref, oid in self.tips.items()
            if ref.startswith(prefix) and ref not in self.symbolic
        )

    def branch(self, prefix: str, name: str) -> Branch | None:
        """The branch `name` below a prefix, None where it is not known here."""
        ref = prefix + name
        oid = self.tips.get(ref)
        return Branch(ref, ref.removeprefix(HEADS).removeprefix(REMOTES), name, oid) if oid else None

    def default(self, prefix: str) -> Branch | None:
        """The branch that a remote's HEAD names, else main, else master; None where none of them is known here."""
        named = self.symbolic.get(f"{prefix}HEAD", "").removeprefix(prefix)
        found = (self.branch(prefix, name) for name in (named, "main", "master") if name)
        return next((branch for branch in found if branch), None)


class FirstTarget(NamedTuple):
    """The first target of one receiving side: where its branches are known here, the branch (None where it is not known
    here), the names that it may have there, whether that side receives the push, and what had to be assumed.
    """

    prefix: str
    branch: Branch | None
    named: tuple[str, ...]
    receives: bool = True
    remark: str = ""


def is_branch(repository: Repository, written: str) -> bool:
    """Whether a text names a branch, of this repository or of a remote."""
    names = (written, f"{HEADS}{written}", f"{REMOTES}{written}")
    return repository.git("for-each-ref", "--format=%(refname)", *names).strip() in names


def remote_branches(repository: Repository, branch: str) -> tuple[str, ...]:
    """The refs of a branch at the remotes, origin's first."""
    names = [f"{REMOTES}{remote}/{branch}" for remote in remote_names(repository)]
    held = repository.git("for-each-ref", "--format=%(refname)", *names).split() if names else []
    return tuple(
        sorted(set(names).intersection(held), key=lambda name: (not name.startswith(f"{REMOTES}origin/"), name))
    )


def read_refs(repository: Git) -> Refs:
    """All branches in one question, for `Git.refs`. No object is opened for it, so it stays quick with very many."""
    listed = repository.git("for-each-ref", "--format=%(refname) %(objectname) %(symref)", HEADS[:-1], REMOTES[:-1])
    rows = [line.split(" ") for line in listed.splitlines()]
    return Refs({ref: oid for ref, oid, _ in rows}, {ref: symref for ref, _, symref in rows if symref})


def is_release_name(branch: str) -> bool:
    """Whether a branch is named as those of releases are."""
    return bool(_RELEASE.fullmatch(branch))


def holding(repository: Repository, commits: Sequence[str], branches: Sequence[Branch]) -> tuple[Branch, ...]:
    """Those of some branches that have all of some commits (ids) in their history; one question a commit."""
    known = set(repository.refs.tips.values())
    held = {branch.oid for branch in branches}
    for commit in commits:
        listed = repository.git(
            "for-each-ref", f"--contains={commit}", "--format=%(objectname)", HEADS[:-1], REMOTES[:-1]
        )
        tips = set(listed.split())
        # What a push brings is the tip of no ref yet.
        held = {oid for oid in held if oid in tips or (oid not in known and is_ancestor(repository, commit, oid))}
    return tuple(branch for branch in branches if branch.oid in held)


def full_name(repository: Repository, revision: str) -> str:
    """A revision whose ref is written in full: `origin/main` is the remote's branch, before any tag or branch that
    somebody calls the same. HEAD and the like, and whole object ids, are git's own and stay, as does what names no ref.

    Raises SddError where it names several, or a ref in place of the one that is written in full.
    """
    name = _BEHIND_A_NAME.split(revision, 1)[0]
    if name in ("", "@") or (_is_id(name) and len(name) == len(repository.empty_tree_oid)):
        return revision
    is_own = name.endswith("HEAD") and not name.strip(_OWN)
    if is_own and os.path.exists(f"{repository.git_folder}/{name}"):
        return revision
    is_full = name.startswith("refs/")
    first = name if is_full else REMOTES + name
    wanted = list(dict.fromkeys((first, REMOTES + name, "refs/" + name, TAGS + name, HEADS + name)))
    wanted.append(f"{REMOTES}{name}/HEAD")
    held = set(repository.git("for-each-ref", "--format=%(refname)", *wanted).split())
    known = [ref for ref in wanted if ref in held]
    if not known:
        return revision
    others = [f"commit {oid}" for oid in _abbreviated(repository, name)]
    if others or (known[0] != first and (is_full or is_own or len(known) > 1)):
        raise SddError(f"{name} names {' and '.join(known + others)}", "name the one that you mean in full")
    return known[0] + revision.removeprefix(name)


def _is_id(name: str) -> bool:
    return not name.strip(_HEX)


def _abbreviated(repository: Repository, name: str) -> list[str]:
    """The commits that a name stands for as the beginning of their id, alone or as `git describe` prints it."""
    start = name.rpartition("-g")[2]
    if not _is_id(start) or not 4 <= len(start) < len(repository.empty_tree_oid):
        return []
    oids = repository.git("rev-parse", f"--disambiguate={start}").split()
    return [oid for oid in oids if repository.commit(oid) == oid]


def resolved(repository: Repository, refs: Refs, names: Sequence[str]) -> Mapping[str, str]:
    """Ref -> the ref that moves where somebody pushes to it: a server may keep `master` as another name of `main`."""
    symbolic = dict(refs.symbolic)
    others = [name for name in names if not name.startswith((HEADS, REMOTES))]
    for start in range(0, len(others), _ASKED_AT_ONCE):
        asked = others[start : start + _ASKED_AT_ONCE]
        listed = repository.git("for-each-ref", "--format=%(refname) %(symref)", *asked)
        rows = (line.partition(" ") for line in listed.splitlines())
        symbolic |= {name: other for name, _, other in rows if other}
    return {name: symbolic.get(name, name) for name in names}


def head_branch(repository: Repository) -> str | None:
    """The ref that HEAD names (`refs/heads/main`), born or not; None where HEAD is detached."""
    with suppress(OSError), open(f"{repository.git_folder}/HEAD", "rb") as file:
        words = file.read().split()
        # Where refs are not kept in files, this one names a branch `.invalid`.
        if len(words) == 2 and words[0] == b"ref:" and words[1].startswith(HEADS.encode()) and b"/." not in words[1]:
            return os.fsdecode(words[1])
    return repository.git_answer("symbolic-ref", "--quiet", "HEAD")


def remote_names(repository: Repository) -> tuple[str, ...]:
    """The remotes that git's configuration names, in its order."""
    keys = (key.rpartition(".") for key in repository.config if key.startswith("remote."))
    named = (section for section, _, key in keys if "." in section and key in ("url", "pushurl", "fetch"))
    return tuple(dict.fromkeys(section.removeprefix("remote.") for section in named))


def remote_of_push(repository: Repository, remote: str, url: str) -> str | None:
    """The configured remote that a push to `remote` (a name, or a URL as typed) at `url` goes to; None for none."""
    names = remote_names(repository)
    if remote in names or not names:
        return remote if remote in names else None
    folder = repository.folder
    wanted = {_same_place(folder, place) for place in (remote, url) if place}
    for line in repository.git("remote", "--verbose").splitlines():
        name, _, rest = line.partition("\t")
        if _same_place(folder, rest.rpartition(" (")[0]) in wanted:
            return name
    for name in names:
        typed = (repository.config.get(f"remote.{name}.{key}", "") for key in ("url", "pushurl"))
        if wanted & {_same_place(folder, place) for place in typed if place}:
            return name
    return None


def remote_without_push(repository: Repository, branch: str | None) -> str | None:
    """The remote that a push of `branch` would go to as git is set up, None where nothing says so."""
    names, config = remote_names(repository), repository.config
    keys = (f"branch.{branch}.pushremote", "remote.pushdefault", f"branch.{branch}.remote")
    for said in (config.get(key, "") for key in keys):
        if said and said != "." and (found := remote_of_push(repository, said, said)):
            return found
    return "origin" if "origin" in names else names[0] if len(names) == 1 else None


def _same_place(seen_from: str, url: str) -> str:
    """A URL or folder, without what makes no difference, so that two spellings of one place are equal."""
    if "://" not in url and os.path.isdir(place := os.path.join(seen_from, url)):
        url = os.path.realpath(place)
    return url.removeprefix("file://").rstrip("/").removesuffix(".git").rstrip("/")


def find_mainline(repository: Repository) -> Branch | None:
    """The branch that changes land on: the target that git's settings name for a push from here, None for none."""
    return first_target(repository, repository.refs, remote_here(repository)).branch


def remote_here(repository: Repository) -> str | None:
    """The remote that a push of what is checked out goes to, None for none."""
    return remote_without_push(repository, (head_branch(repository) or "").removeprefix(HEADS))


def first_target(repository: Repository, refs: Refs, remote: str | None) -> FirstTarget:
    """The first target of pushes to `remote`, of this repository's own branches with None. A remote of which none is
    known here is judged by origin's.
    """
    remotes = remote_names(repository)
    asked = f"{REMOTES}{remote}/" if remote else HEADS
    target = _settled(repository, refs, asked, remotes)
    target = target._replace(receives=target.prefix == asked)
    if target.branch is None and "origin" in remotes and remote != "origin" and not repository.config.get("sdd.target"):
        branch = refs.default(f"{REMOTES}origin/")
        remark = f"no target of {remote} is known here: judged by origin's"
        target = target._replace(prefix=f"{REMOTES}origin/", branch=branch, remark=remark if branch else "")
    return target


def _settled(repository: Repository, refs: Refs, prefix: str, remotes: Sequence[str]) -> FirstTarget:
    configured = repository.config.get("sdd.target", "")
    if configured:
        return _configured(refs, prefix, configured, remotes)
    if "upstream" in remotes and (branch := refs.default(f"{REMOTES}upstream/")):
        return FirstTarget(f"{REMOTES}upstream/", branch, (branch.branch,))
    if branch := refs.default(prefix):
        return FirstTarget(prefix, branch, (branch.branch,))
    if prefix == HEADS and len(own := refs.below(HEADS)) == 1:
        return FirstTarget(prefix, own[0], (own[0].branch,))
    return FirstTarget(prefix, None, ("main", "master"))


def _configured(refs: Refs, prefix: str, configured: str, remotes: Sequence[str]) -> FirstTarget:
    if configured.startswith(HEADS):
        configured = configured.removeprefix(HEADS)
    elif configured.startswith(REMOTES):
        configured = configured.removeprefix(REMOTES)
    remote = max((name for name in remotes if configured.startswith(f"{name}/")), key=len, default=None)
    if remote:
        prefix, configured = f"{REMOTES}{remote}/", configured.removeprefix(f"{remote}/")
    return FirstTarget(prefix, refs.branch(prefix, configured), (configured,))

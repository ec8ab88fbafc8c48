"""The gate replayed over a span of history: what is known is looked up, the rest is judged and kept."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from sdd.answers.audit.audit import Audit, AuditOptions
from sdd.answers.audit.audited import AuditedChange, audited
from sdd.answers.audit.judging import Answer, Judge
from sdd.answers.audit.perhaps import pushes_that_pass
from sdd.answers.audit.rule_book import rules_version
from sdd.base.grouping import grouped
from sdd.base.processes import processors, spread
from sdd.gate.check.fast_forwards import with_fast_forwards
from sdd.gate.check.landing import answer_to
from sdd.gate.check.policies import AT_THE_TIME, Policies, Since, digests_found
from sdd.gate.landings import Landing, alone
from sdd.gate.target.span import Elder, Span
from sdd.index.verdicts import KeptVerdicts
from sdd.records.kinds.waiver import Waiver
from sdd.records.layout import find_roots
from sdd.records.project import Project, Reader, records_of
from sdd.records.renamed import renamed_features
from sdd.repo.objects import Repository, Tree

# So many are judged and then kept together: less than a second's work, so that little is lost by an interruption.
_PIECE = 50
# So many verdicts are looked up together: their texts are larger than what is counted of them.
_LOOKED_UP = 1000
# To start processes takes as long as judging this many.
_WORTH_PROCESSES = 200
_MOST_PROCESSES = 8


class Interrupted(KeyboardInterrupt):
    """Somebody stopped the audit when `done` of `asked` changes were judged. `kept` says that they are not lost."""

    def __init__(self, done: int, asked: int, *, kept: bool) -> None:
        super().__init__()
        self.done = done
        self.asked = asked
        self.kept = kept


def replay(
    repository: Repository,
    span: Span,
    options: AuditOptions,
    remark: Callable[[str], None],
    progress: Callable[[int, int], None] | None = None,
    only: Collection[str] | None = None,
) -> Audit:
    """Judges what was not judged before, and gives the verdicts over all changes of a span, or `only` over those whose
    heads are given.

    What goes wrong with the index is told by `remark` and changes no verdict. `progress` is told how many of how many
    are judged. Raises SddError where today's policy cannot be read, Interrupted where somebody stops it.
    """
    landed = with_fast_forwards(repository, span.commits, span.adopted) if options.grouped else alone(span.commits)
    landings = [own for own in landed if options.takes(own) and (only is None or own.head.oid in only)]
    verdicts = _Verdicts(repository, span, options, remark)
    known = verdicts.over(landings, progress)
    rules = repository.tree(span.judging.tip if span.judging else span.tip)
    records = records_of(repository.tree(span.tip), Reader(repository.beginnings), Waiver, rules=rules)
    waivers = [waiver for waiver in records if waiver.landing]
    changes = tuple(_answered(known[landing.key], waivers) for landing in landings)
    failing = {own.landing.head.oid: own for own in changes if own.judged and not own.passed}
    pushes = pushes_that_pass(repository, landed, span.adopted, failing if options.grouped else {}, verdicts.over)
    changes = tuple(replace(own, perhaps=pushes.get(own.landing.head.oid)) for own in changes)
    changes = _by_present_names(repository.tree(span.tip), span.tip, changes)
    return Audit(span, options, changes, verdicts.since_day)


class _Verdicts:
    """The verdicts over landings: what is known is looked up, the rest is judged and kept."""

    def __init__(
        self, repository: Repository, span: Span, options: AuditOptions, remark: Callable[[str], None]
    ) -> None:
        self._repository = repository
        judging, self._elder = span.judging.tip if span.judging else span.tip, span.elder
        policies = Policies(repository.tree(judging))
        self._since = Since(repository, span.tip, policies, everything=options.everything)
        self._judge_by = None if options.at_the_time else judging
        if self._judge_by:
            policies.require_sound(span.judging.name if span.judging else span.name)
        digest = policies.digest if self._judge_by else AT_THE_TIME
        digest += " of an elder" if span.elder else ""
        self._kept = KeptVerdicts(repository, digest, rules_version(), remark)
        # A shallow clone may know less of a change than a whole one does: what it says is not kept.
        self._keeping = not repository.is_shallow

    @property
    def since_day(self) -> str | None:
        """The earliest day that a root's policy counts from, None where nothing is left out for one."""
        return min(self._since.days, default=None)

    def over(
        self, landings: Sequence[Landing], progress: Callable[[int, int], None] | None = None
    ) -> Mapping[tuple[str, str], AuditedChange]:
        """The verdicts by the landings' keys. Raises Interrupted where somebody stops it."""
        repository, kept, keeping = self._repository, self._kept, self._keeping
        known: dict[tuple[str, str], AuditedChange] = {}
        for start in range(0, len(landings), _LOOKED_UP):
            asked = landings[start : start + _LOOKED_UP]
            texts = kept.known(landing.key for landing in asked) if keeping else {}
            if keeping and not self._judge_by and not self._elder:
                texts |= _by_the_same_policies(repository, kept, [own for own in asked if own.key not in texts])
            known |= {landing.key: change for landing in asked if (change := _known(landing, texts, self._since))}
        missing = [landing for landing in landings if landing.key not in known]
        done = 0
        try:
            for piece in _answers_to(repository, missing, self._judge_by, self._elder):
                if keeping:
                    kept.keep({landing.key: answer.text for landing, answer in piece if answer.text is not None})
                known |= {landing.key: _judged(landing, answer, self._since) for landing, answer in piece}
                done += len(piece)
                if progress:
                    progress(done, len(missing))
        except KeyboardInterrupt:
            raise Interrupted(done, len(missing), kept=keeping and kept.usable) from None
        return known


def _by_the_same_policies(
    repository: Repository, kept: KeptVerdicts, landings: Sequence[Landing]
) -> Mapping[tuple[str, str], str]:
    """The verdicts that are kept of landings by just the policies that each of them found."""
    found: dict[tuple[str, str], str] = {}
    digests = zip(digests_found(repository, landings), landings, strict=True)
    by_digest = grouped((digest, landing.key) for digest, landing in digests)
    repository.forget()
    for digest, keys in by_digest.items():
        found |= kept.known(keys, digest) if digest else {}
    return found


def _judged(landing: Landing, answer: Answer, since: Since) -> AuditedChange:
    return audited(landing, answer.text, since) if answer.text else AuditedChange(landing, reason=answer.reason)


def _known(landing: Landing, texts: Mapping[tuple[str, str], str], since: Since) -> AuditedChange | None:
    """What need not be judged: what was, if its text can still be read, what does not count, and what cannot be."""
    if landing.head.cut:
        return AuditedChange(landing, reason="a shallow clone ends here: what it changed cannot be told")
    if since.is_before(landing):
        return AuditedChange(landing, before=True)
    text = texts.get(landing.key)
    try:
        return audited(landing, text, since) if text else None
    except (ValueError, LookupError, TypeError):  # somebody else wrote into the index
        return None


def _answers_to(
    repository: Repository, landings: Sequence[Landing], policy_revision: str | None, elder: Elder | None
) -> Iterator[list[tuple[Landing, Answer]]]:
    """Some landings judged, piece by piece in their order; where they are many, by several processes."""
    pieces = [landings[start : start + _PIECE] for start in range(0, len(landings), _PIECE)]
    workers = min(_MOST_PROCESSES, processors())
    if workers > 1 and len(pieces) * _PIECE >= _WORTH_PROCESSES:
        found = spread(pieces, workers, _begin, repository.replica(), policy_revision, elder)
    else:
        found = map(Judge(repository, policy_revision, elder).answers, pieces)
    for piece, answered in zip(pieces, found, strict=True):
        yield list(zip(piece, answered, strict=True))


def _begin(
    repository: Repository, policy_revision: str | None, elder: Elder | None
) -> Callable[[Sequence[Landing]], list[Answer]]:
    """The start of a process that judges."""
    return Judge(repository, policy_revision, elder).answers


def _answered(change: AuditedChange, waivers: Sequence[Waiver]) -> AuditedChange:
    """A change that fails with its answer, where it has one."""
    if not waivers or not change.judged or change.passed:
        return change
    return replace(change, answer=answer_to(change.landing, change.verdicts, waivers))


def _by_present_names(tree: Tree, tip: str, changes: tuple[AuditedChange, ...]) -> tuple[AuditedChange, ...]:
    """Changes with the present names of the features that each was for; where two roots have a feature of that name,
    with its folder.
    """
    projects = [Project(tree, root, Reader(tree.repository.beginnings)) for root in find_roots(tree)]
    known = grouped((name, project) for project in projects for name in project.features)
    if not known.keys() >= {name for change in changes for name in change.features}:
        renamed = {old: new for project in projects for old, new in renamed_features(project, tip).items()}
        changes = tuple(
            change if known.keys() >= {*change.features} else _renamed(change, renamed) for change in changes
        )
    shared = {name: own for name, own in known.items() if len(own) > 1}
    return tuple(change if shared.keys().isdisjoint(change.features) else _placed(change, shared) for change in changes)


def _placed(change: AuditedChange, shared: Mapping[str, Sequence[Project]]) -> AuditedChange:
    names = set[str]()
    for name in change.features:
        roots = {file.root for file in change.governed_files if file.feature == name}
        roots = roots or {verdict.root for verdict in change.verdicts}
        folders = [project.feature_folder(name) for project in shared.get(name, ()) if project.root in roots]
        names.update(folders or [name])
    return replace(change, about=change.about._replace(features=tuple(sorted(names))))


def _renamed(change: AuditedChange, renamed: Mapping[str, str]) -> AuditedChange:
    names = {renamed.get(name, name) for name in change.features}
    return replace(change, about=change.about._replace(features=tuple(sorted(names))))

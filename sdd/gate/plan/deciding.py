"""What a person decides: changes to what others are judged by, and the record that says so."""

from collections.abc import Iterator, Mapping, Sequence

from sdd.base import paths
from sdd.base.listing import listed
from sdd.gate.cover import CoveredFile, Named, Need
from sdd.gate.plan.gap import Gap
from sdd.gate.plan.place import Place
from sdd.gate.plan.terms import terms
from sdd.gate.plan.ways import TITLE, WHY, Step
from sdd.gate.rules.constitution import numbers, raised, step_asked
from sdd.gate.rules.size import too_large_for_chore
from sdd.records.kinds.record import ChangeKind
from sdd.records.project import CONSTITUTION_PATH, Project

AMEND = ("sdd", "constitution", "amend")
"""The command that raises the version of a constitution itself, and writes its record."""

_PARTS = ("major", "minor", "patch")


def amended(gap: Gap) -> dict[str, str]:
    """The constitutions without a PHR, or with too low a version, that say otherwise than what landed: path -> the part
    of the version that is still to be raised for that; empty where it has been.
    """
    return dict(_amended(gap))


def _amended(gap: Gap) -> Iterator[tuple[str, str]]:
    base, head = gap.change.base, gap.change.head
    for path, root in gap.decided.items() if base else ():
        if not path.endswith(CONSTITUTION_PATH):
            continue
        sides = (
            Project(gap.repository.tree(revision), root or "", gap.reader) for revision in (base, head) if revision
        )
        landed, now = (project.constitution for project in sides)
        if landed and now and not landed.placeholders:
            step, _ = step_asked(landed, now)
            is_raised = (
                step is None or gap.beside.landing or numbers(now.version) >= raised(numbers(landed.version), step)
            )
            yield path, "" if is_raised else _PARTS[step or 0]


def deciding(gap: Gap, to_raise: Mapping[str, str]) -> Iterator[Step]:
    """What to ask, and the record of what was decided for each root. `to_raise` are what is `amended`.

    A PHR names nothing else: not even that where nothing else is untold, unless another PHR has told it already.
    """
    asked = listed([*gap.undecided, *to_raise])
    said = "the prompt says what was asked and answered"
    yield Step(by_hand=f"ask a person whether {asked} may change, and take the edit back if not; {said}")
    by_place: dict[str, tuple[Place, list[str]]] = {}
    for path, root in gap.decided.items():
        place = gap.place_of(root)
        by_place.setdefault(place.at, (place, []))[1].append(path)
    naming = [Named(each.phr) for each in gap.change.requests if each.phr]
    told = {path for path in gap.decided if any(path in named for named in naming)}
    is_all = len(by_place) == 1 and not (gap.lacking or told) and gap.untold.keys() <= gap.decided.keys()
    # A file that CI runs is no record: the PHR that decides it has to cover it too.
    files = {file.path: file for file in gap.without(Need.CONTRACT)}
    for place, decided in by_place.values():
        if part := next((part for path, part in to_raise.items() if part and [path] == decided), ""):
            yield gap.step((*AMEND, f"--{part}", "--message", WHY, "--commit"), place)
            continue
        named = () if is_all else decided
        about_files = [word for path in named for word in ("--file", paths.seen_from(place.root or "", path))]
        own = [files[path] for path in decided if path in files]
        kind = _kind_of(gap, own) if own else None
        options = terms(gap, kind, own) if kind else ()
        about = (*(("--kind", kind.value) if kind else ()), *options, *(["--run"] if "--check" in options else []))
        words = ("sdd", "phr", "new", TITLE, "--stage", "constitution", *about, *about_files, "--commit")
        yield gap.step(words, place)


def _kind_of(gap: Gap, files: Sequence[CoveredFile]) -> ChangeKind:
    limit = gap.policy(files[0].root).chore_line_limit
    return ChangeKind.REFACTOR if too_large_for_chore(gap.repository, files, limit) else ChangeKind.CHORE

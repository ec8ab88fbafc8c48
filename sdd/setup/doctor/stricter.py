"""What this version refuses and a former one let pass: told before the first push meets it."""

from collections.abc import Iterator, Sequence

from sdd.base.listing import counted
from sdd.base.paths import folders_above, path_words, relative
from sdd.gate.cover.patterns import Patterns, patterns
from sdd.records.kinds import locate
from sdd.records.kinds.policy import DEFAULT_EXEMPT
from sdd.records.project import Project
from sdd.repo.folders import is_run
from sdd.repo.objects import EXECUTABLE
from sdd.setup.doctor.context import Diagnoses, DoctorContext, ok, warning

_FORMER_DEFAULT = ("*.lock", "LICENSE*", "CHANGELOG*")
"""What was exempt by default up to 0.1, and is so by whole names now."""

_SHOWN = 3
_READ_AT_ONCE = 200


def stricter(context: DoctorContext) -> Diagnoses:
    """Files that were exempt, and records that may be executed."""
    if not context.projects:
        return
    by_name, executed = tuple(_by_name(context)), tuple(_executed(context))
    records = [path for path in context.records if context.files[path].mode == EXECUTABLE]
    if by_name:
        message = f"exempt up to 0.1 by a part of its name, needs records now: {_listed(by_name)}"
        yield warning(f"{message}; name it whole in gate.exempt where it is no code")
    if executed:
        yield warning(f"exempt by name, but can be executed, so that it needs records: {_listed(executed)}")
    if records:
        fix = f"git update-index --chmod=-x {path_words(records[:_SHOWN])}"
        yield warning(f"an executable record is refused (record-mode): {_listed(records)}", fix)
    if not (by_name or executed or records):
        yield ok("nothing that a former version let pass is refused now")


def _listed(paths: Sequence[str]) -> str:
    shown = ", ".join(paths[:_SHOWN])
    return f"{shown} and {counted(len(paths) - _SHOWN, 'more file')}" if len(paths) > _SHOWN else shown


def _by_name(context: DoctorContext) -> Iterator[str]:
    """The files that the former defaults exempt and today's do not."""
    former, now = Patterns(_FORMER_DEFAULT), patterns(DEFAULT_EXEMPT)
    for project, path in _governed(context):
        name = relative(project.root, path)
        if project.policy.exempt == DEFAULT_EXEMPT and former.match_file(name) and not now.match_file(name):
            yield path


def _executed(context: DoctorContext) -> Iterator[str]:
    """The files that are exempt by name, and that git or their first line says are to be executed."""
    held = [
        path
        for project, path in _governed(context)
        if context.files[path].is_file and patterns(project.policy.exemptions).match_file(relative(project.root, path))
    ]
    for start in range(0, len(held), _READ_AT_ONCE):
        some = held[start : start + _READ_AT_ONCE]
        contents = context.repository.beginnings([context.files[path].oid for path in some])
        for path, content in zip(some, contents, strict=True):
            if context.files[path].mode == EXECUTABLE or is_run(content):
                yield path


def _governed(context: DoctorContext) -> Iterator[tuple[Project, str]]:
    """The files of HEAD that are no records, each with the root that it belongs to."""
    by_root = {project.root: project for project in context.projects}
    for path in context.files:
        root = next((folder for folder in folders_above(path) if folder in by_root), None)
        if root is not None and not locate(path):
            yield by_root[root], path

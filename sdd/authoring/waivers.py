"""A new waiver: the text of history/waivers/NNNN-slug.md, and its writing."""

from typing import NamedTuple

from sdd.authoring.identity import claimed_id, slug
from sdd.authoring.prose import one_line
from sdd.authoring.templates import fill, project_template
from sdd.base import paths
from sdd.records.layout import WAIVERS
from sdd.repo.objects import Repository
from sdd.repo.worktree import write_new

_TEMPLATE = "waiver-template.md"


class WaiverDraft(NamedTuple):
    """What a waiver says. `paths` are patterns below the root, `expires` is its last day (YYYY-MM-DD).

    With `landing`, a commit's id, those three are empty.
    """

    rules: tuple[str, ...]
    paths: tuple[str, ...]
    reason: str
    approved_by: str
    expires: str
    landing: str = ""

    @property
    def title(self) -> str:
        """What it is about, in a line."""
        if self.landing:
            return f"landing {self.landing[:12]}"
        return f"{', '.join(self.rules)} at {', '.join(self.paths)}"


def waiver_text(draft: WaiverDraft, number: str, written_by: str) -> str:
    """The file of a waiver. `written_by` is its template."""
    values = draft._asdict() | {"reason": one_line(draft.reason), "approved_by": one_line(draft.approved_by)}
    return fill(written_by, {"id": number, "title": draft.title, **values})


def write_waiver(repository: Repository, root: str, draft: WaiverDraft) -> tuple[str, str]:
    """Writes a waiver into the work tree, with the next free number: (id, path from the top).

    Raises SddError where it cannot be written; the number is given back then.
    """
    assert repository.work_tree, "only a work tree is written to"
    folder = repository.work_tree / root
    template = project_template(_TEMPLATE, folder)
    with claimed_id(repository, root, WAIVERS) as number:
        path = f"{WAIVERS}/{number}-{slug(' '.join((*draft.rules[:1], *draft.paths[:1])) or draft.title)}.md"
        write_new(folder / path, waiver_text(draft, number, template))
    return number, paths.join(root, path)

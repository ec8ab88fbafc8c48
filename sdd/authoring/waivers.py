"""A new waiver: history/waivers/NNNN-slug.md."""

from typing import NamedTuple

from sdd.authoring.identity import slug, write_record
from sdd.authoring.prose import one_line
from sdd.authoring.templates import fill, project_template
from sdd.base.listing import listed
from sdd.records.layout import WAIVERS
from sdd.records.packaged import WAIVER
from sdd.records.project import Project
from sdd.repo.journal import Journal


class WaiverDraft(NamedTuple):
    """What a waiver says. `paths` are patterns below the root, `expires` is its last day (YYYY-MM-DD).

    With `landing`, a commit's id, those three are empty. `surface` is `human` or `agent`, empty where nothing tells.
    """

    rules: tuple[str, ...]
    paths: tuple[str, ...]
    reason: str
    approved_by: str
    expires: str
    landing: str = ""
    secrets: tuple[str, ...] = ()
    surface: str = ""

    @property
    def title(self) -> str:
        """What it is about, in a line."""
        if self.landing:
            return f"landing {self.landing[:12]}"
        return f"{', '.join(self.rules)} at {listed(self.paths)}"


def write_waiver(project: Project, draft: WaiverDraft, journal: Journal) -> tuple[str, str]:
    """Writes a waiver into the work tree, with the next free number: (id, path from the top).

    The one that an earlier run of the command wrote, by its `journal`, is kept. Raises SddError where it cannot be
    written.
    """
    repository, root = project.tree.repository, project.root
    assert repository.work_tree, "only a work tree is written to"
    template = project_template(WAIVER, repository.work_tree / root)
    said = {"reason": one_line(draft.reason), "approved_by": one_line(draft.approved_by)}
    values = {**draft._asdict(), "title": draft.title, **said}
    name = f"{slug(' '.join((*draft.rules[:1], *draft.paths[:1])) or draft.title)}.md"
    folder = project.placed(WAIVERS)
    return write_record(
        repository, root, folder, name, lambda number, _: fill(template, {**values, "id": number}), journal
    )

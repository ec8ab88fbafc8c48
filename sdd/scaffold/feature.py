"""The files of a feature: spec, plan, tasks and checklists, from sdd's templates or spec-kit's."""

import re
from pathlib import Path

from sdd.scaffold.templates import fill, project_template

# What spec-kit's templates write where sdd's have a place for a value.
_SPEC_KIT = {
    "[FEATURE NAME]": "{{title}}",
    "[FEATURE]": "{{title}}",
    "[###-feature-name]": "{{feature}}",
    "[DATE]": "{{date}}",
    "$ARGUMENTS": "{{input}}",
}
_ANY = re.compile("|".join(map(re.escape, _SPEC_KIT)))


def feature_text(name: str, root: Path | None, *, title: str, feature: str, date: str, request: str = "") -> str:
    """The text of a new spec, plan, task list or checklist, as the template `name` of the project below `root` has it.

    `feature` is the folder's name (`042-csv`), `date` is YYYY-MM-DD, `request` what was asked for; without one its
    line is left out. Raises SddError where the project's template cannot be read.
    """
    text = _ANY.sub(lambda found: _SPEC_KIT[found.group()], project_template(name, root))
    return fill(text, {"title": title, "feature": feature, "date": date, "input": request})

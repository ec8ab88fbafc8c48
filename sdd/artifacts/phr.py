"""Prompt History Records: history/prompts/<folder>/<id>-<slug>.<stage>.prompt.md."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sdd.artifacts.artifact import Artifact, ChangeKind, Item
from sdd.artifacts.contract import Contract


class Stage(StrEnum):
    """The stages of spec-kit-plus. `constitution` and `general` route to folders of the same name."""

    CONSTITUTION = "constitution"
    SPEC = "spec"
    PLAN = "plan"
    TASKS = "tasks"
    RED = "red"
    GREEN = "green"
    REFACTOR = "refactor"
    EXPLAINER = "explainer"
    MISC = "misc"
    GENERAL = "general"


class FileEntry(NamedTuple):
    """One entry of `files`: the path part, the entry as written, and its line."""

    path: str
    written: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Phr(Artifact):
    """One exchange with an agent (or one piece of work by hand) and what came of it.

    Every field holds what could be read, None or an empty tuple where there is nothing. `id` is the text as
    written (`0010` stays `0010`), else the file name's; `number` is the file name's number. `folder` is the
    folder below `history/prompts/`. `stage` is canonical, `stage_written` is what the front matter says (else
    the file name), `stage_in_name` the part of the file name. `feature` is None for "none" and the like.
    """

    id: str | None
    number: int | None
    folder: str
    title: str | None
    stage: Stage | None
    stage_written: str | None
    stage_in_name: str | None
    date: str | None
    date_written: str | None
    surface: str | None
    model: str | None
    feature: str | None
    branch: str | None
    user: str | None
    command: str | None
    labels: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    files: tuple[FileEntry, ...]
    tests: tuple[str, ...]
    kind: ChangeKind | None
    kind_written: str | None
    closes: tuple[str, ...]
    prompt: str | None
    response: str | None
    follow_ups: tuple[Item, ...]
    placeholders: tuple[Item, ...]
    contract: Contract | None

    def link(self, name: str) -> str | None:
        """The value of `links.<name>`, None where it is absent or says "none"."""
        return dict(self.links).get(name)

"""Where a PHR belongs, and what its file is called: `<id>-<slug>.<stage>.prompt.md` in its route's folder."""

import re
from typing import NamedTuple

from sdd.authoring.identity import slug
from sdd.base import paths
from sdd.base.errors import UsageError
from sdd.gate.rules.phr import NAME, folders_of, names_its_stage
from sdd.records.kinds.phr import Phr, stage_of
from sdd.records.links import Place

ID_DIGITS = 4

_PARTS = re.compile(r"(?:[A-Za-z]{2,12}[-_])?(?P<id>\d+)[-_.](?P<rest>.*)")
_STAGE = re.compile(r"[a-z]+")


class Name(NamedTuple):
    """A file's name, or the reason why none can be made."""

    name: str
    reason: str = ""


def right_folder(phr: Phr, place: Place) -> str:
    """The folder that a PHR belongs in by its stage and feature, one that is there before others; its own where it is
    right or its feature unknown.
    """
    folder = phr.path.rpartition("/")[0]
    right = tuple(paths.join(phr.root, below) for below in folders_of(phr, place))
    if not right or not phr.stage or folder in right:
        return folder
    return next((other for other in right if place.project.tree.folder(other)), right[0])


def right_name(phr: Phr) -> Name:
    """What a PHR's file is called by its present name, its number and its stage as it is written."""
    name = phr.path.rpartition("/")[2]
    fits = NAME.fullmatch(name)
    if fits and names_its_stage(phr, fits["stage"]):
        return Name(name)
    if phr.stage is None:
        return Name(name, "say which stage is meant: its name follows from it")
    stem = name.removesuffix(".md").removesuffix(".prompt")
    head, dot, last = stem.rpartition(".")
    # Only what is a stage is taken off: anything else behind a dot is a part of the name.
    if dot and (stage_of(last) or last == phr.stage_written):
        stem = head
    parts = _PARTS.fullmatch(stem)
    number = parts["id"] if parts else (phr.id or "").strip()
    if not (number.isascii() and number.isdigit()):
        return Name(name, "neither its name nor its front matter has a number: sdd phr list shows those taken")
    rest = parts["rest"] if parts else stem
    try:
        rest = rest or slug(phr.title or "")
    except UsageError:
        return Name(name, "its name says nothing but a number, and it has no title")
    width = len(number) if len(number) > 2 else ID_DIGITS
    stage = (phr.stage_written or "").lower()
    return Name(f"{number.zfill(width)}-{rest}.{stage if _STAGE.fullmatch(stage) else phr.stage}.prompt.md")

"""Where a PHR belongs, and what its file is called: `<id>-<slug>.<stage>.prompt.md` in its route's folder."""

import re
from typing import NamedTuple

from sdd.authoring.identity import slug
from sdd.base import paths
from sdd.base.errors import UsageError
from sdd.gate.rules.phr import NAME, folders_of
from sdd.records.kinds.phr import Phr, stage_of
from sdd.records.links import Place

ID_DIGITS = 4

_PARTS = re.compile(r"(?:[A-Za-z]{2,12}[-_])?(?P<id>\d+)[-_.](?P<rest>.*)")


class PhrLocation(NamedTuple):
    """The path (from the top) that a PHR should have, what is done for it, and why that is unknown."""

    path: str
    done: tuple[str, ...] = ()
    reason: str = ""


def right_location(phr: Phr, place: Place) -> PhrLocation:
    """Where a PHR belongs by its stage, feature, id and present name. Its number stays.

    One whose feature is unknown stays in its folder.
    """
    folder, _, name = phr.path.rpartition("/")
    if phr.stage is None:
        why = f"unknown stage {phr.stage_written}" if phr.stage_written else "no stage"
        return PhrLocation(
            phr.path, reason=f"{why}: its name and folder follow from the stage, so say which one is meant"
        )
    new_name, reason = _name(phr, name)
    right = tuple(paths.join(phr.root, below) for below in folders_of(phr, place))
    new_folder = folder if not right or folder in right else right[0]
    done = [f"moved to {new_folder}/"] if new_folder != folder else []
    done += [f"renamed to {new_name}"] if new_name != name else []
    return PhrLocation(f"{new_folder}/{new_name}", tuple(done), reason)


def _name(phr: Phr, name: str) -> tuple[str, str]:
    """The right file name, and why it cannot be made where it cannot."""
    fits = NAME.fullmatch(name)
    if fits and (stage_of(phr.stage_written) == fits["stage"] or phr.stage_in_name == phr.stage_written):
        return name, ""
    stem = name.removesuffix(".md").removesuffix(".prompt")
    head, dot, last = stem.rpartition(".")
    # Only what is a stage is taken off: anything else behind a dot is a part of the name.
    if dot and (stage_of(last) or last == phr.stage_written):
        stem = head
    parts = _PARTS.fullmatch(stem)
    number = parts["id"] if parts else (phr.id or "").strip()
    if not (number.isascii() and number.isdigit()):
        return name, "neither its name nor its front matter has a number: give it one (sdd phr list shows those taken)"
    rest = parts["rest"] if parts else stem
    try:
        rest = rest or slug(phr.title or "")
    except UsageError:
        return name, "its name says nothing but a number, and it has no title: give it one"
    width = len(number) if len(number) > 2 else ID_DIGITS
    return f"{number.zfill(width)}-{rest}.{phr.stage}.prompt.md", ""

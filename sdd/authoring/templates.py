"""How values are put into templates.

`{{name}}` is the place of a value. A line whose values are all missing is left out, and so is a heading that nothing is
left under; `{{name|[SAY THIS]}}` leaves its second half to be filled in by hand instead. A line is repeated for each
of several values. In front matter a value is written as YAML.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from sdd.authoring.yaml_text import yaml_lines
from sdd.base.errors import SddError
from sdd.records.packaged import ADR, CONTRACT, PHR, TEMPLATE_FOLDER, WAIVER, template

Value = str | tuple[str, ...] | Mapping[str, str] | None

_MUST_HOLD = {
    PHR: {"id", "title", "stage", "date", "files", "kind", "prompt", "response", "contract.success", "contract.checks"},
    CONTRACT: {"id", "title", "kind", "feature", "scope", "status", "success", "constraints", "non_goals", "checks"},
    ADR: {"title"},
    WAIVER: {"rules", "paths", "reason", "approved_by", "expires"},
}

# What spec-kit's templates write where sdd's have a place for a value.
_SPEC_KIT = {
    "[FEATURE NAME]": "{{title}}",
    "[FEATURE]": "{{title}}",
    "[###-feature-name]": "{{feature}}",
    "[DATE]": "{{date}}",
    '"$ARGUMENTS"': "{{input}}",
    "$ARGUMENTS": "{{input}}",
}
_SPEC_KIT_WORD = re.compile("|".join(map(re.escape, _SPEC_KIT)))

TOKEN = re.compile(r"\{\{([a-z_.]+)(?:\|([^{}]*))?\}\}")
NO_HEADING = 7
_HEADING = re.compile(r"(#{1,6}) ")
_KEY = re.compile(rf"([a-z_]+): {TOKEN.pattern}")


def project_template(name: str, root: Path | None) -> str:
    """The template that a new artifact below `root` (a folder on disk) starts from.

    `.specify/templates/<name>` wins over the packaged one. For records, whose form is fixed, it does so only where it
    has a place for what such a record must say: those of other tools lack it. spec-kit's tokens count as places.
    Raises SddError where the project's own cannot be read.
    """
    packaged = template(name)
    own = root / TEMPLATE_FOLDER / name if root else None
    if own is None or own.is_symlink() or not own.is_file():
        return packaged
    try:
        text = own.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise SddError(
            f"{own} cannot be read: {error}", "fix it or move it away: the packaged template is used then"
        ) from None
    text = _SPEC_KIT_WORD.sub(lambda match: _SPEC_KIT[match.group()], text)
    return text if _MUST_HOLD.get(name, set()) <= {token[1] for token in TOKEN.finditer(text)} else packaged


def fill(text: str, values: Mapping[str, Value]) -> str:
    """`text` with `values` in their places, as the module says. Values are never looked into for places again.

    A text alone on its line goes in as it is, several lines included; within a line it becomes one line.
    """
    lines = text.splitlines()
    end = lines.index("---", 1) + 1 if lines[:1] == ["---"] and "---" in lines[1:] else 0
    filled = [*_front_matter(lines[:end], values), *_body(lines[end:], values)]
    return "\n".join(filled).strip("\n") + "\n"


def _front_matter(lines: Iterable[str], values: Mapping[str, Value]) -> Iterator[str]:
    for line in lines:
        place = _KEY.fullmatch(line)
        if place is None:
            yield line
            continue
        value = values.get(place[2])
        if not value and place[3]:
            value = (place[3],) if isinstance(value, tuple) else place[3]
        if value:
            yield from yaml_lines(place[1], value)


def _body(lines: Sequence[str], values: Mapping[str, Value]) -> list[str]:
    """The filled lines, without empty headings and without more than one blank line at once."""
    kept: list[str] = []
    # From below, so that a heading knows what is under it: the level of the last heading kept, or NO_HEADING
    # where that is text. A heading stays where its own level is above that, or where it says a value itself.
    under, blank = 0, False
    for line in reversed(lines):
        if not line.strip():
            blank = True
            continue
        filled = _filled(line, values)
        heading = _HEADING.match(filled[0]) if filled else None
        level = len(heading[1]) if heading else NO_HEADING
        if not filled or (heading and level >= under and not TOKEN.search(line)):
            continue
        kept += [""] * (blank and bool(kept))
        kept += reversed(filled)
        under, blank = level, False
    return [*([""] if blank else []), *reversed(kept)]


def _filled(line: str, values: Mapping[str, Value]) -> list[str]:
    """The lines that one line of a template becomes: none where every value is missing."""
    places = list(TOKEN.finditer(line))
    given = {place[1]: values.get(place[1]) or place[2] for place in places}
    if places and not any(given.values()):
        return []
    alone = given[places[0][1]] if len(places) == 1 and places[0].group() == line.strip() else None
    if isinstance(alone, str):
        return alone.split("\n")
    several = next((value for value in given.values() if isinstance(value, tuple)), ("",))
    return [
        _replaced(line, {name: each if isinstance(value, tuple) else value for name, value in given.items()})
        for each in several
    ]


def _replaced(line: str, values: Mapping[str, Value]) -> str:
    """One line with one text in each of its places, the texts' own line ends as blanks."""
    texts = {name: " ".join(value.split()) if isinstance(value, str) else "" for name, value in values.items()}
    return TOKEN.sub(lambda place: texts[place[1]], line)

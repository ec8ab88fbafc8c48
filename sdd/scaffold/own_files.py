"""The files that `sdd init` writes, and whether a file is still as it was written."""

import re
from functools import cache
from pathlib import Path

from sdd import paths
from sdd.artifacts import constitution as constitutions
from sdd.project import CONSTITUTION_PATH, POLICY_PATH
from sdd.regex import regex
from sdd.scaffold.templates import CONSTITUTION, NAMES, POLICY, TOKEN, fill, template

OLD_CONSTITUTION_PATH = "memory/constitution.md"
ATTRIBUTES_PATH = "history/.gitattributes"
TEMPLATES = ".specify/templates"

_ATTRIBUTES = (
    "# Prompt History Records are read one by one, not reviewed line by line.\nprompts/** linguist-generated\n"
)


def is_own_text(path: str, content: bytes) -> bool:
    """Whether the file at `path` (as seen from its root) holds what `sdd init` writes there, and nothing else.

    What is filled in by machine (the project's name, a date) may be anything of one line, and line ends any.
    """
    pattern = _own_patterns().get(path)
    try:
        return pattern is not None and pattern.fullmatch(content.decode().replace("\r\n", "\n")) is not None
    except UnicodeDecodeError:
        return False


@cache
def _own_patterns() -> dict[str, re.Pattern[str]]:
    """path -> what init's own text of it looks like, the places for values open."""
    constitution = "[^\n]*".join(re.escape(part) for part in re.split(r"\{\{[a-z]+\}\}", template(CONSTITUTION)))
    literal = {f"{TEMPLATES}/{name}": template(name) for name in NAMES}
    literal |= {POLICY_PATH: template(POLICY), ATTRIBUTES_PATH: _ATTRIBUTES}
    return {
        CONSTITUTION_PATH: regex(constitution),
        **{path: regex(re.escape(text)) for path, text in literal.items()},
    }


def own_texts(folder: Path, today: str) -> dict[str, str]:
    """path below the root -> the text that init writes there. `today` is YYYY-MM-DD.

    A constitution in spec-kit's old place is taken over as it is, where it can be judged.
    """
    constitution = old_constitution(folder)
    if constitution is None:
        name = TOKEN.sub("", paths.printable(folder.resolve().name)) or "Project"
        constitution = fill(template(CONSTITUTION), {"project": name, "date": today})
    return {
        CONSTITUTION_PATH: constitution,
        POLICY_PATH: template(POLICY),
        **{f"{TEMPLATES}/{name}": template(name) for name in NAMES},
        ATTRIBUTES_PATH: _ATTRIBUTES,
    }


def old_constitution(folder: Path) -> str | None:
    """The text of a constitution in spec-kit's old place, None where there is none with a version to count on from."""
    file = folder / OLD_CONSTITUTION_PATH
    if not file.is_file() or file.is_symlink():
        return None
    content = file.read_bytes()
    found = constitutions.parse(OLD_CONSTITUTION_PATH, content, "")
    if found.problems or not re.fullmatch(r"\d+\.\d+\.\d+", found.version or ""):
        return None
    return content.decode("utf-8-sig", "replace")


def own_paths() -> tuple[str, ...]:
    """The paths below a root that init writes to, but for the PHR."""
    return tuple(_own_patterns())

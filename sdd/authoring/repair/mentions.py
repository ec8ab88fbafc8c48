"""Mentions of what has moved, in every record and Markdown file: they follow.

No prompt and no response is touched: what was asked and answered stays word for word.
"""

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from sdd.authoring.front_matter import keys_of
from sdd.authoring.repair.plan import Repair
from sdd.base import paths
from sdd.document import Document
from sdd.gate.rules.history import is_same
from sdd.records.followups import FollowUp
from sdd.records.kinds import is_record_of, locate
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.phr_body import prompt_section, response_section
from sdd.records.kinds.reading import id_in_name
from sdd.records.layout import feature_folder, roots_of
from sdd.records.project import Reader
from sdd.records.renamed import RenamedFeature
from sdd.repo.objects import Tree

# What may come before a path in a text: `1:20:src/a.py`, `](../a.md)`, "a.md".
_APART = r"\s\"'`()<>\[\]|,;:="
_DATA = re.compile(r"specs/.+/contracts/.+\.(?:ya?ml|json)|\.specify/feature\.json", re.DOTALL)
_VERBATIM_KEYS = ("prompt_text", "response_text", "prompts", "branch")
_LINK = re.compile(r"(\]\()([^)#\s<>]+)")
_LABELLED = re.compile(r"\[([^\[\]]+)\]\(([^)#\s<>]+)")
_CLOSED = re.compile(r"(?<![^\s`\"'\[\],#])[^\s`\"'\[\],#]++#\d{1,3}\b")
FOLLOWED = "its links follow"


@dataclass(frozen=True)
class Moves:
    """What moves: files (path from the top -> its new path) and features, whose name alone is a mention. `follow_ups`
    are those of records that get another number, which PHRs close by it.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    features: tuple[RenamedFeature, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()

    @cached_property
    def file_name(self) -> "re.Pattern[str]":
        """A path, or a bare name, that ends in the name of a moved file."""
        names = sorted({path.rpartition("/")[2] for path in self.files}, key=len, reverse=True)
        return re.compile(
            rf"(?<![^{_APART}])(?P<folder>(?:[^{_APART}]*/)?)(?P<name>{'|'.join(map(re.escape, names)) or '(?!)'})"
            rf"(?![\w-]|\.\w)"
        )


def with_mentions(
    tree: Tree,
    reader: Reader,
    moves: Moves,
    repairs: Mapping[str, Repair],
    is_landed: Callable[[str], bool] = lambda path: True,
) -> Iterator[Repair]:
    """The repairs of all files whose mentions of `moves` have to follow, made on top of `repairs` (by path).

    A landed record whose meaning that would change is left out.
    """
    names = Counter(path.rpartition("/")[2] for path, _ in tree.walk())
    unique = frozenset(name for name, number in names.items() if number == 1)
    for path, entry in tree.walk():
        if not entry.is_file or not _holds_mentions(path):
            continue
        reader.let_go()
        begun = repairs.get(path) or Repair.nothing(path, reader.content(entry), entry)
        after = rewritten(tree, moves, path, begun.to, begun.after, unique)
        if after != begun.after and not (is_landed(path) and not means_the_same(path, begun.after, after)):
            yield replace(begun, after=after, done=(*begun.done, FOLLOWED))


def rewritten(
    tree: Tree, moves: Moves, path: str, to: str, content: bytes, unique: frozenset[str] = frozenset()
) -> bytes:
    """The content of the file at `path` (which goes to `to`), mentions of `moves` following.

    `unique` are the file names that only one file of the tree has: these are mentions without a folder too.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return content
    located = locate(path)
    root = located[0] if located else next(iter(roots_of(tree, path)), "")
    lines = text.split("\n")
    verbatim, closes = _lines_apart(path, content)
    for number, line in enumerate(lines):
        if number + 1 in verbatim:
            continue
        if number + 1 in closes:
            line = _CLOSED.sub(lambda match: _closing(moves, root, match.group()), line)
        for renamed in moves.features:
            line = with_new_name(tree, renamed, path, root, line)
        if moves.files:
            line = _LABELLED.sub(lambda match: _labelled(moves, root, path, to, match, unique), line)
            line = moves.file_name.sub(lambda match: _followed(moves, root, path, to, match, unique), line)
        if path.count("/") != to.count("/"):
            line = _LINK.sub(lambda match: _from_new_folder(tree, path, to, match), line)
        lines[number] = line
    return "\n".join(lines).encode()


def _holds_mentions(path: str) -> bool:
    below = next((path[at.end() :] for at in re.finditer(r"(?:^|/)(?=specs/|\.specify/)", path)), path)
    return (path.endswith(".md") and ".specify/templates/" not in path) or _DATA.fullmatch(below) is not None


def means_the_same(path: str, before: bytes, after: bytes) -> bool:
    """Whether two contents of the file at `path` are records with one meaning, or no records at all."""
    if not (located := locate(path)):
        return True
    root, kind = located
    return is_same(kind.parse(path, before, root), kind.parse(path, after, root))


def _lines_apart(path: str, content: bytes) -> tuple[set[int], set[int]]:
    """The lines of a PHR that hold what was said, and on which branch, and those that say what it closes, from 1 on."""
    verbatim, closes = set[int](), set[int]()
    if is_record_of(path, Phr):
        document = Document.parse(content)
        for section in filter(None, (prompt_section(document), response_section(document))):
            verbatim.update(range(section.start, section.end))
        for key in keys_of(list(document.lines)):
            if key.name in (*_VERBATIM_KEYS, "closes"):
                (closes if key.name == "closes" else verbatim).update(range(key.start + 1, key.end + 1))
    return verbatim, closes


def _closing(moves: Moves, root: str, written: str) -> str:
    """The name of a follow-up whose record gets another number, with that number."""
    called = (each for each in moves.follow_ups if each.root == root and each.is_called(written))
    if not (follow_up := next(called, None)):
        return written
    folder, slash, name = written.rpartition("/")
    old, new = (id_in_name(path) or "" for path in (follow_up.path, moves.files[follow_up.path]))
    return f"{folder}{slash}{name.replace(old, new, 1)}"


def with_new_name(tree: Tree, renamed: RenamedFeature, path: str, root: str, line: str) -> str:
    """A line with a feature's new name. Outside of the feature's root only its full path is a mention of it."""
    if renamed.old not in line:
        return line
    # Japanese or Chinese around a name is no part of it, unless another folder is called so.
    siblings = tree.folder(feature_folder(renamed.root, renamed.old).rpartition("/")[0])
    alone = renamed.old.isascii() and not any(renamed.old in name for name in siblings if name != renamed.old)
    part = "A-Za-z0-9_" if alone else r"\w"
    before = rf"(?<![{part}-])"
    inside = paths.is_below(path, renamed.root)
    if not inside or (root != renamed.root and tree.folder(feature_folder(root, renamed.old))):
        if not renamed.root:
            return line
        before = rf"(?<![{part}./-])(?P<way>(?:/|(?:\.\.?/)+)?{re.escape(renamed.root)}/(?:[\w.-]+/)*)"
    pattern = re.compile(rf"{before}{re.escape(renamed.old)}(?![{part}-])")
    return pattern.sub(lambda match: f"{match.groupdict().get('way') or ''}{renamed.new}", line)


def _labelled(moves: Moves, root: str, path: str, to: str, match: "re.Match[str]", unique: frozenset[str]) -> str:
    """The beginning of a Markdown link, with the new number in its text if what it leads to gets one."""
    text, written = match.groups()
    if target := moves.file_name.fullmatch(written):
        old, new = map(id_in_name, (written, _followed(moves, root, path, to, target, unique)))
        text = re.sub(rf"(?<!\d){old}(?!\d)", new or "", text) if old and old != new else text
    return f"[{text}]({written}"


def _followed(moves: Moves, root: str, path: str, to: str, match: "re.Match[str]", unique: frozenset[str]) -> str:
    """A mention of a moved file in the way it was written: from the top, from the root, from its own file, bare."""
    written = match.group()
    old_folder, new_folder = path.rpartition("/")[0], to.rpartition("/")[0]
    if written.startswith("/"):
        new = moves.files.get(written[1:])
        return f"/{new}" if new else written
    if match["folder"] and (new := moves.files.get(paths.join(root, written.removeprefix("./")))):
        return paths.seen_from(root, new)
    if new := moves.files.get(posixpath.normpath(paths.join(old_folder, written))):
        return posixpath.relpath(new, new_folder or ".")
    if not match["folder"] and match["name"] in unique:
        return next(new for old, new in moves.files.items() if old.endswith(f"/{match['name']}")).rpartition("/")[2]
    return written


def _from_new_folder(tree: Tree, path: str, to: str, match: "re.Match[str]") -> str:
    target = match[2]
    old = posixpath.normpath(paths.join(path.rpartition("/")[0], target))
    if "://" in target or target.startswith("/") or old.startswith("..") or old not in tree:
        return match.group()
    return match[1] + posixpath.relpath(old, to.rpartition("/")[0]) + "/" * target.endswith("/")

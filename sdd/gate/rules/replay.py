"""The rule that a Prompt History Record does not repeat another one."""

import re
from collections.abc import Iterable
from itertools import chain

from sdd.base import paths
from sdd.gate.change import said
from sdd.gate.rules.rule import ChangeContext, Findings, Severity, TreeContext, finding, record_rule
from sdd.records.kinds.phr import KIND, Phr
from sdd.repo.objects import Entry

_WORD = re.compile(r"\w+")


@record_rule(Severity.ERROR, Phr, needs=("phr-empty", "phr-missing-field"))
def phr_replayed(phr: Phr, context: TreeContext) -> Findings:
    """A PHR repeats another one in its folder word for word.

    Why: a copy of an old record would cover new code that nobody asked for. White space makes no difference.

    Fix: record this exchange, not that one.

    Bad example:
        -- history/prompts/001-vat/0004-again.green.prompt.md (copy) --
        history/prompts/001-vat/0002-rounding.green.prompt.md
        -id: "0002"
        +id: "0004"
    """
    own = said(phr)
    if not all(own) or (isinstance(context, ChangeContext) and phr.path in context.view.moved_phrs):
        return
    for other in _possible_originals(phr, context):
        if said(other) == own and context.came_first(other.path, phr.path):
            yield finding(phr, "prompt", f"repeats {other.path} word for word", "record this exchange instead")
            return


def _possible_originals(phr: Phr, context: TreeContext) -> list[Phr]:
    """The other PHRs of the folder, at head and as landed, and of the change, that may contain the same words.

    Most are ruled out by a word that their blob lacks: parsing a whole folder for every new record would cost more
    than the rest of a push. Numbers and names with digits come first, then the longest words, since they are rarest.
    """
    text = f"{phr.prompt} {phr.response}"
    words = [word.encode() for word in sorted(set(_WORD.findall(text)), key=lambda word: (word.isalpha(), -len(word)))]
    originals = {other.path: other for other in (context.coverage.phrs if isinstance(context, ChangeContext) else ())}
    folder = phr.path.rpartition("/")[0]
    others = [(name, entry) for name, entry in _entries(context, folder) if entry.is_file]
    reader = context.after.reader
    for (name, entry), content in zip(others, reader.contents([entry for _, entry in others]), strict=True):
        if all(map(content.__contains__, words)) and (path := paths.join(folder, name)) not in originals:
            other = reader.record(path, entry, context.root, KIND)
            if isinstance(other, Phr):
                originals[path] = other
    originals.pop(phr.path, None)
    return list(originals.values())


def _entries(context: TreeContext, folder: str) -> Iterable[tuple[str, Entry]]:
    """(name, Entry) of what a folder holds: as it has landed, then what head holds otherwise."""
    head = context.after.tree.folder(folder)
    landed = context.before.tree.folder(folder)
    if not landed:
        return head.items()
    own = ((name, entry) for name, (_, entry) in landed.against(head).items() if entry)
    return chain(landed.items(), sorted(own))

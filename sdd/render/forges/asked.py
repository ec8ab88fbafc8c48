"""What a reviewer asks first of a change, out of its records: what was asked, agreed and checked, and by whom."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from sdd.gate.check.verdict import JudgedChange
from sdd.gate.cover import CoveredFile
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.render.words import counted, first, one_line

_RECORDS, _TEXT, _ITEMS = 3, 160, 3
Shown = Callable[[str], str]


class Request(NamedTuple):
    """One record of a change, the contract that agrees on it, and how many files it covers."""

    phr: Phr | None
    contract: Contract | None
    files: int


def requests(changes: Iterable[JudgedChange]) -> list[Request]:
    """The records that cover the files of some changes, the one that covers most first."""
    covered: dict[tuple[str, str], list[CoveredFile]] = {}
    records: dict[tuple[str, str], tuple[Phr | None, Contract | None]] = {}
    for file in (file for change in changes for file in change.files if not file.exempt):
        # What an audit has kept of a record is its path alone.
        phr = next((phr for phr in file.phrs if isinstance(phr, Phr)), None)
        contract = next((contract for contract in file.contracts if isinstance(contract, Contract)), None)
        if phr or contract:
            key = (phr.path if phr else "", contract.path if contract else "")
            covered.setdefault(key, []).append(file)
            records[key] = phr, contract
    made = [Request(*records[key], len(files)) for key, files in covered.items()]
    return sorted(made, key=lambda request: -request.files)


def request_lines(changes: Sequence[JudgedChange], code: Shown) -> Iterator[str]:
    """The requests as Markdown, a few lines each. `code` shows text of the repository."""
    made = requests(changes)
    lines = [line for request in made[:_RECORDS] for line in _request(request, code)]
    yield from lines
    if len(made) > _RECORDS:
        yield f"- and {counted(len(made) - _RECORDS, 'more record')}"


def rule_lines(changes: Iterable[JudgedChange], code: Shown) -> Iterator[str]:
    """What the changes alter beside work and its records: what others are judged and led by comes first."""
    altered = [path for change in changes for path in change.altered]
    if altered:
        named = ", ".join(first([code(path) for path in altered], _ITEMS * 2, "and {}", "more"))
        yield f"- **alters** {named}: read this first"


def _request(request: Request, code: Shown) -> Iterator[str]:
    phr, contract = request.phr, request.contract
    surface, user = (phr.surface, phr.user) if phr else (None, None)
    by = "".join((f", by {code(surface)}" if surface else "", f", for {code(user)}" if user else ""))
    named = code((phr.path if phr else None) or (contract.path if contract else ""))
    yield f"- {named}{by}: {counted(request.files, 'file')}"
    if phr and phr.prompt:
        yield f"  - asked: {code(one_line(phr.prompt, _TEXT))}"
    if not contract:
        return
    if contract.criteria:
        yield f"  - agreed: {code(one_line(contract.criteria, _TEXT))}"
    limits = [*contract.constraints, *contract.invariants]
    for word, items in (("must", limits), ("must not", contract.non_goals)):
        texts = [code(one_line(item.text, _TEXT // 2)) for item in items]
        if texts:
            yield f"  - {word}: {'; '.join(first(texts, _ITEMS, '{} more'))}"
    if contract.checks:
        ticked = sum(check.done for check in contract.checks)
        shown = [code(check.command or one_line(check.text, _TEXT // 2)) for check in contract.checks]
        told = ", ".join(first(shown, _ITEMS, "{} more"))
        yield f"  - checks: {ticked} of {len(contract.checks)} ticked: {told}"

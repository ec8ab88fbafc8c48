"""What a reviewer asks first of a change, out of its records: what was asked, agreed and checked, and by whom."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import accumulate
from typing import Protocol

from sdd.base.grouping import grouped
from sdd.base.listing import counted
from sdd.base.numbers import calendar_day
from sdd.base.paths import as_text
from sdd.base.wildcards import breadth
from sdd.gate.check.verdict import JudgedChange, Past, Request, Reverted
from sdd.gate.cover import CheckState, CheckStates, by_place, proves_nothing, states_among, worth_of
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.kinds.contract_body import Check
from sdd.records.kinds.phr import Phr, Stage, contract_in
from sdd.records.kinds.runs_told import ToldRun, runs_told
from sdd.render.words import files_named, first, one_line

_TEXT, _MORE, _ITEMS, _TITLES = 160, 2000, 3, 6
# A branch that is rebased may be so much older than its target.
_LONG = timedelta(days=90)
_UNSEEN = (CheckState.FAILED, CheckState.OPEN, CheckState.STALE, CheckState.NO_EVIDENCE)
_WORST_FIRST = (*_UNSEEN, CheckState.RAN, CheckState.PASSED)


class Shown(Protocol):
    """Shows text of the repository, cut to a length."""

    def __call__(self, text: str, longest: int = ...) -> str: ...  # noqa: D102


def request_lines(changes: Iterable[JudgedChange], code: Shown, most: int) -> Iterator[str]:
    """The requests as Markdown, in at most `most` lines: each in one, as many as fit with what was agreed below it;
    those that one contract agrees on together, and those first of which something must be doubted. `code` shows text
    of the repository.
    """
    changes = tuple(changes)
    groups = [*_together(_once(changes))]
    states = by_place(check for change in changes for check in change.checks)
    groups.sort(key=lambda group: not _is_doubtful(group, states))
    told = groups if len(groups) <= most else groups[: max(0, most - 1)]
    left = sum(map(len, groups[len(told) :]))
    texts = [[*(_request if len(group) == 1 else _requests)(group, code, states)] for group in told]
    room = most - len(told) - bool(left)
    whole = sum(lines <= room for lines in accumulate(len(lines) - 1 for lines in texts))
    for place, (first_line, *below) in enumerate(texts):
        yield f"- {first_line}{'' if place < whole else _short(told[place][0], states)}"
        yield from (f"  - {line}" for line in below if place < whole)
    if left:
        yield f"- and {counted(left, 'more record')}"


def _once(changes: Iterable[JudgedChange]) -> Iterable[Request]:
    """The requests of some changes: a record asks once for the files of all roots."""
    known: dict[tuple[str, str], Request] = {}
    for change in changes:
        for request in change.requests:
            at = change.head, (request.phr or request.contracts[0]).path
            if former := known.get(at):
                contracts = dict.fromkeys((*former.contracts, *request.contracts))
                request = former._replace(contracts=(*contracts,), files=(*former.files, *request.files))
            known[at] = request
    return known.values()


def _together(requests: Iterable[Request]) -> Iterable[Sequence[Request]]:
    """The requests in their order, those with one contract of its own file together."""
    groups: dict[str | int, list[Request]] = {}
    for place, request in enumerate(requests):
        contract = next(iter(_own(request) if request.phr else ()), None)
        groups.setdefault(contract.path if contract and not contract.embedded else place, []).append(request)
    return groups.values()


def _is_doubtful(group: Sequence[Request], states: CheckStates) -> bool:
    """Whether tests failed, a check of its own contract was not seen to pass or proves nothing, or the commits tell
    against that contract.
    """
    own = {contract.path: (request, contract) for request in group for contract in _own(request)}.values()
    checks = (
        (state, check.command)
        for _, contract in own
        for state, check in zip(states_among(states, contract), contract.checks, strict=True)
    )
    failed = any(run.passed is False for run in _runs(group))
    unseen = any(state in _UNSEEN or proves_nothing(state, command) for state, command in checks)
    return failed or unseen or any(any(request.past(contract)[:3]) for request, contract in own)


def _own(request: Request) -> Sequence[Contract]:
    return [*filter(request.is_own, request.contracts[:1])]


def _request(group: Sequence[Request], code: Shown, states: CheckStates) -> Iterator[str]:
    """A request of its own: its name, what was asked and what was agreed."""
    (request,) = group
    yield _name(request, code)
    yield from (_reverted(landing, code) for landing in request.reverts)
    if request.phr and request.phr.prompt:
        yield f"asked: {_whole(request.phr.prompt, code)}"
    for contract in request.contracts[:1]:
        if request.is_own(contract) or not contract.embedded:
            yield from _terms(group, code, states)
        else:
            # The PHR that holds it tells its terms: they are no terms of this request.
            yield _agreed(request, code)
    yield from _tests(group, code)
    yield from _others(request.contracts[1:], code, states)


def _requests(group: Sequence[Request], code: Shown, states: CheckStates) -> Iterator[str]:
    """Requests that one contract agrees on: what it says, then their titles, those with the most files first."""
    agreed, *terms = _terms(group, code, states)
    yield f"{agreed}, asked in {counted(len(group), 'record')}"
    yield from (_reverted(landing, code) for request in group for landing in request.reverts)
    yield from terms
    yield from _tests(group, code)
    yield from _others(dict.fromkeys(other for request in group for other in request.contracts[1:]), code, states)
    sized = [(_named(request), request.phr) for request in group if request.phr]
    titles = [
        f"{code(one_line(phr.title or phr.path))}: {files_named(files) or 'no files'} ({code(as_text(phr.path))})"
        for files, phr in sorted(sized, key=lambda entry: -len(entry[0]))
    ]
    yield from first(titles, _TITLES, "and {}", "more record")


def _others(contracts: Iterable[Contract], code: Shown, states: CheckStates) -> Iterator[str]:
    """The names of further contracts that cover the files."""
    others = [f"{_place(contract, code)}, {_ticked(contract, states)}" for contract in contracts]
    if others:
        yield f"covered too by {'; '.join(first(others, _ITEMS, '{} more'))}"


def _name(request: Request, code: Shown) -> str:
    """One line: the record, the kind of work, the title, by whom, and how many files it names or covers."""
    phr = request.phr
    record = phr or request.contracts[0]
    parts = [code(as_text(record.path)), f"({_kind(request)})"]
    parts += [code(one_line(record.title))] if record.title else []
    told = (("by", phr.surface), ("for", phr.user)) if phr else ()
    by = [f", {word} {code(text)}" for word, text in told if text]
    former = ""
    if phr:
        authors, days, features = request.origin()
        former = f", so far of {', '.join(first([*map(code, features)], _ITEMS, '{} more'))} alone" if features else ""
        others = ", ".join(first([code(author) for author in authors], _ITEMS, "{} more"))
        by += [f", committed by {others}"] * bool(authors and phr.user and phr.user not in authors)
        by += [f", **dated {phr.date}**"] * _is_far(phr.date, days)
    return f"{' '.join(parts)}{''.join(by)}: {files_named(_named(request)) or 'no files'}{former}"


def _is_far(day: str | None, days: tuple[str, str]) -> bool:
    """Whether a PHR's day is none on which work between two days was done."""
    said, began, ended = map(calendar_day, (day or "", *days))
    return bool(said and began and ended and max(began - said, said - ended) > _LONG)


def _named(request: Request) -> Sequence[str]:
    """The files that a request names, or that its contract covers."""
    return [entry.moved_to or entry.path for entry in request.named] if request.phr else request.files


def _kind(request: Request) -> str:
    phr, contracts = request.phr, request.contracts
    if phr and (phr.stage == Stage.CONSTITUTION or not (phr.kind or contracts)):
        return phr.stage or "no stage"
    return (phr.kind if phr else None) or contracts[0].effective_kind


def _short(request: Request, states: CheckStates) -> str:
    """What must be said of what was agreed where there is room for one line alone."""
    contracts = request.contracts[:1]
    told = [
        f"{_ticked(own, states)}{_open(own)}" if request.is_own(own) else "nothing agreed of its own"
        for own in contracts
        if own.checks or not request.is_own(own)
    ]
    past = [request.past(contract) for contract in _own(request)]
    told += ["**agreed after the work**"] * any(each.is_late for each in past)
    told += [f"**edited after {each.since}**" for each in past if each.edited]
    told += ["**failed before on the same files**"] * any(each.failed for each in past)
    told += ["**tests failed**"] * any(run.passed is False for run in _runs([request]))
    return "".join(f", {text}" for text in told)


def _reverted(landing: Reverted, code: Shown) -> str:
    """A landing that is taken back, what it was asked for and what had been agreed."""
    asked = [
        f"asked by {code(as_text(record.path))}: {code(one_line(record.title, _TEXT // 2))}"
        for record in landing.records
        if isinstance(record, Phr) and record.title
    ]
    agreed = [
        f"agreed: {code(one_line(own.criteria, _TEXT // 2))}{'' if own.embedded else f' in {_place(own, code)}'}"
        for own in map(contract_in, landing.records)
        if own and own.criteria
    ]
    told = "; ".join((*first(asked, 1, "{} more", "PHR"), *first(agreed, 1, "{} more", "contract")))
    name = f"{code(one_line(landing.title, _TEXT))} ({landing.day}, {code(landing.commit[:12])})"
    return f"reverts {name}{f': {told}' if told else ''}"


def _whole(text: str, code: Shown) -> str:
    """A text as it begins, and where that is not all of it, what opens to more."""
    begin, more = code(one_line(text, _TEXT)), code(one_line(text, _MORE), _MORE)
    is_long = len(" ".join(text.split())) > _TEXT and len(more) <= 2 * _MORE
    return f"<details><summary>{begin}</summary>{more}</details>" if is_long else begin


def _agreed(request: Request, code: Shown) -> str:
    """What was agreed on a request; of a contract that is not its own, that its scope holds the files."""
    contract = request.contracts[0]
    agreed = code(one_line(contract.criteria, _TEXT)) if contract.criteria else "no success criteria"
    ids = "".join(f" {code(item.text)}" for item in contract.requirements[:_ITEMS])
    if not request.is_own(contract):
        place = _place(contract, code)
        return f"agreed: nothing of its own; its files are in the scope of {place}: {agreed}{ids}"
    where = f" in {_place(contract, code)}" if not contract.embedded else ""
    return f"agreed: {agreed}{where}{ids}"


def _runs(requests: Iterable[Request]) -> Sequence[ToldRun]:
    return [run for request in requests if request.phr for run in runs_told(request.phr.tests)]


def _tests(requests: Iterable[Request], code: Shown) -> Iterator[str]:
    """How the tests ended that the PHRs tell of: those that failed by name, the others counted."""
    commands = grouped((run.passed, run.command) for run in _runs(requests))
    failed = [f"**failed** {code(one_line(command, _TEXT // 2))}" for command in commands.get(False, ())]
    told = [*first(failed, _ITEMS, "{} more failed")]
    counts = ((len(commands.get(True, ())), "passed"), (len(commands.get(None, ())), "without an outcome"))
    told += [f"{number} {word}" for number, word in counts if number]
    if told:
        yield f"tests; the record says: {', '.join(told)}"


def _terms(group: Sequence[Request], code: Shown, states: CheckStates) -> Iterator[str]:
    request, files = group[0], {file for request in group for file in request.files}
    contract = request.contracts[0]
    yield _agreed(request, code)
    past = request.past(contract)
    if past.is_late:
        yield "**agreed after the work**, in a later commit"
    if past.edited:
        parts = ("success criteria" if part == "criteria" else part for part in past.edited)
        yield f"**edited after {past.since}**: {', '.join(parts)}"
    if scope := request.scope_of(contract):
        listed = ", ".join(first([code(text) for text in sorted(scope, key=breadth)], _ITEMS, "{} more"))
        yield f"may change: {listed}{_width(scope, files)}"
    for word, items in (("must", (*contract.constraints, *contract.invariants)), ("must not", contract.non_goals)):
        texts = [code(one_line(item.text, _TEXT // 2)) for item in items]
        if texts:
            yield f"{word}: {'; '.join(first(texts, _ITEMS, '{} more'))}"
    if contract.checks:
        yield f"checks: {_ticked(contract, states)}; the record says: {_checks(contract, code, states, past)}"


def _width(scope: Sequence[str], files: Collection[str]) -> str:
    """That a scope has more folders than files are changed in it."""
    folders = sum("*" in text or text.endswith("/") for text in scope)
    return f" (**{counted(folders, 'folder')} for {counted(len(files), 'file')}**)" if folders > len(files) > 0 else ""


def _checks(contract: Contract, code: Shown, states: CheckStates, past: Past) -> str:
    """The checks with what each is worth, those first that nobody saw pass on these files, or that prove nothing."""

    def worth(state: CheckState, check: Check) -> str:
        failed = ", but failed before on the same files" if check.done and check.command in past.failed else ""
        told = f"{worth_of(state, check.command)}{failed}"
        is_doubtful = failed or state in _UNSEEN or proves_nothing(state, check.command)
        return f"**{told}**" if is_doubtful else told

    def rank(each: tuple[CheckState, Check]) -> tuple[bool, int]:
        return not worth(*each).startswith("**"), _WORST_FIRST.index(each[0])

    told = sorted(zip(states_among(states, contract), contract.checks, strict=True), key=rank)
    texts = [
        f"{worth(state, check)} {code(check.command or one_line(check.text, _TEXT // 2))}" for state, check in told
    ]
    return ", ".join(first(texts, _ITEMS, "{} more"))


def _ticked(contract: Contract, states: CheckStates) -> str:
    known = states_among(states, contract)
    stale = known.count(CheckState.STALE)
    idle = sum(proves_nothing(state, check.command) for state, check in zip(known, contract.checks, strict=True))
    ticked = f"{sum(check.done for check in contract.checks)} of {len(contract.checks)} ticked"
    told = ((stale, f"{stale} not on these files"), (idle, f"**{idle} prove{'s' * (idle == 1)} nothing**"))
    return ", ".join([ticked, *(words for number, words in told if number)])


def _place(contract: Contract, code: Shown) -> str:
    return f"{code(as_text(contract.path))}{_open(contract)}"


def _open(contract: Contract) -> str:
    return " (**open**)" if contract.status == ContractStatus.OPEN else ""

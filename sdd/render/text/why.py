"""An answer to `sdd why` as text: a line a link, how it was found in brackets, never more than twelve lines."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from sdd.answers.trail.steps import Part, Step, StepKind, Trace, Via
from sdd.base.listing import counted
from sdd.base.paths import printable, printable_path
from sdd.render.words import one_line, shortened

# A commit's id is as long as git's own in a large repository, and what a record says is cut off where a line ends.
_ID, _TEXT = 10, 100
_LABEL = 13
_PROMPT_LINES = 3
_COMMITS = 5
_OF_REVERTS = (Via.REVERTS, Via.REVERTED_BY)
_RECORDS = (StepKind.PHR, StepKind.CONTRACT, StepKind.WAIVER, StepKind.TASK)
_OF_A_CHANGE = {
    StepKind.PHR: 1, StepKind.CONTRACT: 1, StepKind.TASK: 1, StepKind.REQUIREMENT: 1, StepKind.STORY: 1,
    StepKind.PRINCIPLE: 1,
}  # fmt: skip
# In place of the beginning of one prompt; a line of its own takes one.
_SEVERAL = {StepKind.PHR: 4, StepKind.CONTRACT: 2}
_SEVERAL_OF_A_LINE = {StepKind.PHR: 3, StepKind.CONTRACT: 2}
# How many links of a kind are shown of what was asked for: together never more than twelve lines.
_SHOWN: Mapping[StepKind, Mapping[StepKind, int]] = {
    StepKind.LINE: _OF_A_CHANGE,
    StepKind.COMMIT: _OF_A_CHANGE,
    StepKind.CHANGE: _OF_A_CHANGE,
    StepKind.FILE: {StepKind.COMMIT: 2, StepKind.PHR: 5, StepKind.CONTRACT: 1, StepKind.TASK: 1},
    StepKind.REQUIREMENT: {
        StepKind.STORY: 1, StepKind.PRINCIPLE: 1, StepKind.TASK: 2, StepKind.CONTRACT: 2, StepKind.PHR: 2,
        StepKind.LANDING: 1, StepKind.FILE: 1,
    },
}  # fmt: skip


def why_text(trace: Trace) -> str:
    """The whole screen."""
    lines = _range(trace) if len(trace.parts) > 1 else _chain(trace.asked, trace.parts[0])
    return "".join(f"{line}\n" for line in lines)


# -- one chain ---------------------------------------------------------------------------------------------


def _chain(asked: StepKind, part: Part) -> Iterator[str]:
    hidden: list[str] = []
    most = _SHOWN[asked]
    prompts = [link for link in part.chain if link.kind == StepKind.PHR]
    is_waived = any(link.kind == StepKind.WAIVER for link in part.chain)
    with_prompt = most.get(StepKind.PHR) == 1 and len(prompts) == 1 and not prompts[0].is_guess and not is_waived
    if most.get(StepKind.PHR) == 1 and len(prompts) > 1:
        most = {**most, **(_SEVERAL_OF_A_LINE if asked == StepKind.LINE else _SEVERAL)}
    if asked == StepKind.FILE and part.next:
        most = {**most, StepKind.PHR: 4}
    if any(link.how == Via.REVERTED_BY for link in part.chain):
        # What it served is not what is there any more.
        most = {**most, StepKind.STORY: 0, StepKind.PRINCIPLE: 0}
    # A plan's Constitution Check goes through the whole constitution: it says little about this change.
    chain = [link for link in part.chain if link.how != Via.BY_PLAN]
    for (kind, _), group in groupby(chain, key=lambda link: (link.kind, _label(link))):
        links = list(group)
        shown = links[: most.get(kind, 1)]
        for link in shown:
            yield from _link(link, part.chain, with_prompt=with_prompt)
        if len(links) > len(shown):
            hidden.append(_counted(len(links) - len(shown), kind))
    if part.remark:
        yield printable(part.remark)
    more = [f"{', '.join(hidden)}: --json lists all"] if hidden else []
    more += [": ".join((part.beside, *part.next))] if part.beside else []
    if more:
        yield _labelled("more", "; ".join(map(printable, more)))
    for command in () if part.beside else part.next:
        yield _labelled("next", printable(command))


def _counted(number: int, kind: StepKind) -> str:
    if kind == StepKind.STORY and number != 1:
        return f"{number} stories"
    return counted(number, "PHR" if kind == StepKind.PHR else str(kind))


def _link(link: Step, chain: Sequence[Step], *, with_prompt: bool) -> Iterator[str]:
    label = _label(link)
    if link.kind == StepKind.LANDING and link.how == Via.SAME_COMMIT:
        return
    if link.kind in (StepKind.COMMIT, StepKind.LANDING):
        yield _labelled(label, _commit(link, _landed(link, chain)))
        return
    place = f"{printable_path(link.place)}{f':{link.line}' if link.line else ''}"
    guess = "a guess: " if link.is_guess else ""
    how = "" if link.how == Via.ASKED else f" ({guess}{', '.join(filter(None, (link.how, printable(link.detail))))})"
    if link.kind == StepKind.PHR and with_prompt:
        yield _labelled(label, f"{place}{how}")
        yield from (_labelled("", line) for line in _first_lines(link.text or link.title))
        return
    text = printable(one_line(_said(link), _TEXT))
    yield _labelled(label, f"{place}{how}{f': {text}' if text else ''}")


def _label(link: Step) -> str:
    if link.how in _OF_REVERTS:
        return str(link.how)
    return "landed" if link.kind == StepKind.LANDING else str(link.kind)


def _landed(link: Step, chain: Sequence[Step]) -> str:
    """Via a commit landed, where that needs no line of its own."""
    for step in chain:
        if step.kind == StepKind.LANDING and step.how == Via.SAME_COMMIT and step.place == link.place:
            return f"landed, {step.detail}" if step.detail else "landed as it is"
    return ""


def _commit(link: Step, standing: str) -> str:
    if link.how == Via.NOT_LANDED:
        return f"not yet: {printable(link.detail)}"
    how = "" if link.how in (Via.ASKED, Via.BLAME, Via.MERGE, *_OF_REVERTS) else str(link.how)
    details = " ".join(filter(None, (how, printable(link.detail))))
    details = ", ".join(filter(None, (details, standing)))
    subject = shortened(f"{link.day} {printable(link.author)}: {printable(link.title)}", _TEXT)
    return f"{printable(link.place[:_ID])} {subject}{f' ({details})' if details else ''}"


def _said(link: Step) -> str:
    """What a record says."""
    if link.kind in (StepKind.LINE, StepKind.PHR):
        return link.title
    if link.kind in (StepKind.CONTRACT, StepKind.WAIVER):
        return link.text or link.title
    return f"{link.title} {link.text}"


def _first_lines(text: str) -> Iterator[str]:
    """The beginning of a prompt, without its blank lines; whether there is more shows at the end."""
    lines = [printable(one_line(line, _TEXT)) for line in text.splitlines() if line.strip()]
    yield from lines[: _PROMPT_LINES - 1]
    if last := lines[_PROMPT_LINES - 1 : _PROMPT_LINES]:
        yield f"{last[0]} ..." if len(lines) > _PROMPT_LINES else last[0]


def _labelled(label: str, text: str) -> str:
    return f"{label:<{_LABEL}}{text}"


# -- a range of lines --------------------------------------------------------------------------------------


def _range(trace: Trace) -> Iterator[str]:
    """Two lines a commit: which lines it is behind, and its first record."""
    commits = counted(len(trace.parts), "commit")
    yield f"{printable_path(trace.question)}: {commits}, the newest first"
    for part in trace.parts[:_COMMITS]:
        lines = _lines(part.lines)
        commit = next((link for link in part.chain if link.kind == StepKind.COMMIT), None)
        waits = "not landed" if any(link.how == Via.NOT_LANDED for link in part.chain) else ""
        yield _labelled(lines, _commit(commit, waits) if commit else printable(part.remark))
        if not commit:
            continue
        record = next((link for link in part.chain if link.kind in _RECORDS), None)
        if record:
            yield from _link(record, (), with_prompt=False)
        else:
            yield _labelled("", printable(part.remark))
    if len(trace.parts) > _COMMITS:
        yield _labelled("more", f"{counted(len(trace.parts) - _COMMITS, 'commit')}: --json lists all")


def _lines(numbers: Sequence[int]) -> str:
    """Line numbers as ranges, as many as fit before the commit."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    ranges = ""
    for place, run in enumerate(runs):
        more = f"{ranges}{',' if ranges else ''}{'-'.join(map(str, run))}"
        if len(more) > _LABEL - 2 and place:
            return f"{ranges}..."
        ranges = more
    return f"{ranges} " if len(ranges) >= _LABEL else ranges

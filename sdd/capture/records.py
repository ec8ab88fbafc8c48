"""What a PHR says of the exchanges that it records: facts, and what is guessed told as such."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import chain, islice
from types import MappingProxyType

from sdd.authoring.drafts import PhrDraft
from sdd.authoring.prose import code
from sdd.authoring.prose import one_line as on_one_line
from sdd.base import paths
from sdd.base.errors import UsageError
from sdd.base.listing import counted, listed
from sdd.capture.exchanges import ChangedFile, Exchange, How, Status
from sdd.gate.plan.guess import Guess, guess
from sdd.gate.preview import ChangeState
from sdd.records.edits import Edits, edits_told
from sdd.records.kinds.captured import ANSWER, AWAITED, CAPTURED, PROMPT, exchange_named, prompts_numbered
from sdd.records.kinds.phr import UNSPECIFIED, Phr, Stage, stage_of
from sdd.records.kinds.policy import Policy
from sdd.records.kinds.reading import is_token
from sdd.records.kinds.record import ChangeKind
from sdd.records.kinds.runs_told import ToldRun
from sdd.records.project import CONSTITUTION_PATH
from sdd.render.words import shortened

BY_NONE_KNOWN = "changed too, by no exchange that is known"
WITHOUT_LINES = "an exchange changed it, but none of its lines are in this commit"

MOST_TEXT = 64 * 1024
"""Bytes of a prompt or an answer that a record tells whole; of a longer one its head and its tail."""

# A record has a limit of its own, however many exchanges it tells of.
_ALL_TEXTS = 256 * 1024
_MOST_LINES = 40
_TITLE = 72
# Sentences of which one becomes the title.
_LOOKED_AT = 20
# Characters by which a prompt is known again.
_SAMPLE = 200
_MOST_NAMED = 20
# Not behind "e.g.": one letter ends no sentence.
_SENTENCE = re.compile(r"(?<=[^\W\d_]{2}[.!?])(?<!\betc\.)(?<!\bvs\.)(?<!\bcf\.)\s")
# What says how the agent shall work, and not at what.
_COMMAND = re.compile(r"\A\s*/[\w.:-]+\s+(?=\S)")
_MARKS = re.compile(r"\A[\s#>*_`~|-]+|[\s*_`~|]+\Z")
_UNANSWERED = {
    Status.OPEN: AWAITED,
    Status.INTERRUPTED: "Interrupted: the agent gave no answer.",
    Status.UNANSWERED: "No answer came before the next prompt or the end of the session.",
    Status.FAILED: "Failed: the agent gave no answer.",
    Status.DONE: "No answer was told.",
}


def draft_of(
    state: ChangeState,
    exchanges: Sequence[Exchange],
    changed: Mapping[str, Sequence[ChangedFile]],
    unattributed: Mapping[str, bool],
    parts: Mapping[str, int] = MappingProxyType({}),
) -> PhrDraft:
    """The PHR of some exchanges, the earliest first; `changed` are the files of a change (paths from the top) that each
    changed, by its id.

    `unattributed` is what else the change holds, and whether a tool call named it. Its kind is a guess, where no
    contract covers the files; a contract is never made up. `parts` says of which exchanges (id) other records
    tell a part already, and how many.
    """
    policy = state.project.policy.or_defaults()
    files = [file for exchange in exchanges for file in changed.get(exchange.id, ())]
    by_tool = {file.path for file in files if file.how is How.TOOL}
    by_shell = {file.path for file in files} - by_tool
    named = tuple(dict.fromkeys(paths.relative(state.root, file.path) for file in files))
    prompt = prompts_told([prompt for exchange in exchanges for prompt in exchange.prompts])
    spans = spans_of(exchanges, prompt)
    edits = [Edits(paths.relative(state.root, file.path), frozenset(file.lines), spans.get(exchange.id))
             for exchange in exchanges for file in changed.get(exchange.id, ())]  # fmt: skip
    guessed = _guessed(state, named, policy)
    commands = tuple(dict.fromkeys(exchange.command for exchange in exchanges if exchange.command))
    staged = [exchange for exchange in exchanges if _stage_of_command(exchange.command)][:1]
    stage = next(filter(None, map(_stage_of_command, commands)), None)
    return PhrDraft(
        title=title_of([*staged, *exchanges]),  # what says the stage says what it is about
        stage=stage if all(may_name(stage, name) for name in named) else None,
        date=_day(exchanges[0]),
        prompt=prompt,
        response=responses_told(exchanges, policy, parts),
        surface="agent",
        model=_models(exchanges),
        command=", ".join(f"/{command.removeprefix('/')}" for command in commands),
        labels=(CAPTURED, *(exchange.id for exchange in exchanges)),
        files=named,
        tests=tuple(tests_told(exchanges).values()),
        kind=guessed.kind if guessed else None,
        edits=edits_told(edits),
        captured=(
            *(facts_of(exchange, span_told(spans.get(exchange.id))) for exchange in exchanges),
            *([by_shell_told(by_shell)] if by_shell else ()),
            *([f"kind {guessed.kind} is a guess: {guessed.why}"] if guessed else ()),
        ),
        unattributed="; ".join(_unattributed_told(unattributed)),
    )


def by_shell_told(files: Iterable[str]) -> str:
    """How it is known that an exchange changed some files: a person may have changed one meanwhile."""
    return f"{_codes(sorted(files))} changed while a shell command ran"


def _unattributed_told(paths_named: Mapping[str, bool]) -> Iterator[str]:
    for is_named, why in ((False, BY_NONE_KNOWN), (True, WITHOUT_LINES)):
        if files := _codes(sorted(path for path, named in paths_named.items() if named is is_named)):
            yield f"{files}: {why}"


def _models(exchanges: Sequence[Exchange]) -> str:
    """The models that answered, and that one is not known beside others."""
    models = dict.fromkeys(exchange.model or UNSPECIFIED for exchange in exchanges)
    return ", ".join(models) if models.keys() != {UNSPECIFIED} else ""


def title_of(exchanges: Sequence[Exchange]) -> str:
    """The first sentence that asks for something, on one line: a word of praise before it is none."""
    lines = (line for exchange in exchanges for prompt in exchange.prompts for line in prompt.splitlines())
    sentences = (sentence for line in lines for sentence in _SENTENCE.split(_COMMAND.sub("", line)))
    asked = (on_one_line(_MARKS.sub("", sentence)) for sentence in sentences)
    texts = [*islice((text for text in asked if any(map(str.isalnum, text)) and not is_token(text)), _LOOKED_AT)]
    # Not every language has spaces.
    said = (text for text in texts if " " in text or not text.isascii())
    text = next(chain(said, texts), "")
    return _shortened(text.removesuffix(".")) if text else f"Work with {exchanges[0].agent}"


def _shortened(text: str) -> str:
    cut = shortened(text, _TITLE, "…")
    return cut if cut == text or " " not in cut else f"{cut.rpartition(' ')[0].rstrip(',;:')}…"


def prompts_told(prompts: Sequence[str]) -> str:
    """All that was asked, each prompt under its number where there are several."""
    return _told([(PROMPT, number, prompt) for number, prompt in enumerate(prompts, 1)])


def spans_of(exchanges: Sequence[Exchange], told: str) -> dict[str, tuple[int, int]]:
    """The first and last number of each exchange's prompts, where there are several exchanges and a reader finds each
    prompt by its number.
    """
    spans, last = {}, 0
    for exchange in exchanges:
        if exchange.prompts:
            spans[exchange.id] = last + 1, (last := last + len(exchange.prompts))
    prompts = (prompt for exchange in exchanges for prompt in exchange.prompts)
    found = prompts_numbered(told)
    is_found = all(
        prompt.strip()[:_SAMPLE] == found.get(number, "")[:_SAMPLE] for number, prompt in enumerate(prompts, 1)
    )
    return spans if len(spans) > 1 and len(found) == last and is_found else {}


def span_told(span: tuple[int, int] | None) -> str:
    """Which prompts are meant, by their first and last number; empty for none."""
    if span is None:
        return ""
    first, last = span
    return f"prompt {first}" if first == last else f"prompts {first} to {last}"


def responses_told(exchanges: Sequence[Exchange], policy: Policy, parts: Mapping[str, int]) -> str:
    """The last message to each prompt, under its number where there are several: what a "continue" goes on with is in
    the one before.
    """
    told, number = [], 0
    for exchange in exchanges:
        for place, answer in enumerate(exchange.answers[:-1], number + 1):
            if answer.strip():
                told.append((ANSWER, place, answer if policy.response == "all" else _last_lines(answer)))
        number += len(exchange.prompts)
        told.append((ANSWER, number, answer_of(exchange, policy, parts.get(exchange.id, 0))))
    return _told(told)


def answer_of(exchange: Exchange, policy: Policy, parts: int = 0) -> str:
    """What a record tells of a response, under its exchange's name: the same may be answered again, and is no copy; nor
    is a further record of one exchange, after so many that tell other parts of its work.
    """
    text = exchange.response if policy.response == "all" else _first_lines(exchange.response)
    return f"{text.rstrip() or _UNANSWERED[exchange.status]}\n\n{exchange_named(exchange.id, parts)}"


def _told(texts: Sequence[tuple[str, int, str]]) -> str:
    most = min(MOST_TEXT, _ALL_TEXTS // max(1, len(texts)))
    if len(texts) == 1:
        return abridged(texts[0][2], most)
    return "\n\n".join(f"{noun} {number}:\n\n{abridged(text, most).strip()}" for noun, number, text in texts)


def abridged(text: str, most: int = MOST_TEXT) -> str:
    """A text of at most about so many bytes, else its head and its tail with a note between them."""
    content = text.encode("utf-8", "surrogatepass")
    if len(content) <= most:
        return text
    head, tail = (part.decode("utf-8", "ignore") for part in (content[: most // 2], content[-(most // 2) :]))
    return f"{head}\n\n... {len(content) - most:,} bytes are left out here ...\n\n{tail}"


def _first_lines(text: str) -> str:
    lines = text.strip().splitlines()
    more = len(lines) - _MOST_LINES
    return "\n".join([*lines[:_MOST_LINES], "", f"... and {counted(more, 'more line')}"]) if more > 0 else text


def _last_lines(text: str) -> str:
    """The end of an answer: what it asks for stands there."""
    lines = text.strip().splitlines()
    more = len(lines) - _MOST_LINES
    return "\n".join([f"{counted(more, 'line')} before this ...", "", *lines[more:]]) if more > 0 else text


def may_name(stage: Stage | None, path: str) -> bool:
    """Whether a captured record of a stage may name a file (below its root): one that decides speaks of the
    constitution alone, since no person has agreed to what else an agent changes.
    """
    return stage != Stage.CONSTITUTION or path == CONSTITUTION_PATH


def _stage_of_command(command: str) -> Stage | None:
    """The stage that a slash command is about: /speckit.plan, /sp.tasks, /speckit-implement."""
    return stage_of(re.split(r"[.:/-]", command)[-1])


def _day(exchange: Exchange) -> str:
    """The day on which an exchange began, empty where no clock that can be trusted told it."""
    today = date.today()
    try:
        day = date.fromtimestamp(exchange.started)
    except (ValueError, OverflowError, OSError):
        return ""
    return day.isoformat() if exchange.started > 0 and day <= today else ""


def tests_told(exchanges: Sequence[Exchange]) -> dict[str, str]:
    """Each command with what is told of it, the outcome of its last run."""
    last = {on_one_line(run.command): run.passed for exchange in exchanges for run in exchange.tests}
    return {command: ToldRun(command, passed).written for command, passed in last.items()}


def facts_of(exchange: Exchange, prompts: str = "") -> str:
    """Who answered which prompts, when, for how long and for how many tokens, as far as the agent told."""
    took = round(exchange.ended - exchange.started) if exchange.ended else 0
    told = [
        exchange.agent,
        f"{datetime.fromtimestamp(exchange.started, UTC):%Y-%m-%d %H:%M} UTC" if _day(exchange) else "",
        (f"{took // 60} min {took % 60} s" if took >= 60 else f"{took} s") if took > 0 else "",
        f"{exchange.tokens:,} tokens" if exchange.tokens else "",
        f"status: {exchange.status}",
    ]
    return ": ".join(filter(None, (prompts, ", ".join(filter(None, told)))))


def _guessed(state: ChangeState, files: Sequence[str], policy: Policy) -> Guess | None:
    """The kind that work on some files (below the root) seems to be; None where a contract of it says more."""
    own = {paths.join(state.root, file) for file in files}
    rows = [row for row in state.files if row.path in own and not row.exempt]
    if not rows or state.open_contract(tuple(files), _feature(state)):
        return None
    change, limit = state.target.change, policy.chore_line_limit
    commits = change.commits if change else ()
    ends = (change.target, change.head) if change and change.target else None
    # A chore needs no contract: only what the files themselves show may say that this is one.
    by_files = guess(state.repository, rows, (), "", (), limit, ends)
    told = by_files or guess(state.repository, rows, commits, state.branch or "", (), limit, ends)
    return told if told == by_files or (told and told.kind != ChangeKind.CHORE) else None


def _feature(state: ChangeState) -> str | None:
    try:
        return state.work.feature(None, required=False)
    except UsageError:
        return None


def _codes(names: Sequence[str]) -> str:
    return listed([code(on_one_line(name)) for name in names], _MOST_NAMED)


def says(phr: Phr, draft: PhrDraft) -> bool:
    """Whether a PHR tells all that a draft of the same exchanges would: then it stays as it is, whatever the branch."""
    told = (
        phr.labels,
        {entry.path for entry in phr.files},
        phr.tests,
        phr.edits,
        words_of(phr.prompt),
        words_of(phr.response),
    )
    texts = (words_of(draft.prompt), words_of(draft.response))
    return told == (draft.labels, {*draft.files}, draft.tests, draft.edits, *texts)


def words_of(text: str | None) -> list[str]:
    """The words of a text: a record may hold other white space."""
    return (text or "").split()

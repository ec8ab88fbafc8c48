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
from sdd.base.listing import listed
from sdd.capture.exchanges import ChangedFile, Exchange, How
from sdd.capture.texts import prompts_told, responses_told, span_told, spans_of, words_of
from sdd.gate.plan.guess import Guess, guess
from sdd.gate.preview import ChangeState
from sdd.records.edits import Edits, edits_told
from sdd.records.kinds.captured import CAPTURED
from sdd.records.kinds.phr import UNSPECIFIED, Phr, Stage, stage_of
from sdd.records.kinds.policy import Policy
from sdd.records.kinds.reading import is_token
from sdd.records.kinds.record import ChangeKind
from sdd.records.kinds.runs_told import ToldRun
from sdd.records.project import CONSTITUTION_PATH
from sdd.render.words import shortened

BY_NONE_KNOWN = "changed too, by no exchange that is known"
WITHOUT_LINES = "an exchange changed it, but none of its lines are in this commit"

_TITLE = 72
# Sentences of which one becomes the title.
_LOOKED_AT = 20
_MOST_NAMED = 20
# Not behind "e.g.": one letter ends no sentence.
_SENTENCE = re.compile(r"(?<=[^\W\d_]{2}[.!?])(?<!\betc\.)(?<!\bvs\.)(?<!\bcf\.)\s")
# What says how the agent shall work, and not at what.
_COMMAND = re.compile(r"\A\s*/[\w.:-]+\s+(?=\S)")
_MARKS = re.compile(r"\A[\s#>*_`~|-]+|[\s*_`~|]+\Z")


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
    if not rows or state.contracts_for(tuple(files), _feature(state)):
        return None
    change, limit = state.target.change, policy.chore_line_limit
    commits = change.commits if change else ()
    ends = (change.target, change.head) if change and change.target else None
    # A chore needs no contract: only what the files themselves show may say that this is one.
    by_files = guess(state.repository, rows, (), "", (), limit, ends)
    told = by_files or guess(state.repository, rows, commits, state.work.branch or "", (), limit, ends)
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

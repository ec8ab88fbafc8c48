"""Asks on a terminal for the words that a record needs. Nothing is written before the last answer."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from sdd.authoring.drafts import ContractDraft, contract_text
from sdd.authoring.suggestions import suggested_check, suggested_title
from sdd.base.errors import ExitCode, SddError, UsageError
from sdd.base.paths import printable, shell_word
from sdd.cli.printing import remark, say
from sdd.cli.session import Session
from sdd.gate.check.change import judge_change
from sdd.gate.cover.naming import asks_nothing
from sdd.gate.plan import TO_FILL_IN, Plan, Step, Way
from sdd.gate.plan.in_place import NOT_FILLED_IN
from sdd.gate.plan.lacks import Beside
from sdd.gate.plan.make import plan
from sdd.gate.plan.ways import COMMAND, FEATURE, MUST, NOT, REQUIREMENT, SENTENCE, TITLE
from sdd.gate.rules.contract import contract_criteria
from sdd.records.kinds.contract import parse
from sdd.records.kinds.record import ChangeKind
from sdd.secrets import hidden

NAMES = {
    TITLE: "title",
    FEATURE: "feature",
    REQUIREMENT: "requirements",
    SENTENCE: "success",
    MUST: "constraints",
    NOT: "non_goals",
    COMMAND: "checks",
}
"""The words that a plan's steps leave to be filled in, in the order of the questions -> what the options call them."""

Passed = TypeVar("Passed")

_MANY = frozenset(("requirements", "constraints", "non_goals", "checks"))


def ask_kind(ways: Sequence[Way]) -> ChangeKind:
    """The kind of change. `ways` are those of the plan, the likeliest kind first."""
    likely = ways[0] if ways and ways[0].label and ways[0].why else None
    if likely:
        remark(f"this looks like a {likely.label}: {likely.why}")
    kinds = click.Choice([*ChangeKind], case_sensitive=False)
    chosen = click.prompt("kind", type=kinds, default=likely and likely.label, err=True)
    return ChangeKind(chosen)


def asked_steps(
    session: Session, kind: ChangeKind | None, feature: str | None
) -> tuple[ChangeKind | None, Sequence[Step]]:
    """The kind, asked for where there is a choice, and the steps. Raises UsageError where a begun PHR comes first."""
    made = _plan(session, kind, feature)
    if made and made.ways[0].why == NOT_FILLED_IN:
        raise UsageError(
            f"something else comes first: {made.ways[0].steps[0].by_hand}", "or remove it, and run this command again"
        )
    if made and made.ways[0].label and not kind:
        kind = ask_kind(made.ways)
        made = _plan(session, kind, feature)
    return kind, made.ways[0].steps if made else ()


def ask_contract(session: Session, said: dict[str, Any]) -> dict[str, Any]:
    """What a contract says, with answers to what was not said."""
    context = click.get_current_context()
    if context.get_parameter_source("kind") == ParameterSource.DEFAULT:
        made = _plan(session, None, said["feature"])
        said["kind"] = ask_kind(made.ways if made else ())
    is_feature = said["kind"] == ChangeKind.FEATURE
    if is_feature and not session.state.work.feature(said["feature"], required=False, is_feature_work=True):
        said = ask_words(session, (FEATURE,), said)
    feature = session.state.work.feature(said["feature"], required=False, is_feature_work=is_feature)
    spec = session.state.work.of_feature(feature).spec(feature) if is_feature and feature else None
    named = (REQUIREMENT,) if spec and spec.requirements else ()
    said = ask_words(session, (TITLE, *named, SENTENCE, MUST, NOT, COMMAND), said, optional=not is_feature)
    ask_commit(session)
    return said


def _plan(session: Session, kind: ChangeKind | None, feature: str | None) -> Plan | None:
    """How the root's part of the change gets what it lacks."""
    state = session.state
    changes = judge_change(state.coverage, session.today)
    own = tuple(change for change in changes if change.root == state.root and change.errors)
    is_feature = kind == ChangeKind.FEATURE
    feature = state.work.feature(feature, required=False, is_feature_work=is_feature)
    beside = Beside(feature, kind, folder=session.repository.shell_folder or "")
    return plan(session.repository, own, beside) if own else None


def ask_run() -> bool:
    """Whether the checks shall be run before the record is written."""
    return bool(click.confirm("run the check now, and tick it", default=True, err=True))


def ask_commit(session: Session) -> None:
    """Whether what is written shall be committed, where the command line does not say it."""
    session.commits = session.commits or click.confirm("commit the record", default=True, err=True)


def ask_words(
    session: Session, needs: Iterable[str], said: dict[str, Any], *, optional: bool = False
) -> dict[str, Any]:
    """`said` with redacted answers to the `needs` (words of NAMES) that it lacks; limits may be `optional`."""
    said = dict(said)
    for word, name in NAMES.items():
        if word in needs and not said.get(name):
            answer = session.redact(_ask(session, word, said.get("feature"), optional=optional))
            several = answer.split() if word == REQUIREMENT else [answer] if answer else []
            said[name] = tuple(several) if name in _MANY else answer
    return said


def until_passed(session: Session, kind: ChangeKind | None, said: dict[str, Any], run: Callable[[], Passed]) -> Passed:
    """What `run` gives once the check that was `said` passes. Where it fails, the command line that says all of it is
    shown, and the check is asked for again. Raises what `run` does for any other error, and where there are more.
    """
    while True:
        try:
            return run()
        except SddError as error:
            if error.exit_code != ExitCode.FINDINGS or len(said["checks"]) != 1:
                raise
            remark(f"{error.message}; to go on later: {_line(session, kind, said)}")
            (former,) = said["checks"]
            said["checks"] = (session.redact(_prompt("a command that checks it", former, _word)),)


def _line(session: Session, kind: ChangeKind | None, said: dict[str, Any]) -> str:
    """The command line that needs no question any more."""
    context = click.get_current_context()
    words = {**context.params, **said, "kind": kind, "run": True, "commits": session.commits}
    line = [
        *session.state.sdd_in(session.state.root).split(" "),
        *context.command_path.split()[1:],
        shell_word(said["title"]),
    ]
    for option in context.command.params:
        value = words.get(option.name or "")
        if not isinstance(option, click.Option) or not value or value == option.get_default(context):
            continue
        given = value if isinstance(value, tuple) else (value,)
        texts = [text if isinstance(text, str) else str(getattr(text, "name", text)) for text in given]
        line += (
            [option.opts[0]]
            if option.is_flag
            else [part for text in texts for part in (option.opts[0], shell_word(text))]
        )
    return " ".join(line)


def _ask(session: Session, word: str, feature: str | None, *, optional: bool) -> str:
    """The answer to the question for a word (of NAMES); where it is `optional`, Enter gives the empty one."""
    state, limit = session.state, "" if optional else None
    skip = " (Enter for nothing)" if optional else ""
    match word:
        case "TITLE":
            return _prompt("title", suggested_title(state) or None, _title)
        case "FEATURE":
            known = ", ".join(state.work.features)
            return _prompt(f"feature ({known})", None, lambda answer: str(state.work.feature(answer, required=True)))
        case "REQUIREMENT":
            return _ask_requirement(session, feature)
        case "ONE SENTENCE":
            return _prompt("what is true when it is done, in one sentence", None, _sentence)
        case "MUST":
            return _prompt(f"what must hold throughout{skip}", limit, _word)
        case "NOT":
            return _prompt(f"what will not be done{skip}", limit, _word)
    suggested = suggested_check(session.top / state.root) or suggested_check(session.top)
    return _prompt("a command that checks it", suggested or None, _word)


def _ask_requirement(session: Session, feature: str | None) -> str:
    work = session.state.work
    meant = work.feature(feature, required=True)
    spec = work.of_feature(meant).spec(meant or "")
    items = {item.id: item.text for item in spec.requirements} if spec else {}
    for name, text in items.items():
        say(printable(hidden(f"  {name}  {text.partition(chr(10))[0]}")))

    def known(answer: str) -> str:
        wanted = answer.casefold().replace(",", " ").split()
        named = [name for name in items if name.casefold() in wanted]
        is_known = wanted and len(named) == len({*wanted})
        return " ".join(named) if is_known else _refuse("name one or more of the requirements above")

    return _prompt("requirements", next(iter(items)) if len(items) == 1 else None, known)


def _prompt(question: str, default: str | None, check: Callable[[str], str]) -> str:
    """An answer that `check` lets pass; whatever else is typed is asked for again, with the reason."""

    def value(answer: str) -> str:
        if not (answer := answer.strip()) and default == "":
            return ""
        try:
            return check(answer)
        except SddError as error:
            return _refuse(f"{error.message}; {error.fix}")

    safe = printable(hidden(default)) if default else default
    return str(click.prompt(question, default=safe, show_default=bool(default), value_proc=value, err=True))


def _word(answer: str) -> str:
    return _refuse("say it in a few words") if not answer or answer in TO_FILL_IN else answer


def _title(answer: str) -> str:
    return _refuse("say what was asked for, in a few words") if asks_nothing(answer) else _word(answer)


def _sentence(answer: str) -> str:
    contract = parse("", contract_text(ContractDraft(success=_word(answer))).encode("utf-8", "surrogateescape"), "")
    for refused in contract_criteria.function(contract):
        _refuse(f"{refused.message}: {refused.fix}")
    return answer


def _refuse(reason: str) -> str:
    raise click.UsageError(reason)

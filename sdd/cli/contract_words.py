"""The options that say what a contract says: `contract new` and `phr new --kind` share them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from sdd.authoring.drafts import ContractDraft
from sdd.base.errors import UsageError
from sdd.cli.filled_in import filled_in
from sdd.records.kinds.record import ChangeKind


def _words(name: str, target: str, metavar: str, text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(name, target, multiple=True, metavar=metavar, callback=filled_in, help=text)


_OPTIONS = (
    click.option("--success", metavar="SENTENCE", default="", callback=filled_in, help="What is true when it is done."),
    _words("--scope", "scope", "PATTERN", "What may be changed.  [default: the changed files]"),
    _words("--constraint", "constraints", "TEXT", "What must hold."),
    _words("--non-goal", "non_goals", "TEXT", "What will not be done."),
    _words("--check", "checks", "COMMAND", "A command that checks it."),
    _words("--follow-up", "follow_ups", "TEXT", "A next step or risk; at most three."),
)


@dataclass(frozen=True)
class ContractWords:
    """What was said of a contract on the command line."""

    values: dict[str, Any]

    @property
    def said(self) -> bool:
        """Whether anything was."""
        return any(self.values.values())

    def draft(self, title: str, kind: ChangeKind, **more: Any) -> ContractDraft:
        """A contract in these words. Raises UsageError for a check of several lines: joined it is another command."""
        for check in self.values["checks"]:
            if "\n" in check.strip():
                raise UsageError("a check is one line", "join its commands with && or put them into a script")
        return ContractDraft(title=title, kind=kind, **self.values, **more)


def contract_words(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options to a command, which gets them as one argument, `words`."""

    @wraps(function)
    def gathered(*arguments: Any, **options: Any) -> Any:
        names = ("success", "scope", "constraints", "non_goals", "checks", "follow_ups")
        words = ContractWords({name: options.pop(name) for name in names})
        return function(*arguments, words=words, **options)

    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return gathered

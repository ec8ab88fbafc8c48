"""Colours for a terminal, put on as the last step: a pipe, a file and a test see the plain text."""

import os
import re
import sys

from sdd.base.regex import regex

_FINDING = regex(r"^(?P<place>[^\s:][^:\n]*:\d+(?::\d+)?:) (?P<rule>[a-z]+(?:-[a-z]+)+):", re.MULTILINE)
_REFUSED = regex(r"^sdd: (?:push )?refused.*$", re.MULTILINE)
_PASSED = regex(r"^sdd: pass\b.*$", re.MULTILINE)
_LABEL = regex(
    r"^(?:next(?:\[\w+\])?:?|then|made|kept|hook|branch|feature|push|open"
    r"|line|file|commit|landed|phr|contract|requirement|story|principle|task|more)(?= {1,12}\S)",
    re.MULTILINE,
)
_FAULT = regex(r"^fault(?= {4}\S)", re.MULTILINE)
_WARNING = regex(r"^warning(?= {2}\S)", re.MULTILINE)


def wanted() -> bool:
    """Whether standard output is a terminal whose user did not ask for plain text (`NO_COLOR`)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def coloured(text: str) -> str:
    """`text` with verdicts, rules and the words that begin a line made to stand out; not a letter changes."""
    import click

    text = _REFUSED.sub(lambda found: click.style(found.group(), fg="red", bold=True), text)
    text = _PASSED.sub(lambda found: click.style(found.group(), fg="green"), text)
    text = _FAULT.sub(lambda found: click.style(found.group(), fg="red", bold=True), text)
    text = _WARNING.sub(lambda found: click.style(found.group(), fg="yellow"), text)
    text = _LABEL.sub(lambda found: click.style(found.group(), bold=True), text)
    return _FINDING.sub(lambda found: f"{found['place']} {click.style(found['rule'], fg='yellow')}:", text)

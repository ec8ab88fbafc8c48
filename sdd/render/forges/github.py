"""A verdict as workflow commands of GitHub Actions, which become annotations beside the code."""

from sdd.base.errors import ExitCode
from sdd.base.listing import counted
from sdd.base.paths import as_text, printable
from sdd.gate.check.verdict import Finding, Verdict
from sdd.render.findings import findings_of
from sdd.render.plan import Plans
from sdd.render.words import shortened

# GitHub shows ten of each kind in a step, and 64 KiB of a message.
_SHOWN = 10
_LONGEST = 4000
_ESCAPES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY_ESCAPES = {**_ESCAPES, ":": "%3A", ",": "%2C"}


def verdict_text(verdict: Verdict, plans: Plans) -> str:
    """The first ten errors and warnings as commands, and how many more there are as a notice."""
    by_kind: dict[str, list[Finding]] = {"error": [], "warning": []}
    for change, finding in findings_of(verdict):
        by_kind["error" if change.stopped_by(finding) else "warning"].append(finding)
    lines = [_annotation(kind, finding) for kind, findings in by_kind.items() for finding in findings[:_SHOWN]]
    left = [counted(len(all) - _SHOWN, f"more {kind}") for kind, all in by_kind.items() if len(all) > _SHOWN]
    if left:
        lines.append(_command("notice", f"and {', '.join(left)}, all of them in: sdd gate -v", title="sdd"))
    return "".join(f"{line}\n" for line in lines)


def error_text(message: str, fix: str, status: ExitCode) -> str:
    """One error that belongs to no file."""
    return _command("error", message, *fix.splitlines(), title="sdd cannot judge") + "\n"


def _annotation(kind: str, finding: Finding) -> str:
    place = {"file": as_text(finding.path), "line": str(finding.line), "col": str(finding.column)}
    return _command(kind, finding.message, finding.fix, **place, title=f"sdd: {finding.rule}")


def _command(kind: str, *lines: str, **properties: str) -> str:
    listed = ",".join(f"{name}={_escaped(printable(value), _PROPERTY_ESCAPES)}" for name, value in properties.items())
    message = "\n".join(shortened(printable(line), _LONGEST, "…") for line in lines if line)
    return f"::{kind} {listed}::{_escaped(message, _ESCAPES)}"


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(letter, letter) for letter in text)

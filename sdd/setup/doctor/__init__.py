"""What `sdd doctor` looks at. Nothing is mended here, and nothing is left behind."""

from collections.abc import Callable

from sdd.base.errors import SddError
from sdd.setup.doctor import called, dry_run, files, history, hooks, index, programs, rules
from sdd.setup.doctor.checked import Check, Checked, Row, State, fault
from sdd.setup.doctor.place import Place
from sdd.setup.doctor.scratch import scratch_folder

__all__ = ["CHECKS", "Check", "Checked", "Place", "Row", "State", "examine", "scratch_folder"]

CHECKS = (
    Check("git", programs.git),
    Check("sdd", programs.sdd),
    Check("roots", rules.roots),
    Check("target", history.target),
    Check("history", history.history),
    Check("policy", rules.policy),
    Check("grace", rules.grace),
    Check("baseline", rules.baseline),
    Check("hook", hooks.hook),
    Check("called sdd", called.called),
    Check("dry run", dry_run.dry_run),
    Check("index", index.index),
    Check("attributes", files.attributes),
    Check("names", files.names),
)
"""All checks, in the order in which they are told: what others rest on comes first."""


def examine(place: Place, progress: Callable[[int, int], None] | None = None) -> tuple[Checked, ...]:
    """What every check says of a place. One that cannot find it out says so, and the others are asked all the same."""
    found: list[Checked] = []
    for number, check in enumerate(CHECKS, 1):
        try:
            found += (Checked(check.name, row) for row in check.look(place))
        except SddError as error:
            found.append(Checked(check.name, fault(_told(error.message, error.fix))))
        except OSError as error:
            found.append(Checked(check.name, fault(_told(str(error.filename or ""), error.strerror or str(error)))))
        if progress:
            progress(number, len(CHECKS))
    return tuple(found)


def _told(message: str, more: str) -> str:
    return f"cannot be told: {': '.join(filter(None, (message, more.replace(chr(10), '; '))))}"

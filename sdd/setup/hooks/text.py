"""What stands about the hook, as lines for people and as a document for programs."""

from typing import Any

from sdd.base.paths import printable
from sdd.setup.hooks.install import HookReport, HookState
from sdd.setup.hooks.script import PRE_COMMIT

_STANDING = {
    HookState.INSTALLED: "in place",
    HookState.EDITED: "in place, edited by hand",
    HookState.ABSENT: "not installed",
    HookState.OTHER: "not installed, another hook is there",
    HookState.MANAGED: "not installed",
}


def hook_lines(report: HookReport, label: str = "hook") -> list[str]:
    """What there is, or what installing the hook has done."""
    standing = _STANDING[report.state]
    if report.state == HookState.INSTALLED and report.changed:
        standing = "installed"
    elif report.state == HookState.MANAGED and report.in_force:
        standing = "called by another program"
    order = "first" if report.path.name == PRE_COMMIT else "then"
    former = f"{order} runs the hook that was there before: {report.former.name}" if report.former else ""
    return labelled(label, f"{standing}: {report.path}", former, *report.notes)


def removal_lines(report: HookReport, label: str = "hook") -> list[str]:
    """What removing the hook has done."""
    is_back = report.changed and report.state == HookState.OTHER
    return labelled(
        label,
        f"{'removed' if report.changed else 'none of sdd here'}: {report.path}",
        "the hook that was there before is back" if is_back else "",
        *(f"{note}: remove that there" for note in report.notes if report.in_force),
    )


def labelled(label: str, *texts: str) -> list[str]:
    """A line for each text that is not empty, the first behind a label."""
    return [printable(f"{'' if number else label:<10}{text}") for number, text in enumerate(filter(None, texts))]


def hook_document(report: HookReport) -> dict[str, Any]:
    """A report as part of a JSON document."""
    return {
        "state": str(report.state),
        "path": str(report.path),
        "in_force": report.in_force,
        "changed": report.changed,
        "former": str(report.former) if report.former else None,
        "notes": list(report.notes),
    }

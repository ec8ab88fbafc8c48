"""What a rehearsed push proves of the hook, in the words of the report."""

import os
from pathlib import Path

from sdd.base.errors import SddError
from sdd.setup.doctor.checked import Row, Rows, fault, ok, warning
from sdd.setup.doctor.hooks import INSTALL, OURS, receiving_hook
from sdd.setup.doctor.place import Place
from sdd.setup.doctor.rehearsal import Heard, Rehearsed, rehearse_own, rehearse_sealed
from sdd.setup.hooks.hosts import calls_gate
from sdd.setup.hooks.install import HookState


def dry_run(place: Place) -> Rows:
    """Whether the hook stops a push that must be refused, and sdd passes one that must pass."""
    if place.is_bare:
        hook = receiving_hook(place)
        if calls_gate(hook):
            yield _try(place, hook, hook)
    elif place.hook and place.hook.state in OURS and place.hook.in_force:
        yield _try(place, place.hook.path, place.hook.path)
    elif place.hook and place.hook.calls and os.access(place.hook.path, os.X_OK):
        yield _try(place, place.hook.path, place.hook.calls)


def _try(place: Place, hook: Path, calls: Path) -> Row:
    if not place.scratch:
        return warning("not tried: no temporary folder can be made")
    try:
        if _is_own(place):
            return _of_own(place, rehearse_own(place, place.scratch, hook))
        return _of_other(place, rehearse_sealed(place, place.scratch, hook, calls), calls)
    except (SddError, OSError) as error:
        return warning(f"not tried: {error}")


def _is_own(place: Place) -> bool:
    """Whether it is a hook that sdd has written, to the letter."""
    return place.hook is not None and place.hook.state == HookState.INSTALLED


def _of_own(place: Place, heard: Rehearsed) -> Row:
    wrong = _of_lacking(place, heard.lacking) or _of_covered(place, heard.covered)
    if wrong:
        return wrong
    if heard.covered.push:
        return fault(f"a push that sdd passed was stopped: {heard.covered.last}", INSTALL)
    former = f"; {place.hook.former.name} was left out" if place.hook and place.hook.former else ""
    return ok(f"a push without records was refused, and one with them went through{former}")


def _of_other(place: Place, heard: Rehearsed, calls: Path) -> Row:
    wrong = _of_lacking(place, heard.lacking) or _of_covered(place, heard.covered)
    if wrong:
        return wrong
    if not heard.follows_sdd:
        told = "not proved: sdd refused a push without records, the hook went on and ended with"
        return warning(f"{told} {heard.lacking.hook} of its own; it should say: sdd gate ... || exit $?", _mend(place))
    if heard.elsewhere and heard.elsewhere.push == 0:
        told = "a push without records was refused, but not while another branch was checked out"
        return warning(f"{told}: what {_shown(place, calls)} runs looks at HEAD and not at what is pushed")
    passed = "was passed by sdd" if heard.covered.push else "went through"
    rest = f"whatever else {_shown(place, calls)} does was not tried"
    return ok(f"a push without records was refused, and one with them {passed}; {rest}")


def _shown(place: Place, calls: Path) -> Path:
    top = place.repository.work_tree
    return calls.relative_to(top) if top and calls.is_relative_to(top) else calls


def _of_lacking(place: Place, heard: Heard) -> Row | None:
    """What is wrong with how a push without records went."""
    if heard.verdict == 1 and heard.push == 0:
        return fault("sdd refused a push without records, and it went through all the same", _mend(place))
    if heard.verdict == 0:
        return fault("sdd passed a push without records", _mend(place))
    if heard.verdict is None and heard.push == 0:
        return fault("a push without records went through: sdd was not asked, or said nothing", _mend(place))
    return None if heard.verdict == 1 and heard.push else _without_verdict(place, heard)


def _of_covered(place: Place, heard: Heard) -> Row | None:
    """What is wrong with sdd's word on a push with its records."""
    if heard.verdict == 1:
        return fault(f"sdd refused a push with its records: {heard.last}", _mend(place))
    if heard.verdict is None and heard.push == 0:
        return fault("a push with records went through: sdd was not asked, or said nothing", _mend(place))
    return None if heard.verdict == 0 and heard.push is not None else _without_verdict(place, heard)


def _without_verdict(place: Place, heard: Heard) -> Row:
    if heard.push is None:
        return fault(f"no end within {place.limit:g} s, so a push would hang; it was stopped", _mend(place))
    if heard.verdict is not None:
        return fault(f"sdd could not judge a push: {heard.last}", _mend(place))
    if _is_own(place):
        return fault(f"a push was stopped without a verdict: {heard.last}", _mend(place))
    return warning(f"not proved: in an empty repository the hook ended before it asked sdd, with: {heard.last}")


def _mend(place: Place) -> str:
    """`sdd hook install` renews sdd's hook, and says of every other one what has to stand where."""
    return INSTALL if place.hook and place.hook.state != HookState.EDITED else ""

"""Where removed specs and files that guide others are now, and what they lost on the way."""

from collections.abc import Mapping, Sequence

from sdd.gate.change import ChangeView
from sdd.gate.check.details import line_changes, of_spec
from sdd.gate.check.verdict import Alteration, Detail
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.spec import Spec
from sdd.records.kinds.waiver import Waiver
from sdd.repo.objects import Entry
from sdd.repo.renames import moves_between


def with_moves(view: ChangeView, altered: Sequence[Alteration], gone: Mapping[str, Entry]) -> list[Alteration]:
    """The alterations of one root, where one of a path that is `gone` and that git takes for renamed says where it is
    now, and what it said and says; the new path is told only where more is to be said of it.
    """
    moves = moves_between(view.repository, view.change.forks[0], view.change.head)
    moved = {
        each.path: _moved(view, each, entry, now)
        for each in altered
        if each.status == "D" and (entry := gone.get(each.path)) and (now := moves.get(each.path))
    }
    told = {moves[path] for path, each in moved.items() if each.details}
    left = (each for each in altered if each.status != "A" or each.details or each.path not in told)
    return [moved.get(each.path, each) for each in left]


def _moved(view: ChangeView, gone: Alteration, landed: Entry, now: str) -> Alteration:
    """What is said of a file that is `now` elsewhere: a spec that is one there is not removed. Records of other kinds
    are alike by their form, whatever they record.
    """
    before, after = (
        side(view.records[path][0]).record(path) if path in view.records else None
        for side, path in ((view.before, gone.path), (view.after, now))
    )
    come = view.head.get(now)
    if isinstance(before, Phr | Contract | Waiver) or not (come and come.is_file):
        return gone
    is_now = Detail(f"is {now} now", is_looser=False)
    if isinstance(before, Spec) and isinstance(after, Spec):
        return gone._replace(status="M", details=(is_now, *of_spec(before, after)))
    lines = line_changes(*map(view.reader.content, (landed, come)))
    return gone._replace(details=(is_now, *gone.details, *lines))

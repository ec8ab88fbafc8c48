"""sdd status: where am I, what does this change still lack, what comes next."""

import time
from datetime import date
from typing import Any

import click

from sdd.base.errors import UsageError
from sdd.cli.session import folder_below_top, json_option, open_repository, print_json, print_text, remark
from sdd.gate.check import JudgedChange, judge_change, waivers_in_force
from sdd.gate.fixes import Mend, mends
from sdd.gate.preview import Workplace
from sdd.records.kinds.contract import ContractStatus
from sdd.records.layout import has_root
from sdd.render.documents.verdict import change_document
from sdd.render.text.status import Standing, status_text
from sdd.repo.history import taken_back
from sdd.repo.objects import Repository


@click.command()
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Where am I, what does this change still lack for the gate, what comes next.

    Commits and uncommitted files are looked at together, as if all of it were pushed now.
    """
    repository = open_repository(ctx)
    standing = _look(repository, folder_below_top(ctx, repository))
    print_json(_document(standing)) if as_json else print_text(status_text(standing))


def _look(repository: Repository, folder: str) -> Standing:
    workplace = Workplace.look(repository, folder)
    changes = judge_change(workplace.coverage, date.today()) if workplace.coverage else ()
    change = workplace.aim.change
    feature = _feature(workplace)
    spec = workplace.of_feature(feature).spec(feature) if feature else None
    contracts = workplace.contracts_of(feature)
    return Standing(
        branch=workplace.branch,
        ahead=len(change.commits) if change else 0,
        target=change.target_name if change else "",
        fetched=_age(repository) if change and "/" in change.target_name else "",
        uncommitted=_uncommitted(repository),
        feature=feature,
        changes=changes,
        mends=tuple(mend for judged in changes for mend in _mends(workplace, judged, feature)),
        nothing="" if change else workplace.aim.remark,
        adopted=has_root(workplace.tree),
        questions=len(spec.open_questions) if spec else 0,
        follow_ups=sum(len(contract.follow_ups) for contract in contracts if contract.status == ContractStatus.OPEN),
        waivers=len(waivers_in_force(workplace.project, date.today())),
    )


def _feature(workplace: Workplace) -> str | None:
    """The feature that is worked on. A screen that says where one is must not fail for a name that is out of date."""
    try:
        return workplace.feature(None, required=False)
    except UsageError as error:
        remark(error.message)
        return None


def _mends(workplace: Workplace, judged: JudgedChange, feature: str | None) -> tuple[Mend, ...]:
    # What lies uncommitted is part of what was judged here: no record needs only to be committed.
    reverts = taken_back(workplace.repository, judged.commits, judged.base)
    return mends(judged, (), feature, has_features=bool(workplace.project.features), reverts=reverts)


def _uncommitted(repository: Repository) -> frozenset[str]:
    listed = repository.git("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames")
    return frozenset(line[3:] for line in listed.split("\0") if line)


def _age(repository: Repository) -> str:
    """How long ago something was fetched, in words."""
    fetched = repository.common_dir / "FETCH_HEAD"
    if not fetched.exists():
        return ""
    minutes = max(0, int(time.time() - fetched.stat().st_mtime) // 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"


def _document(standing: Standing) -> dict[str, Any]:
    return {
        "schema": "sdd/status/1",
        "branch": standing.branch,
        "target": standing.target or None,
        "ahead": standing.ahead,
        "uncommitted": sorted(standing.uncommitted),
        "feature": standing.feature,
        "push": "nothing" if standing.nothing else "refused" if standing.refused else "pass",
        "remark": standing.nothing or None,
        "changes": [change_document(change, ()) for change in standing.changes],
        "next": [list(way.argv) for mend in standing.mends for way in mend.ways],
        "open": {"questions": standing.questions, "follow_ups": standing.follow_ups, "waivers": standing.waivers},
    }

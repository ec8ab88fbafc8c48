"""Reports over repositories made for the tests: one whose every record is hostile, one with many of all."""

import json
import random
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bench.synth import write_repository
from sdd.index.database import answer
from sdd.project import Reader
from sdd.render.html.folder import write_site
from sdd.render.html.site import site_files
from sdd.repo.objects import Repository
from sdd.report.changes import Change
from sdd.report.forge import Forge
from sdd.report.period import Period
from sdd.report.reading import Report, Subject, read_report
from tests.adopted import CONSTITUTION, FEATURE
from tests.payloads import PAYLOADS
from tests.scratch import Scratch

TODAY = "2026-06-30"


def subject(
    *, period: Period = Period(), authors: bool = False, forge: Forge | None = None, commit: str | None = "a" * 40
) -> Subject:
    """What a report of the tests is about."""
    return Subject("Shop", commit, 0, TODAY, period, authors, forge)


def report_of(repository: Path, about: Subject, changes: Sequence[Change] = ()) -> Report:
    """The report over a repository."""
    with Repository.discover(repository) as opened:
        return answer(
            opened, lambda index: read_report(index, Reader(opened.blobs), about, changes), lambda remark: None
        )


def site_of(repository: Path, folder: Path, about: Subject, changes: Sequence[Change] = ()) -> Path:
    """The site over a repository, written to `folder`."""
    with Repository.discover(repository) as opened:

        def asked(index: object) -> None:
            report = read_report(index, Reader(opened.blobs), about, changes)  # type: ignore[arg-type]
            write_site(folder, site_files(index, report), {})  # type: ignore[arg-type]

        answer(opened, asked, lambda remark: None)
    return folder


def some_changes(number: int = 60, features: Sequence[str] = (FEATURE,), title: str = "Round half up") -> list[Change]:
    """Changes of half a year, better kept from month to month, the newest first; always the same ones."""
    chance = random.Random(7)
    found = []
    for place in range(number):
        month = 1 + place * 6 // number
        kind = ("feature", "fix", "chore")[place % 3]
        asked = {"feature": ("spec", "contract", "phr"), "fix": ("contract", "phr"), "chore": ("phr",)}[kind]
        lacks = tuple(need for need in asked if chance.random() > 0.5 + 0.08 * month)
        had = [need in asked and need not in lacks for need in ("spec", "contract", "phr")]
        found.append(
            Change(
                commit=f"{place:040x}",
                day=f"2026-{month:02d}-{1 + place % 28:02d}",
                title=f"{title} {place}",
                features=(features[place % len(features)],) if kind != "chore" else (),
                kind=kind,
                verdict="fail" if lacks else "pass",
                had_spec=had[0],
                had_contract=had[1],
                had_phr=had[2],
                lacks=lacks,
                files=1 + place % 7,
                rules=tuple(f"change-no-{need}" for need in lacks),
                waived=int(place % 20 == 0),
                author="Ada" if place % 2 else "Bo",
            )
        )
    return found[::-1]


def hostile_repository(path: Path) -> Scratch:
    """A repository in which every field of every record is a payload, and so are file names."""
    scratch = Scratch(path)
    files: dict[str, str | bytes | None] = {}
    for place, (_, text) in enumerate(PAYLOADS):
        files |= _records(place, text)
    for path_, content in files.items():
        assert content is not None
        scratch.write(path_, content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    scratch.commit("Hostile records")
    return scratch


def _records(place: int, text: str) -> dict[str, str | bytes | None]:
    line = " ".join(text.split()) or "x"
    quoted = json.dumps(text)
    feature = f"{place + 1:03d}-{_file_name(line)}"
    number = f"{place + 1:04d}"
    named = f"history/prompts/{feature}/{number}-{_file_name(line)}.green.prompt.md"
    return {
        CONSTITUTION: f"# {line} Constitution\n\n## Core Principles\n\n### I. {line}\n\n{text}\n\n## Governance\n\nAll.\n\n"
        f"**Version**: {line[:40]} | **Ratified**: 2026-01-01 | **Last Amended**: 2026-01-01\n",
        f"specs/{feature}/spec.md": f"# Feature Specification: {line}\n\n**Created**: {line}\n**Status**: {line}\n"
        f"**Input**: {line}\n\n## User Scenarios & Testing\n\n### User Story 1 - {line} (Priority: P1)\n\n{text}\n\n"
        f"## Requirements\n\n- **FR-001**: {line}\n- **FR-002**: [NEEDS CLARIFICATION: {line}]\n\n"
        f"## Success Criteria\n\n- **SC-001**: {line}\n",
        f"specs/{feature}/tasks.md": f"# Tasks: {line}\n\n## Phase 1: {line}\n\n- [x] T001 [US1] {line} (FR-001)\n",
        f"specs/{feature}/checklists/a.md": f"# {line}\n\n- [ ] CHK001 {line}\n",
        f"history/contracts/{feature}/{number}-x.contract.md": f'---\nid: "{number}"\ntitle: {quoted}\nkind: feature\n'
        f"feature: {json.dumps(feature)}\nagent: {quoted}\nrequirements: [FR-001]\ntasks: [T001]\n"
        f"scope: [{quoted}]\nstatus: open\n---\n\n## Success criteria\n\n{text}\n\n## Constraints\n\n- {line}\n\n"
        f"## Non-goals\n\n- {line}\n\n## Acceptance checks\n\n- [ ] {line}\n\n## Follow-ups\n\n- {line}\n",
        named: f'---\nid: "{number}"\ntitle: {quoted}\nstage: green\ndate: 2026-0{1 + place % 6}-01\nsurface: {quoted}\n'
        f"model: {quoted}\nfeature: {json.dumps(feature)}\nbranch: {quoted}\nuser: {quoted}\ncommand: {quoted}\n"
        f"labels: [{quoted}]\nlinks:\n  contract: history/contracts/{feature}/{number}-x.contract.md\n"
        f"  pr: {quoted}\n  ticket: {quoted}\nfiles: [{quoted}]\ntests: [{quoted}]\n---\n\n## Prompt\n\n{text}\n\n"
        f"## Response snapshot\n\n{text}\n",
        f"history/adr/{number}-x.md": f"# ADR-{number}: {line}\n\n**Status**: Accepted\n\n## Context\n\n{text}\n",
        f".claude/agents/{number}.md": f"---\nname: {quoted}\ndescription: {quoted}\nmodel: {quoted}\n---\n\n"
        f"## Quality Checklist\n\n- [ ] {line}\n",
        f"history/waivers/{number}-x.md": f'---\nid: "{number}"\ntitle: {quoted}\nrules: [{quoted}]\npaths: [{quoted}]\n'
        f"reason: {quoted}\napproved_by: {quoted}\nexpires: 2026-05-0{1 + place % 9}\n---\n",
    }


def _file_name(text: str) -> str:
    """As much of a payload as a file's name can hold."""
    kept = "".join(letter for letter in text[:40] if letter not in "/\0" and not "\ud800" <= letter <= "\udfff")
    return kept.strip(" .") or "x"


def many_repository(path: Path) -> Path:
    """A repository with more rows of each list than a page holds."""
    write_repository(path, features=34, phrs=520)
    subprocess.run(["git", "-C", path, "reset", "-q", "--hard"], check=True)
    return path

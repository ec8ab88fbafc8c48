"""Rules about Prompt History Records."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import chain

from sdd.base import paths
from sdd.base.regex import regex
from sdd.document.text import text_key
from sdd.gate.cover import is_trivial, is_vague, names
from sdd.gate.rules.place import place_of
from sdd.gate.rules.rule import ChangeContext, Findings, RuleFinding, Severity, TreeContext, record_rule
from sdd.records.kinds.phr import Phr, Stage
from sdd.records.layout import PROMPTS
from sdd.records.links import How, Relation, path_from_top, resolve
from sdd.repo.history import last_changes
from sdd.repo.objects import Entry

NAME = regex(r"(?P<id>\d{3,})-[^/]+\.(?P<stage>[a-z]+)\.prompt\.md")
_NUMBER = regex(r"(\d+)-")
_NUMBERED = regex(r"(\d+)-.*\.md$")
_WORD = regex(r"\w+")
_CHECKED_LINKS = ("spec", "contract", "adr")
_ROUTES = ("constitution", "general")


@record_rule(Severity.ERROR, Phr, needs=("record-too-large",))
def phr_unreadable(phr: Phr, context: TreeContext) -> Findings:
    """A part of a PHR cannot be read as what it is meant to be.

    Why: another tool, or another reader, will read something else out of it or nothing at all. sdd still reads
    what it can.

    Fix: mend the line. Most often a value with a colon or a brace wants quotes, or a `---` is missing.

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -title: Rounding
        +title: Rounding: half up
    """
    for problem in phr.problems:
        yield RuleFinding(phr.path, problem.line, problem.message, "mend this line")


@record_rule(Severity.ERROR, Phr, needs=("phr-unreadable",))
def phr_missing_field(phr: Phr, context: TreeContext) -> Findings:
    """A PHR lacks its id, title, stage, date, Prompt or Response snapshot.

    Why: without them nobody can tell what was asked, what came of it, and when.

    Fix: add what is missing; `sdd phr new` writes all of it.

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -title: Rounding
    """
    present = {
        "id": phr.id, "title": phr.title, "stage": phr.stage_written, "date": phr.date_written,
        "Prompt": phr.lines.get("prompt"), "Response snapshot": phr.lines.get("response"),
    }  # fmt: skip
    missing = [name for name, value in present.items() if value is None]
    if missing:
        yield RuleFinding(phr.path, 1, f"lacks {', '.join(missing)}", "add what is missing")


@record_rule(Severity.ERROR, Phr)
def phr_bad_stage(phr: Phr, context: TreeContext) -> Findings:
    """A PHR's stage is none of the stages.

    Why: the stage says what sort of work it was, and where the record belongs.

    Fix: use one of constitution, spec, plan, tasks, red, green, refactor, explainer, misc, general.

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -stage: green
        +stage: greenish
    """
    if phr.stage_written is not None and phr.stage is None:
        yield RuleFinding(
            phr.path, phr.at("stage"), f"unknown stage {phr.stage_written}", f"use one of {', '.join(Stage)}"
        )


@record_rule(Severity.ERROR, Phr)
def phr_bad_date(phr: Phr, context: TreeContext) -> Findings:
    """A PHR's date is no date of the calendar.

    Why: records are read in the order of time.

    Fix: write it as YYYY-MM-DD.

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -date: 2026-03-01
        +date: 2026-02-30
    """
    if phr.date_written is not None and phr.date is None:
        yield RuleFinding(phr.path, phr.at("date"), f"{phr.date_written} is no date", "write it as YYYY-MM-DD")


@record_rule(Severity.ERROR, Phr, needs=("phr-bad-stage",))
def phr_bad_name(phr: Phr, context: TreeContext) -> Findings:
    """A PHR's file name does not say its id and stage, or says others than its front matter.

    Why: the name is what people and tools look for: `<id>-<slug>.<stage>.prompt.md`. Where the two differ, the
    name is believed, and what the front matter says is lost.

    Fix: git mv the file to the name that its front matter says.

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -stage: green
        +stage: red
    """
    name = phr.path.rpartition("/")[2]
    found = NAME.fullmatch(name)
    if not found:
        yield RuleFinding(phr.path, 1, f"{name} is not <id>-<slug>.<stage>.prompt.md", "rename it")
        return
    written = (phr.id or "").strip()
    if written.isdigit() and int(written) != phr.number:
        yield RuleFinding(
            phr.path, phr.at("id"), f"id {written}, but the file name says {found['id']}", "make them one"
        )
    if phr.stage and found["stage"] != phr.stage and phr.stage_in_name != phr.stage_written:
        yield RuleFinding(
            phr.path, phr.at("stage"), f"stage {phr.stage}, but the file name says {found['stage']}", "make them one"
        )


@record_rule(Severity.ERROR, Phr, needs=("phr-bad-stage",))
def phr_wrong_folder(phr: Phr, context: TreeContext) -> Findings:
    """A PHR lies in another folder than its stage and feature say.

    Why: a record is found by its folder: `history/prompts/constitution/` for that stage,
    `history/prompts/<feature>/` for work on a feature, `history/prompts/general/` for the rest.

    Fix: git mv it, or correct its `feature`.

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (deleted) --
        -- history/prompts/general/0002-rounding.green.prompt.md --
        ---
        id: "0002"
        title: Rounding
        stage: green
        date: 2026-03-01
        feature: 001-vat
        links:
          contract: history/contracts/001-vat/0003-rounding.contract.md
        files:
          - src/round.py
        ---

        ## Prompt

        Round half up.

        ## Response snapshot

        It does.
    """
    right = folders_of(phr)
    folder = paths.relative(phr.root, phr.path).rpartition("/")[0]
    if folder not in right and phr.stage:
        yield RuleFinding(
            phr.path,
            1,
            f"stands in {folder}/, belongs into {right[0]}/",
            f"git mv {phr.path} {paths.join(phr.root, right[0])}/",
        )


def folders_of(phr: Phr) -> tuple[str, ...]:
    """The folders that a PHR may stand in, the best first."""
    if phr.stage == Stage.CONSTITUTION:
        return (f"{PROMPTS}/constitution",)
    feature = phr.feature if phr.feature and "/" not in phr.feature else None
    if feature and phr.stage != Stage.GENERAL:
        return (f"{PROMPTS}/{feature}",)
    return (f"{PROMPTS}/general", *([f"{PROMPTS}/{feature}"] if feature else []))


@record_rule(Severity.ERROR, Phr)
def phr_placeholder(phr: Phr, context: TreeContext) -> Findings:
    """A template's token was left in a PHR.

    Why: a record that was not filled in tells nothing.

    Fix: write what belongs there, or take the line out.

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -title: Rounding
        +title: Rounding
        +labels: "{{LABELS}}"
    """
    for token in phr.placeholders:
        yield RuleFinding(phr.path, token.line, f"still holds the template's {token.text}", "write what belongs there")


@record_rule(Severity.ERROR, Phr)
def phr_empty(phr: Phr, context: TreeContext) -> Findings:
    """A PHR's prompt or response is there, but holds no words.

    Why: the exchange is what the record is for.

    Fix: paste the request as it was made, and say what was answered.

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -It does.
    """
    for name, text in (("prompt", phr.prompt), ("response", phr.response)):
        if name in phr.lines and not (text or "").strip(" \t\r\n`~>"):
            yield RuleFinding(phr.path, phr.at(name), f"the {name} is empty", "write what was said")


@record_rule(Severity.ERROR, Phr, needs=("phr-empty", "phr-missing-field"))
def phr_replayed(phr: Phr, context: TreeContext) -> Findings:
    """A PHR says word for word what another one in its folder says.

    Why: a copy of an old record under a new number would speak for new code without anybody having asked for it.
    White space does not make it another record.

    Fix: record this exchange, not that one.

    Bad example:
        -- history/prompts/001-vat/0004-again.green.prompt.md --
        ---
        id: "0004"
        title: Again
        stage: green
        date: 2026-03-01
        feature: 001-vat
        files:
          - src/round.py
        ---

        ## Prompt

        Round half up.

        ## Response snapshot

        It does.
    """
    said = _said(phr)
    if not all(said) or (isinstance(context, ChangeContext) and phr.path in context.view.moved_phrs):
        return
    for other in _possible_originals(phr, context):
        if _said(other) == said and context.came_first(other.path, phr.path):
            yield RuleFinding(
                phr.path, phr.at("prompt"), f"says word for word what {other.path} says", "record this exchange"
            )
            return


# Every new PHR of a change is held against every other one.
@lru_cache(maxsize=1000)
def _said(phr: Phr) -> tuple[str, str]:
    return text_key(phr.prompt), text_key(phr.response)


def _possible_originals(phr: Phr, context: TreeContext) -> list[Phr]:
    """The other PHRs of the folder, at head and as landed, and of the change, that may hold the same words.

    Most are ruled out by a word that their blob does not hold: to parse a whole folder for every new record would
    cost more than all the rest of a push. Numbers and names with numbers in them come first, then the longest words,
    since they are the rarest.
    """
    said = f"{phr.prompt} {phr.response}"
    words = [word.encode() for word in sorted(set(_WORD.findall(said)), key=lambda one: (one.isalpha(), -len(one)))]
    found = {other.path: other for other in (context.coverage.phrs if isinstance(context, ChangeContext) else ())}
    folder = phr.path.rpartition("/")[0]
    others = [(name, entry) for name, entry in _entries(context, folder) if entry.is_file]
    reader = context.after.reader
    for (name, entry), content in zip(others, reader.contents([entry for _, entry in others]), strict=True):
        if all(map(content.__contains__, words)) and (path := paths.join(folder, name)) not in found:
            other = reader.record(path, entry, context.root)
            if isinstance(other, Phr):
                found[path] = other
    found.pop(phr.path, None)
    return list(found.values())


def _entries(context: TreeContext, folder: str) -> Iterable[tuple[str, Entry]]:
    """(name, Entry) of what a folder holds: as it has landed, then what head holds otherwise."""
    head = context.after.tree.folder(folder)
    landed = context.before.tree.folder(folder)
    if not landed:
        return head.items()
    own = ((name, entry) for name, (_, entry) in landed.against(head).items() if entry)
    return chain(landed.items(), sorted(own))


@record_rule(Severity.ERROR, Phr)
def phr_unknown_feature(phr: Phr, context: TreeContext) -> Findings:
    """A PHR names a feature that has no folder below `specs/`.

    Why: nobody can follow it to the requirement that it served.

    Fix: correct `feature`, make it with `sdd feature new`, or write none.

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (deleted) --
        -- history/prompts/002-rounding/0001-rounding.green.prompt.md --
        ---
        id: "0001"
        title: Rounding
        stage: green
        date: 2026-03-01
        feature: 002-rounding
        files:
          - docs/rounding.md
        ---

        ## Prompt

        Round half up.

        ## Response snapshot

        It does.
        -- src/round.py (deleted) --
        -- history/contracts/001-vat/0003-rounding.contract.md (deleted) --
        -- docs/rounding.md --
        Half up.
    """
    # Some write the route where the feature belongs; that is none, and says no less.
    if not phr.feature or phr.feature in _ROUTES:
        return
    link = resolve(Relation.FEATURE, phr.feature, place_of(phr, context))
    if link.how != How.STATED:
        name = link.target.rpartition("/")[2]
        fix = f"write feature: {name}" if name else "correct it, or make it: sdd feature new"
        yield RuleFinding(phr.path, phr.at("feature"), f"unknown feature {phr.feature}", fix)


@record_rule(Severity.ERROR, Phr)
def phr_broken_link(phr: Phr, context: TreeContext) -> Findings:
    """A PHR links a spec, contract or ADR that does not exist.

    Why: a broken link breaks the trail from a line to its requirement.

    Fix: correct the path (it is relative to the root; with a leading slash to the top of the repository).

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -  spec: specs/001-vat/spec.md
        +  spec: specs/001-vta/spec.md
    """
    place = place_of(phr, context)
    for name in _CHECKED_LINKS:
        written = phr.link(name)
        if not written or "://" in written:
            continue
        # Whoever moves a record corrects the links to it: to have been there once is not enough.
        if resolve(Relation.FILE, written.partition("#")[0], place).how != How.STATED:
            message = f"links.{name} names {written}, which does not exist"
            yield RuleFinding(phr.path, phr.at("links"), message, "correct the path")


@record_rule(Severity.WARNING, Phr)
def phr_duplicate_id(phr: Phr, context: TreeContext) -> Findings:
    """Two PHRs of one folder have the same number.

    Why: people name records by their number. The path is what identifies a record, so nothing is lost.

    Fix: give the newer one the next free number.

    Bad example:
        -- history/prompts/001-vat/0001-other.misc.prompt.md --
        ---
        id: "0001"
        title: Other
        stage: misc
        date: 2026-03-01
        feature: 001-vat
        files:
          - specs/001-vat/spec.md
        ---

        ## Prompt

        Look it over.

        ## Response snapshot

        Looked over.
    """
    folder, _, name = phr.path.rpartition("/")
    number = _NUMBER.match(name)
    if not number:
        return
    for other in context.after.tree.folder(folder):
        same = _NUMBERED.match(other)
        twin = other != name and same and int(same[1]) == int(number[1])
        if twin and context.came_first(f"{folder}/{other}", phr.path):
            yield RuleFinding(
                phr.path,
                phr.at("id"),
                f"number {number[1]} is also that of {other}",
                "give the newer one the next number",
            )
            return


@record_rule(Severity.WARNING, Phr, needs=("phr-empty", "phr-missing-field"))
def phr_trivial(phr: Phr, context: TreeContext) -> Findings:
    """A PHR's prompt only says "go on".

    Why: it does not say what was asked, so it covers no file.

    Fix: put the request that was gone on with into the record.

    Bad example:
        -- history/prompts/001-vat/0004-more.green.prompt.md --
        ---
        id: "0004"
        title: More
        stage: green
        date: 2026-03-01
        feature: 001-vat
        ---

        ## Prompt

        Continue.

        ## Response snapshot

        More was done.
    """
    if is_trivial(phr):
        yield RuleFinding(
            phr.path, phr.at("prompt"), f'the prompt "{text_key(phr.prompt)}" asks for nothing', "say what was asked"
        )


@record_rule(Severity.WARNING, Phr)
def phr_unknown_file(phr: Phr, context: TreeContext) -> Findings:
    """A PHR names a file that does not exist, and never did since the PHR landed.

    Why: half of the paths in hand-written records do not exist. `sdd phr new` takes them from git.

    Fix: correct the path.

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -  - src/round.py
        +  - src/round.py
        +  - src/rounding.py
    """
    place = place_of(phr, context)
    for entry in phr.files:
        for path in filter(None, (entry.path, entry.moved_to)):
            leaves = path_from_top(phr.root, path) is None
            if leaves or not (is_vague(path) or resolve(Relation.FILE, path, place)):
                yield RuleFinding(phr.path, entry.line, f"names {path}, which does not exist", _fix_of_path(context))


def _fix_of_path(context: TreeContext) -> str:
    if context.revision and context.repository.is_shallow:
        return "correct the path, or fetch the history that this shallow clone lacks: git fetch --unshallow"
    return "correct the path"


@record_rule(Severity.WARNING, Phr)
def phr_vague_files(phr: Phr, context: TreeContext) -> Findings:
    """A PHR names a wildcard, the root or a whole top-level folder.

    Why: a record that speaks of everything speaks of nothing. Such an entry covers no file.

    Fix: name the files, or a folder below the first level with a slash at its end.

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -  - src/round.py
        +  - src/round.py
        +  - src/
    """
    for entry in phr.files:
        path = path_from_top(phr.root, entry.path)
        if is_vague(entry.path) and not entry.moved_to and not (path and context.after.tree.file(path)):
            yield RuleFinding(phr.path, entry.line, f"{entry.path} names too much to name a file", "name the files")


@record_rule(Severity.OFF, Phr)
def phr_stale(phr: Phr, context: TreeContext) -> Findings:
    """A file has changed after the last PHR that names it.

    Why: then something was changed that no record tells of. Off by default: in a repository that adopted sdd
    lately this is true of nearly every file.

    Fix: sdd why PATH shows what came after.

    Bad example:
        -- tests/test_vat.py (edited) --
        +LATER = True
    """
    if not context.revision:
        return
    age = last_changes(context.repository, context.revision)
    recorded = age.get(phr.path, 0)
    for entry in phr.files:
        path = path_from_top(phr.root, entry.path)
        changed = age.get(path or "", recorded)
        later = (
            other for other in context.records if isinstance(other, Phr) and age.get(other.path, recorded) < recorded
        )
        if path and changed < recorded and not any(names(other, path) for other in later):
            yield RuleFinding(phr.path, entry.line, f"{path} has changed since", "record what changed it")

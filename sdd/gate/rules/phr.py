"""Rules about the form of a Prompt History Record."""

from sdd.base import paths
from sdd.base.numbers import whole_number
from sdd.base.regex import regex
from sdd.document.text import text_key
from sdd.document.visible import says_nothing, visible_text
from sdd.gate.cover import is_trivial
from sdd.gate.rules.common import number_taken, place_of, renumbering, template_text, unreadable
from sdd.gate.rules.rule import Findings, Severity, TreeContext, finding, record_rule, text_rule
from sdd.records.kinds.phr import KIND, Phr, Stage, stage_of
from sdd.records.kinds.reading import is_answer, is_token
from sdd.records.layout import PROMPTS, feature_of
from sdd.records.links import Place, Relation, resolve

NAME = regex(r"(?P<id>\d+)-[^/]+\.(?P<stage>[A-Za-z]+)\.prompt\.md")
_WITHOUT_STAGE = regex(r"\d+-[^/]+\.prompt\.md")


phr_unreadable = unreadable(KIND, Severity.ERROR, "history/prompts/001-vat/0003-other.green.prompt.md")

ROUTES = ("constitution", "general")
"""Folders of PHRs that belong to no feature; some write them where the feature belongs."""


@text_rule(Severity.ERROR, Phr, needs=("phr-unreadable",))
def phr_missing_field(phr: Phr) -> Findings:
    """A PHR lacks its id, title, stage, date, Prompt or Response snapshot.

    Why: without them nobody can tell what was asked, what was done, and when.

    Fix: add what is missing; `sdd phr new` writes all of it.

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -title: Rounding
    """
    present = {
        "id": phr.id, "title": None if says_nothing(phr.title) else phr.title,
        "stage": phr.stage_written, "date": phr.date_written,
        "Prompt": phr.lines.get("prompt"), "Response snapshot": phr.lines.get("response"),
    }  # fmt: skip
    left = _left_over(phr)
    missing = [name for name, value in present.items() if value is None and phr.lines.get(name) not in left]
    if missing:
        yield finding(phr, 1, f"lacks {', '.join(missing)}", "add what is missing")


def _left_over(phr: Phr) -> set[int]:
    """The lines that still are the template's, of which phr-placeholder tells."""
    return {token.line for token in phr.placeholders}


@text_rule(Severity.ERROR, Phr)
def phr_bad_stage(phr: Phr) -> Findings:
    """A PHR's stage is unknown.

    Why: the stage says what kind of work it was, and where the record belongs.

    Fix: use one of constitution, spec, plan, tasks, red, green, refactor, explainer, misc, general.

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -stage: green
        +stage: greenish
    """
    if phr.stage_written is not None and phr.stage is None:
        yield finding(phr, "stage", f"unknown stage {phr.stage_written}", f"use one of {', '.join(Stage)}")


@text_rule(Severity.ERROR, Phr)
def phr_bad_date(phr: Phr) -> Findings:
    """A PHR's date does not exist.

    Why: records are read in order of their dates.

    Fix: write it as YYYY-MM-DD.

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -date: 2026-03-01
        +date: 2026-02-30
    """
    if phr.date_written is not None and phr.date is None:
        yield finding(phr, "date", f"{phr.date_written} is not a date", "write it as YYYY-MM-DD")


@text_rule(Severity.ERROR, Phr, needs=("phr-bad-stage",))
def phr_bad_name(phr: Phr) -> Findings:
    """A PHR's file name lacks its id or stage, or contradicts its front matter.

    Why: people and tools look for `<id>-<slug>.<stage>.prompt.md`. Where the two differ, the name wins.

    Fix: git mv the file to the name that its front matter asks for.

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -stage: green
        +stage: red
    """
    name = phr.path.rpartition("/")[2]
    parts = NAME.fullmatch(name)
    if not parts and phr.problems and not phr.stage:
        return  # nothing in it says what it should be called
    if not parts:
        # Its front matter says the stage, so nothing is lost to whoever reads it.
        severity = Severity.WARNING if phr.stage and _WITHOUT_STAGE.fullmatch(name) else None
        yield finding(phr, 1, f"{name} is not <id>-<slug>.<stage>.prompt.md", "rename it", severity)
        return
    written = (phr.id or "").strip()
    if written.isdecimal() and whole_number(written) != phr.number:
        yield finding(phr, "id", f"id {written}, but the file name says {parts['id']}", "make them agree")
    if phr.stage and not names_its_stage(phr, parts["stage"]):
        yield finding(phr, "stage", f"stage {phr.stage}, but the file name says {parts['stage']}", "make them agree")


def names_its_stage(phr: Phr, in_name: str) -> bool:
    """Whether the part of a file name says the stage of its PHR; that of a route may name the folder instead."""
    return stage_of(in_name) == phr.stage or (in_name in ROUTES and in_name == phr.folder)


@record_rule(Severity.ERROR, Phr, needs=("phr-bad-stage",))
def phr_wrong_folder(phr: Phr, context: TreeContext) -> Findings:
    """A PHR is in the wrong folder for its stage and feature.

    Why: people find a record by its folder: `history/prompts/constitution/` for that stage,
    `history/prompts/<feature>/` for work on a feature, `history/prompts/general/` for the rest.

    Fix: git mv it, or correct its `feature`.

    Bad example:
        -- history/prompts/general/0002-rounding.green.prompt.md (copy) --
        history/prompts/001-vat/0002-rounding.green.prompt.md
        -  - specs/001-vat/
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (deleted) --
    """
    place = place_of(phr, context)
    folder = paths.relative(phr.root, phr.path).rpartition("/")[0]
    right = folders_of(phr, place)
    if not right or folder in right or not phr.stage:
        return
    if not phr.feature and (feature := feature_of_folder(phr, place)):
        message = f"names no feature, but is in the folder of {feature}"
        yield finding(phr, 1, message, f"write feature: {feature}", Severity.WARNING)
        return

    to = paths.join(phr.root, right[0])
    made = "" if to in place.project.tree else f"mkdir -p {paths.path_word(to)} && "
    fix = f"{made}git mv {paths.path_word(phr.path)} {paths.path_word(f'{to}/')}"
    yield finding(phr, 1, f"is in {folder}/ and belongs in {right[0]}/", fix)


def folders_of(phr: Phr, place: Place) -> tuple[str, ...]:
    """The folders below its root that a PHR may be in, the best first; none where its feature is unknown.

    Of several folders of history each is right: all are read, and a record stays in the one that it was written to.
    """
    folders, below = place.project.layout.history, paths.relative(phr.root, phr.path)
    history = next((folder for folder in folders if paths.is_below(below, folder)), folders[0])
    return tuple(f"{history}{PROMPTS.removeprefix('history')}/{name}" for name in _folders_of(phr, place))


def _folders_of(phr: Phr, place: Place) -> tuple[str, ...]:
    if phr.stage == Stage.CONSTITUTION:
        return ("constitution",)
    if not phr.feature or phr.feature in ROUTES:
        return ("general",)
    link = resolve(Relation.FEATURE, phr.feature, place)
    name = feature_of(f"{link.target}/")
    general = ("general",) if phr.stage == Stage.GENERAL else ()
    # A folder may be called like its feature in any way that means this one.
    means_it = link and resolve(Relation.FEATURE, phr.folder, place).target == link.target
    own = (phr.folder,) if means_it else ()
    return (*general, *dict.fromkeys((name, name.rpartition("/")[2], *own))) if link else ()


def feature_of_folder(phr: Phr, place: Place) -> str:
    """The feature whose folder a PHR is in; empty where that is no feature's."""
    if phr.stage in (Stage.CONSTITUTION, Stage.GENERAL) or phr.folder in ("", *ROUTES):
        return ""
    return feature_of(f"{resolve(Relation.FEATURE, phr.folder, place).target}/")


@text_rule(Severity.ERROR, Phr)
def phr_placeholder(phr: Phr) -> Findings:
    """A PHR still contains a template's token.

    Why: a record that was not filled in says nothing.

    Fix: write what belongs there, or remove the line.

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
         title: Rounding
        +labels: "{{LABELS}}"
    """
    in_contract = phr.contract.placeholders if phr.contract else ()
    return template_text(phr, (*phr.placeholders, *in_contract), "write what belongs there")


@text_rule(Severity.ERROR, Phr)
def phr_empty(phr: Phr) -> Findings:
    """A PHR's prompt or response says nothing to a reader.

    Text is judged as it is rendered: comments, tags, link definitions and characters that do not show are not seen, and
    signs, `TODO`, "see commit", a template's token or one letter over and over are no answer.

    Why: the record exists for this exchange.

    Fix: paste the request as it was made, and say what was done.

    Bad example:
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -It does.
    """
    left = _left_over(phr)
    for name, text in (("prompt", phr.prompt), ("response", phr.response)):
        if name in phr.lines and not is_answer(text or "") and phr.at(name) not in left:
            shown = visible_text(text or "").strip()
            what = f"only the template's {shown}" if is_token(shown) else "empty"
            yield finding(phr, name, f"the {name} is {what}", "write what was said")


@record_rule(Severity.WARNING, Phr)
def phr_duplicate_id(phr: Phr, context: TreeContext) -> Findings:
    """Two PHRs of one folder have the same number.

    Why: people name records by their number. The path identifies a record, so nothing is lost.

    Fix: `sdd repair --ids --write PATH` gives the newer one the next free number.

    Bad example:
        -- history/prompts/001-vat/0001-other.misc.prompt.md (copy) --
        history/prompts/001-vat/0001-vat-rate.green.prompt.md
        -stage: green
        +stage: misc
        -Add the VAT rate.
        +Look it over.
    """
    if taken := number_taken(context, phr.path):
        yield finding(phr, "id", f"{taken[0]} has the number {taken[1]} too", renumbering(phr.path))


@text_rule(Severity.WARNING, Phr, needs=("phr-placeholder", "phr-empty", "phr-missing-field"))
def phr_trivial(phr: Phr) -> Findings:
    """A PHR's prompt only says "go on".

    Why: it does not say what was asked, so it covers no file.

    Fix: write down the request that the work continued.

    Bad example:
        -- history/prompts/001-vat/0004-more.green.prompt.md (copy) --
        history/prompts/001-vat/0002-rounding.green.prompt.md
        -id: "0002"
        +id: "0004"
        -Round half up.
        +Continue.
    """
    if is_trivial(phr):
        yield finding(phr, "prompt", f'the prompt "{text_key(phr.prompt)}" asks for nothing', "say what was asked")

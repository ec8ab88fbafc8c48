"""Prompt History Records: history/prompts/<folder>/<id>-<slug>.<stage>.prompt.md."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any

from sdd.base.numbers import whole_number
from sdd.base.regex import regex
from sdd.document import Document, FrontMatter, Value, is_none_like, says_none
from sdd.records.kinds import contract as contracts
from sdd.records.kinds import reading
from sdd.records.kinds.contract import Contract, embedded
from sdd.records.kinds.dates import date_as_people_write_it
from sdd.records.kinds.field import Day, FeatureName, Field, Form, Id, Title, Written
from sdd.records.kinds.file_entries import FileEntry, path_of
from sdd.records.kinds.ids import known_ids
from sdd.records.kinds.phr_body import (
    OUTCOME,
    Passage,
    left_over,
    next_prompts,
    own_section,
    passages_beside,
    prompt_section,
    response_section,
    spoken,
    without_labels,
)
from sdd.records.kinds.record import ChangeKind, Item, Kind, Problem, Prose, Record, Reference
from sdd.records.layout import PROMPTS, SPECS, feature_of

_NAME = regex(r"[^/]*?\.(?P<stage>[A-Za-z][\w-]*)\.prompt\.md")
_FOLDER = regex(r"(?:^|/)prompts/(?:(.+)/)?[^/]+\Z")
_TITLES = ("title", "name")
FILES = ("files", "files_yaml")
"""The keys that name the files of a PHR, the first that is there before the others."""
KEYS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "phr_id", "prompt_id"),
    "date": ("date", "date_iso", "created", "created_at", "timestamp"),
    "files": (
        *FILES, "files_created_or_modified", "files_created", "files_modified", "files_changed", "files_touched",
        "changed_files", "modified_files",
    ),
    "tests": ("tests", "tests_yaml", "tests_run"),
}  # fmt: skip
"""Fields that other tools have other keys for -> these keys, sdd's own first."""
UNSPECIFIED = "unspecified"
"""What `model` says where the model is not known."""
LINKS_TO_RECORDS = ("spec", "contract", "adr")
"""The links that lead to records of the repository."""
_BETWEEN = regex(r"[,;] +")
_LEADS = frozenset(["id", "title", "stage", "date", "feature", "surface", "model", "branch", "user"])
"""What bold lines may say where there is no front matter."""


class Stage(StrEnum):
    """The stages of spec-kit-plus. `constitution` and `general` route to folders of the same name."""

    CONSTITUTION = "constitution"
    SPEC = "spec"
    PLAN = "plan"
    TASKS = "tasks"
    RED = "red"
    GREEN = "green"
    REFACTOR = "refactor"
    EXPLAINER = "explainer"
    MISC = "misc"
    GENERAL = "general"


_STAGES = {stage.value: stage for stage in Stage} | {
    "implement": Stage.GREEN,
    "impl": Stage.GREEN,
    "clarify": Stage.SPEC,
    "specify": Stage.SPEC,
    "analyze": Stage.TASKS,
    "fix": Stage.RED,
    "debug": Stage.RED,
    "architect": Stage.PLAN,
}


class Phr(Record):
    """Prompt History Records: a request to an agent, or work by hand, and what came of it.

    Every field holds what could be read, None or an empty tuple where there is nothing. `id` is the text as
    written (`0010` stays `0010`), else the file name's; `number` is the file name's number. `folder` is the
    folder below `history/prompts/`. `stage` is canonical, `stage_written` is what the front matter says (else
    the file name). `feature` is None for "none" and the like.
    `beside` is what it says outside of prompt, response and contract.
    """

    id: Id
    number: int | None
    folder: str
    title: Title
    stage: Annotated[Stage | None, Field("the canonical stage, null where none can be told")]
    stage_written: Written
    date: Day
    date_written: str | None
    surface: Annotated[str | None, Field("agent, human, or whatever is written")]
    model: Written
    feature: FeatureName
    branch: Written
    user: Written
    command: Written
    labels: Annotated[tuple[str, ...], Field("JSON list", Form.LIST)]
    links: Annotated[tuple[tuple[str, str], ...], Field("JSON object of its links, as written", Form.PAIRS)]
    files: Annotated[tuple[FileEntry, ...], Field("JSON list of the paths that it names, as written", Form.PATHS)]
    tests: Annotated[tuple[str, ...], Field("JSON list", Form.LIST)]
    edits: Annotated[
        tuple[str, ...], Field("JSON list: digests of the lines that tool calls wrote, and in which file", Form.LIST)
    ]
    kind: Annotated[ChangeKind | None, Field("feature, fix, refactor, revert or chore; null for none")]
    closes: Annotated[tuple[str, ...], Field("JSON list of the follow-ups that it closes", Form.LIST)]
    prompt: Annotated[str | None, Field("the prompt, word for word", Form.LONG, located=True)]
    response: Annotated[str | None, Field("the response, word for word", Form.LONG, located=True)]
    follow_ups: tuple[Item, ...]
    placeholders: tuple[Item, ...]
    contract: Annotated[Contract | None, Form.RECORD]
    beside: tuple[Passage, ...]

    @property
    def other_sections(
        self,
    ) -> Annotated[str | None, Field("its other sections, such as the outcome, word for word", Form.LONG)]:
        """All of `beside` but the record's own heading."""
        return "\n\n".join(passage.text for passage in self.beside if passage.text and not passage.is_title) or None

    @property
    def files_written(
        self,
    ) -> Annotated[tuple[str, ...], Field("JSON list of the entries, with their remarks", Form.LIST)]:
        """The entries of `files` to the letter."""
        return tuple(entry.written for entry in self.files)

    @property
    def is_note(self) -> bool:
        """Whether it is prose that lies among the PHRs: it has no name, front matter, stage or prompt of one."""
        is_named = self.path.endswith(".prompt.md")
        return not is_named and bool(self.problems) and not (self.stage_written or self.prompt)

    def link(self, name: str) -> str | None:
        """The value of `links.<name>`, None where it is absent or says "none"."""
        return dict(self.links).get(name)

    def linked(self, name: str) -> tuple[str, ...]:
        """The paths or addresses that `links.<name>` names: one, or several with commas between them."""
        entries = _BETWEEN.split(self.link(name) or "")
        return tuple(path_of(entry) or entry for entry in entries if entry)


def stage_of(text: str | None) -> Stage | None:
    """The canonical stage that `text` means, aliases included; None where it means none."""
    return _STAGES.get((text or "").strip().lower())


def parse(path: str, content: bytes, root: str) -> Phr:
    """A PHR in whatever dialect: canonical, spec-kit-plus's template keys, bold lines instead of front matter."""
    document = Document.parse(content)
    fields, problems = _fields(document)
    stage_written, in_name = fields.written("stage"), _NAME.fullmatch(path.rpartition("/")[2])
    stage_in_name = in_name["stage"] if in_name else None
    stage_written = stage_in_name if stage_written is None and problems == () else _said(stage_written)
    number = reading.id_in_name(path)
    prompt, response = prompt_section(document), response_section(document)
    said = _prompt_and_response(document, fields)
    outcome, contract = own_section(document, *OUTCOME), own_section(document, "Execution contract")
    kind, surface, feature = (fields.text(key) for key in ("kind", "surface", "feature"))
    title, date = fields.text(*_TITLES), fields.text(*KEYS["date"])
    written = fields.listed(*FILES) or tuple(
        entry for key in KEYS["files"] if key not in FILES for entry in fields.listed(key)
    )
    files, links = tuple(map(FileEntry.of, written)), tuple(_link_pairs(fields))
    scope = tuple(Item(entry.path, entry.line) for entry in files if entry.path)
    own: dict[str, Any] = {"title": title, "kind": reading.change_kind(kind), "surface": surface, "feature": feature}
    sections = [("prompt", prompt), ("response", response), ("outcome", outcome), ("contract", contract)]
    held = embedded(document, contract, path, root, scope, spec=dict(links).get("spec"), **own) if contract else None
    return Phr(
        path=path,
        root=root,
        problems=(*document.problems, *problems),
        lines=reading.field_lines(document, sections, **KEYS, prompt=("prompt_text",), response=("response_text",)),
        id=_said(fields.written(*KEYS["id"])) if fields.find(*KEYS["id"]) else number,
        number=whole_number(number) if number else None,
        folder=_folder(path),
        stage=stage_of(stage_written),
        stage_written=stage_written,
        date=date_as_people_write_it(date),
        date_written=date,
        **reading.named_texts(fields, "model", "branch", "user", "command"),
        labels=tuple(entry.text for entry in fields.listed("labels")),
        links=links,
        files=files,
        tests=tuple(" ".join(entry.text.split()) for entry in fields.listed(*KEYS["tests"])),
        edits=tuple(" ".join(entry.text.split()) for entry in fields.listed("edits")),
        closes=tuple(entry.text for entry in fields.listed("closes")),
        prompt=said[0],
        response=said[1],
        follow_ups=next_prompts(document, outcome),
        placeholders=tuple(left_over(document, fields, prompt, response)),
        beside=tuple(passages_beside(fields, document, prompt, response, contract)),
        contract=held,
        **own,
    )


def prompt_and_response(content: bytes) -> tuple[str | None, str | None]:
    """The prompt and the response of a PHR, and nothing else of it: that takes half as long as to parse it."""
    document = Document.parse(content)
    return _prompt_and_response(document, _fields(document)[0])


def _prompt_and_response(document: Document, fields: FrontMatter) -> tuple[str | None, str | None]:
    prompt, response = prompt_section(document), response_section(document)
    return (
        spoken(fields, document, prompt, "prompt_text", "user"),
        spoken(fields, document, response, "response_text", "assistant"),
    )


def _fields(document: Document) -> tuple[FrontMatter, tuple[Problem, ...]]:
    """The front matter, or the bold lines that stand in its place, and the problem that there is none."""
    if document.has_front_matter:
        return document.front_matter, ()
    values: dict[str, Value] = {}
    for lead in document.leads(document.preamble):
        key = lead.name.strip().lower().replace(" ", "_")
        key = "id" if key in ("phr_id", "number") else key
        values.setdefault(key, Value(reading.value(lead.value) or "", lead.line))
    known = {key: said for key, said in values.items() if key in _LEADS}
    return FrontMatter(values=known), reading.without_front_matter(document)


def _said(text: str | None) -> str | None:
    return None if text is None or is_none_like(text) else text


def _folder(path: str) -> str:
    found = _FOLDER.search(path)
    return (found and found[1]) or feature_of(path)


def _link_pairs(fields: FrontMatter) -> Iterator[tuple[str, str]]:
    """The pairs of `links`, and spec-kit-plus's `links_spec` and the like; those that say "none" are left out."""
    links = fields.find("links")
    pairs = links.pairs or () if links else ()
    flat = ((key.removeprefix("links_"), value) for key, value in fields.values.items() if key.startswith("links_"))
    for key, value in (*pairs, *flat):
        text = ", ".join(entry.text for entry in value.entries or (value,))
        if not says_none(text):
            yield key.lower(), " ".join(text.split())


def _links(phr: Phr) -> Iterator[Reference]:
    if phr.feature:
        yield Reference("feature", phr.feature, phr.at("feature"))
    for relation, written in phr.links:
        for target in phr.linked(relation) if relation in LINKS_TO_RECORDS else (written,):
            yield Reference(relation, target, phr.at("links"))
    for entry in phr.files:
        for path in filter(None, (entry.path, entry.moved_to)):
            yield Reference("files", path, entry.line)
    for written in phr.closes:
        yield Reference("closes", written, phr.at("closes"))
    for name in known_ids(phr.prompt or "") if phr.feature else ():
        yield Reference("prompt", name, phr.at("prompt"))
    if phr.contract:
        yield from contracts.links(phr.contract)


def _prose(phr: Phr, content: bytes) -> Iterator[Prose]:
    said = (("prompt", phr.prompt), ("response", phr.response))
    texts = [(reading.line_of(content, text, phr.at(part)), text) for part, text in said if text]
    told = [line for first, text in texts for line in range(first, first + text.count("\n") + 1)]
    texts.append((1, without_labels(reading.file_text(content, told))))
    names = reading.words(phr.id, phr.command, *phr.labels, *(entry.path for entry in phr.files))
    yield Prose("phr", 1, phr.title, names, phr.feature, tuple(texts))


def contract_in(record: Record | None) -> Contract | None:
    """The contract that a record is, or that is in a PHR; None for none."""
    held = record.contract if isinstance(record, Phr) else record
    return held if isinstance(held, Contract) else None


_OF_A_FEATURE = f"{{mark}}{SPECS}/{{feature}}"
_PLACES = tuple(
    f"{folder}/{{folders}}{{name}}.md"
    for folder in (f"{{mark}}{PROMPTS}", "docs/prompts", f"{_OF_A_FEATURE}/prompts", f"{_OF_A_FEATURE}/{PROMPTS}")
)

KIND = Kind("phr", Phr, _PLACES, parse, _links, _prose, hits=("phr",))

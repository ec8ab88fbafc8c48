"""What the index holds is what the readers say of every record, kind by kind, committed or not."""

import json
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdd.answers.lists import follow_ups
from sdd.index.database import answer, answer_in_memory, wanted_now
from sdd.index.schema import BY_NAME
from sdd.index.terms import storable
from sdd.records.followups import read_follow_ups
from sdd.records.kinds.adr import Adr
from sdd.records.kinds.agent import Agent
from sdd.records.kinds.checklist import Checklist
from sdd.records.kinds.constitution import Constitution
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.plan import Plan
from sdd.records.kinds.record import Record
from sdd.records.kinds.spec import Spec
from sdd.records.kinds.tasks import Tasks
from sdd.records.kinds.waiver import Waiver
from sdd.records.project import Reader, records_of
from sdd.repo.objects import Repository
from tests.examples import examples
from tests.record_texts import PATHS, TEXTS, records
from tests.scratch import Scratch
from tests.secret_texts import checked
from tests.whole_index import none_expected, sound_and_whole

Said = tuple[str, dict[str, Any]]


def by_line(parts: Iterable[Any]) -> Iterator[tuple[Any, dict[str, int]]]:
    """Each part, in the order of lines, with where it stands."""
    for position, part in enumerate(sorted(parts, key=lambda part: int(part.line)), 1):
        yield part, {"position": position, "line": part.line}


def listed(values: Iterable[str]) -> str | None:
    """What a column holds of a list, or of pairs: null for an empty one."""
    texts = values if isinstance(values, dict) else list(values)
    return json.dumps(texts, ensure_ascii=False) if texts else None


def texts(items: Iterable[Any]) -> str | None:
    return listed([item.text for item in items])


def said_by_spec(spec: Spec) -> Iterator[Said]:
    feature = spec.feature or None
    names = ("title", "feature_branch", "created", "status", "input")
    unfinished = {"placeholders": len(spec.placeholders)}
    yield "specs", {"feature": feature, **{name: getattr(spec, name) for name in names}, **unfinished}
    for story, place in by_line(spec.stories):
        name = None if story.number is None else f"US{story.number}"
        own = {"name": name, "title": story.title, "priority": story.priority, "scenarios": len(story.scenarios)}
        yield "stories", {"feature": feature, **place, **own}
    for requirement, place in by_line((*spec.requirements, *spec.criteria)):
        own = {"name": requirement.id, "criterion": requirement in spec.criteria, "text": requirement.text}
        yield "requirements", {"feature": feature, **place, **own}
    for answered, place in by_line(spec.clarifications):
        yield "clarifications", {"feature": feature, **place, **answered._asdict()}
    yield from said_open(spec)


def said_open(record: Spec | Plan) -> Iterator[Said]:
    for item, place in by_line(record.open_questions):
        yield "questions", {"feature": record.feature or None, **place, "text": item.text}


def said_by_plan(plan: Plan) -> Iterator[Said]:
    yield "plans", {"feature": plan.feature or None, "title": plan.title}
    yield from said_open(plan)


def said_by_tasks(tasks: Tasks) -> Iterator[Said]:
    for task, place in by_line(tasks.tasks):
        lists = {"stories": listed(task.stories), "requirements": listed(task.requirements)}
        own = task._asdict() | lists | {"story": task.story, "status": task.status}
        yield "tasks", {"feature": tasks.feature or None, **place, "name": own.pop("id"), **own}


def said_by_checklist(checklist: Checklist) -> Iterator[Said]:
    done = [item for item in checklist.items if item.done]
    own = {"title": checklist.title, "items": len(checklist.items), "done": len(done)}
    yield "checklists", {"feature": checklist.feature or None, **own}


def said_by_contract(contract: Contract) -> Iterator[Said]:
    names = ("line", "embedded", "title", "kind", "surface", "agent", "feature", "spec", "status", "criteria")
    lists = {name: texts(getattr(contract, name)) for name in ("requirements", "tasks", "scope")}
    yield "contracts", {"number": contract.id, **lists, **{name: getattr(contract, name) for name in names}}
    parts: dict[Any, str] = {}
    for part in ("constraints", "invariants", "non_goals", "checks", "discovery", "follow_ups"):
        named = part.removesuffix("s").replace("_", "-")
        parts |= {(part, place): named for place in range(len(getattr(contract, part)))}
    items = [(getattr(contract, part)[place], named) for (part, place), named in parts.items()]
    for position, (item, named) in enumerate(sorted(items, key=lambda pair: int(pair[0].line)), 1):
        own = {"position": position, "line": item.line, "part": named}
        own |= {name: getattr(item, name, None) for name in ("command", "done")}
        text = item.written if named == "discovery" else item.text
        yield "contract_items", {"feature": contract.feature, **own, "text": text}


def said_by_phr(phr: Phr) -> Iterator[Said]:
    names = (
        "title", "stage", "stage_written", "date", "surface", "model", "feature", "branch", "user", "command", "kind",
        "prompt", "response", "other_sections",
    )  # fmt: skip
    lists = {name: listed(getattr(phr, name)) for name in ("labels", "tests", "edits", "closes")}
    lists |= {"links": listed(dict(phr.links)), "files": listed([entry.path for entry in phr.files])}
    lists["files_written"] = listed([entry.written for entry in phr.files])
    yield "phrs", {"number": phr.id, **lists, **{name: getattr(phr, name) for name in names}}
    if phr.contract:
        yield from said_by_contract(phr.contract)


def said_by_constitution(constitution: Constitution) -> Iterator[Said]:
    names = ("title", "version", "ratified", "last_amended", "impact")
    yield "constitutions", {name: getattr(constitution, name) for name in names}
    for principle, place in by_line(constitution.principles):
        yield "principles", {**place, **principle._asdict()}


def said_by_adr(adr: Adr) -> Iterator[Said]:
    names = ("title", "status", "status_written", "date", "feature", "body")
    yield "adrs", {"number": adr.id, **{name: getattr(adr, name) for name in names}}


def said_by_agent(agent: Agent) -> Iterator[Said]:
    own = {"description": agent.description, "model": agent.model, "tools": listed(agent.tools)}
    yield "agents", {"name": agent.known_as, **own}


def said_by_waiver(waiver: Waiver) -> Iterator[Said]:
    lists = {"rules": texts(waiver.rules), "paths": texts(waiver.paths)}
    names = ("title", "reason", "approved_by", "expires", "landing")
    own = {name: getattr(waiver, name) for name in names}
    yield "waivers", {"number": waiver.id, **lists, **own, "secrets": texts(waiver.secrets), "surface": waiver.surface}


SAYING: dict[type[Record], Any] = {
    Spec: said_by_spec,
    Plan: said_by_plan,
    Tasks: said_by_tasks,
    Checklist: said_by_checklist,
    Contract: said_by_contract,
    Phr: said_by_phr,
    Constitution: said_by_constitution,
    Adr: said_by_adr,
    Agent: said_by_agent,
    Waiver: said_by_waiver,
}


def expected(artifacts: Iterable[Record]) -> dict[str, list[tuple[Any, ...]]]:
    """table -> its rows with the path first, as the readers have it."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for artifact in artifacts:
        for table, row in SAYING.get(type(artifact), lambda _: ())(artifact):
            kept = [column.name for column in BY_NAME[table].columns if column.name in row]
            assert set(kept) == set(row)
            prose = {column.name for column in BY_NAME[table].columns if column.refers == "texts"}
            values = [stored(row[name], null=name not in prose) for name in kept]
            found.setdefault(table, []).append((storable(artifact.path), *values))
    return found


def stored(value: Any, *, null: bool) -> Any:
    """A value as a row has it: an empty text is null, but not where it is prose."""
    if not isinstance(value, str):
        return value
    return storable(value) or (None if null else "")


# Where a text of a PHR begins is worked out by the index itself.
OWN = {"phrs": {"prompt_line", "response_line"}}


def held(connection: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """The same out of an index."""
    content = sound_and_whole(connection)
    found = {}
    for table in {table for said in SAYING.values() for table in TABLES_OF[said]}:
        own = OWN.get(table, set())
        kept = [place for place, column in enumerate(BY_NAME[table].columns) if column.name not in own]
        found[table] = [tuple(row[place] for place in kept) for row in content[table]]
    return found


TABLES_OF = {
    said_by_spec: ("specs", "stories", "requirements", "clarifications", "questions"),
    said_by_plan: ("plans", "questions"),
    said_by_tasks: ("tasks",),
    said_by_checklist: ("checklists",),
    said_by_contract: ("contracts", "contract_items"),
    said_by_phr: ("phrs",),
    said_by_constitution: ("constitutions", "principles"),
    said_by_adr: ("adrs",),
    said_by_agent: ("agents",),
    said_by_waiver: ("waivers",),
}


def assert_rows_are_what_readers_say(here: Scratch) -> None:
    with Repository.discover(here.path) as repository:
        rows = answer_in_memory(repository, wanted_now(repository), held)
        artifacts = list(records_of(repository.tree(repository.snapshot()), Reader(repository.beginnings), Record))
    said = expected(artifacts)
    for table, found in rows.items():
        assert sorted(found, key=repr) == sorted(said.get(table, []), key=repr), table


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    return Scratch(tmp_path_factory.mktemp("rows") / "repo")


def test_sound_records_of_every_kind(shared: Scratch) -> None:
    number = 0
    for kind, texts in TEXTS.items():
        for text in texts:
            number += 1
            for path in PATHS[kind]:
                shared.write(f"r{number}/{path}", text)
    assert_rows_are_what_readers_say(shared)
    with Repository.discover(shared.path) as repository:
        content = answer(repository, sound_and_whole, none_expected)
    assert all(content[table] for tables in TABLES_OF.values() for table in tables)
    shared.git("clean", "-qfdx")


@contextmanager
def holding(written: Iterable[tuple[str, bytes]] = ()) -> Iterator[Scratch]:
    """A repository with some files, not committed."""
    with tempfile.TemporaryDirectory(prefix="sdd-test-") as folder:
        here = Scratch(Path(folder))
        for path, content in written:
            here.write(path, content)
        yield here


# Many records an example: it is the repository around them that takes time.
@examples(30)
@given(written=st.lists(records(), min_size=4, max_size=20))
def test_any_record_of_any_kind(written: list[tuple[str, bytes]]) -> None:
    with holding(written) as here:
        assert_rows_are_what_readers_say(here)


FRONT = [
    "title", "feature", "user", "model", "branch", "command", "labels", "files", "tests", "edits", "links", "closes",
]  # fmt: skip
ESCAPED = st.text(st.sampled_from("ab\0\ud800\udfff\udc80\x07\u2028\x85\"'\\🙂é東 /#:"), max_size=8)


ESCAPING = st.tuples(st.dictionaries(st.sampled_from(FRONT), ESCAPED, max_size=6), ESCAPED)


@examples(15)
@given(written=st.lists(ESCAPING, min_size=4, max_size=4))
def test_what_only_escapes_can_write(written: list[tuple[dict[str, str], str]]) -> None:
    """YAML's quotes hold what no file and no database can: NUL, and halves of surrogate pairs."""
    with holding() as here:
        for number, (values, body) in enumerate(written):
            fields = [f"{name}: {json.dumps(value)}" for name, value in values.items()]
            text = "\n".join(["---", *fields, "---", "", "## Prompt", "", body.encode(errors="replace").decode(), ""])
            for path in ("prompts/x/0001-a.red.prompt.md", "contracts/x/0001-a.contract.md"):
                here.write(f"r{number}/history/{path}", text)
            here.write(f"r{number}/AGENTS.md", text)
            waiver = text.replace("files:", "paths:").replace("title:", "rules:")
            here.write(f"r{number}/history/waivers/0001-x.md", waiver)
        assert_rows_are_what_readers_say(here)


@examples(12)
@given(written=st.lists(records(), min_size=4, max_size=20))
def test_follow_ups_are_those_of_the_tree(written: list[tuple[str, bytes]]) -> None:
    with holding(written) as here:
        with Repository.discover(here.path) as repository:
            indexed = answer(repository, lambda index: follow_ups(index, {}), none_expected)
        with Repository.discover(here.path) as repository:
            assert indexed == read_follow_ups(repository.tree(repository.snapshot()), Reader(repository.beginnings))


def lines_of(here: Scratch, column: str) -> list[tuple[int, str]]:
    """(line, text) of a text of all PHRs."""
    with Repository.discover(here.path) as repository:
        asked = f"SELECT {column}_line, texts.text FROM phrs JOIN texts ON texts.id = {column} ORDER BY record"
        return answer(repository, lambda index: index.execute(asked).fetchall(), none_expected)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_prompt_is_found_on_the_line_where_it_begins(scratch: Scratch, end: str) -> None:
    said = [
        "---", "title: Fix it", "---", "", "Fix it", "", "## Prompt", "", "Fix it", "now", "", "## Response snapshot",
        "", "", "Fix it", "later",
    ]  # fmt: skip
    scratch.write("history/prompts/x/0001-a.red.prompt.md", end.join([*said, ""]))
    assert lines_of(scratch, "prompt") == [(9, "Fix it\nnow")]
    assert lines_of(scratch, "response") == [(15, "Fix it\nlater")]


def test_problems_are_kept(scratch: Scratch) -> None:
    scratch.write("history/prompts/x/0001-a.red.prompt.md", "no front matter\n")
    with Repository.discover(scratch.path) as repository:
        ((problems,),) = answer(
            repository, lambda index: index.execute("SELECT problems FROM records").fetchall(), none_expected
        )
    assert json.loads(problems) == [[1, "no front matter: start the file with --- and its keys"]]


def test_a_secret_in_the_path_of_one_record_of_many_is_in_no_name_of_it(scratch: Scratch) -> None:
    token = checked("ghp")
    names = ("001-vat", f"002-{token}", "003-tax")
    scratch.commit("docs: specs", {f"specs/{name}/spec.md": "# A\n" for name in names})
    with Repository.discover(scratch.path) as repository:
        asked = "SELECT names FROM documents ORDER BY id"
        found = answer(repository, lambda index: index.execute(asked).fetchall(), none_expected)
    assert token not in repr(found)
    assert [name.split() for (name,) in found] == [["001-vat"], ["002-[REDACTED:github-token]"], ["003-tax"]]

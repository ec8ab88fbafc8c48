"""Everything that reads what others wrote, each as a function of bytes that may raise nothing but SddError."""

import io
import sqlite3
import sys
from collections.abc import Callable, Mapping
from functools import cache, partial

import click

from fuzz.ground import check, halves, parsed, repository, text, tree
from sdd.authoring.acceptance import with_done
from sdd.authoring.adding import with_files
from sdd.authoring.templates import TOKEN, fill
from sdd.base import numbers, paths
from sdd.base.errors import SddError
from sdd.capture.agents import AGENTS, sender
from sdd.capture.agents.values import read_json
from sdd.capture.shell_lines import changes_nothing
from sdd.capture.test_commands import ran_tests
from sdd.cli import contract as contract_commands
from sdd.cli import gate_line
from sdd.cli import phr as phr_commands
from sdd.document import Document, decode
from sdd.document.visible import exact_key, says_nothing, visible_key, visible_text
from sdd.gate.cover import Patterns
from sdd.gate.cover.pins import updates_pins
from sdd.gate.target.actors import read_actors
from sdd.gate.target.branches import matches
from sdd.gate.work import pinned_feature
from sdd.index.record_rows import rows_of
from sdd.index.schema import create_tables
from sdd.index.search import RowFilter, search
from sdd.records.kinds import KINDS, baseline, contract, locate, phr
from sdd.records.kinds.dates import calendar_date, date_as_people_write_it
from sdd.records.kinds.file_entries import moved_folder, path_of
from sdd.records.kinds.ids import known_ids
from sdd.records.kinds.manifests import Manifest
from sdd.records.kinds.named_paths import named_paths
from sdd.records.kinds.record import AnyKind
from sdd.records.layout import feature_of_branch, features_named
from sdd.records.links import Place, Relation, resolve
from sdd.records.packaged import is_own_text
from sdd.records.project import Project, Reader
from sdd.render.html.markdown import html_of
from sdd.repo.folders import Folder
from sdd.repo.messages import reverts_named
from sdd.repo.pushed import read_pre_push, read_pre_receive
from sdd.repo.refs import full_name
from sdd.secrets import ENGINES
from sdd.secrets.engine import read_report
from sdd.setup.hooks.script import interpreter_of, is_current, is_unedited, timeout_of

Take = Callable[[bytes], object]


def _of_kind(kind: AnyKind, content: bytes) -> object:
    record = parsed(kind, content)
    return repr(record), repr(rows_of(kind, record, content))


def _rules(kind: AnyKind, content: bytes) -> object:
    return check(parsed(kind, content))


def _names(content: bytes) -> object:
    name = text(content)
    return paths.printable(name), paths.composed(name), paths.twin_key(name), paths.shell_word(name), locate(name)


def _words(content: bytes) -> object:
    words = text(content)
    return known_ids(words), named_paths(words), calendar_date(words), date_as_people_write_it(words), path_of(words)


def _links(content: bytes) -> object:
    at = Place(Project(tree(), "", Reader(repository().blobs)), "history/prompts/001-x/0001-x.green.prompt.md")
    return [resolve(relation, text(content), at) for relation in Relation]


def _features(content: bytes) -> object:
    known, name = ("001-x", "phase-02/001-y"), text(content)
    return features_named(known, name), feature_of_branch(known, name), moved_folder(name)


def _pins(content: bytes) -> object:
    before, after = halves(content)
    return [updates_pins(kind, before, after) for kind in Manifest]


def _query(content: bytes) -> object:
    return search(_index(), text(content), RowFilter(), 10)


@cache
def _index() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    create_tables(connection)
    return connection


def _tree_object(content: bytes) -> object:
    try:
        return dict(Folder(content, "0" * 40).items())
    except SddError:
        return None  # no tree, as it says


def _revision(content: bytes) -> object:
    name = text(content).replace("\0", "")  # no argument of a command holds one
    return repository().commit(full_name(repository(), name))


def _input(command: click.Command, content: bytes) -> object:
    own, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(content))
    try:
        return command.make_context("new", ["A title", "--input", "-"]).params
    except click.ClickException:
        return None  # as for a wrong option
    finally:
        sys.stdin = own


def _hook(content: bytes) -> object:
    return is_unedited(content), is_current(content), interpreter_of(content), timeout_of(content)


def _payload(content: bytes) -> object:
    try:
        payload = read_json(content)
    except ValueError:
        return None  # no payload, as it says
    return sender(payload), [agent.read(payload, 0.0) for agent in AGENTS]


def _command(content: bytes) -> object:
    return ran_tests(text(content), None, text(content)), changes_nothing(text(content))


def _html(content: bytes) -> object:
    return html_of(text(content), lambda link: f"page.html#{len(link)}")


def _template(content: bytes) -> object:
    written = text(content)
    return fill(written, {token[1]: ("a", "b") if len(token[1]) % 2 else "a\nb" for token in TOKEN.finditer(written)})


def _seen(content: bytes) -> object:
    words = decode(content)[0]
    return visible_text(words), visible_key(words), exact_key(words), says_nothing(words)


READERS: Mapping[str, Take] = {
    **{kind.name: partial(_of_kind, kind) for kind in KINDS},
    **{f"{kind.name} by the rules": partial(_rules, kind) for kind in KINDS},
    "PHR that gets a file": lambda content: with_files(parsed(phr.KIND, content), content, ("src/b.py",)),
    "contract that is done": lambda content: with_done(parsed(contract.KIND, content), content),
    "baseline": baseline.parse,
    "feature.json": pinned_feature,
    "template": _template,
    "own text": lambda content: is_own_text(".specify/sdd.toml", content),
    "document": Document.parse,
    "text": decode,
    "visible text": _seen,
    "HTML": _html,
    "names of files": _names,
    "quoted names": lambda content: (paths.from_text(text(content)), paths.from_text(f'"{text(content)}"')),
    "words": _words,
    "links": _links,
    "features": _features,
    "numbers": lambda content: (numbers.whole_number(text(content)), numbers.calendar_day(text(content))),
    "patterns": lambda content: Patterns([halves(content)[0]]).match(halves(content)[1] or "a"),
    "branches": lambda content: matches(*halves(content)),
    "pins": _pins,
    "queries": _query,
    "pre-push": read_pre_push,
    "pre-receive": read_pre_receive,
    "gate's options": lambda content: gate_line.read(["gate", *text(content).split()]),
    "actors": lambda content: read_actors(text(content).split("\n")),
    "revisions": _revision,
    "tree objects": _tree_object,
    "commit messages": lambda content: reverts_named(text(content)),
    "hooks": _hook,
    "agents' payloads": _payload,
    "agents' commands": _command,
    "phr new --input": partial(_input, phr_commands.new),
    "contract new --input": partial(_input, contract_commands.new),
    **{f"report of {engine}": partial(read_report, engine) for engine in ENGINES},
}

"""The gate's command line, read without click, means what click makes of it."""

from pathlib import Path
from typing import Any

import click
from hypothesis import given
from hypothesis import strategies as st

from sdd.cli import gate_line
from sdd.cli.gate import command
from sdd.cli.gate_line import GateLine
from tests.examples import examples

PLAIN = {
    ("gate",): GateLine("."),
    ("-C", "shop", "gate"): GateLine("shop"),
    ("gate", "--base", "origin/main"): GateLine(".", base="origin/main"),
    ("gate", "--head", "HEAD~1", "--base", "main", "-v"): GateLine(".", "main", "HEAD~1", verbose=True),
    ("gate", "--pre-push", "origin", "../x.git"): GateLine(".", pre_push=("origin", "../x.git")),
    ("gate", "--base", "main", "--queue"): GateLine(".", base="main", queue=True),
    ("gate", "--pre-receive", "--json"): GateLine(".", pre_receive=True, form="json"),
}
# click keeps the help option that a command has had first, for other tests too.
HELP = ["-h", "--help"]
WORDS = [
    "gate", "--base", "--head", "--pre-push", "--pre-receive", "--queue", "-v", "--verbose", "--json", "--format",
    "json", "-C", "main", "HEAD~1", "../x.git", "", "-", "--", "--base=main", "-vv", "--help", "check", "--bas", "a b",
    "\udcff",
]  # fmt: skip


def by_click(arguments: list[str]) -> GateLine | None:
    """What the command is called with, None where it is not called."""
    directory, words = (arguments[1], arguments[3:]) if arguments[0] == "-C" else ("", arguments[1:])
    try:
        with (
            click.Context(click.Command("sdd"), obj=Path(directory), help_option_names=HELP) as above,
            command.make_context("gate", words, above) as made,
        ):
            given: dict[str, Any] = made.params
    except (click.ClickException, click.exceptions.Exit):
        return None
    form = "json" if given.pop("as_json") else given["form"]
    return GateLine(str(Path(directory)), **given | {"form": form})


def test_lines_that_hooks_and_ci_write_need_no_click() -> None:
    for words, meant in PLAIN.items():
        assert gate_line.read(words) == meant == by_click(list(words))


@examples(250)
@given(st.sampled_from([["gate"], ["-C", "shop", "gate"]]), st.lists(st.sampled_from(WORDS), max_size=7))
def test_a_line_that_needs_no_click_means_what_click_says(start: list[str], words: list[str]) -> None:
    assert gate_line.read([*start, *words]) in (None, by_click([*start, *words]))


@given(st.lists(st.sampled_from(WORDS), max_size=4))
def test_no_other_command_is_taken_for_the_gate(words: list[str]) -> None:
    if "gate" not in words:
        assert gate_line.read(words) is None

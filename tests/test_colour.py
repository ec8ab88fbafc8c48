"""Colours: on a terminal only, and not a letter of the text changes."""

import os
import pty
import sys
from pathlib import Path

import click
from hypothesis import given
from hypothesis import strategies as st

from sdd.cli.colour import coloured
from tests.scratch import Scratch

LINES = st.lists(
    st.sampled_from(
        [
            "sdd: pass: x",
            "sdd: push refused: y",
            "a.py:1:1: change-no-phr: z",
            "next     sdd init",
            "fault    hook",
            "",
            "é:",
        ]
    )
    | st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20)
).map("\n".join)


@given(LINES)
def test_the_text_stays_what_it_is(text: str) -> None:
    assert click.unstyle(coloured(text)) == text


def test_a_terminal_gets_colours_unless_it_asks_for_none(scratch: Scratch) -> None:
    command = [str(Path(sys.executable).with_name("sdd")), "-C", str(scratch.path), "gate", "--base", "HEAD"]
    scratch.commit("one")
    for setting, expected in (("", True), ("1", False)):
        assert (b"\x1b[" in on_a_terminal(command, NO_COLOR=setting, TERM="xterm")) is expected


def on_a_terminal(command: list[str], **environment: str) -> bytes:
    """What a command writes to a terminal of its own."""
    child, terminal = pty.fork()
    if child == 0:
        os.execve(command[0], command, {**os.environ, **environment})
    said = b""
    try:
        while piece := os.read(terminal, 4096):
            said += piece
    except OSError:
        pass  # how Linux says that the other side of a terminal is closed
    os.waitpid(child, 0)
    os.close(terminal)
    return said

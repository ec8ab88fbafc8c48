"""Gives each reader texts made of what it looks for: `make fuzz`, for ten minutes; `make fuzz ARGS=60` for one.

A round has its seed, which is printed with what fails, so that it fails again.
"""

import sys
import time

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from fuzz.readers import READERS, Reader
from sdd.base.errors import SddError

FRAGMENTS = (
    b"---\n",
    b"\n",
    b"\n\n",
    b"\r",
    b"\t",
    b" ",
    b"# ",
    b"## Prompt\n",
    b"## Response\n",
    b"## Execution contract\n",
    b"```",
    b"~~~",
    b"<!--",
    b"-->",
    b"- [ ] ",
    b"- [x] ",
    b"1. ",
    b"> ",
    b"**Status**: ",
    b"**FR-001**: ",
    b"FR-001",
    b"SC-001",
    b"US1",
    b"T001 [P] ",
    b"| a | b |\n",
    b"|---|---|\n",
    b"[NEEDS CLARIFICATION: x]",
    b"{{TOKEN}}",
    b"[[",
    b"](",
    b"![",
    b"id: ",
    b"title: x\n",
    b"stage: green\n",
    b"date: 2026-03-01\n",
    b"files:\n  - src/a.py\n",
    b"scope: ['/src/**']\n",
    b"links:\n  contract: x\n",
    b"[gate]\n",
    b"targets = ['x']\n",
    b"[rules]\n",
    b'"',
    b"'",
    b"`",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b": ",
    b"&a ",
    b"*a",
    b"!!int ",
    b"|\n",
    b"%",
    b"0" * 40,
    b"refs/heads/x",
    b"\x00",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    "\u200b\u0301\u2028".encode(),
    "\u00b2".encode(),
    b"9" * 30,
    b"2:1:src/a.py",
    b"**",
    b"*",
    b"?",
    b"/",
    b"../",
    b'{"schema": "sdd/baseline/1", "findings": []}',
    b"--base",
    b"Not applicable: x",
    b"TODO",
    b"<b>",
    b"&amp;",
)
TEXTS = st.lists(st.sampled_from(FRAGMENTS) | st.binary(max_size=4), max_size=40).map(b"".join)


def try_reader(read: Reader, number: int, examples: int) -> None:
    """Gives a reader some texts of one seed. Raises whatever it raises, with the shortest text that makes it."""

    @seed(number)
    @settings(
        max_examples=examples, deadline=None, database=None, phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(TEXTS)
    def attempt(content: bytes) -> None:
        try:
            read(content)
        except SddError:
            return  # it says in one line why it cannot go on

    attempt()


def main() -> None:
    """Goes round until the time is up."""
    end = time.monotonic() + (float(sys.argv[1]) if len(sys.argv) > 1 else 600)
    rounds = 0
    while time.monotonic() < end:
        for name, read in READERS.items():
            try:
                try_reader(read, rounds, 200)
            except Exception:
                print(f"{name}, round {rounds}:", file=sys.stderr)
                raise
        rounds += 1
    print(f"{rounds} rounds over {len(READERS)} readers, 200 texts each: nothing raised")


if __name__ == "__main__":
    main()

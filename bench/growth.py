"""How time grows up to each limit of the gate: `make bench ARGS=--growth`.

Sizes double; the last column is how much time the last doubling took. Linear is 2, quadratic 4. Whole verdicts run in
this process, over objects that are written without git; their time is CPU time, that of git's processes with it. The
fastest of three runs counts, where they are short.
"""

import os
import sys
import time
from collections.abc import Callable
from itertools import count

from bench.changes import ROWS as CHANGES
from bench.changes import Row, scratch
from sdd.base import limits
from sdd.records.kinds import agent, contract, phr, policy, spec
from sdd.render.html.markdown import LONGEST, html_of
from sdd.secrets import scan

_number = count()


def _parsed(
    parse: Callable[[str, bytes, str], object], before: str, unit: str
) -> Callable[[int], Callable[[], object]]:
    def prepare(size: int) -> Callable[[], object]:
        content = (before + unit * ((size - len(before)) // len(unit.encode()))).encode()
        return lambda: parse(f"specs/001-x/{next(_number)}.md", content, "")

    return prepare


def _scanned(unit: str) -> Callable[[int], Callable[[], object]]:
    return lambda size: lambda: scan(unit * (size // len(unit)))


def _rendered(unit: str) -> Callable[[int], Callable[[], object]]:
    return lambda size: lambda: html_of(unit * (size // len(unit)), lambda link: None)


_FRONT = "---\nid: 1\n---\n\n## Prompt\n\n"
_RECORD = limits.RECORD_BYTES
_HOSTILE = ("[ ", "[", "a.b = 1\n", "# x\n", "a.", "'a'.", "{a=", "[[a]]\n", "[a.b]\n", "9", "\\", '"', " ", "\r\n")
ROWS = (
    *(Row(f"policy of {unit!a}", limits.POLICY_BYTES, _parsed(policy.parse, "", unit)) for unit in _HOSTILE),
    *(
        Row(f"policy's value of {unit!a}", limits.POLICY_BYTES, _parsed(policy.parse, "a = ", unit))
        for unit in ("[", "{a = ", "9", '"', "'a', ")
    ),
    *(
        Row(f"policy's {key}", limits.POLICY_BYTES, _parsed(policy.parse, before, unit))
        for key, before, unit in (
            ("patterns", "[gate]\nexempt = [", '"/src/a/**",\n'),
            ("folders", "[layout]\nspecs = [", '"a/specs",\n'),
            ("words", '[words]\n"requirements" = [', '"abc",\n'),
        )
    ),
    *(
        Row(f"PHR of {unit!a}", _RECORD, _parsed(phr.parse, _FRONT, unit))
        for unit in ("word ", "a\n", "- ", "[", "`a ", "> ", "{{", "<!--", "**a** ", "\u0315\u0300")
    ),
    Row("PHR that never ends its front matter", _RECORD, _parsed(phr.parse, "---\n", "key: value\n")),
    Row("PHR that names files", _RECORD, _parsed(phr.parse, "---\nfiles:\n", "  - src/a.py\n")),
    *(
        Row(f"contract of {unit!a}", _RECORD, _parsed(contract.parse, "---\nid: 1\n---\n", unit))
        for unit in ("- [ ] `x`\n", "## A\n", "1:2:a.py ")
    ),
    *(
        Row(f"spec of {unit!a}", _RECORD, _parsed(spec.parse, "# X\n", unit))
        for unit in (
            "- **FR-001**: x\n",
            "### User Story 1 - x\n",
            "[NEEDS CLARIFICATION: x]\n",
            "### User Story 1 - x\n```\nGiven\n```\n",
            "### Primary User Story\n",
            "## Primary User Story\n### User Story\n",
        )
    ),
    *(
        Row(f"agent of {unit!a}", _RECORD, _parsed(agent.parse, "# X\n", unit))
        for unit in (
            "## Output format\n```\nx\n```\n",
            "Output format\n\n",
            "## Execution contract\n",
            "## Checklist\n",
        )
    ),
    *(
        Row(f"Markdown in a report, {unit!a}", LONGEST, _rendered(unit))
        for unit in ("![[]", "[", "![", "[a\n", "|a|b|\n|-|-|\n", "*a_b~~c", "<![CDATA[")
    ),
    *(
        Row(f"secrets in {unit!a}", _RECORD, _scanned(unit))
        for unit in ("Some words of a prompt. ", "password:", "token=", "Server=a;Password=", "://", "eyJ")
    ),
    *CHANGES,
)
_LONG = 1.0
"""Seconds that are timed once only."""


def main() -> None:
    """Prints the table, or the rows that hold the words of the command line, up to the largest sizes that count."""
    wanted = " ".join(sys.argv[1:])
    with scratch:
        print(f"{'what grows':44} {'size':>10} {'time':>9} {'growth':>7}")
        for row in (row for row in ROWS if wanted in row.name):
            before = 0.0
            for size in (row.largest // 4, row.largest // 2, row.largest):
                run = row.prepare(size)
                taken = _timed(run)
                if taken < _LONG:
                    taken = min(taken, _timed(run), _timed(run))
                growth = f"{taken / before:.1f}" if before else ""
                print(f"{row.name[:44]:44} {size:10,} {taken:8.3f}s {growth:>7}", flush=True)
                before = taken


def _timed(run: Callable[[], object]) -> float:
    begun = _spent()
    run()
    return _spent() - begun


def _spent() -> float:
    """CPU seconds of this process and of the children that have ended, whose clock ticks in hundredths."""
    children = os.times()
    return time.process_time() + children.children_user + children.children_system


if __name__ == "__main__":
    main()

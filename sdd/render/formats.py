"""The formats of a verdict: their names, and where each is made. A format's module is imported when it is asked for.

Each module has two functions: `verdict_text(verdict, ways)`, where `ways` are the fixes by the position of the change
that they belong to, and `error_text(message, fix, status)` for what is printed where there is no verdict: a pipeline
that asked for a document gets one that it can parse.
"""

import importlib
from collections.abc import Mapping
from typing import NamedTuple

from sdd.base.errors import ExitCode
from sdd.gate.check.verdict import Verdict
from sdd.gate.fixes import Fix

Ways = Mapping[int, tuple[Fix, ...]]


class Format(NamedTuple):
    """One format as `--format` names it. `sdd.render.<module>` makes it; text is each command's own, and has none."""

    name: str
    module: str | None


FORMATS = (
    Format("text", None),
    Format("json", "documents.verdict"),
    Format("markdown", "forges.markdown"),
    Format("sarif", "forges.sarif"),
    Format("junit", "forges.junit"),
    Format("github", "forges.github"),
    Format("gitlab", "forges.gitlab"),
)
FORMAT_NAMES = tuple(form.name for form in FORMATS)


def verdict_in(form: str, verdict: Verdict, ways: Ways) -> str:
    """A verdict in one of FORMATS that has a module. Raises KeyError for any other."""
    return _made(form, "verdict_text", verdict, ways)


def error_in(form: str, message: str, fix: str, status: ExitCode) -> str:
    """Why there is no verdict, and what to do next, in one of FORMATS that has a module. Raises KeyError for others."""
    return _made(form, "error_text", message, fix, status)


def _made(form: str, function: str, *arguments: object) -> str:
    modules = {known.name: known.module for known in FORMATS if known.module}
    text = getattr(importlib.import_module(f"sdd.render.{modules[form]}"), function)(*arguments)
    assert isinstance(text, str)
    return text

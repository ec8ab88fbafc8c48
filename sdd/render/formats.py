"""The formats of a verdict: their names, and where each is made. A format's module is imported when it is asked for.

Each module has two functions: `verdict_text(verdict, plans)`, with the ways to an accepted push, and
`error_text(message, fix, status)` for what is printed where there is no verdict: a pipeline that asked for a document
gets one that it can parse.
"""

import importlib
from collections.abc import Callable, Mapping

from sdd.base.errors import ExitCode
from sdd.gate.check.verdict import Verdict
from sdd.render.plan import Plans

MODULES: Mapping[str, str] = {
    "json": "sdd.render.documents.verdict",
    "markdown": "sdd.render.forges.markdown",
    "sarif": "sdd.render.forges.sarif",
    "junit": "sdd.render.forges.junit",
    "github": "sdd.render.forges.github",
    "gitlab": "sdd.render.forges.gitlab",
}
"""A format as `--format` names it -> its module."""

FORMAT_NAMES = ("text", *MODULES)
"""Every format; text is each command's own."""


def verdict_in(form: str, verdict: Verdict, plans: Plans) -> str:
    """A verdict in one of MODULES. Raises KeyError for any other format."""
    return _function(form, "verdict_text")(verdict, plans)


def error_in(form: str, message: str, fix: str, status: ExitCode) -> str:
    """Why there is no verdict, and what to do next, in one of MODULES. Raises KeyError for any other format."""
    return _function(form, "error_text")(message, fix, status)


def _function(form: str, name: str) -> Callable[..., str]:
    function: Callable[..., str] = getattr(importlib.import_module(MODULES[form]), name)
    return function

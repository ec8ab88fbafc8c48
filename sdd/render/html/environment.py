"""The templates, and what every page has: escaping, the Content-Security-Policy, navigation, links out of records."""

import json
import posixpath
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import chain
from typing import Any, NamedTuple

import jinja2
from jinja2.bccache import Bucket
from markupsafe import Markup

from sdd.base import paths
from sdd.render.html import words
from sdd.render.html.graph import fit
from sdd.render.html.markdown import html_of
from sdd.render.html.places import Places
from sdd.render.together import together_by
from sdd.report.reading import Report
from sdd.secrets import hidden

LOADERS = {
    "": Markup("document.head.append(Object.assign(document.createElement('script'), {src: 'assets/site.js'}))"),
    "../": Markup("document.head.append(Object.assign(document.createElement('script'), {src: '../assets/site.js'}))"),
}
"""The only inline script, for pages at the top and for those in a folder. The policy allows it by its hash, and what it
loads, and nothing else.
"""


def _policy(loader: Markup) -> str:
    # Styles come from the file beside the page: 'self' means that over HTTP, `file:` where a browser gives files no
    # origin.
    digest = b64encode(sha256(loader.encode()).digest()).decode()
    rest = "style-src 'self' file:; base-uri 'none'; form-action 'none'"
    return f"default-src 'none'; {rest}; script-src 'sha256-{digest}' 'strict-dynamic'"


POLICIES = {up: _policy(loader) for up, loader in LOADERS.items()}


NAVIGATION: Mapping[str, str] = {
    "Overview": "index.html",
    "Changes": "changes.html",
    "Features": "features.html",
    "Requirements": "requirements.html",
    "Contracts": "contracts.html",
    "Prompts": "phrs.html",
    "Decisions": "decisions.html",
    "Constitution": "constitution.html",
    "Agents": "agents.html",
    "Rules": "rules.html",
    "Waivers": "waivers.html",
    "Left open": "open.html",
}
"""Section -> its first page. A template says which section it belongs to."""


class Rendered(NamedTuple):
    """One file of the site: its address from the top, and its text in pieces, to be read before the next file is."""

    address: str
    pieces: Iterable[str]

    @property
    def text(self) -> str:
        """The whole text, once."""
        return "".join(self.pieces)


def data_file(address: str, data: object) -> Rendered:
    """A script that hands data to the page: JSON is JavaScript, and nothing in a string can end it."""
    return Rendered(address, (f"sdd({_json(address)}, {_json(data)});\n",))


def rows_file(address: str, starts: Sequence[int], rows: Iterable[object]) -> Rendered:
    """The same of a list: on which row each page `starts`, and the rows, each written before the next is made."""
    written = (f"{',' if number else ''}{_json(row)}" for number, row in enumerate(rows))
    start = f'sdd({_json(address)}, {{"starts":{_json(starts)},"rows":['
    return Rendered(address, chain([start], written, ["]});\n"]))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class _Compiled(jinja2.BytecodeCache):
    """The templates as this process compiled them, for its next report: they cost 0.2 s."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


class Renderer:
    """Makes pages of one report. Whatever a template prints is escaped, and made visible before."""

    def __init__(self, report: Report, places: Places) -> None:
        self.report = report
        self.places = places
        self.phrs = report.phr_at
        self.contracts = report.contracts.by_path()
        self.anchors: dict[str, str] = {}
        self.sections = NAVIGATION
        self._held = frozenset(report.files)
        self._environment = jinja2.Environment(
            loader=jinja2.PackageLoader("sdd.render.html", "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            finalize=words.shown,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            bytecode_cache=_COMPILED,
        )
        own = (fit, words.age, words.count, words.left, words.pasted, words.plural, words.short)
        self._environment.filters |= {each.__name__: each for each in (*own, words.spans, words.whole)}
        self._environment.filters["together"] = together_by
        self._environment.filters["answer"] = report.closing
        self._environment.globals |= {
            "report": report,
            "subject": report.subject,
            "places": places,
            "navigation": NAVIGATION,
            "policies": POLICIES,
            "loaders": LOADERS,
            "on_forge": self.on_forge,
            "prose": self.prose,
        }
        self._environment.globals["m"] = self._environment.get_template("macros.html").module
        self._rows = self._environment.get_template("rows.html").module

    def row(self, kind: str, *values: Any) -> Markup:
        """The inside of a row of a list at the top, by the macro of its kind."""
        return Markup(getattr(self._rows, kind)(*values).strip())  # noqa: S704 - a template has escaped it

    def page(self, template: str, address: str = "", title: str = "", **values: Any) -> Rendered:
        """One page, at the address that its template is called where there is one of the kind."""
        own = {"address": address or template, "title": title, "list": None}
        up = "../" if "/" in address else ""
        return Rendered(address or template, (self._environment.get_template(template).render(up=up, **own | values),))

    def prose(self, text: str, record: str, level: int, up: str) -> Markup:
        """Markdown out of a record as HTML; its links lead to other records' pages, or to the forge."""
        return html_of(hidden(text), lambda link: self._resolved(link, record, up), level)

    def _resolved(self, link: str, record: str, up: str) -> str | None:
        path = link.partition("#")[0].partition("?")[0]
        if not path:
            return None
        folder = record.rpartition("/")[0]
        target = posixpath.normpath(path.lstrip("/") if path.startswith("/") else paths.join(folder, path))
        if target.startswith(".."):
            return None
        page = self.places.record(target)
        return up + page if page else self.on_forge(target)

    def on_forge(self, path: str, line: int = 0) -> str | None:
        """The page of a file on the forge; None where there is none, or its address would show a secret."""
        subject = self.report.subject
        if not subject.forge or not subject.commit or path.rstrip("/") not in self._held or hidden(path) != path:
            return None
        return subject.forge.file(subject.commit, path.rstrip("/"), line)

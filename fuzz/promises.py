"""What holds of any text beside that nothing is raised: each a function of bytes that fails where it does not."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser
from xml.etree import ElementTree

from fuzz.ground import check, halves, parsed, text
from sdd.authoring.drafts import ContractDraft, PhrDraft, contract_text, laid_out, phr_text
from sdd.authoring.front_matter import with_key
from sdd.authoring.prose import file_entry, verbatim
from sdd.authoring.repair.form import repaired_form
from sdd.authoring.statements import losses
from sdd.authoring.yaml_text import yaml_lines
from sdd.base import paths
from sdd.base.regex import regex
from sdd.document import Document, decode, is_none_like
from sdd.document.visible import exact_key, folded
from sdd.records.agents import lacking_sections
from sdd.records.kinds import adr, agent, baseline, contract, phr, waiver
from sdd.records.kinds.file_entries import path_of
from sdd.records.kinds.phr import Stage
from sdd.records.kinds.record import AnyKind
from sdd.render.formats import MODULES, verdict_in
from sdd.render.html.markdown import html_of
from sdd.secrets import hidden, redact, scan
from tests.runner import commands
from tests.verdicts import verdict_of

_KEY = b"a key"
_MARK = regex(r"\[REDACTED:[a-z0-9-]+(?::[0-9a-f]{12})?\]")
_CONTROL = regex("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_ROUNDS = 5


def _readable(content: bytes) -> str:
    """A text that a file can hold."""
    return content.decode(errors="replace")


def _stays(*folds: Callable[[str], str]) -> Callable[[bytes], None]:
    def hold(content: bytes) -> None:
        for fold in folds:
            once = fold(_readable(content))
            assert fold(once) == once

    return hold


def _redacted(content: bytes) -> None:
    """Redaction ends, and leaves no secret, no value that proves itself, and all else as it was."""
    written = text(content)
    values = [written[secret.start : secret.end] for secret in scan(written) if secret.proven]
    clean = written
    for _ in range(_ROUNDS):
        clean = redact(clean, scan(clean), _KEY)
    assert not scan(clean)
    assert not scan(hidden(written))
    for value in values:
        assert value not in clean
        assert value not in hidden(written)
    kept = "(?s:.*)".join(map(re.escape, _MARK.split(redact(written, scan(written), _KEY))))
    assert re.fullmatch(kept, written)


def _printable(content: bytes) -> None:
    assert not _CONTROL.search(paths.printable(text(content)))


def _named(content: bytes) -> None:
    """A name that git can hold is read back as it is, quoted or as an entry of `files`."""
    name = text(b"/".join(part for part in content.replace(b"\0", b"").split(b"/") if part not in (b"", b".", b"..")))
    shown = paths.as_text(name)
    assert (paths.from_text(shown) or shown) == name
    if name:
        assert path_of(file_entry(name)) == name


def _repaired(kind: AnyKind, content: bytes) -> None:
    """A repair loses nothing, and a second one has nothing left to do."""
    path = f"specs/001-x/{kind.name}.md"
    repaired = repaired_form(kind, path, "", content)
    assert not losses(kind.parse(path, content, ""), kind.parse(path, repaired.content, ""))
    again = repaired_form(kind, path, "", repaired.content)
    assert (again.content, again.done) == (repaired.content, ())


def _written_phr(content: bytes) -> None:
    """A PHR's title, prompt and response are read back as they were given."""
    title, prompt = halves(_readable(content).encode())
    draft = PhrDraft(id="0001", title=title, stage=Stage.GREEN, date="2026-03-01", prompt=prompt, response=prompt)
    record = phr.parse("history/prompts/general/0001-x.green.prompt.md", phr_text(draft).encode(), "")
    assert not record.problems
    wanted = re.sub(r"\A(?:[ \t]*\n)+", "", verbatim(prompt)).rstrip()
    if wanted == prompt and not is_none_like(prompt):
        assert (record.prompt, record.response) == (prompt, prompt)
    if title and not is_none_like(title):
        assert (record.title or "").split() == title.replace("\0", "\ufffd").split()


def _written_contract(content: bytes) -> None:
    """A contract that is written for any agent file holds every section that this demands."""
    for_agent = agent.parse(".claude/agents/a.md", content, "")
    draft = laid_out(_DRAFT, for_agent)
    draft = replace(draft, sections=tuple((heading, "All of it.") for heading, _ in draft.sections))
    path = "history/contracts/general/0001-a.contract.md"
    written = contract.parse(path, contract_text(draft).encode(), "")
    assert not written.problems
    assert lacking_sections(for_agent, written) == ()


def _written_yaml(content: bytes) -> None:
    first, rest = halves(_readable(content).replace("\0", "\ufffd").encode())
    for value in (rest, (first, rest)):
        document = Document.parse("\n".join(["---", *yaml_lines("title", value), "---", ""]).encode())
        assert not document.problems
        read = document.front_matter.values["title"]
        assert (tuple(entry.text for entry in read.entries or ()) if isinstance(value, tuple) else read.text) == value


def _set_key(content: bytes) -> None:
    """A key that is set in front matter is read back, and no other one changes."""
    written = decode(content)[0].encode()
    before, after = Document.parse(written), Document.parse(with_key(written, "surface", "human: me"))
    if not before.problems and before.front_matter.values and written != with_key(written, "surface", "human: me"):
        assert after.front_matter.values["surface"].text == "human: me"
        others = [key for key in before.front_matter.values if key.strip().lower() != "surface"]
        assert [after.front_matter.values[key].text for key in others] == [
            before.front_matter.values[key].text for key in others
        ]


def _written_baseline(content: bytes) -> None:
    entries = baseline.parse(content).entries
    assert sorted(baseline.parse(baseline.baseline_text(entries).encode()).entries) == sorted(entries)


class _Tags(HTMLParser):
    """What a page would make of some HTML."""

    _KNOWN = (
        "p", "em", "strong", "s", "code", "pre", "a", "span", "br", "hr", "ul", "ol", "li", "blockquote", "h3", "h4",
        "h5", "h6", "div", "table", "thead", "tbody", "tr", "th", "td",
    )  # fmt: skip

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self._KNOWN, tag
        for name, value in attrs:
            assert name in ("href", "class", "rel", "start", "tabindex", "role", "aria-label"), name
            if name == "href":
                assert re.match(r"https?://|mailto:|page\.html", value or "", re.IGNORECASE), value


def _harmless_html(content: bytes) -> None:
    """What a record says becomes no tag, attribute or address but those of Markdown."""
    _Tags().feed(str(html_of(text(content), lambda link: "page.html")))


def _formats(content: bytes) -> None:
    """Every format of a verdict can be parsed whatever a repository's own texts are, and no log commands a forge."""
    verdict, ways = verdict_of(text(content))
    for form in MODULES:
        written = verdict_in(form, verdict, ways)
        written.encode()
        if form in ("json", "sarif", "gitlab"):
            json.loads(written)
        elif form == "junit":
            ElementTree.fromstring(written)  # noqa: S314 - sdd wrote it
        assert [told.name for told in commands(written)] == (
            ["error", "warning", "warning"] if form == "github" else []
        )


def _shown_findings(kind: AnyKind, content: bytes) -> None:
    """No message of a rule shows a secret or a control character."""
    for change in check(parsed(kind, content)).changes:
        for finding in change.findings:
            assert not scan(finding.message)


_DRAFT = ContractDraft(
    id="0001", title="A", scope=("src/**",), success="It works.", constraints=("None.",), non_goals=("No more.",),
    checks=("true",), discovery=("1:1:src/a.py",), follow_ups=("More.",),
)  # fmt: skip
_REPAIRED = (phr.KIND, contract.KIND, adr.KIND, waiver.KIND)

PROMISES: Mapping[str, Callable[[bytes], object]] = {
    "folded text stays": _stays(folded, exact_key),
    "redacted text": _redacted,
    "printable text": _printable,
    "names read back": _named,
    **{f"{kind.name} repaired": partial(_repaired, kind) for kind in _REPAIRED},
    "PHR read back": _written_phr,
    "contract for an agent": _written_contract,
    "YAML read back": _written_yaml,
    "key that is set": _set_key,
    "baseline read back": _written_baseline,
    "harmless HTML": _harmless_html,
    "formats of a verdict": _formats,
    **{f"findings in a {kind.name}": partial(_shown_findings, kind) for kind in _REPAIRED},
}

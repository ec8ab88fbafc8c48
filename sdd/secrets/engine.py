"""A scanner that the policy names, beside sdd's own shapes: what it finds in some texts.

It is found outside the repository and runs in an empty folder, on copies with names of sdd's own: nothing that a
repository holds configures it, is called by it, or silences it by a comment.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sdd.base.errors import SddError
from sdd.base.processes import program_outside

_SECONDS = 600
_CONFIG = "[extend]\nuseDefault = true\n"
# What each is told: {files}, {config}, {empty} and {report} are paths. None asks an issuer whether a secret is valid.
_WORDS = {
    "betterleaks": (
        "filesystem", "{files}", "--config={config}", "--no-allow-signatures", "--no-banner", "--exit-code=0",
        "--output={report}",
    ),
    "gitleaks": (
        "dir", "{files}", "--config={config}", "--ignore-gitleaks-allow", "--gitleaks-ignore-path={empty}",
        "--no-banner", "--exit-code=0", "--report-format=json", "--report-path={report}",
    ),
    "kingfisher": (
        "scan", "{files}", "--no-validate", "--no-update-check", "--no-ignore", "--format=json", "--output={report}",
    ),
}  # fmt: skip
# kingfisher says so where it found something.
_FOUND_STATUS = {"kingfisher": (0, 200, 205)}


class EngineFinding(NamedTuple):
    """What a scanner found: in which text (by its place among those given), its name for it, and the value."""

    text: int
    rule: str
    value: str


def scan_with(engine: str, texts: Sequence[str], outside: Sequence[Path]) -> tuple[EngineFinding, ...]:
    """What a program finds in some texts. `outside` are folders of the repository, where it is not looked for.

    Raises SddError where it is not installed or fails.
    """
    program = program_outside(engine, outside)
    if not program:
        raise SddError(f"{engine} is not installed", "install it, or take it out of [secrets] in .specify/sdd.toml")
    with tempfile.TemporaryDirectory(prefix="sdd-secrets-") as name:
        folder = Path(name)
        places = {key: str(folder / key) for key in ("files", "empty", "home", "config", "report.json")}
        places["report"] = places.pop("report.json")
        for key in ("files", "empty", "home"):
            Path(places[key]).mkdir()
        Path(places["config"]).write_text(_CONFIG)
        for number, text in enumerate(texts):
            (folder / "files" / f"{number}.txt").write_text(text, "utf-8", "replace", newline="")
        words = [program, *(word.format(**places) for word in _WORDS[engine])]
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": places["home"], "LC_ALL": "C.UTF-8"}
        try:
            done = subprocess.run(
                words, cwd=places["empty"], env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                timeout=_SECONDS,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError) as error:
            raise SddError(f"{engine} failed: {type(error).__name__}", f"run it by hand: {engine} --help") from None
        if done.returncode not in _FOUND_STATUS.get(engine, (0,)):
            raise SddError(f"{engine} failed with status {done.returncode}", f"run it by hand: {engine} --help")
        try:
            report = Path(places["report"]).read_bytes()
        except OSError:
            report = b""
        return read_report(engine, report)


def read_report(engine: str, report: bytes) -> tuple[EngineFinding, ...]:
    """The findings of a program's report. Raises SddError for one that sdd cannot read."""
    try:
        return tuple(_findings(engine, report))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise SddError(f"{engine} wrote no report that sdd can read", "update one of the two") from None


def _findings(engine: str, report: bytes) -> Iterator[EngineFinding]:
    """A report's findings. Raises what reading JSON of another form raises."""
    document: Any = json.loads(report)
    listed: list[Mapping[str, Any]] = document if engine == "gitleaks" else document["findings"]
    for each in listed:
        if engine == "kingfisher":
            file, rule, value = each["finding"]["path"], each["rule"]["id"], each["finding"]["snippet"]
        elif engine == "betterleaks":
            file, rule, value = each["location"]["path"], each["rule_id"], each["match"]["value"]
        else:
            file, rule, value = each["File"], each["RuleID"], each["Secret"]
        if value:
            yield EngineFinding(int(Path(file).stem), f"{engine}:{rule}", str(value))

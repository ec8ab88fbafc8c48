"""Verdicts to be written in every format, and the parsers that read them back."""

import json
from pathlib import Path
from typing import Any

import junitparser
from jsonschema_rs import Draft4Validator

from sdd.gate.check.verdict import Finding, JudgedChange, Verdict, Waived
from sdd.gate.cover import CoveredFile, Need
from sdd.gate.plan import Plan, Step, Way
from sdd.gate.rules import Severity
from sdd.records.kinds.waiver import Waiver
from sdd.render.formats import MODULES
from sdd.render.plan import Plans
from sdd.repo.changes import PathChange

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-schema-2.1.0.json").read_text())
SARIF = Draft4Validator(SCHEMA, validate_formats=True)
MADE = tuple(MODULES)
_valid_rules: list[Any] = []


def finding(path: str, message: str, rule: str = "change-no-phr", severity: str = "error", line: int = 1) -> Finding:
    return Finding(path, line, 1, rule, Severity(severity), message, message)


def verdict_of(text: str, tolerated: str = "") -> tuple[Verdict, Plans]:
    """A verdict in which one text stands wherever a repository's own can."""
    waiver = Waiver(
        path=text, root="", id=None, title=text, rules=(), paths=(), reason=text, approved_by=text, expires="2026-04-01"
    )
    change = JudgedChange(
        ref=text,
        target_name=text,
        base="b" * 40,
        head="a" * 40,
        root=text,
        files=(
            CoveredFile(PathChange(text, "A", None, None, None), "", lacks=(Need.PHR,)),
            CoveredFile(PathChange("uv.lock", "M", None, None, None), "", exempt="policy"),
        ),
        findings=(
            finding(text, text),
            finding(text, text, "change-no-contract"),
            finding(text, text, "phr-trivial", "warning", 7),
            finding(text, text, "phr-vague-files", "warning", 7),
        ),
        waived=(Waived(finding(text, text, "phr-empty"), waiver),),
        remark=text,
        tolerated=tolerated,
    )
    plans = {0: Plan(text, (text,), (Way((Step(("git", "add", "--", text)),), label="fix"),))}
    return Verdict((change,), (text,)), plans


def sarif_of(text: str) -> dict[str, Any]:
    """The one run of a SARIF log, after a look at its schema; at the rules, which all logs share, only once."""
    document = json.loads(text)
    (run,) = document["runs"]
    driver = run["tool"]["driver"]
    rules = driver["rules"]
    if rules == _valid_rules:
        driver["rules"] = []
    SARIF.validate(document)
    driver["rules"] = _valid_rules[:] = rules
    assert isinstance(run, dict)
    return run


def cases_of(text: str) -> list[junitparser.TestCase]:
    read = junitparser.JUnitXml.fromstring(text.encode())
    return [case for suite in read for case in suite]

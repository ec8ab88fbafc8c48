"""A tree is judged record by record: what was read is let go of, and the verdict is that of a reader that keeps all."""

import weakref
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from sdd.gate.rules import ALL
from sdd.gate.rules.rule import ChangeContext
from sdd.records import project
from sdd.records.kinds.phr import Phr
from sdd.records.project import Reader
from tests.test_rule_edges import record
from tests.variants import Variants

LETS_GO_AT_ONCE = -1
EXAMPLES = {
    rule.name: rule.example
    for rule in ALL
    if rule.context is not ChangeContext
    and rule.name.startswith(("phr-", "record-", "contract-unknown", "contract-miss", "spec-d"))
}
MANY = "\n".join(record(f"{number:04}", f"Round invoice number {number}.") for number in range(10, 30))


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Variants]:
    with Variants.at(tmp_path_factory.mktemp("good") / "repo") as opened:
        yield opened


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_is_let_go_of_changes_no_verdict(variants: Variants, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    variant = variants.of(EXAMPLES[name])
    kept = variants.check(variant)
    monkeypatch.setattr(project, "BYTES_HELD", LETS_GO_AT_ONCE)
    assert variants.check(variant) == kept


def test_few_records_are_in_memory_at_a_time(variants: Variants, monkeypatch: pytest.MonkeyPatch) -> None:
    variant = variants.of(MANY)
    monkeypatch.setattr(project, "BYTES_HELD", LETS_GO_AT_ONCE)
    alive: weakref.WeakSet[Phr] = weakref.WeakSet()
    most = 0
    read: Counter[str] = Counter()
    parsed: Callable[..., object] = Reader.record

    def watched(*words: object) -> object:
        nonlocal most
        record = parsed(*words)
        if isinstance(record, Phr) and record not in alive:
            alive.add(record)
            read[record.path] += 1
        most = max(most, len(alive))
        return record

    monkeypatch.setattr(Reader, "record", watched)
    assert not any(change.findings for change in variants.check(variant).changes)
    assert len(read) >= 20
    assert read.total() == len(read), "each is read once"
    assert most < 10


def test_a_repeated_prompt_is_found_far_from_its_original(variants: Variants, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "BYTES_HELD", LETS_GO_AT_ONCE)
    verdict = variants.check(variants.of(f"{MANY}\n{record('0040', 'Round invoice number 10.')}"))
    (finding,) = (finding for change in verdict.changes for finding in change.findings)
    assert finding.rule == "phr-replayed"
    assert "/0010-" in finding.message
    assert "/0040-" in finding.path

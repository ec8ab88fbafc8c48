"""The spec behind a file, and what keeps it from covering that: missing, unreadable, or unfinished in what a contract
names.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from operator import itemgetter
from typing import NamedTuple

from sdd.base.listing import listed
from sdd.gate.change import ChangeView
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.reading import is_demand
from sdd.records.kinds.spec import Spec
from sdd.records.layout import features_named, roots_of


class SpecFault(NamedTuple):
    """Why no spec covers a file: the rule that reports it, where to look, and what is wrong there. `fix` says what to
    do where that is not to write the spec.
    """

    rule: str
    path: str
    line: int
    message: str
    fix: str = ""


class FeatureSpecs:
    """The specs of a change, as head has them."""

    def __init__(self, view: ChangeView) -> None:
        self._view = view
        self._feature = cache(lambda root, stated: view.nearest(root, lambda at: at.feature(stated)) or stated)
        self._spec = cache(lambda root, feature: view.nearest(root, lambda at: at.spec(feature)))

    def of(
        self, root: str, contracts: tuple[Contract, ...], phrs: tuple[Phr, ...]
    ) -> tuple[str | None, str | None, tuple[SpecFault, ...]]:
        """(feature, path of its spec.md, what is wrong with that) for a file below `root`."""
        naming = tuple(phr for phr in phrs if phr.feature)
        of_phrs = tuple(dict.fromkeys(map(self._feature_of, naming)))
        faults: list[SpecFault] = []
        specs: list[tuple[str, str | None]] = []
        for contract in contracts or (None,):
            own = self._feature_of(contract) if contract and contract.feature else None
            feature = own or next(iter(of_phrs), None)
            if not feature:
                faults.append(no_spec("no record of this change names its feature"))
                continue
            spec = self._spec(contract.root if contract else root, feature)
            specs.append((feature, spec.path if spec else None))
            stating: tuple[Contract | Phr, ...] = (contract, *naming) if contract and own else naming
            if contract and own and of_phrs and own not in of_phrs:
                message = f"{contract.path} names feature {own}, but {naming[0].path} names {naming[0].feature}"
                same = f"name the same feature in {contract.path} and {naming[0].path}, commit it: sdd feature list"
                faults.append(no_spec(message, self._renaming(root, stating) or same))
            elif not spec and (fix := self._renaming(root, stating)):
                faults.append(no_spec(f"no feature is named {feature}", fix))
            if spec or not faults:
                # Asked again for each file of the contract, and by each ref that holds both.
                faults += self._view.reader.once(faults_of, spec, feature, contract)
        feature, path = specs[0] if specs else (None, None)
        return feature, path, tuple(dict.fromkeys(faults))

    def _feature_of(self, record: Contract | Phr) -> str:
        """The name of the feature that a record states; what is stated where no root has it."""
        return self._feature(record.root, record.feature or "")

    def _renaming(self, root: str, stating: Iterable[Contract | Phr]) -> str:
        """What to write into which records that state a feature, where all of them mean the same and some call it by a
        number, a slug or a path that only commands take; nothing where they mean several, or none.
        """
        above = (root, *roots_of(self._view.head, root))
        known = [name for folder in above for name in self._view.after(folder).features]
        named = {record.path: self._feature_of(record) for record in stating}
        meant = {name for stated in named.values() for name in features_named(known, stated) or (stated,)}
        if len(meant) != 1 or not meant <= {*known}:
            return ""
        (name,) = meant
        wrong = [path for path, stated in named.items() if stated != name]
        return f"say feature: {name} in {listed(wrong)}, commit it" if wrong else ""


def no_spec(message: str, fix: str = "") -> SpecFault:
    """No spec covers the file, for a reason that is no place in one."""
    return SpecFault("change-no-spec", "", 1, message, fix)


def faults_of(spec: Spec | None, feature: str, contract: Contract | None) -> tuple[SpecFault, ...]:
    """Why a feature's spec is not enough for a contract: missing, unreadable, or unfinished in what it names."""
    return tuple(_faults(spec, feature, contract))


def _faults(spec: Spec | None, feature: str, contract: Contract | None) -> Iterator[SpecFault]:
    if not spec:
        yield no_spec(f"feature {feature} has no specs/{feature}/spec.md")
        return
    for problem in spec.problems:
        yield no_spec(f"{spec.path}:{problem.line} cannot be read: {problem.message}")
    named = {item.text for item in contract.requirements} if contract else set()
    for part in spec.silent:
        yield no_spec(f"{spec.path}:{part.line} says nothing under {part.text}: write what must be true there")
    for item in (*spec.requirements, *spec.criteria):
        if item.id in named and not is_demand(item.text):
            yield no_spec(f"{spec.path}:{item.line}: {item.id} says nothing: write what must be true there")
    starts = _starts(spec) if named else ()
    for rule, markers in (("spec-placeholder", spec.placeholders), ("spec-unclear", spec.open_questions)):
        for marker in markers:
            # Of a spec that is its template still nothing is said yet.
            if spec.is_template or not named or _owner(starts, marker.line) in named:
                yield SpecFault(rule, spec.path, marker.line, marker.text)


def _starts(spec: Spec) -> Sequence[tuple[int, str]]:
    """(line, id) of where each part of a spec begins, in order; the id is empty but for a requirement or criterion."""
    starts = [(item.line, item.id) for item in (*spec.requirements, *spec.criteria)]
    starts += [(story.line, "") for story in spec.stories] + [(section.line, "") for section in spec.sections]
    return sorted(starts)


def _owner(starts: Sequence[tuple[int, str]], line: int) -> str:
    """The id of the part that a line belongs to."""
    place = bisect_right(starts, line, key=itemgetter(0))
    return starts[place - 1][1] if place else ""

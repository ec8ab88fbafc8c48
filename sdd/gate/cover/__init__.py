"""Which spec, contract and PHR cover each governed file of a change. The gate, status and `phr new` ask it."""

from sdd.gate.cover.checked import (
    CheckState,
    CheckStates,
    JudgedCheck,
    by_place,
    check_states,
    files_digest,
    judged_checks,
    named_by,
    proves_nothing,
    states_among,
    worth_of,
)
from sdd.gate.cover.covered import CoveredFile, FileState, Need
from sdd.gate.cover.lookup import NamingPhrs, Steps, anchored, in_scope, reaches
from sdd.gate.cover.naming import MovedFiles, Named, asks_nothing, is_trivial, is_vague, is_waiver
from sdd.gate.cover.patterns import Patterns, begins_literally, is_matched
from sdd.gate.cover.spec_faults import SpecFault
from sdd.gate.cover.table import Coverage

__all__ = [
    "CheckState", "CheckStates", "Coverage", "CoveredFile", "FileState", "JudgedCheck", "MovedFiles",
    "Named", "NamingPhrs", "Need", "Patterns", "SpecFault", "Steps", "anchored", "asks_nothing", "begins_literally",
    "by_place", "check_states", "files_digest", "in_scope", "is_matched", "is_trivial", "is_vague", "is_waiver",
    "judged_checks", "named_by", "proves_nothing", "reaches", "states_among", "worth_of",
]  # fmt: skip

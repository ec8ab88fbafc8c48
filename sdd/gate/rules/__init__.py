"""The rule book: one module a family, one small function a rule, and the list of all of them."""

from sdd.gate.rules.adr import adr_bad_status, adr_duplicate_id, adr_unreadable
from sdd.gate.rules.agent import contract_checklist, contract_error_taxonomy, contract_missing_agent_section
from sdd.gate.rules.baseline import policy_baseline_grown, policy_baseline_unreadable
from sdd.gate.rules.change import (
    change_no_contract,
    change_no_phr,
    change_no_spec,
    change_no_test,
    change_not_a_revert,
    change_out_of_scope,
    change_path_twin,
)
from sdd.gate.rules.constitution import constitution_missing, constitution_placeholder, constitution_version
from sdd.gate.rules.contract import (
    contract_aged,
    contract_criteria,
    contract_follow_ups,
    contract_missing_section,
    contract_no_constraint,
    contract_no_non_goal,
    contract_unchecked,
    contract_unreadable,
)
from sdd.gate.rules.contract_names import (
    contract_bad_reference,
    contract_broad_scope,
    contract_no_scope,
    contract_unknown_requirement,
    contract_unknown_task,
)
from sdd.gate.rules.history import history_rewritten
from sdd.gate.rules.phr import (
    phr_bad_date,
    phr_bad_name,
    phr_bad_stage,
    phr_duplicate_id,
    phr_empty,
    phr_missing_field,
    phr_placeholder,
    phr_trivial,
    phr_unreadable,
    phr_wrong_folder,
)
from sdd.gate.rules.phr_names import phr_broken_link, phr_stale, phr_unknown_feature, phr_unknown_file, phr_vague_files
from sdd.gate.rules.planning import (
    checklist_placeholder,
    plan_no_constitution_check,
    plan_unclear,
    tasks_bad_line,
    tasks_duplicate_id,
    tasks_phantom,
)
from sdd.gate.rules.policy import policy_changed, policy_invalid, root_changed
from sdd.gate.rules.record import record_mode, record_no_phr, record_symlink, record_too_large
from sdd.gate.rules.replay import phr_replayed
from sdd.gate.rules.rule import ChangeContext, Rule, RuleFinding, Severity, TreeContext
from sdd.gate.rules.size import change_not_a_chore, change_too_large
from sdd.gate.rules.spec import (
    spec_duplicate_id,
    spec_duplicate_number,
    spec_missing_section,
    spec_no_scenario,
    spec_placeholder,
    spec_unclear,
    spec_unreadable,
)
from sdd.gate.rules.unreadable import unreadable
from sdd.gate.rules.waiver import waiver_broad, waiver_expired, waiver_incomplete
from sdd.records.kinds import KINDS

# A rule stands after those that it needs.
ALL: tuple[Rule, ...] = (
    change_no_phr,
    change_no_contract,
    change_out_of_scope,
    change_no_spec,
    change_not_a_chore,
    change_not_a_revert,
    change_path_twin,
    change_too_large,
    change_no_test,
    root_changed,
    record_no_phr,
    record_mode,
    record_symlink,
    record_too_large,
    history_rewritten,
    phr_unreadable,
    phr_missing_field,
    phr_bad_stage,
    phr_bad_date,
    phr_bad_name,
    phr_wrong_folder,
    phr_placeholder,
    phr_empty,
    phr_replayed,
    phr_unknown_feature,
    phr_broken_link,
    phr_duplicate_id,
    phr_trivial,
    phr_unknown_file,
    phr_vague_files,
    phr_stale,
    contract_unreadable,
    contract_missing_section,
    contract_criteria,
    contract_no_constraint,
    contract_no_non_goal,
    contract_follow_ups,
    contract_unchecked,
    contract_no_scope,
    contract_broad_scope,
    contract_unknown_requirement,
    contract_unknown_task,
    contract_bad_reference,
    contract_missing_agent_section,
    contract_checklist,
    contract_error_taxonomy,
    contract_aged,
    spec_unreadable,
    spec_missing_section,
    spec_unclear,
    spec_placeholder,
    spec_duplicate_id,
    spec_duplicate_number,
    spec_no_scenario,
    tasks_duplicate_id,
    tasks_bad_line,
    tasks_phantom,
    plan_unclear,
    plan_no_constitution_check,
    checklist_placeholder,
    constitution_missing,
    constitution_placeholder,
    constitution_version,
    adr_unreadable,
    adr_bad_status,
    adr_duplicate_id,
    policy_invalid,
    policy_changed,
    policy_baseline_unreadable,
    policy_baseline_grown,
    waiver_incomplete,
    waiver_broad,
    waiver_expired,
    *(unreadable(kind) for kind in KINDS if kind.example),
)

__all__ = ["ALL", "ChangeContext", "Rule", "RuleFinding", "Severity", "TreeContext"]

"""New artifacts: their templates, ids and slugs, and the texts of PHRs and contracts."""

from sdd.repo.worktree import write_new
from sdd.scaffold.feature_name import feature_name
from sdd.scaffold.for_agent import laid_out
from sdd.scaffold.identity import next_id, release_id, slug
from sdd.scaffold.records import ContractDraft, PhrDraft, contract_text, phr_text
from sdd.scaffold.templates import fill, project_template

__all__ = [
    "ContractDraft",
    "PhrDraft",
    "contract_text",
    "feature_name",
    "fill",
    "laid_out",
    "next_id",
    "phr_text",
    "project_template",
    "release_id",
    "slug",
    "write_new",
]

"""Acceptance checks as JSON."""

from collections.abc import Sequence
from typing import Any

from sdd.authoring.acceptance import Verified
from sdd.records.kinds.contract import Contract
from sdd.render.text.checks import ended


def checks_document(contract: Contract, results: Sequence[Verified]) -> dict[str, Any]:
    """A contract's checks, each with how it ended, None where it was not run."""
    ran = {(check.text, check.line): outcome for check, outcome in results}
    return {
        "path": contract.path,
        "root": contract.root or ".",
        "checks": [
            {
                **check._asdict(),
                "result": ended(outcome.status) if outcome else None,
                "exit": outcome.status if outcome else None,
                "seconds": round(outcome.seconds, 3) if outcome else None,
                "sha256": outcome.digest if outcome else None,
            }
            for check in contract.checks
            for outcome in [ran.get((check.text, check.line))]
        ],
    }

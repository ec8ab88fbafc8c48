"""What a merge is called: by its request's title, where the forge wrote that into its message."""

import pytest

from sdd.repo.merges import is_stock, merge_title
from tests.adopted import Adopted, sdd

GITHUB = "Merge pull request #98 from acme/vat"
GITLAB = "Merge branch 'vat' into 'main'"
BITBUCKET = "Merged in vat (pull request #3)"


@pytest.mark.parametrize(
    ("message", "title"),
    [
        (f"{GITHUB}\n\nfix: round half up\n\nAs the ledger does.\n", "fix: round half up"),
        (f"{GITLAB}\n\nRound half up\n\nSee merge request acme/shop!12\n", "Round half up"),
        (f"{BITBUCKET}\n\nRound half up\n\nApproved-by: Ada\n", "Round half up"),
        ("Merge pull request 'Round half up' (#12) from ada/vat into main\n\nReviewed-on: x\n", "Round half up"),
        ("Merge remote-tracking branch 'origin/vat'\n\nFixes what the ledger found\n", "Fixes what the ledger found"),
        (f"{GITHUB}\n", GITHUB),
        (f"{GITHUB}\n\n\n", GITHUB),
        (f"{GITLAB}\n\nSee merge request acme/shop!12\n", GITLAB),
        (f"{GITLAB}\n\nCloses acme/shop#7\n", GITLAB),
        (f"{BITBUCKET}\n\nApproved-by: Ada\n", BITBUCKET),
        ("Merge branch 'vat'\n\n# Conflicts:\n#\tsrc/vat.py\n", "Merge branch 'vat'"),
        ("Merge branch 'vat'\n\n* vat:\n  Round half up\n", "Merge branch 'vat'"),
        ("Round half up (#98)\n\nAs the ledger does.\n", "Round half up (#98)"),
        ("Merge the ledgers\n\nAs agreed.\n", "Merge the ledgers"),
        ("", ""),
    ],
)
def test_the_title_of_a_request_stands_in_its_merge(message: str, title: str) -> None:
    assert merge_title(message) == title
    assert is_stock(title) == (title in (GITHUB, GITLAB, BITBUCKET, "Merge branch 'vat'"))


def landed(adopted: Adopted, message: str) -> str:
    """Lands a recorded fix by a merge with this message, and gives the merge."""
    adopted.branch()
    adopted.write({"src/round.py": "CENTS = 100\n"})
    adopted.done(
        "phr", "new", "Count in cents", "--kind", "fix", "--success", "Sums are cents.", "--check", "true", "--commit"
    )
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("merge", "-q", "--no-ff", "-m", message, "work")
    adopted.land("main")
    return adopted.here.git("rev-parse", "HEAD")


@pytest.mark.parametrize(
    ("message", "told", "title"),
    [
        (f"{GITHUB}\n\nfeat: round half up\n\nAs the ledger does.", "feat: round half up", "feat: round half up"),
        (GITHUB, GITHUB, "Count in cents"),
    ],
)
def test_audit_report_and_why_call_a_request_by_its_title(
    adopted: Adopted, message: str, told: str, title: str
) -> None:
    merge = landed(adopted, message)
    (item,) = (entry for entry in adopted.done("audit", "--json").document["items"] if entry["head"] == merge)
    (change,) = (
        entry for entry in adopted.done("report", "--format", "json").document["changes"] if entry["commit"] == merge
    )
    assert (item["title"], change["title"]) == (title, title)
    assert title in adopted.done("report", "--format", "csv", "--table", "changes").out
    answer = sdd(adopted.here.path, "why", "src/round.py:1").out
    assert f"landed       {merge[:10]} 2026-03-01 Ada: {told} (" in answer
    assert f"Ada: {told}" in sdd(adopted.here.path, "why", merge).out.splitlines()[0]


def test_several_commits_are_called_as_their_record_is(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/round.py": "CENTS = 100\n"})
    adopted.done(
        "phr", "new", "Count in cents", "--kind", "fix", "--success", "Sums are cents.", "--check", "true", "--commit"
    )
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("merge", "-q", "--ff-only", "work")
    adopted.land("main")
    items = adopted.done("audit", "--json").document["items"]
    assert items[0]["title"] == "Count in cents"

"""A new record is committed with what it is of no use without: the spec of its feature."""

from typing import Any

from sdd.base import paths
from sdd.cli.printing import remark
from sdd.cli.session import Session
from sdd.repo.uncommitted import uncommitted_paths


def save_with_spec(session: Session, message: str, record: str, feature: str | None) -> tuple[str, dict[str, Any]]:
    """Does as `Session.save`, and commits too what the feature's folder below specs/ holds uncommitted. Says what
    was done, in words and by the keys of a document; on stderr that the spec is missing.
    """
    beside: list[str] = []
    if feature and session.commits:
        folder = session.state.work.of_feature(feature).feature_folder(feature)
        changed = (path for path in uncommitted_paths(session.repository) if paths.is_below(path, folder))
        beside += (path for path in changed if (session.top / path).is_file())
        if not (session.top / folder / "spec.md").is_file():
            remark(f"{folder}/spec.md is missing: the feature's work needs it")
    along = f" with {', '.join(beside)}" if beside else ""
    word = session.save(message, record, *beside)
    return f"{word} {record}{along}", {"committed": word == "committed", "with": beside}

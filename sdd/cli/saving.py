"""A new record is committed with what it is of no use without: the spec of its feature."""

from sdd.base import paths
from sdd.cli.printing import remark
from sdd.cli.session import Session
from sdd.repo.uncommitted import uncommitted_paths


def save_with_spec(session: Session, message: str, record: str, feature: str | None) -> str:
    """Does as `Session.save`, and commits too what the feature's folder below specs/ holds uncommitted. Says in words
    what was done; on stderr that the spec is missing.
    """
    if not (feature and session.commits):
        return f"{session.save(message, record)} {record}"
    folder = session.state.work.of_feature(feature).feature_folder(feature)
    changed = (path for path in uncommitted_paths(session.repository) if paths.is_below(path, folder))
    beside = [path for path in changed if (session.top / path).is_file()]
    if not (session.top / folder / "spec.md").is_file():
        remark(f"{folder}/spec.md is missing: the feature's work needs it")
    along = f" with {', '.join(beside)}" if beside else ""
    return f"{session.save(message, record, *beside)} {record}{along}"

"""Which records are no longer what they were when they landed: the quick question before what they said then."""

from collections.abc import Collection
from sqlite3 import Connection

from sdd.answers.asking import rows_for
from sdd.repo.objects import Repository


def changed_since_landing(index: Connection, repository: Repository, asked: Collection[str]) -> list[str]:
    """Those of some PHRs and contracts whose file is another one than that of the landing that brought them."""
    ask = "SELECT path, blob FROM records WHERE kind IN ('phr', 'contract') AND path IN (?)"
    blobs = dict(rows_for(index, ask, asked))
    ask = (
        "SELECT path, commit_id FROM landed JOIN landings ON landings.position = landed.landing "
        "WHERE path IN (?) ORDER BY since"
    )
    landed = dict(rows_for(index, ask, asked))
    then = {path: repository.tree(landed[path]).file(path) for path in blobs if path in landed}
    return [path for path, entry in then.items() if entry and entry.oid != blobs[path]]

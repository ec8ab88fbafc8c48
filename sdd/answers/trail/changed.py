"""Which records are no longer what they were when they landed: the quick question before what they said then."""

from collections.abc import Collection
from sqlite3 import Connection

from sdd.answers.asking import rows_for
from sdd.index.mainline import held_mainline
from sdd.index.state import held_by
from sdd.index.terms import storable
from sdd.repo.objects import Repository

# Newer landings of a path come last. A record that nobody edited or moved says at the tip what it landed with.
_LANDED = (
    "SELECT path, commit_id, since = landing AND until ISNULL AND NOT EXISTS (SELECT 1 FROM edited WHERE edited.path = "
    "landed.path) FROM landed JOIN landings ON landings.position = landed.landing WHERE path IN (?) ORDER BY since"
)


def changed_since_landing(index: Connection, repository: Repository, asked: Collection[str]) -> list[str]:
    """Those of some PHRs and contracts whose file is another one than that of the landing that brought them.

    A tree is read only where the index cannot tell: of a record that was edited, moved or came back, or is not as the
    mainline has it.
    """
    ask = "SELECT path, blob FROM records WHERE kind IN ('phr', 'contract') AND path IN (?)"
    blobs = dict(rows_for(index, ask, asked))
    landed = {path: (commit, bool(is_steady)) for path, commit, is_steady in rows_for(index, _LANDED, blobs)}
    held, mainline = held_by(index), held_mainline(index)
    uncommitted = frozenset(map(storable, held.uncommitted))

    def is_changed(path: str) -> bool:
        commit, is_steady = landed[path]
        if is_steady and mainline and mainline.tip:
            commit = mainline.tip  # one tree for all
            if commit == held.commit and path not in uncommitted:
                return False
        then = repository.tree(commit).file(path)
        return then is not None and then.oid != blobs[path]

    return [path for path in blobs if path in landed and is_changed(path)]

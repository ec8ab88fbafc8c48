"""Finds what somebody means: a record by a path, the end of one or a number, a feature by its name or number."""

from collections.abc import Sequence
from sqlite3 import Connection

from sdd.base.errors import UsageError
from sdd.base.listing import listed
from sdd.base.nearest import nearest
from sdd.records.layout import features_named
from sdd.records.named import AnyRecord, fitting


def chosen(records: Sequence[AnyRecord], wanted: str, noun: str, otherwise: str) -> AnyRecord:
    """The one record at the path `wanted`, else with that in its path from some folder on, else of that number.

    Raises UsageError where there is none, or more than one; `otherwise` is the command that lists them.
    """
    matching = fitting(records, wanted)
    if len(matching) != 1:
        near = ", ".join(record.path for record in matching[:5]) or f"see: {otherwise}"
        raise UsageError(f"{'more than one' if matching else 'no'} {noun} matches {wanted}", near)
    return matching[0]


def feature_name(index: Connection, wanted: str) -> str:
    """The name of the one feature, of any root, that a record of the index is about and `feature_named` chooses."""
    asked = "SELECT DISTINCT feature FROM documents WHERE feature NOTNULL ORDER BY feature"
    return feature_named([name for (name,) in index.execute(asked)], wanted)


def feature_named(known: Sequence[str], wanted: str) -> str:
    """The one feature of a name, number or path. Raises UsageError with the nearest for none or several."""
    matching = features_named(known, wanted)
    if len(matching) != 1:
        message = f"{'more than one' if matching else 'unknown'} feature {wanted}"
        features = f"features: {listed(matching or known, 10) or 'none yet: sdd feature new TITLE'}"
        raise UsageError(message, features if matching else nearest(wanted, known, features))
    return matching[0]

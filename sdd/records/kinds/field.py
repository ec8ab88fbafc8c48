"""What a field of a record means: `Annotated[TYPE, Field(...)]`. Tables, lists and documents follow from it."""

from enum import StrEnum
from typing import Annotated

from sdd.base.fields import Fields


class Form(StrEnum):
    """How a value is stored, and shown as JSON.

    LONG is prose that lists leave out, PATHS are shown from the top, RECORD is a record within another.
    """

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    PROSE = "prose"
    LONG = "long"
    LIST = "list"
    PATHS = "paths"
    PAIRS = "pairs"
    COUNT = "count"
    RECORD = "record"


class Field(Fields):
    """A field that is a column of its kind's table; a property has it on its return type.

    `name` is the column's where it is not the field's own, `key` what JSON calls it where that is another word. With
    `located` a second column, NAME_line, holds the line on which the prose begins. An `indexed` column is looked up by
    its values.
    """

    meaning: str
    form: Form
    name: str = ""
    located: bool = False
    indexed: bool = False
    key: str = ""

    def __init__(self, meaning: str, form: Form = Form.TEXT, **more: str | bool) -> None:
        super().__init__(meaning=meaning, form=form, **more)


class Items(Fields):
    """A field that is a list with a table of its own, a row an item, or a part of such a table.

    The columns are the fields of the items. `part` names the list in a table that several share.
    """

    table: str
    meaning: str
    part: str

    def __init__(self, table: str, meaning: str, part: str = "") -> None:
        super().__init__(table=table, meaning=meaning, part=part)


Id = Annotated[str | None, Field("its id as written", name="number")]
Title = Annotated[str | None, Field("the title, null where there is none")]
FeatureName = Annotated[str | None, Field("the feature's path below specs/, null for none", indexed=True)]
Written = Annotated[str | None, Field("as written")]
Day = Annotated[str | None, Field("YYYY-MM-DD, null where it is no day")]

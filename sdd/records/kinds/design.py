"""Design documents of a feature, beside its plan: research, data model, quickstart and the contracts of interfaces."""

from typing import Annotated

from sdd.document import Document
from sdd.records.kinds.field import Field, Title
from sdd.records.kinds.reading import whole_file
from sdd.records.kinds.record import Kind, Record
from sdd.records.layout import SPECS, feature_of


class Design(Record):
    """Design documents: research, data models, quickstarts, contracts of interfaces."""

    feature: Annotated[str, Field("the feature's path below specs/, null for none", indexed=True)]
    title: Title


def parse(path: str, content: bytes, root: str) -> Design:
    """A design document."""
    document = Document.parse(content)
    return Design(path=path, root=root, problems=document.problems, feature=feature_of(path), title=document.title)


_FILES = ("research.md", "data-model.md", "quickstart.md", "contracts/{name}.md")
_PLACES = tuple(f"{{mark}}{SPECS}/{{feature}}/{file}" for file in _FILES)

KIND = Kind(
    "design", Design, _PLACES, parse, prose=whole_file("design"), hits=("design",), example="specs/001-vat/research.md"
)

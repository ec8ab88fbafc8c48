"""The JSON Schema of each document: a file of schemas/, or for records of a kind what the kind's fields say.

A file says what is its own. An object has each of its properties and no others, and a document its title, unless it
says otherwise.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from sdd.index.record_tables import FIELDS, SHAPES, ColumnField, table_of
from sdd.records.kinds import KINDS
from sdd.records.kinds.field import Form

Schema = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SHARED = "definitions"
_REFERENCE = re.compile(r'"#/\$defs/(\w+)')
# What is listed as it is shown, beside the kinds of records.
_SHOWN_AND_LISTED = ("agent", "feature", "requirement")
_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_TYPES: Mapping[Form, Schema] = {
    Form.TEXT: {"type": ["string", "null"]},
    Form.PROSE: {"type": ["string", "null"]},
    Form.LONG: {"type": ["string", "null"]},
    Form.NUMBER: {"type": ["integer", "null"]},
    Form.COUNT: {"type": "integer"},
    Form.FLAG: {"type": ["boolean", "null"]},
    Form.LIST: _TEXTS,
    Form.PATHS: _TEXTS,
    Form.PAIRS: {"type": "object", "additionalProperties": {"type": "string"}},
}


@cache
def schemas() -> Mapping[str, Schema]:
    """Name of a document (`verdict` for sdd/verdict/1) -> its JSON Schema, complete in itself."""
    folder = files(__package__) / "schemas"
    texts = {file.name.removesuffix(".json"): file.read_text(encoding="utf-8") for file in folder.iterdir()}
    shared = _strict(json.loads(texts.pop(_SHARED))["$defs"])
    found = {name: _complete(name, text, shared) for name, text in texts.items()}
    tables = [(kind, table_of(kind.record)) for kind in KINDS if kind.name not in found]
    kinds = [kind for kind, table in tables if table in FIELDS and table not in found]
    found |= {kind.name: _of_record(kind.name, SHAPES[kind.record]) for kind in kinds}
    shown = (*(kind.name for kind in kinds), *_SHOWN_AND_LISTED)
    found |= {f"{name}s": _list_of(name, found[name]) for name in shown if f"{name}s" not in found}
    return dict(sorted(found.items()))


def _complete(name: str, text: str, shared: Mapping[str, Schema]) -> Schema:
    """The schema of a document with all that its file does not say, and the shared definitions that it refers to."""
    written: Schema = json.loads(text.replace(f'"{_SHARED}.json#', '"#'))
    if "properties" in written:
        written["properties"] = {"schema": {"const": _title(name)}, **written["properties"]}
    schema = {"$schema": _DIALECT, "title": _title(name), **_strict(written)}
    own = schema.get("$defs", {})
    wanted = {name: shared[name] for name in sorted(_reachable(schema, shared)) if name not in own}
    return schema | ({"$defs": own | wanted} if own or wanted else {})


def _strict(schema: Any) -> Any:
    """What was read of a schema, with what it says of each object."""
    if isinstance(schema, list):
        return [*map(_strict, schema)]
    if not isinstance(schema, dict):
        return schema
    said = {key: _strict(value) for key, value in schema.items()}
    if "properties" not in said or "$ref" in said:
        return said
    usual = _object([*said["properties"]], {})
    return {**{key: said[key] for key in said if key not in usual}, **usual, **said}


def _reachable(schema: Schema, shared: Mapping[str, Schema]) -> set[str]:
    found: set[str] = set()
    waiting = [schema]
    while waiting:
        named = {name for name in _REFERENCE.findall(json.dumps(waiting.pop())) if name in shared}
        waiting += [shared[name] for name in named - found]
        found |= named
    return found


def _of_record(name: str, shape: Any) -> Schema:
    """What `document` makes of a record."""
    place = {
        "path": {"type": "string"},
        "root": {"type": "string", "description": "the folder of a root, . for the top"},
    }
    listed = {
        items.attribute: {"type": "array", "description": items.items.meaning, "items": _of_item(items.columns)}
        for items in shape.lists
    }
    properties = {**place, **dict(_of_columns(shape.columns)), **listed}
    states = {**_TEXTS, "description": "what each check's tick is worth"}
    findings = {**_TEXTS, "description": "the rules that it breaks, of PHRs and contracts"}
    by = {"type": ["string", "null"], "description": "the PHR that reverted its landing"}
    more = {**({"check_states": states, "reverted_by": by} if "checks" in listed else {}), "findings": findings}
    return _document(name, f"sdd {name} show.", [*properties], properties | more)


def _of_columns(columns: Iterable[ColumnField]) -> Iterator[tuple[str, Schema]]:
    for attribute, field in columns:
        yield field.key or attribute, {**_TYPES[field.form], "description": field.meaning}


def _of_item(columns: Iterable[ColumnField]) -> Schema:
    properties = dict(_of_columns(columns))
    return _TEXT if len(properties) == 1 else _object([*properties, "line"], properties | {"line": _LINE})


_LINE: Schema = {"type": "integer", "minimum": 1}


def _list_of(name: str, shown: Schema) -> Schema:
    """What lists some items, of which --fields may leave keys out."""
    properties = {key: value for key, value in shown["properties"].items() if key != "schema"}
    items = {"items": {"type": "array", "items": _object([], properties)}}
    made = _document(f"{name}s", f"sdd {name} list.", ["items"], items)
    return made | ({"$defs": shown["$defs"]} if "$defs" in shown else {})


def _document(name: str, description: str, required: list[str], properties: Schema) -> Schema:
    about = {"$schema": _DIALECT, "title": _title(name), "description": description}
    return about | _object(["schema", *required], {"schema": {"const": _title(name)}, **properties})


def _title(name: str) -> str:
    return f"sdd/{name}/1"


def _object(required: list[str], properties: Schema) -> Schema:
    return {"type": "object", "required": required, "additionalProperties": False, "properties": properties}

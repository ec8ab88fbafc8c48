"""The schemas of JSON documents: each is a JSON Schema of its own, strict, and printed by name."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema_rs import ValidationError

from sdd.index.record_tables import FIELDS, table_of
from sdd.records.kinds import KINDS
from sdd.render.documents.records import keys_of
from sdd.render.documents.schema import schemas
from tests.adopted import Adopted
from tests.program import hold_to_schema


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object that a schema describes."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for value in schema.values():
            yield from objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from objects(value)


@pytest.mark.parametrize("name", [*schemas()])
def test_a_schema_stands_alone_and_lets_nothing_else_pass(name: str) -> None:
    schema = schemas()[name]
    Draft202012Validator.check_schema(schema)
    assert schema["title"] == f"sdd/{name}/1"
    assert schema["description"]
    text = json.dumps(schema)
    assert "definitions.json" not in text
    for reference in set(text.split('"#/$defs/')[1:]):
        assert reference.split('"')[0].split("/")[0] in schema["$defs"]
    assert all("additionalProperties" in each for each in objects(schema))


def test_each_is_printed_by_either_name(adopted: Adopted) -> None:
    listed = [item["name"] for item in adopted.done("schema", "--json").document["items"]]
    assert listed == [*schemas()]
    for name in ("verdict", "sdd/verdict/1"):
        assert json.loads(adopted.done("schema", name).out) == schemas()["verdict"]
    assert "did you mean verdict" in adopted.sdd("schema", "verdikt").err


def test_the_schemas_of_records_follow_from_their_kinds() -> None:
    for kind in KINDS:
        if table_of(kind.record) in FIELDS and kind.name in schemas() and kind.name not in ("agent", "constitution"):
            more = ["check_states", "reverted_by"] if kind.name == "contract" else []
            assert [*schemas()[kind.name]["properties"]] == ["schema", *keys_of(kind.record), *more, "findings"]


def test_the_tests_hold_documents_to_them(adopted: Adopted) -> None:
    document = adopted.done("status", "--json").document
    hold_to_schema(document)
    for wrong in ({**document, "more": 1}, {**document, "ahead": "one"}, {**document, "next": [{}]}):
        with pytest.raises(ValidationError):
            hold_to_schema(wrong)

"""A JSON document as text that is safe in the log of a CI system."""

import json
import re
from collections.abc import Mapping
from typing import Any

from sdd.base.paths import without_raw_bytes

_COMMAND = re.compile(r"##(?=(?:vso|teamcity)?\[)")


def json_text(document: Any) -> str:
    """A document, indented and ended by a line end; ASCII only, so that no byte of a path can be lost on the way.

    A name that is not UTF-8 is written as git quotes it. CI systems take `##[error]` anywhere in a line for a command:
    within a JSON string it is written as an escape.
    """
    text = json.dumps(document, indent=2)
    if "\\udc" in text:  # hardly any document holds such a name
        text = json.dumps(_without_raw_bytes(document), indent=2)
    return _COMMAND.sub(r"#\\u0023", text) + "\n"


def _without_raw_bytes(value: Any) -> Any:
    if isinstance(value, str):
        return without_raw_bytes(value)
    if isinstance(value, Mapping):
        return {_without_raw_bytes(key): _without_raw_bytes(held) for key, held in value.items()}
    return [*map(_without_raw_bytes, value)] if isinstance(value, list | tuple) else value

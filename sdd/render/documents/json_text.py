"""A JSON document as text that is safe in the log of a CI system."""

import json
import re
from typing import Any

_COMMAND = re.compile(r"##(?=(?:vso|teamcity)?\[)")


def json_text(document: Any) -> str:
    """A document, indented and ended by a line end; ASCII only, so that no byte of a path can be lost on the way.

    CI systems take `##[error]` anywhere in a line for a command: within a JSON string it is written as an escape.
    """
    return _COMMAND.sub(r"#\\u0023", json.dumps(document, indent=2)) + "\n"

"""An agent as capture knows it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sdd.capture.events import Event

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Agent:
    """An agent: the word that names it on the command line, and how its payloads are told and read.

    `sends` says by the fields of a payload whether this agent sent it. `read` makes events of it: none for what says
    nothing, several where one payload tells a prompt and its response. It never raises for what a payload holds.
    """

    name: str
    sends: Callable[[Payload], bool]
    read: Callable[[Payload, float], tuple[Event, ...]]

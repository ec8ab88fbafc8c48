"""What was told of a session without its secrets: in one text, and across the texts of its log."""

import os
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from sdd.authoring.redaction import Redactor, redactor_here
from sdd.base.errors import SddError
from sdd.capture.changes import WorkTrees
from sdd.capture.places import Place
from sdd.capture.sessions import LoggedEvent, SessionLog, text_digest
from sdd.records.layout import MARK
from sdd.repo.objects import Repository
from sdd.secrets import hidden, marks

LONGEST_TEXT = 64 * 1024
"""Characters of a prompt or a response that are kept whole; of a longer one its beginning and its end."""

_HEAD, _TAIL = 48 * 1024, 16 * 1024
# Secrets are taken out before a text is cut: one that is cut in two is not known for one. Of a text that is longer than
# this both halves of as much are read, and what is near their ends is not kept.
_WHOLE = 4 * 1024 * 1024
_MARGIN = 64 * 1024


class SessionRedactor:
    """Takes secrets out by the policy of the root; the marks are the same in all work trees of a repository."""

    def __init__(self, trees: WorkTrees) -> None:
        self._trees = trees
        self._redactors: dict[tuple[str, str], Redactor] = {}

    def __call__(self, text: str, cwd: str = "") -> str:
        """A text that was told in a folder without its secrets, cut where it is long."""
        if len(text) <= _WHOLE:
            whole = self.whole(text, cwd)
            if len(whole) <= LONGEST_TEXT:
                return whole
            head, tail = whole[:_HEAD], whole[-_TAIL:]
        else:
            head = self.whole(text[: _WHOLE // 2], cwd)[:-_MARGIN][:_HEAD]
            tail = self.whole(text[-_WHOLE // 2 :], cwd)[_MARGIN:][-_TAIL:]
        head, tail = head[: head.rfind("\n") + 1] or head, tail[tail.find("\n") + 1 :]
        left_out = max(0, len(text) - len(head) - len(tail))
        return f"{head}\n[... {left_out} characters are left out here ...]\n\n{tail}"

    def whole(self, text: str, cwd: str) -> str:
        """The same for a text that is never cut, such as a path."""
        if not text:
            return text
        place = self._trees.place(cwd)
        try:
            return self._redactor(place, cwd)(text) if place else hidden(text)
        except SddError:  # without a key of its own a mark has no tag
            return hidden(text)

    def consistent(self, log: SessionLog, former: SessionLog) -> SessionLog:
        """The log without values that are secrets in another text of it, or of the `former` one, which is clean."""
        known = _marks(log) | _marks(former)
        clean = {id(event) for event in former.events} if known == _marks(former) else set()
        events = (event if id(event) in clean else self._event_without(event, known) for event in log.events)
        return replace(log, events=tuple(events)) if known else log

    def _event_without(self, event: LoggedEvent, known: frozenset[tuple[str, str]]) -> LoggedEvent:
        def clean(text: str) -> str:
            return self._own_redactor.without(text, known) if text else text

        try:
            return replace(
                event,
                text=clean(event.text),
                first_digest=event.first_digest or text_digest(event.text),
                command=clean(event.command),
                tests=tuple(replace(run, command=clean(run.command)) for run in event.tests),
            )
        except SddError:  # without the key no tag tells anything
            return event

    @cached_property
    def _own_redactor(self) -> Redactor:
        common_dir = Path(self._trees.common_dir)
        return Redactor(Repository(common_dir, common_dir, None))

    def _redactor(self, place: Place, cwd: str) -> Redactor:
        """What takes secrets out by the policy of the root that a folder is in."""
        below = os.path.relpath(os.path.realpath(cwd), place.top)
        folders = [below, *map(str, Path(below).parents)]
        root = next((folder for folder in folders if Path(place.top, folder, MARK).is_dir()), ".")
        key = place.top, "" if root == "." else root
        if key not in self._redactors:
            self._redactors[key] = redactor_here(self._trees.at(place).repository, key[1])
        return self._redactors[key]


def _marks(log: SessionLog) -> frozenset[tuple[str, str]]:
    texts = (
        text for event in log.events for text in (event.text, event.command, *(run.command for run in event.tests))
    )
    return frozenset(mark for text in texts for mark in marks(text))

"""What a merge is called: by the title of its request where the forge wrote that below a subject of its own."""

import re

from sdd.base.regex import regex

# GitHub, GitLab and git itself, Bitbucket.
_STOCK = regex(r"Merge(d in \S+ \(pull request #\d+\)| (pull request|branch(es)?|remote-tracking branch|tag|commit)\b)")
_GITEA = regex(r"Merge pull request '(.+)' \(#\d+\) from ")
# What stands in a title's place where a merge has none: trailers, references, conflicts, the list of its commits.
_NO_TITLE = regex(
    r"[#*]|See merge request |(close|fixe|resolve|ref)[sd]? \S*[#!]\d|conflicts?:|[a-z]+(-[a-z]+)+: ", re.IGNORECASE
)


def is_stock(title: str) -> bool:
    """Whether a program called the merge so, and nobody said what it is about."""
    return bool(_STOCK.match(title))


def merge_title(message: str) -> str:
    """What a merge with this message is about; its subject where the message does not say it."""
    subject, _, body = message.lstrip("\n").partition("\n\n")
    subject = " ".join(subject.split())
    if quoted := _GITEA.match(subject):
        return quoted[1]
    told = " ".join(body.strip().partition("\n")[0].split())
    return told if told and is_stock(subject) and not _NO_TITLE.match(told) else subject

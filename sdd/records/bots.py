"""Which authors of commits are no people: robots of forges, and agents that sign with a name of their own."""

from sdd.base.regex import regex

_NAMES = frozenset({
    "copilot", "cursor agent", "devin ai", "gemini cli", "github actions", "github-actions", "github copilot",
    "gitlab bot", "google-labs-jules", "renovate bot", "web-flow", "weblate",
})  # fmt: skip
_ADDRESSES = frozenset({
    "action@github.com", "actions@github.com", "bot@renovateapp.com", "copilot@github.com", "cursoragent@cursor.com",
    "github-actions@github.com", "hosted@weblate.org", "noreply@anthropic.com", "noreply@github.com",
    "noreply@openai.com",
})  # fmt: skip
# GitHub's apps end in [bot], GitLab's tokens are project_12_bot or group_12_bot_0a1b. Bot alone is a surname, too.
_BOT = regex(r"(?:.*(?:\[bot\]|[-_]bot)|(?:project|group)_[0-9]++_bot(?:_[0-9a-z]++)?)")


def is_bot(name: str, address: str) -> bool:
    """Whether an author is a robot, by the name or the address: of `12+LOGIN@users.noreply.HOST` the login counts."""
    name, address = name.casefold(), address.casefold()
    logins = (name, address.partition("@")[0].rpartition("+")[2])
    return address in _ADDRESSES or any(login in _NAMES or _BOT.fullmatch(login) for login in logins)

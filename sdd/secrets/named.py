"""Values without a shape of their own, found by the name beside them: `DB_PASSWORD=...`, "the password is ..."."""

import re
from collections.abc import Iterator
from functools import lru_cache

from sdd.base.regex import regex
from sdd.secrets import values
from sdd.secrets.placed import cells

PASSWORD, KEY = "named-password", "named-key"
NAMES = {
    PASSWORD: (
        "password", "passwd", "passphrase", "passcode", "passwort", "kennwort", "pwd", "contraseña", "senha",
        "pass:", "pass=", "pass：",
        "mot de passe", "wachtwoord", "hasło", "пароль", "密码", "密碼", "パスワード", "비밀번호",
    ),
    KEY: (
        "secret", "token", "apikey", "api key", "api-key", "accesskey", "access key", "access-key", "privatekey",
        "private key", "private-key", "authkey", "auth-key", "secretkey", "_key", "credential", "_auth", "x-auth",
    ),
}  # fmt: skip

# Characters of a value that tell whether it is a secret.
_TELLING = 128
# What follows the name, then the value, quoted or bare: of a bare one, what tells. Every repetition is bounded, since a
# name can be anywhere.
_ASSIGNED = regex(
    r"""(?P<rest>[A-Za-z0-9_.-]{0,40}+) (?:\\?["'`\])*]){0,4}
    (?P<between>
        (?::[ ]?\{?)?,?\s{0,20}["']?[Vv]alue["']?[ \t]{0,5}[:=]
      | [ \t]{0,20} (?: :[ ]?[A-Za-z][A-Za-z0-9_.\[\]|?]{0,30}+[ ]?(?==) )? (?: => | := | ={1,3} | [:：＝→–—] | > | \| )
      | ,(?=[ ]?["'])
      | (?:\ (?i:for|of|to|on|in)(?:\ [^\s:,;.]{1,40}){1,4}?)?
        (?: [ ]?(?:[=:：＝]|是|为|は)
          | \ (?:is|was|are|should\ be|will\ be|ist|lautet|es|est|è|é|är|jest)(?:\ now)?(?:[ :]|(?=\n)) )
      | (?=[ \n])
    )
    (?P<space>
        [ \t*]{0,20} (?:\n[ \t>]{0,20}(?:[-*+][ ](?:\[[ xX]\][ ])?)?){0,3}
        (?:(?:`{3,4}|~~~)[\w-]{0,20}\n[ \t>]{0,20})?
    )
    (?:\\?["'`]{1,3} (?P<quoted>[^"'`\n]{4,500}) ["'`] | (?P<bare>[^\s"'`<>(){}\[\],;&|]{4,128}+) )""",
    re.VERBOSE,
)
_REST = regex(r"""[^\s"'`<>(){}\[\],;&|]{0,372}""")
# What ends a bare value in a sentence.
_PUNCTUATION = ".,:!?*\\"
_NAMED_LAST = regex(r" as the (?:[a-z0-9-]{1,30} ){0,2}pass(?:word|phrase|code)\b")
_LAST = regex(r"""(?:["'`](?P<quoted>[^"'`\s]{6,128})["'`]|(?<!\S)(?P<bare>[^\s"'`]{6,128}))\Z""")
_IN_NAMES = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
# What opens behind a bare value that is code, not a password; and behind one that follows an arrow.
_BRACKETS = (("(", "[", "{", "<"), ("(", "[", "{"))
# A name that ends or begins so says something about a secret, or is none.
_OTHER = regex(
    r"(?:public|primary|foreign|cache|sort|partition|idempotency|object|row|group|lookup|dict|map|next|page|csrf|unique"
    r"|ssh_host|shortcut|hot|translation|storage|routing)[_.-]?(?:key|token)"
    r"|(?:_|-|\.|\b)(?:ids?|name|type|path|file|url|uri|endpoint|hash|digest|policy|length|len|count|size|limit|field|header"
    r"|prefix|suffix|expiry|expires?|expiration|ttl|version|format|scopes?|status|min|max|label|ref|reference|manager|provider"
    r"|address|arn|index|title|hint|pattern|regex|rule|usage|used|budget|at|on|until|since|date|time|days?|age)s?$"
    r"|expires(?:at|in|on)$"
    r"|(?:id|name|type|path|file|url|uri|hash|length|count|ref|fingerprint)$|tokens$|tokeniz|secretary|passwordless"
)
# What is said behind these is a remark more often than a value.
_DASHES = ("→", "–", "—")
_AROUND = " \t\r`'\"*_.,;:!?)"
_SIGNS = (":", "=", ":=", "：", "＝")
# These are also words of other things, such as the outcome of a test.
_SHORT = ("pass:", "pass=", "pass：")
# What sdd itself writes before ids and fingerprints.
_OWN = regex(r"record-secret\W.*|.{0,7}--secret[ =][\"']?[0-9a-f]{64}", re.DOTALL)
_CALL = regex(r"[A-Za-z_]\w*(?:(?:\.|::|->)[A-Za-z_]\w*)+")
_PATH = regex(r"[@/.~-].*|.*[:/]|\w+://.*|\w+(?:[/.]\w+)+")


@lru_cache(maxsize=4096)
def _is_other(name: str) -> bool:
    return _OTHER.search(name.lower()) is not None


def named(text: str, lowered: str) -> Iterator[tuple[str, int, int]]:
    """The rule, start and end of each secret that follows a name. `lowered` is as long as the text."""
    yield from _used(text, lowered)
    for rule, names in NAMES.items():
        for name in names:
            at = lowered.find(name)
            while at >= 0:
                after = at + len(name.rstrip(":=："))
                yield from _cells(text, rule, at, after)
                # Every verdict begins with `sdd: pass: `, or may.
                is_verdict = text.endswith("sdd: ", 0, at) and text.startswith("pass: ", at)
                if not is_verdict and (match := _ASSIGNED.match(text, after)) and _is_secret(rule, at, match):
                    is_bare = bool(match["bare"])
                    start, end = match.start("bare" if is_bare else "quoted"), _end(match)
                    yield rule, start, start + len(text[start:end].rstrip(_PUNCTUATION if is_bare else "\\"))
                    after = end
                at = lowered.find(name, after)


def _used(text: str, lowered: str) -> Iterator[tuple[str, int, int]]:
    """The same for a value that stands before its name: `use "..." as the password`."""
    at = lowered.find(" as the ")
    while at >= 0:
        value = _LAST.search(text, max(0, at - 140), at) if _NAMED_LAST.match(lowered, at) else None
        written = value["quoted"] or value["bare"] if value else ""
        is_kind = values.is_password if value and value["quoted"] else values.is_chosen
        if value and is_kind(written) and not values.is_stand_in(written):
            yield PASSWORD, *value.span("quoted" if value["quoted"] else "bare")
        at = lowered.find(" as the ", at + 1)


def _cells(text: str, rule: str, at: int, after: int) -> Iterator[tuple[str, int, int]]:
    """The same for the cells of a table below a heading that is a name."""
    is_kind = values.is_password if rule == PASSWORD else values.is_token
    for start, end in cells(text, at):
        value = text[start:end]
        is_other = values.is_stand_in(value) or any(map(str.isspace, value))
        if is_kind(value) and not is_other and not _is_other(text[_name_start(text, at) : after]):
            yield rule, start, end


def _name_start(text: str, at: int) -> int:
    """Where the name begins whose word is at a place."""
    before = text[max(0, at - 40) : at]
    return at - len(before) + len(before.rstrip(_IN_NAMES))


def _is_alone(match: re.Match[str]) -> bool:
    """Whether nothing follows a value on its line."""
    end = _end(match)
    return not match.string[end : end + 40].partition("\n")[0].strip(_AROUND)


def _end(match: re.Match[str]) -> int:
    """The end of the value that follows a name."""
    start, end = match.span("bare" if match["bare"] else "quoted")
    rest = _REST.match(match.string, end) if match["bare"] and end - start == _TELLING else None
    return rest.end() if rest else end


def _is_secret(rule: str, at: int, match: re.Match[str]) -> bool:
    """Whether what follows a name, whose word is at `at`, is a secret. What costs most is asked last."""
    text = match.string
    rest, between, space, quoted, bare = match.groups()
    if _OWN.fullmatch(text, max(0, at - 7), match.end()):
        return False
    is_bare, is_next, sign = bool(bare), "\n" in space, between.strip()
    written = bare or quoted[:_TELLING]
    value = written.rstrip(_PUNCTUATION if is_bare else "\\")
    if not is_bare and rule == PASSWORD and values.is_phrase(written):
        is_said = sign in _SIGNS or (bool(sign) and text.startswith("phrase", at + 4))
        return is_said and not values.is_stand_in(written)
    is_chosen = values.is_chosen(value)
    # A list of digests may stand below a word such as `secrets:`.
    is_listed = is_next and bool(space.rpartition("\n")[2].strip(" \t>"))
    if is_listed or not values.is_random(value, 20 if is_next else 16) or (is_bare and _CALL.fullmatch(value)):
        is_word = rule == PASSWORD and text[at : at + 5].lower() not in _SHORT
        if not (is_chosen or (is_word and not is_next and sign not in _DASHES and values.is_password(value))):
            return False
        if is_next and not (is_word and _is_alone(match)):
            return False
        if not is_word and (sign not in _SIGNS or "(" in value):
            return False
        if not is_word and rule == PASSWORD and text[max(0, at - 1) : at].isalpha():
            return False
        if is_bare and (_PATH.fullmatch(value) or text[(end := _end(match)) : end + 1] in _BRACKETS[">" in between]):
            return False
    start = _name_start(text, at)
    name = text[start : match.end("rest")]
    if not between and not name.startswith("--"):
        # `ALTER ROLE ada PASSWORD '...'`, `setx DB_PASSWORD ...`, a heading above its value.
        is_quoted = rule == PASSWORD and bool(quoted) and (is_chosen or text.startswith("PASSWORD", at))
        if not (is_quoted or (is_next and is_chosen) or text[max(0, start - 5) : start].lower() == "setx "):
            return False
    if sign == "|":
        end = _end(match) + (not is_bare)
        if rest or not text[end : end + 20].lstrip().startswith("|"):
            return False
    is_split = not is_bare and any(map(str.isspace, written))
    return not (is_split or values.is_stand_in(written) or _is_other(name))

"""Secrets in records.

A record's text, front matter or name holds a token, key or password, beside a landed one too; a waiver is used for
another secret, names none, or names one that its checksum proves; a message would quote one. Placeholders, examples
and waived false alarms pass.
"""

import hashlib
import json
from datetime import date, timedelta

import pytest

from tests.attacks.ground import CONTRACT, GOOD, PHR, POLICY, SPEC, Content, Ground
from tests.attacks.test_silent_records import all_refused
from tests.good import TARGET
from tests.program import sdd
from tests.secret_texts import ALNUM, HEX, basic, checked, jwt, made, pem

TOKEN = checked("ghp")
PASSWORD = "vq7!Lm2#tz"
ADR = "history/adr/0001-use-decimals.md"
WAIVER = "history/waivers/0001-false-alarm.md"
SECRETS = {
    "a token": TOKEN,
    "a token whose checksum is wrong": "ghp_" + made(ALNUM, 36),
    "a private key": pem(),
    "a private key without its end": pem(end=False),
    "a web token": jwt(),
    "a password in a sentence": f"The password is {PASSWORD}.",
    "a password in a URL": "postgres://ada:vq7Lm2tz@db.internal/app",
    "an environment": f"```\nDB_PASSWORD={PASSWORD}\n```",
    "a header": f"Authorization: Basic {basic()}",
    "a key beside its name": f"`api_key: {made(HEX, 32)}`",
    "a comment": f"<!-- {TOKEN} -->",
    "a word around it": f"x={TOKEN}&y",
    "a key that somebody chose": f"api_key: {PASSWORD}",
    "a short name": f"pass: {PASSWORD}",
    "a full-width colon": f"password：{PASSWORD}",
    "a password before its name": f'Use "{PASSWORD}" as the password.',
    "a passphrase": "password='correct horse battery'",
    "a token in Markdown": TOKEN.replace("_", "\\_"),
    "a token in HTML": TOKEN.replace("_", "&#95;"),
    "a token in YAML": '"' + TOKEN.replace("_", "\\x5f") + '"',
    "a token in JSON": '"' + TOKEN.replace("g", "\\u0067", 1) + '"',
    "a token in a URL": f"x?a={TOKEN.replace('_', '%5F')}",
    "a token with a sign of no width": TOKEN.replace("_", "_\u200b"),
    "a token with a soft hyphen": TOKEN.replace("g", "g\u00ad", 1),
    "a token that is bold in part": "**" + TOKEN.replace("_", "_**"),
    "a token that is code in part": "`" + TOKEN.replace("_", "_`"),
    "a token with tags": TOKEN.replace("_", "_<b></b>"),
    "a token with a comment": TOKEN.replace("_", "_<!-- -->"),
    "a token in full width": TOKEN.replace("ghp", "\uff47\uff48\uff50"),
    "a token behind a letter": f"x{TOKEN}",
    "a password in a block": f"The password is:\n\n```\n{PASSWORD}\n```",
    "a password in an indented block": f"The password is\n\n    {PASSWORD}",
    "a password on the next line": f"password:\n{PASSWORD}",
    "a password in a list": f"- The password is\n- {PASSWORD}",
    "a password in a table": f"| user | password |\n|---|---|\n| ada | {PASSWORD} |",
    "a password in JSON": json.dumps({"name": "DB_PASSWORD", "value": PASSWORD}, separators=(",", ":")),
    "a password in SQL": f"CREATE USER ada IDENTIFIED BY '{PASSWORD}';",
    "a password of a role": f"ALTER ROLE ada PASSWORD '{PASSWORD}';",
    "a password in a registry": f"setx DB_PASSWORD {PASSWORD}",
    "a password in .pgpass": f"db.host:5432:shop:ada:{PASSWORD}",
    "a password beside a user": f"login: ada / {PASSWORD}",
    "a password before a host": f"ada:{PASSWORD}@db.host",
    "a cookie": f"Cookie: session={made(HEX, 32)}",
    "the end of a private key": "\n".join(pem().split("\n")[2:]),
}


def with_text(path: str, text: str) -> dict[str, Content]:
    """The good change, with a text at the end of one of its records."""
    content = GOOD.get(path) or TARGET[path]
    assert isinstance(content, str)
    return {**GOOD, path: f"{content}\n{text}\n"}


def landed_spec() -> str:
    """The spec, with a token at its end."""
    return str(with_text(SPEC, TOKEN)[SPEC])


def alarm(rule: str, value: str) -> str:
    """What names a false alarm in every clone."""
    return hashlib.sha256(f"{rule}\0{value}".encode()).hexdigest()


def waiver(*fingerprints: str, rules: str = "record-secret", path: str = "/history/**") -> str:
    """A waiver as somebody would write it."""
    listed = "".join(f"  - {each}\n" for each in fingerprints)
    named = f"secrets:\n{listed}" if listed else ""
    return (
        f'---\nid: "0001"\ntitle: A false alarm\nrules: [{rules}]\npaths: ["{path}"]\nreason: It is a sample.\n'
        f"approved_by: Grace\nexpires: {date.today() + timedelta(days=30)}\n{named}---\n"
    )


def test_a_prompt_holds_a_secret(ground: Ground) -> None:
    """A PHR holds a token, a key or a password. `record-secret`."""
    texts = [f"It does.\n\n{text}\n" for text in SECRETS.values()]
    all_refused(ground, PHR, "It does.\n", texts, "record-secret")


@pytest.mark.parametrize("path", [CONTRACT, SPEC, ADR])
def test_another_record_holds_a_secret(ground: Ground, path: str) -> None:
    """A contract, a spec or an ADR holds a token. `record-secret`."""
    ground.attempt(with_text(path, TOKEN)).refused("record-secret")


BESIDE = {
    "specs/001-vat/contracts/api.yaml": "openapi: 3.1.0\ntoken: {}\n",
    "specs/001-vat/contracts/api.json": '{{"token": "{}"}}\n',
    "specs/001-vat/notes/deep/talk.md": "Use {} for it.\n",
    "specs/001-vat/contracts/README.md": "Use {} for it.\n",
    ".specify/templates/overrides/plan-template.md": "Use {} for it.\n",
    ".specify/templates/settings.toml": 'token = "{}"\n',
    ".specify/feature.json": '{{"feature_directory": "specs/001-vat", "token": "{}"}}\n',
    ".specify/baseline.json": '{{"token": "{}"}}\n',
}


@pytest.mark.parametrize("path", BESIDE)
def test_a_text_beside_the_records_holds_a_secret(ground: Ground, path: str) -> None:
    """An API contract, a note, a template, `feature.json` or a baseline holds a token. `record-secret`."""
    edits = {**GOOD, path: BESIDE[path].format(TOKEN)}
    ground.attempt(edits).refused("record-secret")
    ran = sdd(ground.here.path, "check", "--rev", ground.commit(edits))
    assert ran.status == 1
    assert f"{path}:" in ran.out
    assert TOKEN not in ran.out


def test_the_front_matter_holds_a_secret(ground: Ground) -> None:
    """A PHR's front matter holds a token. `record-secret`."""
    phr = str(GOOD[PHR]).replace("surface: agent", f"surface: agent\nlabels: [{TOKEN}]")
    ground.attempt({**GOOD, PHR: phr}).refused("record-secret")


def test_the_name_of_a_record_is_a_secret(ground: Ground) -> None:
    """The name of a record holds a token. `record-secret`."""
    name = f"history/adr/0002-{TOKEN}.md"
    ground.attempt({**GOOD, name: str(TARGET[ADR])}).refused("record-secret")


def test_what_the_target_holds_already_is_a_warning(ground: Ground) -> None:
    """A spec that landed with a token is edited. Passes with a warning."""
    ground.land(ground.commit({SPEC: landed_spec()}))
    answers = ground.attempt(with_text(SPEC, f"{TOKEN}\n\nAnd more."))
    answers.passed()
    assert "record-secret" in answers.ci.out


def test_a_second_secret_hides_behind_a_landed_one(ground: Ground) -> None:
    """A second token is put beside one that has landed. `record-secret`."""
    ground.land(ground.commit({SPEC: landed_spec()}))
    ground.attempt(with_text(SPEC, f"{TOKEN}\n{checked('ghp', 'second')}")).refused("record-secret")


def test_a_landed_secret_is_copied_to_another_record(ground: Ground) -> None:
    """A token that landed in a spec is copied into a PHR. `record-secret`."""
    ground.land(ground.commit({SPEC: landed_spec()}))
    ground.attempt(with_text(PHR, TOKEN)).refused("record-secret")


def test_a_false_alarm_is_waived_by_its_fingerprint(ground: Ground) -> None:
    """A waiver names the fingerprint of a false alarm. Passes."""
    mark = alarm("named-password", PASSWORD)
    ground.attempt({**with_text(PHR, SECRETS["a password in a sentence"]), WAIVER: waiver(mark)}).passed()


@pytest.mark.parametrize(
    "marks", [(alarm("named-password", "other"),), (alarm("basic-auth", PASSWORD),)], ids=["value", "rule"]
)
def test_a_waiver_names_another_secret(ground: Ground, marks: tuple[str, ...]) -> None:
    """A waiver of a false alarm is used for another secret. `record-secret`."""
    edits = {**with_text(PHR, SECRETS["a password in a sentence"]), WAIVER: waiver(*marks)}
    ground.attempt(edits).refused("record-secret")


@pytest.mark.parametrize("marks", [(), ("0" * 12,), ("*",)], ids=["none", "a part", "a star"])
def test_a_waiver_names_every_secret(ground: Ground, marks: tuple[str, ...]) -> None:
    """A waiver of `record-secret` names no fingerprint, a part of one, or `*`. `record-secret` and
    `waiver-incomplete`.
    """
    edits = {**with_text(PHR, SECRETS["a password in a sentence"]), WAIVER: waiver(*marks)}
    ground.attempt(edits).refused("record-secret", "waiver-incomplete")


def test_a_token_with_the_right_checksum_is_waived(ground: Ground) -> None:
    """A waiver names a token that its checksum proves. `record-secret`."""
    edits = {**with_text(PHR, TOKEN), WAIVER: waiver(alarm("github-token", TOKEN))}
    ground.attempt(edits).refused("record-secret")


def test_the_change_turns_the_rule_off(ground: Ground) -> None:
    """The change that brings a token turns the rule off. `record-secret`."""
    edits = {**with_text(PHR, TOKEN), POLICY: '[rules]\nrecord-secret = "off"\n'}
    ground.attempt(edits).refused("record-secret")


@pytest.mark.parametrize(
    ("text", "refused"), [("ada@lovelace.org", True), ("/home/ada/src", True), ("git@host.org", False)]
)
def test_personal_things_count_where_the_policy_says_so(ground: Ground, text: str, refused: bool) -> None:
    """A record holds an e-mail address or a home directory, and the target's policy counts them. `record-secret`."""
    ground.land(ground.commit({POLICY: '[secrets]\npersonal = ["email", "home"]\n'}))
    answers = ground.attempt(with_text(PHR, f"See {text} for it."))
    answers.refused("record-secret") if refused else answers.passed()


@pytest.mark.parametrize(
    "text",
    [
        "Use `AKIA" + "IOSFODNN7EXAMPLE` as in the manual.",
        "DB_PASSWORD=${DB_PASSWORD}, `token: <your token>`, `apiKey: process.env.API_KEY`",
        f"Since commit {made(HEX, 40)} the digest is sha256:{made(HEX, 64)}.",
        "The password is case-sensitive, and the token is rotated.",
        "[REDACTED:github-token:0123456789ab]",
        "password: SHA-256, and the password is Argon2id-hashed; password=pass123 in fixtures.",
        "| password | meaning |\n|---|---|\n| required | the user's own |\n\nlogin: ada / grace, ada:shop@host",
        "A password:\n\n- has 12 signs,\n- is new.\n\n`List<String>s`, a**b**c, 100%25, `x`y",
        'Tests pass: 12a of 14. The label is `password: "enter your new password"`.',
        "ada@lovelace.org works in /home/ada/src.",
    ],
)
def test_what_only_looks_like_a_secret_passes(ground: Ground, text: str) -> None:
    """A record holds a placeholder, an example, a commit id or a sentence about passwords. Passes."""
    ground.attempt(with_text(PHR, text)).passed()


FORMATS = ("text", "json", "markdown", "sarif", "junit", "github", "gitlab")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("place", ["stage", "date", "feature", "title", "name"])
def test_a_finding_quotes_a_secret(ground: Ground, form: str, place: str) -> None:
    """A finding would quote a token, from a field or a file's name. It shows `[REDACTED...]` instead."""
    phr = str(GOOD[PHR]).replace("title: Rounding", f"title: {TOKEN}")
    for field, value in (("stage", "green"), ("date", "2026-03-01"), ("feature", "001-vat")):
        phr = phr.replace(f"{field}: {value}", f"{field}: {TOKEN if field == place else value}")
    edits: dict[str, Content] = {**GOOD, PHR: phr, **({f"src/{TOKEN}.py": "1\n"} if place == "name" else {})}
    commit = ground.commit(edits)
    ran = sdd(ground.here.path, "gate", "--base", "refs/remotes/origin/main", "--head", commit, "--format", form)
    assert ran.status == 1
    assert "record-secret" in ran.out
    assert TOKEN not in ran.out + ran.err
    assert TOKEN[:24] not in ran.out + ran.err

"""Every command that writes a record takes the secrets out of what it is given, before it makes anything of it."""

import json
import re
from collections.abc import Sequence

import pytest

from tests.adopted import Adopted
from tests.program import Ran, sdd
from tests.secret_texts import checked, pem

TOKEN = checked("ghp")
MARK = re.compile(r"\[REDACTED:github-token:[0-9a-f]{12}\]")
SMALL = ("--kind", "fix", "--success", "It is there.", "--check", "true")
AGREED = ("--path", "src/a.py", "--days", "9", "--approved-by", "Ada")


def everything(adopted: Adopted) -> str:
    """All that a repository holds, git's own folder and every object included."""
    here = adopted.here.path
    files = [path.read_bytes() for path in here.rglob("*") if path.is_file() and not path.is_symlink()]
    names = [str(path).encode() for path in here.rglob("*")]
    objects = adopted.here.git("cat-file", "--batch-all-objects", "--batch").encode("utf-8", "surrogateescape")
    return b"\n".join([*files, *names, objects]).decode("latin-1")


def run(adopted: Adopted, words: Sequence[str], stdin: str = "") -> Ran:
    """A command in the work tree, whose output must not show the token."""
    ran = sdd(adopted.here.path, *words, stdin=stdin)
    assert TOKEN not in ran.out + ran.err
    return ran


COMMANDS = {
    "phr title": ("phr", "new", f"Use {TOKEN} here", "--commit"),
    "phr prompt": ("phr", "new", "A title", "--prompt-file", "-", "--commit"),
    "phr response": ("phr", "new", "A title", "--response-file", "-", "--commit"),
    "phr test": ("phr", "new", "A title", "--test", f"curl {TOKEN}", "--commit"),
    "phr model": ("phr", "new", "A title", "--model", TOKEN, "--commit"),
    "phr check": ("phr", "new", "A title", *SMALL, "--constraint", f"Never print {TOKEN}.", "--commit"),
    "phr commit": ("phr", "new", "A title", "--commit", "--message", f"Add {TOKEN}"),
    "phr document": ("phr", "new", "A title", "--input", "-", "--commit"),
    "contract title": ("contract", "new", f"Use {TOKEN} here", *SMALL, "--commit"),
    "contract words": ("contract", "new", "A title", *SMALL, "--constraint", f"{TOKEN} is gone.", "--commit"),
    "feature": ("feature", "new", f"Use {TOKEN} here", "--branch"),
    "adr": ("adr", "new", f"Use {TOKEN} here", "--commit"),
    "waiver": ("waiver", "new", "change-no-phr", *AGREED, "--reason", f"See {TOKEN}.", "--commit"),
    "script phr": ("script", "create-phr", "--title", f"Use {TOKEN}", "--stage", "green", "--json"),
    "script adr": ("script", "create-adr", "--title", f"Use {TOKEN}", "--json"),
    "script feature": ("script", "create-new-feature", f"Use {TOKEN} here", "--json"),
}
INPUT = {"phr document": json.dumps({"prompt": f"Use {TOKEN}.", "model": TOKEN})}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_token_is_nowhere(adopted: Adopted, name: str) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    ran = run(adopted, COMMANDS[name], INPUT.get(name, f"The token is {TOKEN}."))
    assert ran.status == 0, ran.err
    assert re.search(r"sdd: redacted \d secrets? \(\d github-token\)", ran.err)
    held = everything(adopted)
    assert TOKEN not in held
    assert TOKEN[4:].lower() not in held.lower()
    assert re.search("redacted.github-token", held.lower())


def test_an_answer_and_an_amendment_are_redacted(adopted: Adopted) -> None:
    adopted.branch()
    spec = "specs/001-vat/spec.md"
    text = (adopted.here.path / spec).read_text()
    adopted.write({spec: f"{text}\n- [NEEDS CLARIFICATION: which key?]\n"})
    assert run(adopted, ("question", "answer", "1", f"This: {TOKEN}")).status == 0
    constitution = adopted.here.path / ".specify/memory/constitution.md"
    constitution.write_text(f"{constitution.read_text()}\nMore.\n")
    assert run(adopted, ("constitution", "amend", "--patch", "--message", f"For {TOKEN}", "--commit")).status == 0
    assert TOKEN not in everything(adopted)
    assert MARK.search((adopted.here.path / spec).read_text())


def test_the_subject_of_a_commit_is_redacted(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    (adopted.here.path / "src/a.py").write_text("2\n")
    adopted.here.git("commit", "-q", "-a", "-m", f"Use {TOKEN}")
    ran = run(adopted, ("phr", "new", "A title", "--json"))
    record = (adopted.here.path / ran.document["relative_path"]).read_text()
    assert TOKEN not in record
    assert MARK.search(record)


def test_what_git_tells_is_quoted_where_it_is_redacted(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    adopted.here.git("config", "sdd.model", TOKEN)
    assert run(adopted, ("phr", "new", "A title", *SMALL, "--commit")).status == 0
    assert sdd(adopted.here.path, "gate").status == 0


@pytest.mark.parametrize("words", [("phr", "new", "A title", *SMALL), ("contract", "new", "A title", "--kind", "fix")])
def test_a_file_whose_name_holds_a_secret_is_to_be_renamed(adopted: Adopted, words: tuple[str, ...]) -> None:
    adopted.branch()
    adopted.write({f"src/fixture_{TOKEN}.py": "1\n"})
    ran = run(adopted, words)
    assert ran.status == 2
    assert "the name of a file holds a secret: src/fixture_[REDACTED:github-token].py" in ran.err
    assert "rename the file" in ran.err
    assert not adopted.here.git("status", "--porcelain", "history")


def test_a_revert_repeats_no_secret(adopted: Adopted) -> None:
    adopted.write({"src/b.py": "2\n"}, f"Use {TOKEN}")
    adopted.here.git("update-ref", "refs/remotes/origin/main", "HEAD")
    adopted.branch()
    assert run(adopted, ("revert", "HEAD")).status == 0
    written = adopted.here.git("log", "-p", "refs/remotes/origin/main..HEAD")
    assert written.count("\ncommit ") == 1
    assert TOKEN not in written
    assert MARK.search(written)


def test_equal_secrets_have_equal_tags_in_every_record(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    tags = set()
    for title in ("One", "Two"):
        ran = run(adopted, ("phr", "new", title, "--prompt-file", "-", "--json"), f"Use {TOKEN} and {TOKEN}.")
        tags.update(MARK.findall((adopted.here.path / ran.document["relative_path"]).read_text()))
    assert len(tags) == 1


def test_a_key_is_taken_out_whole(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    ran = run(adopted, ("phr", "new", "A title", "--prompt-file", "-", "--json"), f"Use this:\n{pem()}\nand go on.")
    record = (adopted.here.path / ran.document["relative_path"]).read_text()
    assert re.search(r"Use this:\n\[REDACTED:private-key:[0-9a-f]{12}\]\nand go on\.", record)


def test_the_gate_passes_what_was_redacted(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    words = ("phr", "new", f"Use {TOKEN}", *SMALL, "--prompt-file", "-", "--commit")
    assert run(adopted, words, f"Use {TOKEN} and the password is vq7!Lm2#tz.").status == 0
    assert sdd(adopted.here.path, "gate").status == 0


def test_where_redaction_fails_nothing_is_written(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    key = adopted.here.path / ".git" / "sdd" / "redaction.key"
    key.parent.mkdir(exist_ok=True)
    key.write_bytes(b"short")
    before = adopted.here.git("status", "--porcelain")
    ran = run(adopted, ("phr", "new", f"Use {TOKEN}", "--commit"))
    assert ran.status == 3
    assert "cannot be redacted" in ran.err
    assert adopted.here.git("status", "--porcelain") == before
    assert sdd(adopted.here.path, "phr", "new", "No secret in it").status == 0


def test_personal_things_go_where_the_policy_says_so(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n", ".specify/sdd.toml": '[secrets]\npersonal = ["email", "home"]\n'})
    ran = run(adopted, ("phr", "new", "Ask ada@lovelace.org about /home/ada/src", "--json"))
    record = (adopted.here.path / ran.document["relative_path"]).read_text()
    assert "lovelace" not in record
    assert re.search(r"/home/\[REDACTED:home:[0-9a-f]{12}\]/src", record)


PASSWORD = "vq7!Lm2#tz"
APART = {
    "a title": ("phr", "new", "The password:", *SMALL[:2], "--success", f"{PASSWORD}.", "--check", "true"),
    "limits": (
        "contract",
        "new",
        "A title",
        "--kind",
        "fix",
        "--constraint",
        "The password is",
        "--constraint",
        PASSWORD,
    ),
    "a section": ("contract", "new", "A title", *SMALL, "--section", "DB_PASSWORD", PASSWORD),
    "a check": ("contract", "new", "A title", "--kind", "fix", "--constraint", "password:", "--check", PASSWORD),
}


@pytest.mark.parametrize("words", APART.values(), ids=APART)
def test_a_password_is_taken_out_where_another_text_announces_it(adopted: Adopted, words: tuple[str, ...]) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    ran = sdd(adopted.here.path, *words, "--commit")
    assert "redacted 1 secret" in ran.err, ran
    assert PASSWORD not in everything(adopted) + ran.out + ran.err


def test_what_is_a_secret_in_one_text_is_none_the_less_one_in_the_others(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    value = "vq7!Lm2#tz"
    said = {"prompt": f"Log in with DB_PASSWORD={value} please.", "response": f"Export P as {value}, then start it."}
    words = ("--test", f"login {value}", "--input", "-", "--commit")
    ran = sdd(adopted.here.path, "phr", "new", f"Use {value} here", *words, stdin=json.dumps(said))
    assert ran.status == 0, ran
    assert value not in everything(adopted) + ran.out + ran.err
    assert "vq7" not in adopted.here.git("show", "--name-only")

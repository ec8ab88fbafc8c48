"""Commits that a hook, a merge or a rule of the project would have otherwise."""

from collections.abc import Sequence

import pytest

from tests.adopted import Adopted
from tests.secret_texts import checked

FIX = ("--kind", "fix", "--success", "It is there.", "--check", "true")
CONVENTIONAL = """\
#!/bin/sh
grep -q '^docs: ' "$1" && grep -q '^Signed-off-by: ' "$1" && exit
echo 'say docs: and sign off' >&2
exit 1
"""
WAIVER = ("--path", "src/vat.py", "--days", "9", "--reason", "It must land today.", "--approved-by", "Ada")
MADE = (
    ("phr", "new", "Add tax", *FIX),
    ("contract", "new", "Add tax", *FIX, "--constraint", "None.", "--non-goal", "None."),
    ("adr", "new", "Use decimals"),
    ("waiver", "new", "change-no-phr", *WAIVER),
)


def hook(adopted: Adopted, text: str) -> None:
    file = adopted.here.path / ".git/hooks/commit-msg"
    file.write_text(text)
    file.chmod(0o755)


@pytest.mark.parametrize("words", MADE, ids=lambda words: " ".join(words[:2]))
def test_every_commit_takes_a_message_and_a_sign_off(adopted: Adopted, words: Sequence[str]) -> None:
    adopted.branch()
    adopted.write({"src/vat.py": "1\n"})
    hook(adopted, CONVENTIONAL)
    ran = adopted.done(*words, "--commit", "--message", "docs: record it", "--signoff", "--json")
    assert ran.document["committed"] is True
    subject, _, body = adopted.here.git("show", "--no-patch", "--format=%s%n%b").partition("\n")
    assert (subject, body.startswith("Signed-off-by: ")) == ("docs: record it", True)
    usage = adopted.sdd(*words, "--signoff")
    assert (usage.status, "go with --commit" in usage.err) == (2, True)


def test_a_revert_takes_them_too(adopted: Adopted) -> None:
    adopted.land_change({"src/vat.py": "1\n"})
    adopted.branch()
    commit = adopted.here.git("rev-parse", "HEAD")
    hook(adopted, CONVENTIONAL)
    assert adopted.sdd("revert", commit).status == 3
    adopted.done("revert", commit, "--message", "docs: take it back", "--signoff")
    messages = adopted.here.git("log", "-2", "--format=%s/%b")
    assert messages.count("docs: take it back/") == 2
    assert f"This reverts commit {commit}." in messages


def test_a_message_is_redacted(adopted: Adopted) -> None:
    token = checked("ghp")
    adopted.land_change({"src/vat.py": "1\n"})
    adopted.branch()
    adopted.done("revert", "HEAD", "--message", f"Take {token} back")
    adopted.done("adr", "new", "Use decimals", "--commit", "--message", f"Add {token}")
    messages = adopted.here.git("log", "-3", "--format=%B")
    assert (messages.count("[REDACTED:"), token in messages) == (3, False)


def test_a_hook_that_refuses_a_message_is_named_with_the_way_out(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/vat.py": "1\n"})
    hook(adopted, CONVENTIONAL)
    ran = adopted.sdd("phr", "new", "Add tax", *FIX, "--commit")
    assert ran.status == 3
    assert "say docs: and sign off" in ran.err
    assert "hooks/commit-msg refuses: give --signoff, or --message TEXT" in ran.err
    hook(adopted, "#!/bin/sh\n")
    command = ran.err.partition("next: ")[2].splitlines()[0]
    assert adopted.here.run("sh", "-c", command).returncode == 0


@pytest.mark.parametrize("step", ["merge", "cherry-pick"])
def test_a_record_in_the_middle_of_a_merge(adopted: Adopted, step: str) -> None:
    adopted.branch("other")
    adopted.write({"src/vat.py": "1\n"})
    adopted.here.git("switch", "-q", "-c", "work", "main")
    adopted.write({"src/vat.py": "2\n"})
    assert adopted.here.run("git", step, "other").returncode == 1
    (adopted.here.path / "src/vat.py").write_text("3\n")
    adopted.here.git("add", "src/vat.py")
    ran = adopted.sdd("phr", "new", "Add tax", *FIX, "--commit")
    assert (ran.status, f"next: git {step} --continue" in ran.err) == (3, True), ran
    adopted.here.git("-c", "core.editor=true", step, "--continue")
    assert "history/prompts/general/0001-add-tax.green.prompt.md" in adopted.here.git("ls-files")
    assert adopted.here.git("status", "--porcelain") == ""

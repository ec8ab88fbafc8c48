"""The runner of the documentation's console blocks: a lying page must not get past it."""

from pathlib import Path

import pytest

from tests.console import BIN_FOLDER, ConsoleError, Shell, Step, differences, matches, parse, rewrite


def page(tmp_path: Path, *blocks: str) -> Path:
    file = tmp_path / "page.md"
    file.write_text("# A page\n\n" + "\n\nText.\n\n".join(f"```console\n{block}\n```" for block in blocks))
    return file


def told(tmp_path: Path, *blocks: str) -> list[str]:
    return list(differences(page(tmp_path, *blocks), tmp_path / "scratch", BIN_FOLDER))


def test_steps_hold_command_output_and_status() -> None:
    text = "Text\n\n```console\n$ one\nout\n\n  more\n\n$ two\n$ three\n(exit 3)\n```\n"
    assert list(parse(text)) == [
        Step(4, "one", ("out", "", "  more"), 0),
        Step(9, "two", (), 0),
        Step(10, "three", (), 3),
    ]


def test_commands_go_on_over_lines() -> None:
    text = "```console\n$ printf '%s\\n' \\\n  one\n$ cat <<END\n> a\n> b\n> END\nout\n```\n"
    assert [step.command for step in parse(text)] == ["printf '%s\\n' \\\n  one", "cat <<END\na\nb\nEND"]
    assert [step.expected for step in parse(text)] == [(), ("out",)]


def test_other_fences_are_left_alone_and_indented_ones_are_found() -> None:
    text = "```sh\n$ one\n```\n\n1. Item\n\n   ```console\n   $ two\n   out\n   ```\n\n    $ three\n"
    assert list(parse(text)) == [Step(8, "two", ("out",), 0)]


def test_a_fence_within_a_fence_is_text() -> None:
    assert not list(parse("````markdown\n```console\n$ one\n```\n````\n"))


@pytest.mark.parametrize("block", ["", "output only\n", "> more\n"])
def test_a_block_without_a_command_is_an_error(block: str) -> None:
    with pytest.raises(ConsoleError, match="line 2"):
        list(parse(f"```console\n{block}```\n"))


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ([], []),
        (["a"], ["a"]),
        (["a", "...", "z"], ["a", "z"]),
        (["a", "...", "z"], ["a", "b", "z", "c", "z"]),
        (["..."], []),
        (["..."], ["a", "b"]),
        (["commit [..]"], ["commit 51d0e77"]),
        (["[..] of [..] files"], ["3 of 6 files"]),
        (["[..]"], [""]),
        (["a.c (x) [y] \\d"], ["a.c (x) [y] \\d"]),
    ],
)
def test_output_that_matches(expected: list[str], actual: list[str]) -> None:
    assert matches(expected, actual)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ([], ["a"]),
        (["a"], []),
        (["a"], ["ab"]),
        (["a.c"], ["abc"]),
        (["a", "...", "z"], ["a", "b"]),
        (["[..]"], ["a", "b"]),
        (["a [..] b"], ["a x", "y b"]),
        (["... "], ["a", "b"]),
        (["text ..."], ["text a"]),
    ],
)
def test_output_that_does_not_match(expected: list[str], actual: list[str]) -> None:
    assert not matches(expected, actual)


def test_an_honest_page_passes(tmp_path: Path) -> None:
    assert not told(
        tmp_path, "$ echo out; echo err >&2\nout\nerr\n$ false\n(exit 1)", "$ printf 'no line end'\nno line end"
    )


def test_the_shell_lasts_to_the_end_of_the_page(tmp_path: Path) -> None:
    assert not told(tmp_path, "$ mkdir there && cd there && name=Ada", '$ basename "$PWD"; echo "$name"\nthere\nAda')


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ("$ echo one\ntwo", "-two\n+one"),
        ("$ echo one", "+one"),
        ("$ true\nout", "-out"),
        ("$ echo out; false\nout", "+(exit 1)"),
        ("$ echo out\nout\n(exit 1)", "-(exit 1)"),
        ("$ (exit 2)\n(exit 1)", "-(exit 1)\n+(exit 2)"),
        ("$ if\n(exit 0)", "syntax error"),
    ],
)
def test_a_lie_is_told_with_its_place(tmp_path: Path, block: str, line: str) -> None:
    [difference] = told(tmp_path, f"$ true\n{block}")
    assert difference.startswith(f"{tmp_path / 'page.md'}:5: $ ")
    assert line in difference


def test_every_lie_of_a_page_is_told(tmp_path: Path) -> None:
    assert len(told(tmp_path, "$ echo 1\n2\n$ echo 3\n3\n$ echo 4\n5")) == 2


def test_identity_dates_and_branch_are_fixed(tmp_path: Path) -> None:
    assert not told(
        tmp_path,
        "$ git init -q && git commit -q --allow-empty -m first\n"
        "$ git log --format='%an <%ae> %aI %cI %H' && git branch --show-current\n"
        "Ada <ada@example.com> 2026-03-01T12:00:00+00:00 2026-03-01T12:00:00+00:00 [..]\n"
        "main\n"
        "$ git config --global user.name Grace && cat ~/.gitconfig\n"
        "...\n"
        "\tname = Grace",
    )


def test_a_page_starts_in_an_empty_folder_with_a_clean_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("SPECIFY_FEATURE", "001-x")
    assert not told(tmp_path, '$ ls -A; echo "[$GIT_DIR$SPECIFY_FEATURE]"\n[]')


def test_commands_read_nothing_of_the_script(tmp_path: Path) -> None:
    assert not told(tmp_path, "$ cat\n$ echo after\nafter")


def test_the_interpreters_commands_come_first(tmp_path: Path) -> None:
    [folder] = told(tmp_path, "$ dirname $(command -v python)")[0].splitlines()[-1:]
    assert folder == f"+{BIN_FOLDER}"


def test_a_command_that_ends_the_shell_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConsoleError, match="the shell ended at: exit 0"):
        told(tmp_path, "$ exit 0\n$ true")


def test_a_command_that_hangs_is_an_error(tmp_path: Path) -> None:
    with (
        Shell(tmp_path / "scratch", BIN_FOLDER, timeout=0.2) as shell,
        pytest.raises(ConsoleError, match="no end after"),
    ):
        shell.run("sleep 30")


PAGE_WITH_LIES = """\
1. Item

   ```console
   $ echo one

   $ printf 'id 1\\nx\\n'; false
   id [..]
   old
   lines

   $ true
   ```

```console
$ (exit 3)
out
(exit 2)
```
"""

THE_SAME_PAGE_REWRITTEN = """\
1. Item

   ```console
   $ echo one
   one

   $ printf 'id 1\\nx\\n'; false
   id [..]
   x
   (exit 1)

   $ true
   ```

```console
$ (exit 3)
(exit 3)
```
"""


def test_rewriting_tells_the_truth_and_keeps_masks_and_text(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text(PAGE_WITH_LIES)
    rewrite(file, tmp_path / "first", BIN_FOLDER)
    assert file.read_text() == THE_SAME_PAGE_REWRITTEN
    assert not list(differences(file, tmp_path / "second", BIN_FOLDER))


def test_a_plain_sdd_command_runs_where_the_shell_stands(tmp_path: Path) -> None:
    with Shell(tmp_path / "scratch", BIN_FOLDER) as shell:
        shell.run("git init -q && mkdir 'a folder' && cd 'a folder' && export GIT_COMMITTER_NAME='Grace \"H\"'")
        shell.run("git commit -q --allow-empty -m first && echo '# Ours' > ours.md")
        for command in ("sdd feature list", "sdd gate --base nowhere", "sdd 'no such command'", "sdd waiver new 'a b'"):
            assert shell.run(command) == shell.run(f"{command} 2>&1"), command
        shell.run("sdd init --no-hooks")
        printed, status = shell.run("sdd feature new 'New rates'")
        assert (status, "specs/001-new-rates/spec.md" in printed[0]) == (0, True), printed
        assert shell.run("ls ../specs")[0] == ("001-new-rates",)


def test_a_list_ends_where_a_command_fails_and_output_goes_where_it_is_sent(tmp_path: Path) -> None:
    with Shell(tmp_path / "scratch", BIN_FOLDER) as shell:
        shell.run("git init -q -b main there && git -C there commit -q --allow-empty -m first")
        assert shell.run("cd there && sdd gate --base nowhere 2> told && echo on") == ((), 2)
        assert shell.run("cat told")[0][0].startswith("sdd: unknown revision: nowhere")
        assert shell.run("sdd init --no-hooks > made.txt && ls -d .specify made.txt && basename $PWD") == (
            (".specify", "made.txt", "there"), 0,
        )  # fmt: skip
        assert shell.run("sdd feature list > /dev/null && echo 'a && b'") == (("a && b",), 0)

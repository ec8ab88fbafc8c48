"""What git tells its hooks: read to the letter, or refused."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdd.base.errors import ExitCode, SddError
from sdd.repo.pushed import PushedRef, read_pre_push, read_pre_receive

Reader = Callable[[bytes], tuple[PushedRef, ...]]
A, B, ZERO = "a" * 40, "b" * 40, "0" * 40


@pytest.mark.parametrize("read", [read_pre_push, read_pre_receive])
def test_an_empty_input_is_no_push(read: Reader) -> None:
    assert read(b"") == ()


@pytest.mark.parametrize("end", ["", "\n"])
@pytest.mark.parametrize("local", ["refs/heads/x", "HEAD~1", "(delete)", "HEAD^{/fix the tax}", ":/fix the tax", A])
def test_a_local_ref_is_what_was_typed(local: str, end: str) -> None:
    line = f"{local} {A} refs/heads/x {B}{end}"
    assert read_pre_push(line.encode()) == (PushedRef(local, A, "refs/heads/x", B),)


def test_ids_of_sha256_are_read() -> None:
    oid = "c" * 64
    (line,) = read_pre_receive(f"{'0' * 64} {oid} refs/heads/x\n".encode())
    assert line == PushedRef("refs/heads/x", oid, "refs/heads/x", "0" * 64)
    assert line.is_new
    assert not line.is_deletion


@pytest.mark.parametrize(
    "text",
    [
        "\n",
        "\n\n",
        "refs/heads/x",
        f"refs/heads/x {A} refs/heads/x",
        f"refs/heads/x {A} refs/heads/x {B} more",
        f"refs/heads/x more {A} refs/heads/x {B}",
        f"refs/heads/x {A[:39]} refs/heads/x {B}",
        f"refs/heads/x {A[:39]}g refs/heads/x {B}",
        f"refs/heads/x {A} refs/heads/x {'b' * 64}",
        f"refs/heads/x {A} refs/heads/x {B}\n\n",
        f"refs/heads/x {A} refs/heads/x {B}\r\n",
        f"refs/heads/x {A} main {B}",
        f"refs/heads/x  {A} refs/heads/x {B}",
        f" {A} refs/heads/x {B}",
        f"refs/heads/x {A} refs/heads/\x00x {B}",
        f"refs/heads/x {A} refs/heads/x {B}\nrefs/heads/y {'a' * 64} refs/heads/y {'b' * 64}\n",
    ],
)
def test_what_git_would_not_write_is_refused(text: str) -> None:
    with pytest.raises(SddError, match="standard input") as refusal:
        read_pre_push(text.encode())
    assert refusal.value.exit_code is ExitCode.CANNOT_JUDGE
    assert refusal.value.fix


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(SddError):
        read_pre_push(b"refs/heads/\xff " + f"{A} refs/heads/x {B}".encode())


def test_a_refusal_shows_no_control_character() -> None:
    with pytest.raises(SddError) as refusal:
        read_pre_push(b"\x1b[31mred \xe2\x80\xae")
    assert "\x1b" not in refusal.value.message
    assert "\u202e" not in refusal.value.message


_words = st.sampled_from(["refs/heads/x", A, B, ZERO, "a" * 64, " ", "\n", "\t", "\0", "x", "é", ""])


@given(st.one_of(st.binary(), st.lists(_words).map(lambda words: " ".join(words).encode())))
def test_any_input_is_read_or_refused(data: bytes) -> None:
    for read in (read_pre_push, read_pre_receive):
        try:
            pushed = read(data)
        except SddError:
            continue
        assert all(line.remote_ref.startswith("refs/") for line in pushed)
        assert len(pushed) == len(data.splitlines())

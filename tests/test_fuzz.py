"""A short pass of `make fuzz`: no reader raises, whatever it is given, and every promise is kept."""

import shlex
from pathlib import Path

import pytest

from fuzz import by_hypothesis, run
from fuzz.by_hypothesis import try_texts
from fuzz.finds import SUBJECTS


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_reader_raises_on_nothing(name: str) -> None:
    try_texts(SUBJECTS[name], 0, 30, lambda _: None)


def test_a_find_is_told_and_can_be_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def divides(content: bytes) -> float:
        return 1 / (1 - content.count(b"*"))

    monkeypatch.chdir(tmp_path)
    for module in (by_hypothesis, run):
        monkeypatch.setattr(module, "SUBJECTS", {"bad reader": divides})
    assert by_hypothesis.run(60) is False
    told = capsys.readouterr()
    assert "for 1 readers, 1 finds" in told.out
    assert "bad reader: Traceback" in told.err
    *_, shown, command = told.err.splitlines()
    *words, name, file = shlex.split(command)
    assert (words, name) == (["again:", "python", "-m", "fuzz.run", "--again"], "bad reader")
    content = Path(file).read_bytes()
    assert (content.count(b"*"), shown) == (1, f"input: {content!r}")
    monkeypatch.setattr("sys.argv", ["fuzz", "--again", "bad reader", file])
    with pytest.raises(ZeroDivisionError):
        run.main()

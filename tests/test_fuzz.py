"""A short pass of `make fuzz`: no reader raises, whatever it is given, and every promise is kept."""

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
        monkeypatch.setattr(module, "SUBJECTS", {"sound": len, "bad reader": divides})
    assert by_hypothesis.run(5) is False
    told = capsys.readouterr()
    assert "for 2 readers, 1 finds" in told.out
    assert "bad reader: Traceback" in told.err
    assert "input: b'*'" in told.err
    name, file = told.err.splitlines()[-1].removeprefix("again: python -m fuzz.run --again ").rsplit(" ", 1)
    assert (name, Path(file).read_bytes()) == ("'bad reader'", b"*")
    monkeypatch.setattr("sys.argv", ["fuzz", "--again", "bad reader", file])
    with pytest.raises(ZeroDivisionError):
        run.main()

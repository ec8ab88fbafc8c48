"""A shared folder is filled once, and again where filling it failed."""

from pathlib import Path

import pytest

from tests.shared import made_once


def test_a_folder_is_filled_once_and_again_after_a_failure(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tmp_path_factory, "getbasetemp", lambda: tmp_path / "worker")
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    calls: list[Path] = []

    def make(folder: Path) -> None:
        calls.append(folder)
        (folder / "file").touch(exist_ok=False)
        if len(calls) == 1:
            raise ValueError("halfway")

    with pytest.raises(ValueError, match="halfway"):
        made_once(tmp_path_factory, "thing", make)
    assert [made_once(tmp_path_factory, "thing", make) for _ in range(2)] == [tmp_path / "thing"] * 2
    assert calls == [tmp_path / "thing"] * 2
    assert (tmp_path / "thing" / "file").exists()

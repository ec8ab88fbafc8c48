"""A shared folder is filled once, and again where filling it failed; a copy of one is as it is."""

import os
from pathlib import Path

import pytest

from tests.shared import copy_folder, made_once


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


def test_a_copy_has_the_same_files_modes_times_and_links(tmp_path: Path) -> None:
    source, copy = tmp_path / "source", tmp_path / "copy"
    (source / "empty").mkdir(parents=True)
    files = {source / "much": (b"much" * 100_000, 0o644), source / "folder" / "script": (b"#!/bin/sh\n", 0o755)}
    (source / "folder").mkdir()
    for file, (content, mode) in files.items():
        file.write_bytes(content)
        file.chmod(mode)
        os.utime(file, ns=(1, 1_772_366_400_000_000_001))
    (source / "link").symlink_to("folder/script")
    (source / "dangling").symlink_to("nowhere")
    copy_folder(source, copy)
    assert {path.relative_to(copy) for path in copy.rglob("*")} == {
        path.relative_to(source) for path in source.rglob("*")
    }
    for file, (content, mode) in files.items():
        copied = copy / file.relative_to(source)
        told = copied.stat()
        assert (copied.read_bytes(), told.st_mode & 0o777, told.st_mtime_ns) == (content, mode, file.stat().st_mtime_ns)
    assert [(copy / name).readlink() for name in ("link", "dangling")] == [Path("folder/script"), Path("nowhere")]
    (copy / "much").write_bytes(b"less")
    assert (source / "much").read_bytes() == files[source / "much"][0]

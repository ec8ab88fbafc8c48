"""What a push leaves where nobody is asked about it, written without one: a push is seven processes."""

import shutil
from pathlib import Path


def landed(here: Path, there: Path, refspec: str) -> bool:
    """Puts a branch of the repository `here` on its remote origin, the bare one `there`, and tracks it, as
    `git push origin REFSPEC` does where it may. False, with nothing done, where a real push could do anything else.
    """
    own = here / ".git"
    ours, colon, theirs = refspec.partition(":")
    if not (own.is_dir() and _is_plain(own, there)) or (ours == "HEAD" and not colon):
        return False
    name = (theirs or ours).removeprefix("refs/heads/")
    tip = _tip(own, ours)
    ref, tracked = there / "refs" / "heads" / name, own / "refs" / "remotes" / "origin" / name
    if not tip or name.startswith("refs/") or not _takes(ref) or not _takes(tracked):
        return False
    _hand_over(own / "objects", there / "objects")
    for file in (ref, tracked):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{tip}\n")
    return True


def _is_plain(own: Path, there: Path) -> bool:
    """Whether both sides are set to nothing but what `git init` and a clone write, and no hook is asked."""
    config = (own / "config").read_text()
    asked = any((there / "hooks").iterdir()) if (there / "hooks").is_dir() else False
    apart = [own / "shallow", own / "objects" / "info" / "alternates", there / "objects" / "info" / "alternates"]
    unusual = ("pushurl", "mirror", "insteadof", "promisor", "[push", "[include", "worktree")
    return (
        f"url = {there}\n" in config
        and not any(word in config.lower() for word in unusual)
        and "[receive" not in (there / "config").read_text()
        and not asked
        and not any(file.exists() for file in apart)
    )


def _tip(own: Path, branch: str) -> str:
    """The commit of a branch, or of the one that HEAD names; empty where git does not keep it in a file of its own."""
    if branch == "HEAD":
        head = (own / "HEAD").read_text().strip()
        if not head.startswith("ref: refs/heads/"):
            return ""
        branch = head.removeprefix("ref: refs/heads/")
    branch = branch.removeprefix("refs/heads/")
    file = own / "refs" / "heads" / branch
    named_twice = (own / "refs" / "tags" / branch).exists() or "refs/tags" in _text(own / "packed-refs")
    held = _text(file).strip()
    return held if held and not named_twice and not held.startswith("ref:") else ""


def _takes(ref: Path) -> bool:
    """Whether a ref can be written: it is no other name of one, and no branch stands above or below it."""
    return not (ref.is_dir() or any(folder.is_file() for folder in ref.parents) or _text(ref).startswith("ref:"))


def _text(file: Path) -> str:
    return file.read_text() if file.is_file() else ""


def _hand_over(ours: Path, theirs: Path) -> None:
    """Copies the objects that one folder has and the other one lacks."""
    for folder in ours.iterdir():
        if folder.name == "info":
            continue
        held = theirs / folder.name
        held.mkdir(exist_ok=True)
        known = {file.name for file in held.iterdir()}
        for file in folder.iterdir():
            if file.name not in known and not file.name.startswith("tmp_"):
                shutil.copy2(file, held / file.name)

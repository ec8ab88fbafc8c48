"""Writes synthetic repositories of any size: one commit for each PHR with its contract and code, and for each spec.

    python -m bench.synth FOLDER --features 200 --phrs 10000 --seed 1

The same arguments give the same commit ids on every machine: chance comes from the seed, and time from a counter. The
last commits are sound changes, fit to be judged as a push (`sdd gate --base HEAD~20`). Nothing is checked out. Raises
CalledProcessError or RuntimeError where git fails.
"""

import argparse
import subprocess
from pathlib import Path

from bench.history import History
from bench.texts import CONSTITUTION, STAGES, TASKS, Prose, Work, files_of, plan_text, spec_text, tasks_text

AT_ONCE = 4
"""Features that are worked on at the same time."""
CONSTITUTION_PATH = ".specify/memory/constitution.md"


def write_repository(path: Path, features: int, phrs: int, seed: int = 1, landed: int = 0) -> None:
    """A new repository: `phrs` commits, each with one PHR, and before the first ones of each of the `features` a commit
    with its spec. A team works on few features at once. The first `landed` PHRs come in one commit.
    """
    prose = Prose(seed)
    with History(path) as history:
        history.commit("chore: constitution", {CONSTITUTION_PATH: CONSTITUTION})
        names: list[str] = []
        together: dict[str, str] = {}
        for serial in range(1, phrs + 1):
            while len(names) * phrs < serial * features:
                names.append(name := f"{len(names) + 1:03d}-{prose.slug(2)}")
                history.commit(f"spec: {name}", feature_files(name, prose))
            work = request(serial, prose.random.choice(names[-AT_ONCE:]), prose)
            together |= files_of(work, prose)
            if serial >= landed:
                history.commit(f"feat({work.feature}): {work.slug}", together)
                together = {}


def write_roots(path: Path, roots: int, files: int, changes: int) -> None:
    """A new repository: a commit with `files` modules in 200 folders, and `changes` commits with a PHR each.

    Each folder is a root of its own, or with one root the top is.
    """
    folders = [f"app{number:03d}/" for number in range(200)]
    tops = folders if roots > 1 else [""]
    prose, feature = Prose(1), "001-shop"
    code = {f"{folder}src/lib/{number}.py": f"{number}\n" for folder in folders for number in range(files // 200)}
    adopted = {top + CONSTITUTION_PATH: CONSTITUTION for top in tops}
    specs = {f"{top}{name}": text for top in tops for name, text in feature_files(feature, prose).items()}
    with History(path) as history:
        history.commit("chore: all apps", code | adopted | specs)
        for serial in range(1, changes + 1):
            work = request(serial, feature, prose)
            texts = files_of(work, prose)
            history.commit(f"feat: {work.slug}", {tops[-serial % len(tops)] + name: texts[name] for name in texts})


def add_branches(path: Path, names: list[str], parent: str, phrs: int) -> None:
    """Adds branches to a repository of `phrs` PHRs, each with one request on top of a parent."""
    prose = Prose(phrs)
    feature = newest_feature(path, parent)
    with History(path, commits=2 * phrs) as history:
        for serial, name in enumerate(names, phrs + 1):
            work = request(serial, feature, prose)
            history.commit(f"feat({feature}): {work.slug}", files_of(work, prose), name, parent)


def add_request(path: Path) -> None:
    """Commits one more PHR with its contract and code in a repository of this module's that is checked out."""
    number = int(
        subprocess.run(["git", "rev-list", "--count", "HEAD"], cwd=path, check=True, capture_output=True).stdout
    )
    prose = Prose(number)
    work = request(number, newest_feature(path, "HEAD"), prose)
    files = files_of(work, prose)
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    subprocess.run(["git", "add", "--", *files], cwd=path, check=True)
    subprocess.run(["git", "commit", "-q", "-m", f"feat({work.feature}): {work.slug}"], cwd=path, check=True)


def newest_feature(path: Path, revision: str) -> str:
    """The feature that was specified last."""
    command = ["git", "ls-tree", "--name-only", f"{revision}:specs"]
    return subprocess.run(command, cwd=path, check=True, capture_output=True, text=True).stdout.split()[-1]


def feature_files(name: str, prose: Prose) -> dict[str, str]:
    """What specifies a feature: path -> text."""
    texts = {"spec.md": spec_text, "plan.md": plan_text, "tasks.md": tasks_text}
    return {f"specs/{name}/{file}": text(name, prose) for file, text in texts.items()}


def request(serial: int, feature: str, prose: Prose) -> Work:
    """Some request."""
    return Work(
        serial,
        feature=feature,
        slug=prose.slug(3),
        stage=prose.random.choice(STAGES),
        task=prose.random.randint(1, TASKS),
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Write a synthetic repository.")
    parser.add_argument("folder", type=Path, help="a folder that does not exist yet")
    parser.add_argument("--features", type=int, default=20)
    parser.add_argument("--phrs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.folder.exists():
        parser.error(f"{arguments.folder} exists")
    write_repository(arguments.folder, arguments.features, arguments.phrs, arguments.seed)


if __name__ == "__main__":
    main()

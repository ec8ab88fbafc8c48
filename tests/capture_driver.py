"""Plays exchanges with nine agents in real repositories, disturbs them, and checks what is kept of them.

python -m tests.capture_driver 10000 [--seed N]

Sessions run side by side in several repositories with two work trees each. Hooks come twice, late and out of order,
readers and commits are killed at their steps, exchanges fail, are interrupted, go on after "continue" and tell
secrets; some are told by real processes and committed by git's own hook. In the end each exchange must be kept once,
with its prompt and its files, in one record where its files were committed and in none elsewhere, without a secret.
"""

import argparse
import contextlib
import heapq
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from sdd.capture.draining import drain, unread
from sdd.capture.exchanges import Exchange, Fate, Status
from sdd.capture.places import place_of
from sdd.capture.receiving import _keep, _place_for
from sdd.capture.store import Store
from sdd.records.kinds.phr import parse as parse_phr
from tests.adopted import POLICY
from tests.agent_payloads import AGENTS, AgentPayloads, Payload
from tests.capture_on import turn_on
from tests.captured import HOOK
from tests.forked import forked_bin
from tests.hooked import Hooked
from tests.kills import kill_at, watch_steps
from tests.program import sdd, start
from tests.scratch import ENVIRONMENT, Scratch
from tests.secret_texts import checked

TOKEN = b"ghp_[0-9A-Za-z]{36}"
_ENDS = {"failure": Status.FAILED, "interrupt": Status.INTERRUPTED}
_MOST_STEPS = 60
_DAY = 86_400.0
_READS_ONLY = "src/never_"


@dataclass(eq=False)
class Asked:
    """An exchange as it was played, and so what must be kept of it.

    `mark` is in its prompt and in no other; `is_plain` says that this is kept as it was written.
    """

    agent: str
    session: str
    mark: str
    prompts: list[str] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    status: Status = Status.OPEN
    is_told_to_end: bool = True
    is_plain: bool = False


class Tree:
    """A work tree with a clock of its own, and what its agents have told that did not arrive yet."""

    def __init__(self, here: Scratch, name: str, driver: "Driver") -> None:
        self.here, self.name, self.driver = here, name, driver
        self.now = time.time() - 20 * _DAY
        self.players: list[Player] = []
        self.open_files: set[str] = set()
        self._under_way: list[tuple[float, int, bytes]] = []
        self._numbers = count()

    def tell(self, payload: Payload, arrival: float) -> None:
        """Sends a payload that comes to its hook then."""
        told = json.dumps(payload, ensure_ascii=self.driver.chance.random() < 0.5).encode()
        heapq.heappush(self._under_way, (arrival, next(self._numbers), told))

    def receive(self, until: float) -> None:
        """Lets come what is due, and now and then be read."""
        place = place_of(str(self.here.path))
        assert place
        while self._under_way and self._under_way[0][0] <= until:
            arrival, _, data = heapq.heappop(self._under_way)
            with contextlib.chdir(self.here.path):
                kept = _place_for(bytearray(data))
                assert kept
                assert kept.top == place.top
                # One process tells nothing twice in a nanosecond.
                _keep(kept, bytearray(data), int(arrival * 1e6) * 1000 + next(self._numbers) % 1000, "claude")
            self.driver.seen["payloads"] += 1
            if self.driver.chance.random() < 0.05:
                self.driver.read(self.here)

    def write(self, path: str, text: str, at: float = 0) -> None:
        """Writes a file, as changed then."""
        self.here.write(path, text)
        os.utime(self.here.path / path, (at or self.now, at or self.now))
        self.open_files.add(path)

    def commit(self, paths: set[str]) -> None:
        """Commits some files with the PHRs of their exchanges, by git's hook or without a process; it may be killed.
        Some commits run no hook, and some take in those that the branch has already.
        """
        driver, here = self.driver, self.here
        self.now += 5
        self.receive(self.now)
        here.git("add", "--", *sorted(paths))
        self.open_files -= paths
        words = ["--allow-empty", "-qm", "work"]  # what is done again changes nothing
        if driver.chance.random() < driver.rewrites and (fork := here.git("merge-base", "main", "HEAD")) != here.tip:
            if driver.chance.random() < 0.5:
                words.append("--amend")
                driver.seen["amended"] += 1
            else:
                here.git("reset", "-q", "--soft", fork)
                driver.seen["squashed"] += 1
        if driver.chance.random() < driver.rewrites:
            here.git("commit", "-n", *words, **self._dates())
            driver.seen["commits without a hook"] += 1
            return
        if driver.chance.random() < driver.kills:
            step = driver.chance.randrange(_MOST_STEPS)
            driver.killed(step, partial(_commit_hook, here))
        if driver.chance.random() < driver.hooks:
            done = here.run("git", "commit", *words, **self._dates())
            assert done.returncode == 0, done.stderr
            driver.hear(done.stderr)
            driver.seen["commits by git's hook"] += 1
        else:
            driver.hear(sdd(here.path, "capture", "commit", "--pre-commit").err)
            here.git("commit", "-n", *words, **self._dates())
        driver.seen["commits"] += 1

    def _dates(self) -> dict[str, str]:
        return dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), f"@{int(self.now)} +0000")

    def land(self) -> None:
        """Commits what is left, lets all come that is under way, records what was missed, and lands the branch."""
        if self.open_files:
            self.commit(set(self.open_files))
        self.receive(float("inf"))
        self.driver.hear(sdd(self.here.path, "capture", "commit").err)
        self.here.git("merge", "-q", "--no-edit", "main", **self._dates())
        self.here.git("branch", "-qf", "main", "HEAD")


class Player:
    """A session with an agent: `exchange` gives its deeds, one by one."""

    def __init__(self, tree: Tree, name: str, session: str, *, is_real: bool) -> None:
        self.tree, self.driver, self.chance = tree, tree.driver, tree.driver.chance
        self.agent: AgentPayloads = AGENTS[name](str(tree.here.path), session, self._clock)
        # What an agent does within seconds, whose prompts are told by their coming alone, is one exchange.
        self.is_real = is_real and self.agent.tells_prompt
        self._ticks = count(1)
        self._turns = count(1)
        # Without names of turns and times of their own events are told apart by their coming alone.
        self.is_timed = self.agent.names_turns or name != "antigravity"

    def _clock(self) -> float:
        return time.time() if self.is_real else self.tree.now + next(self._ticks) % 1000 / 1e3

    # -- how it arrives ----------------------------------------------------------------------------------------

    def tell(self, *payloads: Payload, may_wait: bool = False, may_be_late: bool = True) -> None:
        """Tells payloads, some twice; where they `may_wait`, some out of order, or minutes late."""
        arrivals = [self.tree.now + 0.01 * number for number, _ in enumerate(payloads)]
        if may_wait and self.is_timed and self.chance.random() < 0.15:
            self.chance.shuffle(arrivals)
            self.driver.seen["shuffled"] += 1
        for payload, arrival in zip(payloads, arrivals, strict=True):
            if self.is_real:
                self._fire(payload)
                continue
            if may_wait and may_be_late and self.agent.names_turns and self.chance.random() < 0.05:
                arrival += self.chance.uniform(60, 600)
                self.driver.seen["late"] += 1
            self.tree.tell(payload, arrival)
            if self.chance.random() < 0.08:
                wait = self.chance.choice((0.001, 0.5, 300)) if may_wait and self.is_timed else 0.001
                self.tree.tell(payload, arrival + wait)
                self.driver.seen["duplicates"] += 1
        self.tree.now += 0.01 * len(payloads)

    def _fire(self, payload: Payload) -> None:
        """Tells a payload by the hook's own line, now and then by two at once, as where hooks are installed twice."""
        hook = [sys.executable, "-P", "-m", "sdd", "capture", "event", self.agent.name]
        hooks = [
            subprocess.Popen(hook, cwd=self.tree.here.path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=-2)
            for _ in range(1 + (self.is_timed and self.chance.random() < 0.2))
        ]
        for process in hooks:
            said, _ = process.communicate(json.dumps(payload).encode())
            assert (process.returncode, said) == (0, b"")
            self.driver.seen["events by processes"] += 1

    # -- what is done ------------------------------------------------------------------------------------------

    def exchange(self) -> Iterator[Callable[[], None]]:
        """The deeds of one exchange."""
        agent, chance = self.agent, self.chance
        asked = self.driver.new(agent)
        yield partial(self._ask, asked, turn := f"t{next(self._turns)}")
        yield from self._work(asked, turn, least=not agent.tells_prompt)
        yield partial(self._end, asked, turn)
        if agent.tells_prompt and chance.random() < 0.12:
            yield partial(self._go_on, asked, turn := f"t{next(self._turns)}")
            yield from self._work(asked, turn, least=0)
            yield partial(self._end, asked, turn)
            self.driver.seen["continued"] += 1

    def _ask(self, asked: Asked, turn: str) -> None:
        chance = self.chance
        texts = [
            f"Add [{asked.mark}]",
            f"[{asked.mark}]: why does it fail?\n\n## Prompt\n\n---\nid: 1\n---",
            f"/plan [{asked.mark}]",
        ]
        text = chance.choice(texts) + "\nPlease."
        if chance.random() < 0.1:
            text += f"\nThe token is {self.driver.secret()} as ever."
        elif chance.random() < 0.02:
            text += "\n" + "a pasted line of a log\n" * 4000
        else:
            asked.is_plain = True
        asked.prompts.append(text)
        self._tell_prompt(text, turn)

    def _go_on(self, asked: Asked, turn: str) -> None:
        asked.prompts.append("continue")
        self._tell_prompt("continue", turn)

    def _tell_prompt(self, text: str, turn: str) -> None:
        """The agent waits for the hook of a prompt, so it comes before the next one."""
        self.tell(*self.agent.prompt(text, turn), may_wait=True, may_be_late=False)

    def _work(self, asked: Asked, turn: str, *, least: int) -> Iterator[Callable[[], None]]:
        chance = self.chance
        for _ in range(max(least, chance.randrange(4))):
            yield partial(self._write, asked, turn)
        for deed, share in (
            (self._shell, 0.25), (self._test, 0.2), (self._edit, 0.2), (self._leak, 0.1), (self._subagent, 0.1),
            (self._compact, 0.05),
        ):  # fmt: skip
            if chance.random() < share:
                yield partial(deed, asked, turn)

    def _write(self, asked: Asked, turn: str) -> None:
        path = f"src/{asked.mark}_{len(asked.files)}.py"
        text = f"# {asked.mark}\nVALUE = {self.chance.random()}\n"
        told = f"{text}TOKEN = '{self.driver.secret()}'\n" if self.chance.random() < 0.05 else text
        self.tree.write(path, text)
        asked.files.add(path)
        self.tell(*self.agent.write(str(self.tree.here.path / path), told, turn), may_wait=True)

    def _edit(self, asked: Asked, turn: str) -> None:
        """A file that other exchanges edit too."""
        path = f"src/shared_{self.tree.name}_{self.chance.randrange(3)}.py"
        file, line = self.tree.here.path / path, f"{asked.mark} = {self.chance.random()}\n"
        self.tree.write(path, (file.read_text() if file.exists() else "") + line)
        asked.files.add(path)
        self.tell(*self.agent.edit(str(file), "", line, turn), may_wait=True)

    def _shell(self, asked: Asked, turn: str) -> None:
        """A command that makes a file: when its hooks come says which it is, so they come at once."""
        path = f"gen/{asked.mark}_{len(asked.files)}.txt"
        before, after = self.agent.shell("make gen", "made\n", 0, turn)
        self.tell(before)
        self.tree.now += 2
        self.tree.write(path, f"{asked.mark}\n", time.time() if self.is_real else 0)
        asked.files.add(path)
        self.tree.now += 2
        self.tell(after)

    def _test(self, asked: Asked, turn: str) -> None:
        self.tell(*self.agent.shell("pytest -q", "1 failed\n", self.chance.randrange(2), turn))

    def _leak(self, asked: Asked, turn: str) -> None:
        """A command and a path that hold secrets; no file comes of them."""
        secret = self.driver.secret()
        command = f"curl -H 'Authorization: token {secret}' localhost"
        self.tell(*self.agent.shell(command, f"export T={secret}\n", 0, turn))
        folder = self.chance.choice(("/nowhere/", f"{self.tree.here.path}/{_READS_ONLY}"))
        self.tell(*self.agent.write(f"{folder}{secret}.py", "A = 1\n", turn), may_wait=True)

    def _subagent(self, asked: Asked, turn: str) -> None:
        path = f"src/{asked.mark}_sub.py"
        told = self.agent.subagent(str(self.tree.here.path / path), f"# {asked.mark}\n", turn)
        if path in json.dumps(told):
            self.tree.write(path, f"# {asked.mark}\n")
            asked.files.add(path)
        self.tell(*told)

    def _compact(self, asked: Asked, turn: str) -> None:
        self.tell(*self.agent.compaction(turn))

    def _end(self, asked: Asked, turn: str) -> None:
        name = self.chance.choices(("response", "failure", "interrupt"), (8, 1, 1))[0]
        told = getattr(self.agent, name)(turn) if name in _ENDS else []
        if not told and (name == "response" or not self.agent.tells_prompt):
            said = f"Did it with {self.driver.secret()}." if self.chance.random() < 0.1 else "Did it."
            told, name = self.agent.response(said, turn), "response"
        # Where nothing tells of its end, the next prompt or the session's end does.
        asked.status = _ENDS.get(name, Status.DONE) if told else Status.UNANSWERED
        self.tell(*told, may_wait=True)
        self.driver.seen[name] += 1


class Driver:
    """Repositories in a folder, and what is played in them. All but their number are shares of 1."""

    def __init__(
        self,
        folder: Path,
        seed: int,
        *,
        repositories: int,
        kills: float,
        processes: float,
        rewrites: float = 0.05,
        hooks: float = 0.3,
    ) -> None:
        self.folder, self.chance = folder, random.Random(seed)
        self.kills, self.processes, self.rewrites, self.hooks = kills, processes, rewrites, hooks
        self.seen: Counter[str] = Counter()
        self.secrets: set[str] = set()
        self.asked: list[Asked] = []
        self.told: list[str] = []
        self._landed: set[str] = set()
        self._sessions = count(1)
        self._session = ""
        forked_bin()  # what the hooks call
        self.repositories = [self._repository(number) for number in range(repositories)]

    def _repository(self, number: int) -> tuple[Scratch, tuple[Tree, ...], str]:
        here = Hooked(self.folder / f"r{number}")
        join = ("exchange", "commit", "exchange", "branch")[number % 4]
        policy = f'[capture]\njoin = "{join}"\nresponse = "all"\n'
        here.commit("start", {POLICY: policy, ".specify/memory/constitution.md": "# Constitution\n"})
        turn_on(here)
        here.write(".git/hooks/pre-commit", HOOK)
        (here.path / ".git/hooks/pre-commit").chmod(0o755)
        other = Hooked.at(self.folder / f"r{number}-other")
        here.git("worktree", "add", "-q", "--detach", str(other.path))
        return here, tuple(Tree(each, name, self) for each, name in ((here, "own"), (other, "other"))), join

    def secret(self) -> str:
        """A secret that nobody told before."""
        secret = checked("ghp", str(len(self.secrets)))
        self.secrets.add(secret)
        return secret

    def new(self, agent: AgentPayloads) -> Asked:
        asked = Asked(agent.name, agent.session, f"m{len(self.asked):05}x")
        asked.is_told_to_end = bool(agent.session_end())
        self.asked.append(asked)
        return asked

    def hear(self, said: str) -> None:
        """Takes what a commit says. What it left out is a fault, but where it gave up waiting for another sdd: that is
        recorded later.
        """
        for line in said.splitlines():
            if "another sdd" in line:
                self.seen["commits that gave up waiting"] += 1
            elif "with this commit: history/" not in line and not line.startswith("sdd:   later:"):
                self.told.append(line)

    def read(self, here: Scratch) -> None:
        """Reads what came, in a process that may be killed."""
        place = place_of(str(here.path))
        assert place
        store = Store(Path(place.common_dir))
        if self.chance.random() < self.kills:
            self.killed(self.chance.randrange(_MOST_STEPS), partial(drain, store))
        else:
            drain(store)
        self.seen["readings"] += 1

    def killed(self, step: int, work: Callable[[], object]) -> None:
        """Does some work in a process that is killed at a step."""
        child = os.fork()
        if child == 0:
            try:
                watch_steps(partial(kill_at, step))
                work()
            finally:
                os._exit(0)
        _, ended = os.waitpid(child, 0)
        self.seen["kills"] += os.WIFSIGNALED(ended) and os.WTERMSIG(ended) == signal.SIGKILL

    def play(self, exchanges: int) -> None:
        """Plays so many exchanges, in rounds of one branch in each work tree of a repository."""
        rounds = count()
        while len(self.asked) < exchanges:
            number = next(rounds)
            _, trees, _ = self.repositories[number % len(self.repositories)]
            for tree in trees:
                tree.here.git("switch", "-q", "-c", f"{tree.name}-{number}", "main")
            self._round(trees, min(24, exchanges - len(self.asked)))
            for tree in trees:
                tree.land()

    def _round(self, trees: tuple[Tree, ...], most: int) -> None:
        """Sessions side by side: their deeds come in turn, by chance."""
        playing: list[tuple[Tree, Player, Iterator[Callable[[], None]]]] = []
        for tree in trees:
            tree.now = max(tree.now for tree in trees) + 60
            tree.write(f"hand/{tree.name}-{tree.now:.0f}.txt", "by a person\n", tree.now - 30)
            for _ in range(self.chance.randint(1, 4)):
                session = f"s{next(self._sessions)}"
                # One after another, each agent is played as often as the others.
                name = list(AGENTS)[len(session) and int(session[1:]) % len(AGENTS)]
                player = Player(tree, name, session, is_real=self.chance.random() < self.processes / 2)
                player.tell(*player.agent.session_start())
                playing.append((tree, player, self._deeds(player, self.chance.randint(1, 5), len(self.asked) + most)))
        while playing:
            tree, player, deeds = chosen = self.chance.choice(playing)
            tree.now += self.chance.uniform(3, 30)
            tree.receive(tree.now)
            if deed := next(deeds, None):
                deed()
            else:
                player.tell(*player.agent.session_end())
                playing.remove(chosen)
            if tree.open_files and self.chance.random() < 0.03:
                tree.commit(
                    set(self.chance.sample(sorted(tree.open_files), self.chance.randint(1, len(tree.open_files))))
                )

    def _deeds(self, player: Player, exchanges: int, most: int) -> Iterator[Callable[[], None]]:
        for _ in range(exchanges):
            if len(self.asked) < most:
                yield from player.exchange()

    # -- what must be so ---------------------------------------------------------------------------------------

    def faults(self) -> list[str]:
        """What is wrong with what was kept, in words."""
        faults = [*self.told]
        kept: dict[str, list[tuple[Exchange, str, dict[str, Landed]]]] = {}
        for here, trees, join in self.repositories:
            for tree in trees:
                tree.receive(float("inf"))
                self.kills = 0
                self.read(tree.here)
            store, records = Store(here.path / ".git"), _records(here)
            self._landed.update(here.git("ls-tree", "-r", "--name-only", "main").split())
            self.seen["records"] += len(records)
            faults += [f"{here.path.name}: unread {file.name}" for file in unread(store)]
            faults += [f"{here.path.name}: unreadable {file.name}" for file in store.unreadable()]
            for exchange in store.exchanges():
                kept.setdefault(exchange.session, []).append((exchange, join, records))
            faults += self._leaks(here)
        for asked in self.asked:
            if lost := asked.files - self._landed:
                faults.append(f"{asked.agent} {asked.mark}: {sorted(lost)} did not land")
            own = [each for each in kept.get(asked.session, ()) if _is(each[0], asked)]
            if len(own) == 1:
                faults += (f"{asked.agent} {asked.mark}: {fault}" for fault in _faults(asked, *own[0]))
            else:
                faults.append(f"{asked.agent} {asked.mark} is kept {len(own)} times")
        if (number := sum(map(len, kept.values()))) != len(self.asked):
            faults.append(f"{number} exchanges are kept of {len(self.asked)}")
        self.seen["exchanges"], self.seen["secrets"] = len(self.asked), len(self.secrets)
        self.seen["drafts"] = sum(each.fate is Fate.DRAFT for all in kept.values() for each, _, _ in all)
        return faults

    def _leaks(self, here: Scratch) -> Iterator[str]:
        import re

        other = here.path.with_name(f"{here.path.name}-other")
        files = (file for top in (here.path, other) for file in top.rglob("*") if file.is_file())
        contents = {str(file): file.read_bytes() + os.fsencode(file.name) for file in files}
        contents["objects"] = here.git("cat-file", "--batch-all-objects", "--batch", "--buffer").encode(
            errors="surrogateescape"
        )
        for where, content in contents.items():
            leaked = {secret.decode() for secret in re.findall(TOKEN, content)} & self.secrets
            yield from (f"{where} holds {secret}" for secret in leaked)


def _commit_hook(here: Scratch) -> None:
    with Path(os.devnull).open("r+b") as nowhere:
        start(here.path, ("capture", "commit", "--pre-commit"), os.environ, (nowhere, nowhere, nowhere))


def _is(exchange: Exchange, asked: Asked) -> bool:
    return any(asked.mark in text for text in (*exchange.prompts, *(file.path for file in exchange.files)))


class Landed(NamedTuple):
    """A PHR that has landed: the text below its front matter, and the files that it names."""

    body: str
    files: frozenset[str]


def _records(here: Scratch) -> dict[str, Landed]:
    """The PHRs that have landed, by their paths."""
    records = {}
    for path in here.git("ls-tree", "-r", "--name-only", "main", "--", "history/prompts").split():
        text = here.git("cat-file", "blob", f"main:{path}")
        named = frozenset(entry.path for entry in parse_phr(path, text.encode(), "").files)
        records[path] = Landed(text.partition("\n---\n")[2], named)
    return records


def _faults(asked: Asked, exchange: Exchange, join: str, records: dict[str, Landed]) -> Iterator[str]:
    files = {file.path for file in exchange.files if not file.path.startswith(_READS_ONLY)}
    if files != asked.files:
        yield f"has the files {sorted(files)}, not {sorted(asked.files)}"
    # Of some agents nothing tells that the last exchange of a session is over.
    is_open = exchange.status is Status.OPEN and asked.status is Status.UNANSWERED and not asked.is_told_to_end
    if exchange.status is not asked.status and not is_open:
        yield f"is {exchange.status}, not {asked.status}"
    if exchange.fate is not (Fate.WRITTEN if asked.files and not is_open else Fate.DRAFT):
        yield f"is {exchange.fate}"
    tells_prompt = AGENTS[asked.agent].tells_prompt
    if asked.is_plain and tells_prompt and exchange.prompts != tuple(asked.prompts):
        yield f"has the prompts {exchange.prompts}, not {asked.prompts}"
    own = [record.path for record in exchange.records]
    telling = [path for path, record in records.items() if f"[{asked.mark}]" in record.body]
    if tells_prompt and telling != sorted(own):
        yield f"is told by {telling}, not {own}"
    naming = {path for path, record in records.items() if any(asked.mark in file for file in record.files)}
    if len(own) != bool(asked.files) or not naming <= set(own):
        yield f"has the records {own}, and is named by {sorted(naming)}"
    for path in own:
        named = records[path].files if path in records else frozenset()
        if not (named == asked.files if join == "exchange" else named >= asked.files):
            yield f"{path} names {sorted(named)}, not {sorted(asked.files)}"


def main() -> int:
    """Plays, and says what was wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("exchanges", type=int)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    parser.add_argument("--repositories", type=int, default=12)
    options = parser.parse_args()
    os.environ.update(ENVIRONMENT)
    begun = time.monotonic()
    with TemporaryDirectory() as folder, TemporaryDirectory() as state:
        os.environ["XDG_STATE_HOME"] = state
        driver = Driver(Path(folder), options.seed, repositories=options.repositories, kills=0.3, processes=0.02)
        driver.play(options.exchanges)
        faults = driver.faults()
    for fault in faults:
        print(f"{fault:.600}")
    print(", ".join(f"{number} {what}" for what, number in sorted(driver.seen.items())))
    print(f"{len(faults)} faults in {time.monotonic() - begun:.0f} s (--seed {options.seed})")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())

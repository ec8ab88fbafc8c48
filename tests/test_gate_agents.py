"""The gate holds a contract to its agent file, and files to the agent that the policy names for them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sdd.gate.check.change import judge
from sdd.gate.target import target_of_revision
from sdd.records.agents import demanded_sections
from sdd.records.kinds import agent as agents
from sdd.records.kinds.agent import Agent
from sdd.records.packaged import template
from sdd.render.documents.verdict import verdict_document
from sdd.repo.objects import Repository
from tests.adopted import FEATURE, POLICY, Adopted, contract, phr, rules_of
from tests.good import TARGET, TODAY, good_repository
from tests.written import Written

Files = dict[str, Any]
CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "agents" / "backend-engineer.md"
CODE = "src/api/users.py"
CONTRACT = f"history/contracts/{FEATURE}/0009-users.contract.md"
RECORD = f"history/prompts/{FEATURE}/0009-users.green.prompt.md"
BOUND = '[gate.agents]\n"src/api/**" = "NAME"\n'
OWN = {"Success Criteria", "Constraints", "Follow-ups", "Discovery"}


def agent_file(text: str) -> tuple[str, Agent]:
    read = agents.parse(".claude/agents/x.md", text.encode(), "")
    return f".claude/agents/{read.known_as}.md", read


def texts() -> list[Any]:
    missing = pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not here")
    corpus = pytest.param(CORPUS.read_text() if CORPUS.exists() else "", id="corpus", marks=missing)
    return [pytest.param(template("agents/backend.md"), id="our own"), corpus]


def answered(agent: Agent, status: str = "done") -> str:
    """A contract of kind feature that answers all that an agent demands."""
    text = contract(
        ["/src/api/**"], kind="feature", feature=FEATURE, requirements="[FR-001]", status=status, agent=agent.known_as
    )
    parts = [f"## {title}\n\nSaid of {title}.\n" for title in demanded_sections(agent) if title not in OWN]
    parts.append("## Follow-ups\n\n- Sort users.\n")
    parts.append("## Checklist\n\n" + "".join(f"- [x] {item.text}\n" for item in agent.checklist))
    rows = "".join(f"| {code} | {meaning} | used |\n" for code, meaning in agent.error_taxonomy)
    parts.append(f"## Error taxonomy\n\n| error | meaning | used or not applicable |\n|---|---|---|\n{rows}")
    return text + "\n" + "\n".join(parts)


class Landed:
    """A repository in which an agent file has landed, for changes that are judged without a process."""

    def __init__(self, repository: Repository, agent_file: Mapping[str, str]) -> None:
        self._repository = repository
        self._written = Written(repository.common_dir / "objects")
        self._target = {path: ("100644", text.encode()) for path, text in {**TARGET, **agent_file}.items()}
        self._base = self._written.commit(self._target)

    def judged(self, files: Files) -> dict[str, Any]:
        """The verdict of one commit with these files."""
        changed = {path: ("100644", text.encode()) for path, text in files.items()}
        tip = self._written.commit(self._target | changed, self._base)
        target = target_of_revision(self._repository, self._base, tip)
        return verdict_document(judge(self._repository, [target], TODAY), {})


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with Repository.discover(good_repository(tmp_path / "good").path) as opened:
        yield opened


def judged(adopted: Adopted, files: Files) -> dict[str, Any]:
    """The verdict of one commit with these files in the place of the last one."""
    adopted.here.git("reset", "-q", "--hard", "origin/main")
    adopted.write(files)
    return adopted.gate()


def findings(document: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one["rule"], one["path"], one["message"]) for change in document["changes"] for one in change["findings"]]


def change(text: str) -> Files:
    return {CODE: "USERS = []\n", CONTRACT: text, RECORD: phr([CODE], id="0009", feature=FEATURE)}


@pytest.mark.parametrize("text", texts())
def test_a_contract_is_refused_for_each_thing_its_agent_demands_and_accepted_with_all(
    text: str, repository: Repository
) -> None:
    path, agent = agent_file(text)
    judged = Landed(repository, {path: text}).judged
    whole = answered(agent)
    for status in ("done", "open"):
        assert rules_of(judged(change(answered(agent, status)))) == set()
    for title in demanded_sections(agent):
        lacking = re.sub(rf"(?im)^## {title}\n+(?:(?!## ).*\n)*", "", whole)
        document = judged(change(lacking))
        demanded = [one for one in findings(document) if title in one[2] and one[0] == "contract-missing-agent-section"]
        assert demanded or rules_of(document) & {"contract-no-constraint", "contract-missing-section"}, title
        assert document["refused"]
    for item in agent.checklist:
        for wrong, status in (("", "open"), (f"- [ ] {item.text}\n", "done")):
            document = judged(change(answered(agent, status).replace(f"- [x] {item.text}\n", wrong)))
            assert rules_of(document) == {"contract-checklist"}
            assert any(item.text in message for _, _, message in findings(document))
    for code, meaning in agent.error_taxonomy:
        document = judged(change(whole.replace(f"| {code} | {meaning} | used |", f"| {code} | {meaning} | |")))
        assert (rules_of(document), rules_of(document, "warning")) == (set(), {"contract-error-taxonomy"})
        assert code in findings(document)[0][2]
    assert rules_of(judged(change(whole.replace("1:2:src/vat.py", "1:9999:src/vat.py")))) == {"contract-bad-reference"}
    four = whole.replace("- Sort users.", "- A.\n- B.\n- C.\n- D.")
    assert rules_of(judged(change(four))) == {"contract-follow-ups"}
    assert rules_of(judged({**change(whole), CODE: "USERS = []\n" * 700}), "warning") == {"change-too-large"}
    assert rules_of(judged({CODE: "USERS = []\n", CONTRACT: whole})) == {"change-no-phr"}
    assert judged(change(whole))["verdict"] == "pass"


def test_one_line_says_what_is_not_applicable(repository: Repository) -> None:
    path, agent = agent_file(template("agents/backend.md"))
    judged = Landed(repository, {path: template("agents/backend.md")}).judged
    text = answered(agent)
    text = text[: text.index("## Data model")]
    headings = [title for title in demanded_sections(agent) if title not in OWN - {"Follow-ups"}]
    text += "".join(
        f"## {title}\n\nNot applicable: only a constant.\n\n" for title in (*headings, "Checklist", "Error taxonomy")
    )
    assert findings(judged(change(text))) == []
    without_reason = text.replace("## Security\n\nNot applicable: only a constant.", "## Security\n\nNot applicable")
    assert rules_of(judged(change(without_reason))) == {"contract-missing-agent-section"}


def test_one_item_of_a_done_contract_is_not_applicable(repository: Repository) -> None:
    path, agent = agent_file(template("agents/backend.md"))
    judged = Landed(repository, {path: template("agents/backend.md")}).judged
    item = agent.checklist[2].text
    for end, rules in ((". Not applicable: nothing is stored.", set()), (". Not applicable", {"contract-checklist"})):
        text = answered(agent).replace(f"- [x] {item}", f"- [ ] {item}{end}")
        assert rules_of(judged(change(text))) == rules


def test_the_agent_file_is_the_targets_and_a_new_one_the_changes(adopted: Adopted) -> None:
    demands = "---\nname: api\n---\n\n## Output format\n\n- **Endpoints**: what was added\n"
    text = contract(["/src/api/**"], kind="feature", feature=FEATURE, requirements="[FR-001]", agent="api")
    adopted.branch()
    place = ".claude/agents/api.md"
    added = {**change(text), place: demands, RECORD: phr([CODE, place], id="0009", feature=FEATURE)}
    assert rules_of(judged(adopted, added)) == {"contract-missing-agent-section"}
    adopted.land_change({place: demands})
    adopted.here.git("fetch", "-q")
    adopted.here.git("switch", "-q", "work")
    lowered = {**added, place: "---\nname: api\n---\n\nBuild.\n"}
    assert rules_of(judged(adopted, lowered)) == {"contract-missing-agent-section"}
    removed = {**added, place: None}
    assert rules_of(judged(adopted, removed)) == {"contract-missing-agent-section"}


def test_an_agent_that_is_nowhere_is_a_finding(adopted: Adopted) -> None:
    adopted.branch()
    text = contract(["/src/api/**"], kind="feature", feature=FEATURE, requirements="[FR-001]", agent="nobody")
    ((rule, path, message),) = findings(judged(adopted, change(text)))
    assert (rule, path, message) == ("contract-missing-agent-section", CONTRACT, "no agent file is named nobody")


def bind(adopted: Adopted, policy: str) -> Agent:
    """Lands an agent file and a policy that binds files to it."""
    path, agent = agent_file(template("agents/backend.md"))
    adopted.land_change({path: template("agents/backend.md"), POLICY: policy.replace("NAME", agent.known_as)})
    adopted.here.git("fetch", "-q")
    adopted.branch()
    return agent


def test_the_policy_binds_files_to_an_agent(adopted: Adopted) -> None:
    agent = bind(adopted, BOUND)
    other = contract(["/src/**"], kind="feature", feature=FEATURE, requirements="[FR-001]")
    ((rule, path, message),) = findings(judged(adopted, change(other)))
    assert (rule, path) == ("contract-missing-agent-section", CONTRACT)
    assert message == f"covers {CODE}, for which the policy requires a contract of backend: it names no agent"
    assert findings(judged(adopted, change(answered(agent)))) == []
    elsewhere = {"src/web/page.py": "PAGE = 1\n", CONTRACT: other, RECORD: phr(["src/web/page.py"], feature=FEATURE)}
    assert "contract-missing-agent-section" not in rules_of(judged(adopted, elsewhere))


def test_an_open_contract_that_landed_without_the_agent_covers_nothing_of_it(adopted: Adopted) -> None:
    other = contract(["/src/**"], kind="feature", feature=FEATURE, requirements="[FR-001]", status="open")
    adopted.land_change({CONTRACT: other})
    bind(adopted, BOUND)
    linked = {CODE: "USERS = []\n", RECORD: phr([CODE], id="0009", feature=FEATURE, contract=CONTRACT)}
    document = judged(adopted, linked)
    assert [(rule, path) for rule, path, _ in findings(document)] == [("contract-missing-agent-section", CONTRACT)]
    assert document["refused"]


def test_the_last_pattern_that_matches_decides(adopted: Adopted) -> None:
    bind(adopted, '[gate.agents]\n"src/**" = "nobody"\n"src/api/**" = "NAME"\n')
    other = contract(["/src/**"], kind="feature", feature=FEATURE, requirements="[FR-001]")
    ((_, _, message),) = findings(judged(adopted, change(other)))
    assert "a contract of backend" in message


FIX = "### Success criteria\n\nNobody is listed twice.\n\n### Acceptance checks\n\n- [x] `true`\n"


@pytest.mark.parametrize(
    ("policy", "rules"),
    [
        (BOUND, set()),
        (
            '[gate.agents]\n"src/api/**" = { agent = "NAME", kinds = ["feature", "fix"] }\n',
            {"contract-missing-agent-section"},
        ),
    ],
    ids=["by default", "where the policy says so"],
)
def test_a_two_line_fix_is_touched_only_where_the_policy_says_so(
    policy: str, rules: set[str], adopted: Adopted
) -> None:
    bind(adopted, policy)
    general = "history/prompts/general/0009-users.green.prompt.md"
    fix = {CODE: "USERS = []\nNOBODY = 0\n", general: phr([CODE], id="0009", kind="fix", embedded=FIX)}
    assert rules_of(judged(adopted, fix)) == rules


def test_a_contract_inside_a_record_names_its_agent_too(adopted: Adopted) -> None:
    bind(adopted, "[gate]\n")
    general = "history/prompts/general/0009-users.green.prompt.md"
    embedded = f"**Agent**: backend\n\n{FIX}"
    fix = {CODE: "USERS = []\n", general: phr([CODE], id="0009", kind="fix", embedded=embedded)}
    assert rules_of(judged(adopted, fix)) == {"contract-missing-agent-section", "contract-checklist"}


def test_agents_stand_above_the_root_too(adopted: Adopted) -> None:
    agent = bind(adopted, "[gate]\n")
    adopted.here.git("switch", "-q", "main")
    constitution = (adopted.here.path / ".specify/memory/constitution.md").read_text()
    spec = (adopted.here.path / f"specs/{FEATURE}/spec.md").read_text()
    below = {"shop/.specify/memory/constitution.md": constitution, f"shop/specs/{FEATURE}/spec.md": spec}
    adopted.land_change({**below, "shop/src/vat.py": "RATE = 1\n\n"})
    adopted.here.git("fetch", "-q")
    adopted.here.git("switch", "-q", "work")
    inside = {f"shop/{path}": text for path, text in change(answered(agent)).items()}
    assert findings(judged(adopted, inside)) == []
    cut = str(inside[f"shop/{CONTRACT}"]).replace("## Interface", "## Other")
    assert rules_of(judged(adopted, {**inside, f"shop/{CONTRACT}": cut})) == {"contract-missing-agent-section"}

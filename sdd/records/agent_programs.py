"""The agent programs that sdd has texts for: where each keeps its instructions and commands, and in which form."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

AGENTS = ("backend.md", "frontend.md", "reviewer.md")
COMMANDS = ("sdd.specify.md", "sdd.contract.md", "sdd.phr.md", "sdd.gate.md")
INTRODUCTION = "AGENTS.md"

Form = Callable[[str, str], str]
"""What a program reads in place of a packaged text, which is given by its name and as Markdown."""

_ARGUMENTS = "$ARGUMENTS"


def _parts(text: str) -> tuple[str, str]:
    """The description of a packaged command, and its text below the front matter."""
    _, head, body = text.split("---\n", 2)
    return next(line for line in head.splitlines() if line.startswith("description: ")), body.lstrip("\n")


def _unchanged(_: str, text: str) -> str:
    return text


def _plain(_: str, text: str) -> str:
    """Text alone: what the user adds comes after it."""
    return _parts(text)[1].replace(_ARGUMENTS, "as the user puts it")


def _described(_: str, text: str) -> str:
    described, body = _parts(text)
    return f"---\n{described}\n---\n\n{body}"


def _copilot_prompt(_: str, text: str) -> str:
    described, body = _parts(text)
    return f"---\n{described}\nagent: agent\n---\n\n{body.replace(_ARGUMENTS, '${input:request}')}"


def skill_text(name: str, text: str) -> str:
    """A packaged command as a skill, which several programs read."""
    described, _ = _parts(text)
    return f"---\nname: {name.replace('.', '-')}\n{described}\n---\n\n{_plain(name, text)}"


def _toml(_: str, text: str) -> str:
    described, body = _parts(text)
    quoted = described.removeprefix("description: ")
    return f"description = \"{quoted}\"\nprompt = '''\n{body.replace(_ARGUMENTS, '{{args}}')}'''\n"


def _cursor_rule(_: str, text: str) -> str:
    return f"---\ndescription: How to land a change in this repository.\nalwaysApply: true\n---\n\n{text}"


class AgentProgram(NamedTuple):
    """An agent program: what people call it, and the places of its files below a root, `{name}` in them for a name.

    `introduction` is what it reads at every start; its `command`s are called by their users. `servers` is the file that
    names its MCP servers, and the packaged text for that.
    """

    title: str
    introduction: str
    command: str
    form: Form = _plain
    introduction_form: Form = _unchanged
    agent: str = ".specify/agents/{name}.md"
    servers: tuple[str, str] | None = None

    @property
    def places(self) -> Mapping[str, tuple[str, Form]]:
        """Path below a root -> the packaged text that is installed there, and its form."""
        agents = {self.agent.format(name=_stem(file)): (f"agents/{file}", _unchanged) for file in AGENTS}
        commands = {self._command(_stem(file)): (f"commands/{file}", self.form) for file in COMMANDS}
        servers = {self.servers[0]: (self.servers[1], _unchanged)} if self.servers else {}
        return {self.introduction: (INTRODUCTION, self.introduction_form), **agents, **commands, **servers}

    def _command(self, name: str) -> str:
        return self.command.format(name=name, skill=name.replace(".", "-"))


def _stem(file: str) -> str:
    return file.removesuffix(".md")


# As their makers document it:
# https://code.claude.com/docs/en/memory and /slash-commands, https://developers.openai.com/codex/skills,
# https://geminicli.com/docs/cli/custom-commands, https://cursor.com/docs/context/rules and /commands,
# https://docs.github.com/en/copilot/how-tos/configure-custom-instructions and
# https://code.visualstudio.com/docs/copilot/customization/prompt-files, https://opencode.ai/docs/commands.
AGENT_PROGRAMS: Mapping[str, AgentProgram] = MappingProxyType(
    {
        "claude": AgentProgram(
            "Claude Code",
            ".claude/rules/sdd.md",
            ".claude/commands/{name}.md",
            form=_unchanged,
            agent=".claude/agents/{name}.md",
            servers=(".mcp.json", "mcp/servers.json"),
        ),
        "codex": AgentProgram(
            "Codex",
            INTRODUCTION,
            ".agents/skills/{skill}/SKILL.md",
            skill_text,
            servers=(".codex/config.toml", "mcp/codex.toml"),
        ),
        "gemini": AgentProgram(
            "Gemini CLI",
            "GEMINI.md",
            ".gemini/commands/{name}.toml",
            _toml,
            servers=(".gemini/settings.json", "mcp/servers.json"),
        ),
        "cursor": AgentProgram(
            "Cursor",
            ".cursor/rules/sdd.mdc",
            ".cursor/commands/{name}.md",
            introduction_form=_cursor_rule,
            servers=(".cursor/mcp.json", "mcp/servers.json"),
        ),
        "copilot": AgentProgram(
            "GitHub Copilot",
            ".github/copilot-instructions.md",
            ".github/prompts/{name}.prompt.md",
            _copilot_prompt,
            servers=(".vscode/mcp.json", "mcp/vscode.json"),
        ),
        "opencode": AgentProgram(
            "OpenCode",
            INTRODUCTION,
            ".opencode/commands/{name}.md",
            _described,
            servers=("opencode.json", "mcp/opencode.json"),
        ),
        "generic": AgentProgram("any other", INTRODUCTION, ".specify/prompts/{name}.md"),
    }
)
"""The name of an agent program, for `sdd init --agent NAME` -> what sdd knows of it."""

AGENT_TEXTS: Mapping[str, tuple[str, Form]] = MappingProxyType(
    {path: text for program in AGENT_PROGRAMS.values() for path, text in program.places.items()}
)
"""The places of all of them."""


SERVER_FILES = frozenset(program.servers[0] for program in AGENT_PROGRAMS.values() if program.servers)
"""The files that register sdd's MCP server."""


def agent_text(path: str, text: str) -> str:
    """What is installed at one of AGENT_TEXTS, from its packaged text."""
    name, form = AGENT_TEXTS[path]
    return form(_stem(name.rpartition("/")[2]), text)

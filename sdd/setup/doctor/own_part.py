"""Of what programs that look after hooks are told to run: the part that calls sdd."""

import json
from pathlib import Path
from typing import Any

from sdd.base.regex import regex
from sdd.setup.hooks.hosts import lefthook_settings, pre_commit_settings

_GATE = regex(r"\bsdd gate\b|\bsdd-gate\b")


def write_own_part(top: Path, to: Path) -> None:
    """Writes the settings of lefthook and pre-commit below `top`, where there are any, without what does not call sdd.

    Those that cannot be read become empty ones.
    """
    if settings := lefthook_settings(top):
        _write(to / "lefthook.yml", {"pre-push": _of_lefthook(_read(settings).get("pre-push"))})
    if settings := pre_commit_settings(top):
        _write(to / settings.name, _of_pre_commit(_read(settings)))


def _read(path: Path) -> dict[str, Any]:
    import tomllib

    import yaml

    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        found = tomllib.loads(text) if path.suffix == ".toml" else yaml.safe_load(text)
    except (tomllib.TOMLDecodeError, yaml.YAMLError, RecursionError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, settings: dict[str, Any]) -> None:
    path.write_text(json.dumps(settings, default=str))  # JSON is YAML too


def _of_lefthook(hook: Any) -> dict[str, Any]:
    """A hook of lefthook's without the commands that do not call the gate."""
    if not isinstance(hook, dict):
        return {}
    kept = {name: value for name, value in hook.items() if name not in ("commands", "jobs", "scripts")}
    commands, jobs = hook.get("commands"), hook.get("jobs")
    if isinstance(commands, dict):
        kept["commands"] = {name: one for name, one in commands.items() if _calls_gate(one)}
    if isinstance(jobs, list):
        kept["jobs"] = [one for one in jobs if _calls_gate(one)]
    return kept


def _of_pre_commit(settings: dict[str, Any]) -> dict[str, Any]:
    """pre-commit's settings without the hooks that do not call the gate."""
    repos = settings.get("repos")
    kept = []
    for repo in repos if isinstance(repos, list) else ():
        hooks = repo.get("hooks") if isinstance(repo, dict) else None
        its = [hook for hook in hooks if _calls_gate(hook)] if isinstance(hooks, list) else []
        if its:
            kept.append({**repo, "hooks": its})
    return {**settings, "repos": kept}


def _calls_gate(settings: Any) -> bool:
    return bool(_GATE.search(json.dumps(settings, default=str)))

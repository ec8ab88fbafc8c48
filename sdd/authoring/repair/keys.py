"""The names of front-matter keys: other tools' for the same thing, and sdd's own."""

FAMILIES = {
    "id": ("phr_id", "prompt_id"),
    "date": ("date_iso", "created"),
    "files": ("files_yaml", "files_created_or_modified", "files_created", "files_modified"),
    "tests": ("tests_yaml", "tests_run"),
}
"""sdd's name of a key -> the names that are read as the same."""

_CANONICAL = {alias: name for name, aliases in FAMILIES.items() for alias in aliases}


def canonical(key: str) -> str:
    """sdd's own name for a key, whatever its case."""
    key = key.strip().lower()
    return _CANONICAL.get(key, key)


def new_name(key: str, all_keys: list[str]) -> str:
    """What a key is called after the repair. Where several keys of one family stand together, they keep their names:
    a reader takes one of them before the others.
    """
    name = canonical(key)
    alone = sum(canonical(other) == name for other in all_keys) == 1
    return name if alone else key.strip().lower() if key.strip().lower() not in all_keys else key

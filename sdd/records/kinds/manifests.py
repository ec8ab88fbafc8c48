"""Files that name what a project depends on, by their names: what a robot may keep up to date."""

from enum import StrEnum
from fnmatch import fnmatchcase

LOCK_FILES = (
    "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb", "deno.lock",
    "uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml", "pixi.lock", "conda-lock.yml",
    "Cargo.lock", "go.sum", "go.work.sum", "Gemfile.lock", "gems.locked", "composer.lock", "symfony.lock", "mix.lock",
    "rebar.lock", "pubspec.lock", "Podfile.lock", "Cartfile.resolved", "Package.resolved", "packages.lock.json",
    "paket.lock", "gradle.lockfile", "buildscript-gradle.lockfile", "flake.lock", "stack.yaml.lock",
    "cabal.project.freeze", "renv.lock", "conan.lock", "shard.lock", "MODULE.bazel.lock", ".terraform.lock.hcl",
    "Chart.lock", "buf.lock",
)  # fmt: skip
"""The lock files of package managers."""

_LISTS = (
    "requirements*.txt", "*requirements.txt", "constraints*.txt", "go.mod", ".tool-versions", ".nvmrc",
    ".node-version", ".python-version", ".ruby-version", ".java-version", ".go-version",
)  # fmt: skip
_MANIFESTS = ("*.json", "*.toml", "*.xml", "*.csproj", "*.fsproj", "*.vbproj", "*.props")
_WORKFLOWS = ("*.yml", "*.yaml")
_NAMED_MANIFESTS = (
    "package.json", "pyproject.toml", "Cargo.toml", "pom.xml", "composer.json", "deno.json", "Gemfile", "Pipfile",
    "build.gradle", "build.gradle.kts", "libs.versions.toml", "*.csproj", "*.fsproj", "*.vbproj",
    "Directory.Packages.props", "mix.exs", "pubspec.yaml", "Package.swift", ".gitmodules",
)  # fmt: skip


class Manifest(StrEnum):
    """A kind of such file. A lock file and a list hold data alone; a manifest and a workflow may also hold commands."""

    LOCK = "lock file"
    LIST = "list"
    MANIFEST = "manifest"
    WORKFLOW = "workflow"


_KINDS = (
    (Manifest.LOCK, LOCK_FILES),
    (Manifest.LIST, _LISTS),
    (Manifest.MANIFEST, _MANIFESTS),
    (Manifest.WORKFLOW, _WORKFLOWS),
)


def manifest_of(path: str) -> Manifest | None:
    """The kind of a file by its name, or of the files that a pattern is for; None for any other, scripts among them."""
    name = path.rpartition("/")[2]
    return next((kind for kind, names in _KINDS if any(fnmatchcase(name, own) for own in names)), None)


def lists_dependencies(path: str) -> bool:
    """Whether a file's name says that it lists dependencies: any other .json or .toml may hold anything."""
    name = path.rpartition("/")[2]
    is_named = any(fnmatchcase(name, own) for own in _NAMED_MANIFESTS)
    return is_named or manifest_of(path) in (Manifest.LOCK, Manifest.LIST)

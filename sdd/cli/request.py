"""What `sdd phr new --for-pr` works on: somebody else's request, on a branch of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from sdd.authoring.requests import Request, read_request
from sdd.base.errors import SddError, UsageError
from sdd.base.paths import shell_word
from sdd.cli.printing import remark
from sdd.cli.session import Session
from sdd.repo.refs import HEADS, head_branch
from sdd.report.forge import PROJECT_REMOTES, forge_of_remotes


def request_of(session: Session, written: str) -> Request:
    """The request of a number or a file, its words without secrets. Raises what `read_request` does."""
    repository = session.repository
    found = forge_of_remotes(repository.config)
    forge = repository.config.get("sdd.forge", "") or (found.kind if found else "")
    outside = [folder for folder in (repository.work_tree, repository.common_dir) if folder]
    try:
        request = read_request(written, forge == "gitlab", session.top, outside)
    except SddError as error:
        if forge or isinstance(error, UsageError):
            raise
        fix = f"on a GitLab of your own run git config sdd.forge gitlab first; else {error.fix}"
        raise SddError(error.message, fix) from None
    title, body = (session.redact(text) or "" for text in (request.title, request.body))
    return request._replace(title=title, body=body)


@contextmanager
def on_branch_of(session: Session, request: Request) -> Iterator[None]:
    """Checks out the branch of a request, which is fetched if it is not here. Nothing of it is run.

    Raises UsageError where the work tree is not clean, or the branch holds an older state of the request.
    """
    from sdd.repo.porcelain import fetch_commit, on_branch_at

    repository, branch = session.repository, request.branch
    if head_branch(repository) != f"{HEADS}{branch}" and repository.git("status", "--porcelain"):
        raise UsageError("there is uncommitted work here", "commit it, or put it aside: git stash -u")
    if not repository.commit(request.head):
        remote = next((name for name in PROJECT_REMOTES if f"remote.{name}.url" in repository.config), "origin")
        fetch_commit(repository, remote, request.ref)
        repository.forget()
    if not repository.commit(request.head):
        raise SddError(f"{request.ref} does not hold {request.head[:12]}", "the request has moved on: run it again")
    tip = repository.commit(f"{HEADS}{branch}")
    if tip and repository.git_answer("merge-base", "--is-ancestor", request.head, tip) is None:
        fix = f"git switch {shell_word(branch)} && git merge {request.head[:12]} && sdd phr add --commit"
        raise UsageError(f"the branch {branch} lacks what request {request.number} has got since", fix)
    with on_branch_at(repository, branch, request.head):
        session.forget_tree()
        yield
    push = f"git push -u origin {shell_word(branch)}"
    remark(f"on branch {branch}: request {request.number} by {request.author}; next: {push}")

"""`sdd mcp`: serve an agent that speaks the Model Context Protocol."""

import click

from sdd.base.errors import SddError
from sdd.cli.session import Session, pass_session


@click.command()
@click.option("--write", is_flag=True, help="Offer tools that write records, too; none commits.")
@pass_session
def command(session: Session, *, write: bool) -> None:
    """Answer an agent on standard input and output, by the Model Context Protocol (MCP).

    Its tools are status, gate, why, search, show and explain; with --write also phr_new, contract_new, feature_new and
    question_answer. Records, rules and the constitution are its resources. Needs the extra: pip install 'sdd-gate[mcp]'
    """
    _ = session.repository  # outside a repository there is nothing to serve
    try:
        from sdd.mcp.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "sdd":
            raise
        raise SddError(
            f"this needs the extra mcp ({error.name} is not installed)", "pip install 'sdd-gate[mcp]'"
        ) from None
    serve(session.directory.resolve(), writes=write)

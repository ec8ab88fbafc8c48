"""sdd report: the state of the project for people, and the same as data."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from sqlite3 import Connection
from typing import Any

import click

from sdd.answers.audit.audit import Audit, AuditOptions
from sdd.answers.audit.authors import authors_of
from sdd.answers.audit.span import commit_of
from sdd.base.errors import UsageError
from sdd.cli.audit import run_audit
from sdd.cli.options import day_option
from sdd.cli.printing import flush, print_text, remark, write
from sdd.cli.progress import progress_bar
from sdd.cli.session import Session, in_session
from sdd.gate.plan.has_landed import record_on_top
from sdd.gate.target.span import span_of
from sdd.index.database import Wanted, answer_in_memory
from sdd.index.history import line_of
from sdd.index.mainline import mainline_now
from sdd.records.project import Reader
from sdd.render.documents.json_text import json_text
from sdd.render.documents.report import TABLES, report_document
from sdd.render.html.badge import badge_json, badge_svg
from sdd.render.html.environment import Rendered
from sdd.render.html.folder import write_site
from sdd.render.html.site import count_pages, site_files
from sdd.render.text.report_csv import table_csv
from sdd.render.text.report_markdown import report_markdown
from sdd.repo.objects import Repository
from sdd.repo.uncommitted import CheckoutState
from sdd.repo.worktree import is_stream, write_output
from sdd.report.changes import changes_of, uncounted_of
from sdd.report.forge import FORGES, Forge, forge_of_remotes
from sdd.report.gaps import WALL
from sdd.report.period import Period
from sdd.report.reading import Report, read_report
from sdd.report.subject import files_of, subject_of
from sdd.secrets import hidden_bytes

FORMATS = ("html", "markdown", "json", "csv", "badge", "shields")
_TEXTS: Mapping[str, Callable[[Report], str]] = {
    "markdown": report_markdown,
    "json": lambda report: json_text(report_document(report)),
    "badge": lambda report: badge_svg(report.overview.total.complete),
    "shields": lambda report: badge_json(report.overview.total.complete),
}
FOLDER = "sdd-report"
_SECONDS_TO_FAIL = 2


@click.command()
@click.option("--rev", metavar="REV", help="Report on a commit, branch or tag.  [default: what is checked out]")
@click.option("--format", "form", type=click.Choice(FORMATS), help="The format.  [default: html, a site]")
@day_option("--since", "The first day of the period.")
@day_option("--until", "Its last day.")
@click.option("--authors", is_flag=True, help="Name people, and show shares by author.")
@click.option("--open", "opens", is_flag=True, help="Show the site in the browser.")
@click.option("--serve", "serves", is_flag=True, help="Serve the site to this machine's browser until Ctrl-C.")
@click.option("--table", type=click.Choice([*TABLES]), help="With csv: this table alone.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="PATH",
    help="The site's folder, or the file to write.  [default: sdd-report for html, else standard output]",
)  # fmt: skip
@in_session
def command(
    session: Session,
    form: str | None,
    since: str,
    until: str,
    authors: bool,
    opens: bool,
    serves: bool,
    table: str | None,
    output: Path | None,
) -> None:
    """Report where the project stands: changes with and without records, features, requirements, prompts.

    The report is about one commit: its records, what has landed on the branch that it stands on, its policy.
    html is a folder of pages that needs no server and no network. It replaces an earlier report and leaves any other
    folder alone. With --serve nothing is written: the pages follow the commits as you reload them. csv writes three
    tables into a folder, or one with --table. badge is a drawing, shields the JSON that
    https://shields.io draws one from.
    """
    form = _form(session, form, output)
    if table and form != "csv":
        raise UsageError("--table is for --format csv", f"sdd report --format csv --table {table}")
    if since and until and since > until:
        raise UsageError("the period ends before it begins", "--since is its first day, --until its last one")
    if form == "csv" and not table and not output:
        raise UsageError("csv makes three tables", "name a folder for them: -o FOLDER, or one: --table requirements")
    if (opens or serves) and form != "html":
        raise UsageError("--open and --serve are for the site", "leave out --format")
    if serves and output:
        raise UsageError("--serve writes nothing", "leave out -o")
    directory, ask = session.directory, partial(_ask, session, Period(since, until), authors)
    if serves:
        _serve(session, ask, opens=opens)
        return

    def asked(index: Connection, report: Report) -> None:
        if form == "html":
            folder = directory / (output or FOLDER)
            about = {"commit": report.subject.commit, "day": report.subject.today}
            with progress_bar("writing pages") as progress:
                count = write_site(folder, _counted(site_files(index, report), report, progress), about)
            print_text(f"{folder / 'index.html'}: {count} files")
            if opens and not _in_browser(str(folder / "index.html")):
                remark("no browser could be started: open the page yourself")
        elif form == "csv" and output and not table:
            tables = {directory / output / f"{name}.csv": table_csv(report, name) for name in TABLES}
            for place, text in tables.items():
                _write(place, text)
            print_text("\n".join(map(str, tables)))
        else:
            text = table_csv(report, table) if table else _TEXTS[form](report)
            _write(directory / output, text) if output else write(text)

    ask(asked)


def _counted(
    files: Iterable[Rendered], report: Report, progress: Callable[[int, int], None] | None
) -> Iterator[Rendered]:
    """The files of a site; `progress` is told how many there are by now."""
    of = count_pages(report)
    for number, file in enumerate(files, 1):
        yield file
        if progress:
            progress(min(number, of), of)


def _ask(session: Session, period: Period, authors: bool, question: Callable[[Connection, Report], Any]) -> Any:
    """What `question` makes of the report, and of the index that it was read from."""
    repository = session.repository
    with progress_bar("reading the history"):
        commit = commit_of(repository, session.rev) if session.rev else repository.commit("HEAD")
        line = line_of(repository, commit) if commit else None
        span = span_of(repository, line.name or session.rev or "HEAD", line.tip) if line and line.tip else None
    in_file = not session.rev and (not line or line.tip == mainline_now(repository).tip)
    if in_file:
        # Now, while nothing else is in memory: a new index takes much of it.
        session.ask(lambda index: None, history=True, committed=True)
    audit = run_audit(repository, span, AuditOptions()) if span else None
    more = _more(repository, audit, session.today) if audit else {}

    def asked(index: Connection) -> Any:
        return question(index, _read(index, session, period, authors, audit, more))

    if in_file:
        return session.ask(asked, history=True, committed=True)
    # The index of the worktree stays as it is: it tells of another line.
    with progress_bar("reading records") as progress:
        return answer_in_memory(repository, Wanted(CheckoutState(commit, {}), line), asked, progress)


def _more(repository: Repository, audit: Audit, today: date) -> dict[str, Any]:
    """Which changes are in no share, what record the last one still lacks, and which of many failed ones passed by the
    policy of their time.
    """
    failed = frozenset(change.landing.head.oid for change in audit.failing)
    then = AuditOptions(at_the_time=True)
    former = run_audit(repository, audit.span, then, failed).judged if len(failed) > WALL else ()
    passed = frozenset(change.landing.head.oid for change in former if change.passed)
    last = audit.changes[-1] if audit.changes else None
    on_top = {}
    # A later record counts for nothing before.
    if last and last.governed and not (last.passed or last.answer or last.actor) and last.landing.base:
        head = last.landing.head.oid
        on_top[head] = record_on_top(repository, last.landing.base, head, today)
    return {"uncounted": uncounted_of(audit), "passed_then": passed, "on_top": on_top}


def _in_browser(address: str) -> bool:
    """Shows a page in the browser; False where none starts."""
    import shutil
    import subprocess

    opener = shutil.which("xdg-open")
    if not opener:
        return not click.launch(address)
    # click does not wait for it, and so never hears that it failed. It may stay for as long as the browser.
    started = subprocess.Popen([opener, address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return not started.wait(_SECONDS_TO_FAIL)
    except subprocess.TimeoutExpired:
        return True


def _serve(session: Session, ask: Callable[[Callable[[Connection, Report], Any]], Any], *, opens: bool) -> None:
    """Serves the site until it is stopped; what was committed meanwhile is read at the next request."""
    from sdd.cli.serving import SiteServer

    made: dict[str | None, dict[str, bytes]] = {}

    def pages() -> dict[str, bytes]:
        commit = session.commit
        if commit not in made:
            made.clear()
            session.forget_tree()
            made[commit] = ask(
                lambda index, report: {file.address: file.text.encode() for file in site_files(index, report)}
            )
        return made[commit]

    pages()
    with SiteServer(pages) as server:
        print_text(f"{server.address} (Ctrl-C ends it)")
        flush()
        if opens and not _in_browser(server.address):
            remark("no browser could be started: open the address yourself")
        server.serve_forever()


def _form(session: Session, form: str | None, output: Path | None) -> str:
    """The format that is asked for. Raises UsageError where --json and the rest of the line mean different ones."""
    if not session.as_json:
        return form or "html"
    if form not in (None, "json"):
        raise UsageError(f"--json and --format {form} exclude each other", "leave one of them out")
    if output and not form and output.suffix != ".json" and not is_stream(session.directory / output):
        raise UsageError(f"{output} is no name for a JSON document", f"-o {output}.json, or for a site without --json")
    return "json"


def _read(
    index: Connection, session: Session, period: Period, authors: bool, audit: Audit | None, more: dict[str, Any]
) -> Report:
    """The report over what has landed (`audit`), each change judged by the policy of today."""
    repository = session.repository
    landings = [change.landing for change in audit.judged] if audit else []
    names = authors_of(repository, audit.span, landings) if audit and authors else None
    forge = _forge(repository)
    subject = subject_of(index, repository, session.today.isoformat(), period, audit, forge, authors=authors)
    files = files_of(repository, subject.commit) if forge and subject.commit else frozenset()
    changes = changes_of(audit, names) if audit else ()
    shown = Reader(lambda oids: [*map(hidden_bytes, repository.beginnings(oids))])
    return read_report(index, repository, shown, subject, changes, files, **more)


def _forge(repository: Repository) -> Forge | None:
    """The forge that the project is on; says on stderr that its kind is none that is known."""
    kind = repository.config.get("sdd.forge", "")
    if kind and kind not in FORGES:
        remark(f"git config sdd.forge is {kind}, which is none of {', '.join(FORGES)}")
    return forge_of_remotes(repository.config, kind)


def _write(target: Path, text: str) -> None:
    """Writes one file in place of what is there. Raises SddError where it cannot be written."""
    if target.is_dir() or (target.is_symlink() and not is_stream(target)):
        raise UsageError(f"{target} is no file that could be written", "name another one: -o PATH")
    write_output(target, text)

"""Tests that an agent ran: which commands are some, and what is known of their outcome."""

import pytest

from sdd.capture.exchanges import RanTests
from sdd.capture.shell_lines import changes_nothing
from sdd.capture.test_commands import ran_tests


@pytest.mark.parametrize(
    "command",
    [
        "pytest", "pytest -q tests/test_a.py", "python -m pytest -x", "python3.12 -m unittest discover",
        "python3 -B -m unittest", "python3 -Bm unittest tests/a.py", "python -W error -X dev -m pytest",
        "python -Wd -mpytest",
        "python -B manage.py test",
        ".venv/bin/pytest",
        "tox -e py312", "nox -s tests", "uv run pytest", "uv run --with x python -m pytest", "poetry run pytest -q",
        "coverage run -m pytest", "npm test", "npm t", "npm run test:unit", "npm --prefix web test", "yarn test",
        "yarn jest",
        "pnpm test", "pnpm -r test", "pnpm --filter web run test", "bun test", "npx jest --ci", "npx vitest run",
        "pnpm exec mocha",
        "node --test", "go test ./...", "cargo test", "cargo +nightly test", "cargo nextest run", "mvn -q test",
        "./mvnw verify",
        "mvn clean verify", "./gradlew test", "gradle :app:testDebugUnitTest", "gradle check", "dotnet test",
        "bundle exec rspec",
        "vendor/bin/phpunit", "php artisan test", "make test", "make -j4 check", "timeout 60 pytest", "time pytest",
        "python manage.py test", "bash -lc 'pytest -q'", "rake spec", "mix test", "ctest --output-on-failure",
    ],
)  # fmt: skip
def test_a_command_runs_tests(command: str) -> None:
    (run,) = ran_tests(command, True)
    assert run.passed is True


@pytest.mark.parametrize(
    "command",
    [
        "", "ls tests", "cat pytest.ini", "pip install pytest", "npm install --save-dev jest", "npm install test",
        "pytest --version",
        "pytest --collect-only", "git commit -m 'make test'", "echo pytest", "cargo build", "go build ./test",
        "make -n test",
        "make",
        "grep -r 'npm test' .", "npm run build", "# pytest",
        "cat > notes <<EOF\npytest\nEOF", "git commit -F - <<-'END'\nmake test\n\tEND",
        "git commit -m \"$(cat <<'EOF'\npytest passes\nEOF\n)\"",
        "echo 'unbalanced", "docker run test", "poetry run", "npm", "mvn verify -DskipTests", "cargo test --no-run",
        "mvn -Dmaven.test.skip=true verify", "gradle check -x test", "go test -c ./a", "cargo nextest list", "ctest -N",
        "tox --notest", "python -c 'import a' -m pytest", "python -B a.py -m pytest", "python -m", "python - -m pytest",
    ],
)  # fmt: skip
def test_a_command_runs_none(command: str) -> None:
    assert ran_tests(command, True) == ()


@pytest.mark.parametrize(
    ("command", "succeeded", "output", "passed"),
    [
        ("pytest", True, "", True),
        ("pytest", False, "", False),
        ("pytest", None, "", None),
        ("pytest", None, "=== 3 passed in 0.10s ===", True),
        ("pytest", True, "1 failed", True),  # the agent's word counts first
        ("cd app && pytest", False, "", False),
        ("npm run build && npm test", False, "", None),
        ("npm run build && npm test", True, "", True),
        ("pytest && git push", False, "", None),
        ("pytest && git push", True, "", True),
        ("pytest | tail -5", True, "2 failed, 3 passed in 1s", False),
        ("pytest | tail -5", True, "3 passed in 1s", True),
        ("pytest 2>&1 | tail -5", True, "", None),
        ("pytest || true", True, "", None),
        ("pytest || exit 1", False, "", False),
        ("pytest; echo done", True, "", None),
        ("pytest\necho done", True, "", None),
        ("pytest &", True, "", None),
        ("(cd app; pytest -q)", False, "", False),
        ("pytest > log.txt 2>&1", True, "", True),
        ("bash -c 'pytest | cat'", True, "", None),
        ("cargo test", None, "test result: FAILED. 1 passed; 1 failed", False),
        ("go test ./...", None, "ok  \texample.com/a\t0.01s", True),
        ("go test ./...", None, "--- FAIL: TestA (0.00s)", False),
        ("npx jest | cat", True, "Tests:       1 failed, 2 passed, 3 total", False),
        ("mvn test", None, "Tests run: 3, Failures: 1", False),
        ("python -m unittest", None, "Ran 3 tests in 0.1s\n\nOK", True),
        ("rspec", None, "3 examples, 0 failures", True),
        ("pytest | tail -1", True, "3 passed, 2 errors in 0.1s", False),
        ("pytest || true", True, "== 1 error in 0.12s ==", None),
        ("rspec || true", True, "0 examples, 0 failures, 1 error occurred outside of examples", False),
        ("rspec", None, "0 examples, 0 failures", None),
        ("python -m unittest", True, "Ran 0 tests in 0.000s\n\nOK", None),
        ("python -m unittest; true", True, "Ran 0 tests in 0.000s\n\nOK", None),
        ("pytest | cat", True, "ERROR tests/test_a.py\n3 passed", None),
        ("cargo test", True, "running 0 tests\ntest result: ok. 0 passed; 0 failed", None),
        ("cargo test", None, "test result: ok. 4 passed; 0 failed\ntest result: ok. 0 passed; 0 failed", True),
        ("go test ./... | cat", True, "?   \ta\t[no test files]\nok  \tb\t0.1s", True),
        ("go test ./...", True, "?   \ta\t[no test files]", None),
        ("mvn test; true", True, "[INFO] No tests to run.\n[INFO] BUILD SUCCESS", None),
        ("mvn test | cat", True, "Tests run: 3, Failures: 0, Errors: 1\n[INFO] BUILD SUCCESS", None),
        ("node --test | cat", True, "ok 1 - a\nnot ok 2 - b", False),
    ],
)
def test_an_outcome_is_told_as_far_as_it_is_known(
    command: str, succeeded: bool | None, output: str, passed: bool | None
) -> None:
    (run,) = ran_tests(command, succeeded, output)
    assert run.passed is passed


def test_what_follows_a_here_document_is_run() -> None:
    assert ran_tests("cat > a.py <<'EOF'\nnpm test\nEOF\npytest -q", True) == (RanTests("pytest -q", True),)


def test_a_command_is_told_as_it_was_run() -> None:
    runs = ran_tests("cd app && CI=1 uv run pytest -q 2>&1 && npm test > out", True)
    assert runs == (RanTests("uv run pytest -q", True), RanTests("npm test", True))


@pytest.mark.parametrize(
    "line",
    [
        "ls -la", "cat a.py | head -20", "grep -rn 'x > y' src 2>/dev/null", "cd app && git status --short",
        "git -C app log -3", "rg todo 2>&1 | wc -l", "sed -n '1,20p' a.py", "find . -name '*.py' -newer a.py",
        "git --no-pager diff HEAD~1 -- a.py",
        'sdd revert HEAD~1 --reason "Take it back."', "cd app && sdd revert abc1234",
        "LC_ALL=C sort a.txt", "echo hello; pwd", "cat <<EOF\nrm -rf x\nEOF",
    ],
)  # fmt: skip
def test_a_line_that_changes_nothing_is_known(line: str) -> None:
    assert changes_nothing(line)


@pytest.mark.parametrize(
    "line",
    [
        "", "echo x > a.py", "cat a >> b", "sed -i s/a/b/ c", "sed -ni p c", "sed --in-place=.bak p c",
        "find . -delete", "pytest", "for x in a", "git -c diff.external=rm diff", "find . -exec rm {} +",
        "git checkout a.py", "git -c x=y commit -am x", "git stash", "ls && make", "echo `rm a`", "git",
        "echo $(touch a)", "diff <(ls) b", "sort -o a a", "python -c 'open(1)'", "ls 'unbalanced", "tee a",
        "cat a &> b", "ls >& b", "/tmp/ls", "git diff --output=x", "sdd init",
        "sdd revert abc1234 && make",
    ],
)  # fmt: skip
def test_any_other_line_may_write(line: str) -> None:
    assert not changes_nothing(line)

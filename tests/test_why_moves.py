"""`sdd why` of a file that moved with its folder."""

import pytest

from sdd.answers.trail.arrivals import _origin
from tests.adopted import Adopted


@pytest.mark.parametrize(
    ("moves", "path", "said"),
    [
        ({}, "a.py", ""),
        ({"b.py": "a.py"}, "b.py", "from a.py"),
        ({"new/a.py": "old/a.py"}, "new/a.py", "from old/a.py"),
        ({"new/a.py": "old/a.py", "new/b.py": "old/b.py"}, "new/a.py", "from old/a.py, with old/ -> new/ (2 files)"),
        (
            {"lib/x/sub/a.py": "src/x/sub/a.py", "lib/x/b.py": "src/x/b.py", "lib/c.py": "src/d.py"},
            "lib/x/sub/a.py",
            "from src/x/sub/a.py, with src/ -> lib/ (2 files)",
        ),
        ({"new/a2.py": "old/a.py", "new/b2.py": "old/b.py"}, "new/a2.py", "from old/a.py"),
        ({"a.py": "old/a.py", "b.py": "old/b.py"}, "a.py", "from old/a.py, with old/ -> the top (2 files)"),
    ],
)
def test_where_a_file_came_from(moves: dict[str, str], path: str, said: str) -> None:
    assert _origin(moves, path) == said


def test_a_folder_that_moved_is_named_once(adopted: Adopted) -> None:
    adopted.land_change({f"src/old/{number}.py": f"NUMBER = {number}\n" for number in range(12)}, "Count")
    adopted.here.git("mv", "src/old", "src/new")
    adopted.write({}, "Move it")
    adopted.land("HEAD:main")
    told = adopted.done("why", "src/new/7.py").out
    assert "from src/old/7.py, with src/old/ -> src/new/ (12 files)" in told
    assert "src/old/8.py" not in told

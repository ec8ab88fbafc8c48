"""One key of the front matter given another value; everything around it stays as it is."""

from sdd.authoring.repair.front_matter import chunks
from sdd.authoring.repair.keys import canonical
from sdd.authoring.yaml_text import yaml_lines
from sdd.document.front_matter import locate


def with_field(content: bytes, key: str, value: str | tuple[str, ...]) -> bytes:
    """A record's content with a front-matter key set to `value`, at its place or (where it has none) as the last.

    Content without front matter is returned as it is, and so is one whose key's lines hold more than the key.
    """
    lines = content.decode().split("\n")
    place = locate(lines)
    if place.start is None:
        return content
    head = lines[place.start : place.end]
    found = chunks(head)
    number = len(head) - sum(len(chunk.lines) for chunk in found)
    for chunk in found:
        if canonical(chunk.key) == key:
            if any("#" in line for line in chunk.lines):
                return content
            head[number : number + len(chunk.lines)] = yaml_lines(key, value)
            break
        number += len(chunk.lines)
    else:
        head += yaml_lines(key, value)
    return "\n".join([*lines[: place.start], *head, *lines[place.end :]]).encode()

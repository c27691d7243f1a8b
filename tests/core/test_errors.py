"""Errors cross process borders, and each is told from the others by its class."""

from __future__ import annotations

import pickle
import re

import pytest

from core import errors


def tree(root: type[errors.PaperlampError]) -> list[type[errors.PaperlampError]]:
    return [root, *(below for child in root.__subclasses__() for below in tree(child))]


DEFINED = [kind for kind in tree(errors.PaperlampError) if kind.__module__ == errors.__name__]


@pytest.mark.parametrize("kind", DEFINED)
def test_every_error_pickles_with_its_sentence(kind: type[errors.PaperlampError]) -> None:
    copy = pickle.loads(pickle.dumps(kind("The file is damaged.")))
    assert type(copy) is kind
    assert str(copy) == "The file is damaged."


def test_the_drawing_in_the_docstring_shows_every_class_under_its_parent() -> None:
    drawn: dict[str, str] = {}
    parents: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"^ {4}([│├└─ ]*)([A-Z]\w+)", line)
        if found:
            depth, name = len(found[1]), found[2]
            while parents and parents[-1][0] >= depth:
                parents.pop()
            drawn[name] = parents[-1][1] if parents else "Exception"
            parents.append((depth, name))
    assert drawn == {kind.__name__: kind.__bases__[0].__name__ for kind in DEFINED}

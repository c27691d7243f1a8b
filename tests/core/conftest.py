"""What the tests of core share: the real embedder, and a small library filled once by real workers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from filled_library import Filled, Watcher
from stand_ins import DIMENSION, MODEL_ID

from core import composition
from core.embedding.convert import ensure_builtin
from core.embedding.openvino_embedder import OpenVinoEmbedder
from core.index.library import Library


@pytest.fixture(autouse=True)
def _umask_unchanged() -> Iterator[None]:
    """Undo what the command line sets for the whole process."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """Return the folder of the compiled built-in embedder."""
    return ensure_builtin()


@pytest.fixture(scope="session")
def embedder(model_folder: Path) -> OpenVinoEmbedder:
    """Return the built-in embedder."""
    return OpenVinoEmbedder(model_folder, threads=2)


@pytest.fixture
def open_small(tmp_path: Path) -> Iterator[Callable[..., Library]]:
    """Return a function that opens the library in `tmp_path/library`, for vectors of the hash embedder."""
    opened: list[Library] = []

    def open_it(folder: Path | None = None, *, writable: bool = True) -> Library:
        library = Library(folder or tmp_path / "library", MODEL_ID, DIMENSION, writable=writable)
        opened.append(library)
        return library

    yield open_it
    for library in opened:
        library.close()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, data: Path, sample: Path) -> Filled:
    """Return a closed library; who wants to change it copies the folder."""
    folder = tmp_path_factory.mktemp("filled") / "library"
    watcher = Watcher()
    with closing(composition.open_library(folder)) as library:
        ingestor = watcher.start(library)
        try:
            ingestor.add([data], "Test files")
            ingestor.add([sample])
            ingestor.wait()
        finally:
            ingestor.close()
        documents = {Path(document.path).name: document for document in library.documents()}
    return Filled(folder, watcher, documents)


@pytest.fixture(scope="session")
def library(filled: Filled) -> Iterator[Library]:
    """Return the filled library, opened for searching."""
    with closing(composition.open_library(filled.folder, writable=False)) as opened:
        yield opened

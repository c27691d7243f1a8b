"""How many workers a machine gets, and a library of the embedder in force."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import tiny_cross_encoder
from model_folders import write_folder

from core import composition
from core.embedding.choice import BUILTIN_CHOICE, choice_of
from core.embedding.weights import BUILTIN_SHA256
from core.errors import LibraryError, ModelFailed, ModelMissing
from core.index.library import Library
from core.llm.access import USUAL_SERVERS, ModelAccess
from core.settings import KEEP_ALIVE, OFF, OLLAMA_ADDRESS, REMOTE_HOST, RERANKER, SERVER_ADDRESS


@pytest.mark.parametrize(("cores", "workers"), [(None, 2), (1, 2), (2, 2), (4, 3), (8, 7), (64, 8)])
def test_workers_leave_a_core_for_the_window(monkeypatch: pytest.MonkeyPatch, cores: int | None, workers: int) -> None:
    monkeypatch.setattr(composition.os, "cpu_count", lambda: cores)
    assert composition.worker_count() == workers


def test_a_library_belongs_to_the_embedder_in_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(composition.open_library(tmp_path / "library")) as library:
        row = library.database.read().execute("SELECT value FROM meta WHERE key = 'embedder'").fetchone()
        assert row[0] == BUILTIN_SHA256
    monkeypatch.setenv("PAPERLAMP_EMBEDDER", str(tmp_path))
    with pytest.raises(ModelMissing):
        composition.open_library(tmp_path / "library")


def test_a_library_of_another_embedder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    composition.open_library(tmp_path / "library").close()
    other = tmp_path / "other"
    other.mkdir()
    (other / "model.safetensors").write_bytes(b"other weights")
    (other / "config.json").write_text('{"hidden_size": 16}')
    (other / "modules.json").write_text('[{"path": ""}]')
    monkeypatch.setenv("PAPERLAMP_EMBEDDER", str(other))
    with pytest.raises(LibraryError, match="another model"):
        composition.open_library(tmp_path / "library")


def test_a_reranker_is_opened_where_one_was_chosen(tmp_path: Path) -> None:
    folder = tiny_cross_encoder.make(tmp_path / "tiny")
    with closing(composition.open_library(tmp_path / "library")) as library:
        assert composition.open_reranker(library) is None
        library.choose(RERANKER, str(folder))
        reranker = composition.open_reranker(library)
        assert reranker is not None
        with closing(reranker), pytest.raises(ModelFailed, match="tiny is still being loaded"):
            reranker.scores("lamp", ["lamp"])
        (folder / "config.json").unlink()
        gone = composition.open_reranker(library)
        assert gone is not None
        with closing(gone), pytest.raises(ModelFailed, match=r"not the folder of a cross-encoder.*went without"):
            gone.scores("lamp", ["lamp"])
        library.choose(RERANKER, OFF)
        assert composition.open_reranker(library) is None


def test_a_library_opens_with_its_own_embedder_whatever_is_new_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = write_folder(tmp_path / "model", {"query": "ask: "})
    monkeypatch.setenv("PAPERLAMP_EMBEDDER", str(model))
    composition.open_library(tmp_path / "library").close()
    monkeypatch.delenv("PAPERLAMP_EMBEDDER")
    composition.open_library(tmp_path / "new").close()
    for folder, expected in ((tmp_path / "library", choice_of(str(model))), (tmp_path / "new", BUILTIN_CHOICE)):
        assert composition.embedder_of(folder) == expected
        with closing(composition.open_library(folder)) as library:
            assert library.embedder() == expected.record


def test_a_library_of_an_earlier_version_is_told_once_where_its_model_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = write_folder(tmp_path / "model")
    choice = choice_of(str(model))
    Library(tmp_path / "library", choice.model_id, choice.dimension).close()  # as that version made it
    with pytest.raises(LibraryError, match="set it to the folder of that model"):
        composition.open_library(tmp_path / "library")
    monkeypatch.setenv("PAPERLAMP_EMBEDDER", str(model))
    composition.open_library(tmp_path / "library").close()
    monkeypatch.delenv("PAPERLAMP_EMBEDDER")
    composition.open_library(tmp_path / "library").close()
    assert composition.embedder_of(tmp_path / "library") == choice


def test_an_owner_that_changes_the_embedder_while_another_process_opens_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    composition.open_library(tmp_path / "library").close()
    choices = iter([choice_of(str(write_folder(tmp_path / "model"))), BUILTIN_CHOICE])
    monkeypatch.setattr(composition, "embedder_of", lambda folder: next(choices))
    with closing(composition.open_library(tmp_path / "library", writable=False)) as library:
        assert library.model_id == BUILTIN_SHA256


def test_servers_of_models_are_asked_as_the_settings_say(open_small: Callable[..., Library]) -> None:
    library = open_small()
    assert composition.model_access(library) == ModelAccess(keep_alive="5m")
    library.choose(OLLAMA_ADDRESS, "127.0.0.1:5000")
    library.choose(SERVER_ADDRESS, "127.0.0.1:9000")
    library.choose(REMOTE_HOST, "192.0.2.1")
    library.choose(KEEP_ALIVE, "always")
    assert composition.model_access(library) == ModelAccess(
        "http://127.0.0.1:5000", ("http://127.0.0.1:9000", *USUAL_SERVERS), "192.0.2.1:11434", -1
    )
    library.choose(KEEP_ALIVE, "0")
    assert composition.model_access(library).keep_alive == 0

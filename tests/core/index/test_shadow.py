"""A second set of vectors grows beside the one in force and takes its place, and a kill at any moment loses neither."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from stand_ins import DIMENSION, MODEL_ID, chunks_of, hash_vector, page_of

from core.embedding.embedder import Vectors
from core.embedding.record import EmbedderRecord
from core.errors import EmbedderChanged, InternalError, LibraryError
from core.index import checks
from core.index.embedders import embedder_of, read_embedder
from core.index.library import Library
from core.index.salvage import make_consistent, take_over
from core.types import JobState, Survey

Open = Callable[..., Library]

LIGHTS = ["The lamp on pier 17.", "The keeper climbed 214 steps, and the lamp was lit.", "The herring stayed away."]
BEES = ["A colony of bees keeps 34 degrees.", "Hives die of hunger in March."]
OTHER = EmbedderRecord("f" * 64, 48, "ollama/other", 512)
THIRD = EmbedderRecord("e" * 64, 8, "/models/third")


def other_vector(text: str, dimension: int = OTHER.dimension) -> Vectors:
    vector = np.resize(hash_vector(f"other {text}"), dimension)
    return vector / np.linalg.norm(vector)


def fill(library: Library, document: str, texts: list[str]) -> None:
    pages = [page_of(i, text) for i, text in enumerate(texts)]
    library.add_file(document, Path(f"/papers/{document}.pdf"), document.title())
    library.set_survey(document, Survey(document.title(), len(pages)))
    chunks = chunks_of(pages, lambda page: f"{document} page")
    library.commit_pages(document, pages, chunks, np.stack([hash_vector(chunk.text) for chunk, _ in chunks]))
    library.set_state(document, JobState.READY)


def embed_missing(library: Library, count: int = 100, cut: int = 0, *, with_tokens: bool = False) -> int:
    """Embed the next chunks with the other embedder."""
    state = library.shadow.state()
    assert state is not None
    chunks = library.shadow.missing(0, count)
    vectors = np.array([other_vector(chunk.text, state.embedder.dimension) for chunk in chunks], np.float32)
    tokens = [b"other " + chunk.text.encode() for chunk in chunks] if with_tokens else []
    return library.shadow.add([chunk.id for chunk in chunks], vectors, cut, tokens)


def found_text(library: Library, query: Vectors) -> str:
    return library.passages(library.search_vectors(query, 1, None))[0].text


def tables(library: Library) -> set[str]:
    rows = library.database.read().execute("SELECT name FROM sqlite_master WHERE name LIKE '%vectors%'")
    return {row[0] for row in rows}


@pytest.fixture
def library(open_small: Open) -> Library:
    made = open_small()
    fill(made, "lights", LIGHTS)
    return made


def test_without_one_there_is_nothing_to_tell(library: Library) -> None:
    assert library.shadow.state() is None
    with pytest.raises(InternalError):
        library.shadow.put_in_force()
    with pytest.raises(InternalError):
        library.shadow.make_index(library.folder / "index" / "vectors.faiss")


def test_it_grows_while_the_other_answers(library: Library) -> None:
    library.shadow.begin(OTHER)
    assert embed_missing(library, 2, cut=1) == 2
    state = library.shadow.state()
    assert state is not None
    assert (state.embedder, state.done, state.total, state.cut, state.reason) == (OTHER, 2, 3, 1, None)
    assert [chunk.text for chunk in library.shadow.missing(0, 10)] == LIGHTS[2:]
    assert found_text(library, hash_vector(LIGHTS[0])) == LIGHTS[0]
    assert library.model_id == MODEL_ID


def test_what_is_committed_is_never_asked_for_again(library: Library, open_small: Open) -> None:
    library.shadow.begin(OTHER)
    embed_missing(library, 1)
    library.close()
    again = open_small()
    assert [chunk.text for chunk in again.shadow.missing(0, 10)] == LIGHTS[1:]
    again.shadow.begin(OTHER)  # chosen once more
    state = again.shadow.state()
    assert state is not None
    assert state.done == 1
    again.shadow.begin(THIRD)  # another one begins anew
    assert [chunk.text for chunk in again.shadow.missing(0, 10)] == LIGHTS


def test_the_longest_passages_come_first_when_asked_for(library: Library) -> None:
    library.shadow.begin(OTHER)
    assert [chunk.text for chunk in library.shadow.longest(1)] == [LIGHTS[1]]
    chunk = library.shadow.longest(1)[0]
    library.shadow.add([chunk.id], other_vector(chunk.text).reshape(1, -1), 0)
    assert chunk.id not in {chunk.id for chunk in library.shadow.longest(5)}


def test_what_was_removed_meanwhile_leaves_nothing_in_it(library: Library) -> None:
    fill(library, "bees", BEES)
    library.shadow.begin(OTHER)
    gone = library.shadow.missing(0, 10)
    embed_missing(library, 1)
    library.remove(["lights"])
    state = library.shadow.state()
    assert state is not None
    assert (state.done, state.total) == (0, 2)
    assert library.shadow.add([gone[1].id], other_vector("x").reshape(1, -1), 0) == 0  # was under way
    assert library.shadow.add([gone[3].id] * 2, np.stack([other_vector("x")] * 2), 0) == 1  # told twice


def test_it_cannot_come_into_force_before_every_passage_is_embedded(library: Library) -> None:
    library.shadow.begin(OTHER)
    embed_missing(library, 2)
    with pytest.raises(InternalError, match="every passage"):
        library.change_embedder()
    assert library.model_id == MODEL_ID
    assert found_text(library, hash_vector(LIGHTS[0])) == LIGHTS[0]
    assert library.embedder() == EmbedderRecord(MODEL_ID, 0)


def test_the_change_is_one_transaction_and_the_old_vectors_go_after_it(library: Library) -> None:
    library.shadow.begin(OTHER)
    embed_missing(library)
    assert library.change_embedder() == OTHER
    assert (library.model_id, library.embedder(), library.shadow.state()) == (OTHER.model_id, OTHER, None)
    for text in LIGHTS:
        assert found_text(library, other_vector(text)) == text
    assert {"vectors", "shadow_vectors", "retired_vectors"} <= tables(library)
    assert library.shadow.retire()
    assert not library.shadow.retire()
    assert "retired_vectors" not in tables(library)
    assert not library.shadow.retire()
    with library.database.write() as db:
        assert checks.inconsistencies(db) == []
    assert library.check() == "ok"


def test_the_codes_of_tokens_change_with_the_vectors(library: Library) -> None:
    pages = [page_of(0, BEES[0])]
    library.add_file("bees", Path("/papers/bees.pdf"), "Bees")
    library.commit_pages("bees", pages, chunks_of(pages), hash_vector(BEES[0]).reshape(1, -1), tokens=[b"old"])
    every = [row[0] for row in library.database.read().execute("SELECT id FROM chunks").fetchall()]
    assert list(library.token_codes(every).values()) == [b"old"]
    library.shadow.begin(OTHER)
    embed_missing(library, with_tokens=True)
    assert list(library.token_codes(every).values()) == [b"old"]
    library.change_embedder()
    assert {code.decode() for code in library.token_codes(every).values()} == {f"other {t}" for t in [*LIGHTS, BEES[0]]}
    while library.shadow.retire():
        pass
    library.shadow.begin(THIRD)  # one without tokens
    embed_missing(library)
    library.change_embedder()
    assert library.token_codes(every) == {}
    library.remove(["bees"])
    assert library.check() == "ok"


def test_a_question_of_the_embedder_that_is_out_of_force_is_told_so(library: Library) -> None:
    query = hash_vector(LIGHTS[0])
    assert library.search_vectors(query, 1, None, model_id=MODEL_ID)
    library.shadow.begin(OTHER)
    embed_missing(library)
    library.change_embedder()
    with pytest.raises(EmbedderChanged):
        library.search_vectors(query, 1, None, model_id=MODEL_ID)
    assert library.search_vectors(other_vector(LIGHTS[0]), 1, None, model_id=OTHER.model_id)


def test_after_the_change_everything_goes_on_as_before(library: Library, open_small: Open) -> None:
    library.shadow.begin(OTHER)
    embed_missing(library)
    library.change_embedder()
    pages = [page_of(0, BEES[0])]
    library.add_file("bees", Path("/papers/bees.pdf"), "Bees")
    library.commit_pages("bees", pages, chunks_of(pages), other_vector(BEES[0]).reshape(1, -1))
    library.remove(["lights"])
    library.close()
    with closing(Library(library.folder, OTHER.model_id, OTHER.dimension)) as again:
        assert again.index_sizes() == {"chunks": 1, "vectors": 1, "keywords": 1}
        assert found_text(again, other_vector("anything")) == BEES[0]
        assert embedder_of(library.folder) == OTHER
        again.shadow.begin(THIRD)  # and once more
        embed_missing(again)
        again.change_embedder()
        assert found_text(again, other_vector("anything", THIRD.dimension)) == BEES[0]
    with pytest.raises(LibraryError, match="another model"):
        open_small()


def test_an_empty_library_can_change_its_embedder(open_small: Open) -> None:
    library = open_small()
    library.shadow.begin(OTHER)
    library.change_embedder()
    fresh = library.search_vectors(other_vector("lamp"), 3, None, model_id=OTHER.model_id)
    assert fresh == []


@pytest.mark.parametrize("moment", ["exchange_vectors", "save"])
def test_a_kill_after_the_transaction_leaves_the_new_embedder_and_an_index_that_is_made_anew(
    library: Library, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    library.save_indexes()
    library.shadow.begin(OTHER)
    embed_missing(library)

    def killed(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"core.index.indexes.Indexes.{moment}", killed)
    with pytest.raises(KeyboardInterrupt):
        library.change_embedder()
    monkeypatch.undo()
    library._database.close()  # what is left when a process is gone: no orderly end
    library._release()
    with closing(Library(library.folder, OTHER.model_id, OTHER.dimension)) as again:
        assert again.index_sizes() == {"chunks": 3, "vectors": 3, "keywords": 3}
        assert found_text(again, other_vector(LIGHTS[1])) == LIGHTS[1]
        while again.shadow.retire():
            pass
        assert "retired_vectors" not in tables(again)


def test_a_kill_before_the_transaction_leaves_the_old_embedder_and_both_sets(
    library: Library, monkeypatch: pytest.MonkeyPatch, open_small: Open
) -> None:
    library.shadow.begin(OTHER)
    embed_missing(library)

    def killed(*arguments: object) -> None:
        raise sqlite3.OperationalError("killed")

    monkeypatch.setattr("core.index.shadow.write_embedder", killed)  # the last statement of the transaction
    with pytest.raises(sqlite3.OperationalError):
        library.change_embedder()
    monkeypatch.undo()
    assert found_text(library, hash_vector(LIGHTS[0])) == LIGHTS[0]
    library.close()
    again = open_small()
    state = again.shadow.state()
    assert state is not None
    assert (state.done, state.total) == (3, 3)
    assert found_text(again, hash_vector(LIGHTS[0])) == LIGHTS[0]
    assert again.index_sizes() == {"chunks": 3, "vectors": 3, "keywords": 3}
    again.change_embedder()
    assert found_text(again, other_vector(LIGHTS[0])) == LIGHTS[0]


def test_giving_it_up_leaves_nothing(library: Library) -> None:
    library.shadow.begin(OTHER)
    embed_missing(library)
    library.shadow.discard()
    assert library.shadow.state() is None
    assert library.database.read().execute("SELECT COUNT(*) FROM shadow_vectors").fetchone()[0] == 0
    assert found_text(library, hash_vector(LIGHTS[0])) == LIGHTS[0]


def test_why_it_stopped_is_kept_until_it_goes_on(library: Library) -> None:
    library.shadow.begin(OTHER)
    library.shadow.stop("Ollama is not running.")
    state = library.shadow.state()
    assert state is not None
    assert state.reason == "Ollama is not running."
    library.shadow.begin(OTHER)
    state = library.shadow.state()
    assert state is not None
    assert state.reason is None


def test_who_looks_beside_the_owner_sees_how_far_it_is(library: Library, open_small: Open) -> None:
    library.shadow.begin(OTHER)
    embed_missing(library, 2)
    beside = open_small(writable=False)
    state = beside.shadow.state()
    assert state is not None
    assert (state.done, state.total) == (2, 3)


def test_a_library_remembers_how_its_embedder_is_named(open_small: Open, tmp_path: Path) -> None:
    assert embedder_of(tmp_path / "library") is None
    library = open_small()
    assert embedder_of(library.folder) == EmbedderRecord(MODEL_ID, 0)  # as earlier versions left it
    record = EmbedderRecord(MODEL_ID, DIMENSION, "/models/größe", 0)
    open_small(writable=False).describe_embedder(record)  # not the owner
    assert library.embedder() == EmbedderRecord(MODEL_ID, 0)
    library.describe_embedder(record)
    assert embedder_of(library.folder) == library.embedder() == record


def test_a_repair_from_a_backup_of_before_the_change_does_not_mix_vectors(library: Library, tmp_path: Path) -> None:
    backup = sqlite3.connect(tmp_path / "backup.sqlite3", isolation_level=None)
    library.database.read().backup(backup)
    backup.row_factory = sqlite3.Row
    library.shadow.begin(OTHER)
    embed_missing(library)
    library.change_embedder()
    with library.database.write() as db:
        db.execute("DELETE FROM vectors WHERE chunk = 2")  # as if it could not be read
    with closing(backup):
        backup.execute("BEGIN")
        take_over(library.database.read(), backup)
        assert make_consistent(backup) == ["Lights"]
        backup.execute("COMMIT")
        assert backup.execute("SELECT DISTINCT length(vector) FROM vectors").fetchall()[0][0] == 2 * OTHER.dimension
        assert [row[0] for row in backup.execute("SELECT page_index FROM pages ORDER BY 1")] == [0, 2]
        assert read_embedder(backup) == OTHER

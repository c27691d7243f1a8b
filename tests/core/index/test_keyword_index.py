"""Search by words, limited to documents, and damage that is noticed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from small_disk import small_disk

from core.errors import DiskFull, LibraryInUse
from core.index.keyword_index import KeywordEntry, KeywordIndex, files_are_whole

ENTRIES = [
    KeywordEntry(1, 10, "The lamp on pier 17 was lit by Agnes Marrow in 1874.", "The sixty piers"),
    KeywordEntry(2, 10, "The keeper climbed the steps of the lighthouse.", "Lights"),
    KeywordEntry(3, 11, "A colony of bees keeps 34 degrees in winter.", "The hives"),
    KeywordEntry(4, 11, "Naïve café owners lit their lamps, too.", "Cafés"),
    KeywordEntry(5, 12, "Herring " * 40, "lamp"),
]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., KeywordIndex]]:
    indexes: list[KeywordIndex] = []

    def open_it(*, writable: bool = True) -> KeywordIndex:
        indexes.append(KeywordIndex(tmp_path, writable=writable))
        return indexes[-1]

    yield open_it
    for index in indexes:
        index.close()


@pytest.fixture
def index(opened: Callable[..., KeywordIndex]) -> KeywordIndex:
    index = opened()
    index.update(ENTRIES)
    return index


def found(index: KeywordIndex, query: str, k: int = 10, documents: list[int] | None = None) -> list[int]:
    return [chunk for chunk, _ in index.search(query, k, documents)]


@pytest.mark.parametrize(
    ("query", "chunks"),
    [
        ("Who lit the lamp on pier 17?", [1]),
        ("BEES", [3]),
        ("bee", [3]),
        ("climbing", [2]),
        ("cafe naive", [4]),
        ("1874", [1]),
        ("hives", [3]),
        ("zeppelin", []),
        ("", []),
        ("?!,. –", []),
        ('"pier" AND (lamp OR -text:x) ~2^', [1]),
    ],
)
def test_words_are_found_in_any_form(index: KeywordIndex, query: str, chunks: list[int]) -> None:
    assert found(index, query)[: len(chunks)] == chunks
    if not chunks:
        assert found(index, query) == []


def test_scores_fall_and_k_is_kept(index: KeywordIndex) -> None:
    scored = index.search("the lamp lit", 10)
    assert [score for _, score in scored] == sorted((score for _, score in scored), reverse=True)
    assert index.search("the lamp lit", 2) == scored[:2]


def test_the_text_counts_more_than_the_context(index: KeywordIndex) -> None:
    index.update([KeywordEntry(8, 13, "of copper", "of zinc"), KeywordEntry(9, 13, "of zinc", "of copper")])
    assert found(index, "zinc") == [9, 8]


def test_a_search_in_documents_finds_only_theirs(index: KeywordIndex) -> None:
    assert set(found(index, "lamp", documents=[11])) == {4}
    assert set(found(index, "lamp", documents=[10, 12])) == {1, 5}
    assert found(index, "lamp", documents=[99]) == []
    assert found(index, "lamp", documents=[]) == []


def test_the_scope_does_not_change_scores(index: KeywordIndex) -> None:
    everywhere = dict(index.search("lamp lit pier", 10))
    assert dict(index.search("lamp lit pier", 10, [10])) == pytest.approx({1: everywhere[1]})


def test_a_very_long_query_is_answered(index: KeywordIndex) -> None:
    assert found(index, "pier 17 " + " ".join(f"word{i}" for i in range(5000)))[0] == 1


def test_what_was_removed_is_not_found(index: KeywordIndex) -> None:
    index.update([KeywordEntry(6, 10, "A new lamp.", "")], remove=[1, 77])
    assert sorted(index.ids()) == [2, 3, 4, 5, 6]
    assert len(index) == 5
    assert found(index, "pier") == []
    assert 6 in found(index, "lamp")


def test_words_are_comparable(index: KeywordIndex) -> None:
    assert index.words("The Lamps were LIT, naïvely!") == index.words("the lamp were lit naively")


def test_it_comes_back(index: KeywordIndex, opened: Callable[..., KeywordIndex]) -> None:
    index.close()
    again = opened()
    assert sorted(again.ids()) == [1, 2, 3, 4, 5]
    assert found(again, "bees") == [3]


def test_an_empty_index_is_empty(opened: Callable[..., KeywordIndex]) -> None:
    index = opened()
    assert len(index) == 0
    assert index.ids().tolist() == []
    assert index.search("lamp", 5) == []


# ── beside the owner, and after damage ───────────────────────────────────────────────────────────────────────────


def test_a_reader_searches_and_does_not_write(index: KeywordIndex, opened: Callable[..., KeywordIndex]) -> None:
    reader = opened(writable=False)
    assert found(reader, "bees") == [3]
    with pytest.raises(LibraryInUse):
        reader.update([], [1])


def files_of(folder: Path, suffix: str) -> list[Path]:
    return [file for file in (folder / "keywords-2").iterdir() if file.suffix == suffix]


@pytest.mark.parametrize("suffix", [".json", ".term", ".idx", ".pos", ".fast", ".fieldnorm"])
@pytest.mark.parametrize("damage", ["removed", "cut", "overwritten"])
def test_a_damaged_index_is_emptied_or_whole(
    index: KeywordIndex, opened: Callable[..., KeywordIndex], tmp_path: Path, suffix: str, damage: str
) -> None:
    index.close()
    for file in files_of(tmp_path, suffix):
        content = file.read_bytes()
        if damage == "removed":
            file.unlink()
        else:
            file.write_bytes(content[: len(content) // 2] if damage == "cut" else b"\xa5" * len(content))
    again = opened()
    assert len(again) in (0, 5)
    again.update([entry for entry in ENTRIES if entry.chunk not in again.ids()])
    assert found(again, "bees") == [3]
    assert found(again, "lamp", documents=[11]) == [4]


def test_a_reader_leaves_a_damaged_index_to_its_owner(
    index: KeywordIndex, opened: Callable[..., KeywordIndex], tmp_path: Path
) -> None:
    index.close()
    meta = tmp_path / "keywords-2" / "meta.json"
    meta.write_text("{")
    before = sorted(file.name for file in meta.parent.iterdir())
    reader = opened(writable=False)
    assert reader.search("bees", 5) == []
    assert sorted(file.name for file in meta.parent.iterdir()) == before
    assert meta.read_text() == "{"


def test_a_folder_of_another_schema_is_begun_anew(tmp_path: Path, opened: Callable[..., KeywordIndex]) -> None:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("other", stored=True)
    (tmp_path / "keywords-2").mkdir()
    tantivy.Index(builder.build(), path=str(tmp_path / "keywords-2"))
    index = opened()
    index.update(ENTRIES)
    assert found(index, "bees") == [3]
    shutil.rmtree(tmp_path / "keywords-2")


def test_a_flipped_bit_in_any_file_is_noticed(
    index: KeywordIndex, opened: Callable[..., KeywordIndex], tmp_path: Path
) -> None:
    index.close()
    folder = tmp_path / "keywords-2"
    assert files_are_whole(folder)
    files = [file for file in folder.iterdir() if file.suffix in (".term", ".idx", ".pos", ".fast", ".store")]
    assert len(files) >= 4
    for file in files:
        sound = file.read_bytes()
        data = bytearray(sound)
        data[len(data) // 3] ^= 16
        file.write_bytes(data)
        assert not files_are_whole(folder), file
        file.write_bytes(sound)
    file.write_bytes(data)
    assert len(opened()) == 0


def test_a_full_disk_is_named_and_the_next_update_succeeds(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "3m") as disk:
        folder = disk / "library" / "index"
        index = KeywordIndex(folder)
        index.update(ENTRIES[:2])
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(shutil.disk_usage(disk).free))
        with pytest.raises(DiskFull, match="Make room"):
            index.update([KeywordEntry(n, 10, f"word{n} " * 50, "") for n in range(10, 400)])
        assert found(index, "keeper") == [2]
        ballast.unlink()
        index.update(ENTRIES[2:])
        assert sorted(index.ids()) == [1, 2, 3, 4, 5]
        index.close()
        assert files_are_whole(folder / "keywords-2")

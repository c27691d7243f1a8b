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


def test_title_and_headings_are_fields_of_their_own(index: KeywordIndex) -> None:
    """A heading above the last two is found too; the headings in the context line do not count as title as well."""
    entry = KeywordEntry(8, 13, "of zinc", "Kettles · Metals · Copper", ("Rivets", "Metals", "Copper"))
    assert entry.title == "Kettles"
    index.update([entry, KeywordEntry(9, 13, "of copper", "Kettles")])
    assert index.search("rivets", 5)[0][0] == 8
    assert {chunk for chunk, _ in index.search("kettles", 5)} == {8, 9}
    assert [chunk for chunk, _ in index.search("copper", 5)] == [9, 8]


def test_a_word_of_the_title_finds_more_than_one_of_a_heading(index: KeywordIndex) -> None:
    titled = KeywordEntry(8, 13, "of zinc", "Kettles", ())
    headed = KeywordEntry(9, 14, "of zinc", "Tin · Kettles", ("Kettles",))
    index.update([titled, headed])
    assert [chunk for chunk, _ in index.search("kettles", 5)] == [8, 9]


@pytest.mark.parametrize(
    ("context", "headings", "title"),
    [
        ("Kettles · A · B", ("A", "B"), "Kettles"),
        ("Kettles · A", ("A",), "Kettles"),
        ("Kettles · A · B", (), "Kettles · A · B"),
        ("Kettles · a very long head", ("a very long heading",), "Kettles · a very long head"),  # cut to the window
        ("Sea · Fish", ("Sea", "Fish"), "Sea"),  # a heading that says what the title does is said once
    ],
)
def test_the_title_of_a_context(context: str, headings: tuple[str, ...], title: str) -> None:
    assert KeywordEntry(1, 1, "", context, headings).title == title


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
    assert index.largest_id() == 6
    index.update([], [6])
    assert index.largest_id() == 5
    index.update([KeywordEntry(6, 10, "A new lamp.", "")])
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
    assert index.largest_id() == 0
    assert index.search("lamp", 5) == []


# ── languages ────────────────────────────────────────────────────────────────────────────────────────────────────

ABROAD = [
    KeywordEntry(21, 20, "Die Häuser an der Mole wurden im Jahr 1874 von den Fischern gebaut.", "Hafen"),
    KeywordEntry(22, 20, "Haus | 17,476 | WX-1003B | Q3-2022", "Hafen"),
    KeywordEntry(23, 21, "Les maisons nationales ont été construites par les pêcheurs dans la ville.", "Port"),
    KeywordEntry(24, 22, "В городе было много книг о маяках и о море.", "Порт"),
    KeywordEntry(25, 23, "東京の灯台は港の近くに立っています。", "港"),
    KeywordEntry(26, 24, "ประภาคารตั้งอยู่ใกล้ท่าเรือของเมือง", "ท่าเรือ"),
    KeywordEntry(27, 25, "Ngọn hải đăng được thắp sáng khi các ngư dân trở về từ biển.", "Cảng"),
    KeywordEntry(28, 26, "The die of the keeper is made of bone and was kept in a box.", "Games"),
]


@pytest.fixture
def abroad(index: KeywordIndex) -> KeywordIndex:
    index.update(ABROAD)
    return index


@pytest.mark.parametrize(
    ("query", "chunk"),
    [
        ("Wer baute das Haus an der Mole?", 21),
        ("hauser", 21),
        ("Où est la maison nationale?", 23),
        ("pecheurs", 23),
        ("книга", 24),
        ("маяки", 24),
        ("東京の灯台", 25),
        ("灯台", 25),
        ("ประภาคาร", 26),
        ("hải đăng", 27),
        ("hai dang", 27),
        ("17476", 22),
        ("17.476", 22),
        ("wx1003b", 22),
        ("WX 1003B", 22),
        ("What happened in Q3 2022?", 22),
    ],
)
def test_words_of_any_language_are_found(abroad: KeywordIndex, query: str, chunk: int) -> None:
    assert found(abroad, query)[:1] == [chunk]


def test_a_chunk_that_tells_no_language_has_its_documents(abroad: KeywordIndex) -> None:
    assert set(found(abroad, "Häusern")) == {21, 22}


def test_a_compound_finds_its_parts_where_the_language_makes_compounds(abroad: KeywordIndex) -> None:
    abroad.update([KeywordEntry(41, 40, "Der Plan für die Fusion der beiden Werften wurde nicht veröffentlicht.", "")])
    assert found(abroad, "Was wurde aus dem Fusionsplan?")[:1] == [41]
    assert 41 not in found(abroad, "What became of the Fusionsplan?")


def test_stop_words_find_nothing_beside_a_word_that_tells(abroad: KeywordIndex) -> None:
    assert found(abroad, "the lighthouse") == [2]
    assert found(abroad, "how many zeppelins were there?") == []
    assert found(abroad, "the") != []


def test_a_word_may_be_a_stop_word_elsewhere(abroad: KeywordIndex) -> None:
    assert 28 in found(abroad, "Is this a die?")
    assert 28 not in found(abroad, "Wo ist die Mole?")


# ── phrases, exclusions, beginnings ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("query", "chunks"),
    [
        ('"lamp on pier 17"', {1}),
        ('"PIER 17"', {1}),
        ('"naive cafe"', {4}),
        ('"17 pier"', set()),
        ('"pier 17" bees', {1}),
        ('"on" lamp', {1}),
        ('"lamps" lamp', {4}),
        ('"wx-1003b"', {22}),
        ('"17.476"', {22}),
        ('"東京の灯台"', {25}),
        ('"東灯"', set()),
        ("lamp -pier", {4, 5}),
        ("lamp -herring", {1, 4}),
        ("lamp -lamps", {5}),
        ('lamp -"lit their lamps"', {1, 5}),
        ("lighthouse -灯台", {2}),
        ("lamp -wx-1003b", {1, 4, 5}),
        ("-lamp", set()),
        ("light*", {2}),
        ("ligh* keeper", {2}),
        ("lamp herr*", {5}),
        ("東京*", {25}),
        ("WX-1003* q3", {22}),
        ("WX-1004* q3", set()),
        ("xylo* lamp", set()),
        ("the keeper's well-known lighthouse", {2, 28}),
    ],
)
def test_what_must_and_must_not_be_there(abroad: KeywordIndex, query: str, chunks: set[int]) -> None:
    assert set(found(abroad, query)) == chunks


def test_a_phrase_keeps_to_the_scope(abroad: KeywordIndex) -> None:
    assert found(abroad, '"pier 17"', documents=[11]) == []
    assert found(abroad, "light*", documents=[10]) == [2]


def test_operators_do_not_change_scores(abroad: KeywordIndex) -> None:
    plain = dict(abroad.search("lamp pier", 10))
    assert dict(abroad.search("lamp pier -herring", 10)) == pytest.approx({k: plain[k] for k in (1, 4)})


def test_neighbours_of_a_question_count_when_they_stand_together(index: KeywordIndex) -> None:
    together = KeywordEntry(31, 30, "A copper kettle stood there, and zinc was kept.", "")
    apart = KeywordEntry(32, 31, "A kettle stood there, and zinc was kept in copper.", "")
    index.update([apart, together])
    assert found(index, "copper kettle") == [31, 32]


@pytest.mark.parametrize(
    ("query", "chunks"),
    [('"pier 17"', {1}), ("x -lamp", {2, 3, 5}), ("bee*", {3}), ('"no such phrase"', set())],
)
def test_other_searches_can_keep_to_what_is_permitted(index: KeywordIndex, query: str, chunks: set[int]) -> None:
    permitted = index.permitted(query)
    assert permitted is not None
    assert set(permitted.tolist()) == chunks


def test_some_candidates_can_be_asked_about(index: KeywordIndex) -> None:
    permitted = index.permitted("x -lamp", among=[1, 3])
    assert permitted is not None
    assert permitted.tolist() == [3]


def test_without_operators_everything_is_permitted(index: KeywordIndex, opened: Callable[..., KeywordIndex]) -> None:
    assert index.permitted("who lit the keeper's lamp?") is None


def test_an_empty_index_permits_nothing(opened: Callable[..., KeywordIndex]) -> None:
    permitted = opened().permitted('"pier 17"')
    assert permitted is not None
    assert permitted.tolist() == []


# ── beside the owner, and after damage ───────────────────────────────────────────────────────────────────────────


def test_a_reader_searches_and_does_not_write(index: KeywordIndex, opened: Callable[..., KeywordIndex]) -> None:
    reader = opened(writable=False)
    assert found(reader, "bees") == [3]
    with pytest.raises(LibraryInUse):
        reader.update([], [1])


def files_of(folder: Path, suffix: str) -> list[Path]:
    return [file for file in (folder / "keywords-3").iterdir() if file.suffix == suffix]


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
    meta = tmp_path / "keywords-3" / "meta.json"
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
    (tmp_path / "keywords-3").mkdir()
    tantivy.Index(builder.build(), path=str(tmp_path / "keywords-3"))
    index = opened()
    index.update(ENTRIES)
    assert found(index, "bees") == [3]
    shutil.rmtree(tmp_path / "keywords-3")


def test_the_index_of_an_earlier_version_goes_with_its_owner_only(
    tmp_path: Path, opened: Callable[..., KeywordIndex]
) -> None:
    earlier = tmp_path / "keywords-1"
    earlier.mkdir()
    (earlier / "meta.json").write_text("{}")
    opened(writable=False)
    assert earlier.exists()
    opened()
    assert not earlier.exists()


def test_a_flipped_bit_in_any_file_is_noticed(
    index: KeywordIndex, opened: Callable[..., KeywordIndex], tmp_path: Path
) -> None:
    index.close()
    folder = tmp_path / "keywords-3"
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
        assert files_are_whole(folder / "keywords-3")


def test_rarity_depends_on_how_many_chunks_have_a_word_in_any_form(index: KeywordIndex) -> None:
    common, rare, unknown = index.rarities(["lamps", "Herring", "zeppelin"])
    assert 0.0 < common < rare < unknown <= 1.0
    assert index.rarities(["lamp"]) == [common]
    assert index.rarities(["zeppelins", "?", ""]) == [unknown] * 3


def test_what_every_chunk_has_is_not_rare_however_large_the_index(opened: Callable[..., KeywordIndex]) -> None:
    index = opened()
    assert index.rarities([]) == []
    assert 0.0 <= index.rarities(["oil"])[0] <= 1.0
    index.update([KeywordEntry(i, 1, f"Oil of the lamp {i}", "") for i in range(200)])
    oil, number, none = index.rarities(["oil", "17", "zeppelin"])
    assert oil < 0.01
    assert number > 0.8
    assert none == pytest.approx(1.0, abs=0.01)


def test_a_single_word_is_looked_for_in_the_language_of_the_text_that_it_comes_from(
    opened: Callable[..., KeywordIndex],
) -> None:
    index = opened()
    german = "Das Haus am Hafen wurde von den Fischern gebaut, und das war nicht in einem Jahr getan."
    other = "The keeper of the lamp was not in the house, and that is all there is of it."
    index.update([KeywordEntry(1, 1, german, ""), *(KeywordEntry(i, 2, other, "") for i in range(2, 9))])
    asked = "Wo sind die Häuser und wer hat sie gebaut?"
    assert found(index, asked, 1) == [1]
    assert [chunk for chunk, _ in index.search("Häuser", 10, like=asked)] == [1]
    assert index.search("Häuser", 10, like="Where are the houses and who has built them?") == []

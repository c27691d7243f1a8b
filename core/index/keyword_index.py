"""Words in tantivy: BM25 over text, title and headings, by the rules of each language, filtered by document."""

from __future__ import annotations

import json
import logging
import math
import os
import shutil
import struct
import tempfile
import threading
import weakref
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tantivy

from core.errors import LibraryError, LibraryInUse
from core.index.analysis import analyse, analyse_word, comparable_words, split
from core.index.faults import is_full, no_room
from core.index.keyword_query import languages_of, permitting, ranking
from core.index.query_syntax import parse
from core.index.vector_index import Ids
from core.language import DEFAULT, LATIN, latin_language
from core.paths import private_folder

logger = logging.getLogger(__name__)

_FORMAT = 3
_TOKENIZER = "paperlamp"
# The fields hold terms that are analysed already, with spaces between them.
_BY_SPACES = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
_TEXT_FIELDS = {"stems": "freq", "forms": "position", "title": "freq", "headings": "freq", "language": "basic"}
_SAMPLE_CHARACTERS = 1_000
# So many of the best passages gain by words that stand together, and so many passages are looked through for these.
_LOOKED_AT_CLOSELY = 200
_NEAR_LIMIT = 1000
_WRITER_BYTES = 50_000_000
_READ_BYTES = 1 << 20
_FOOTER_END = struct.Struct("<II")
_FOOTER_MAGIC = 1337


@dataclass(frozen=True, slots=True)
class KeywordEntry:
    """What the keyword index knows of a chunk.

    Attributes:
        context: the line that is embedded before it: title, file name, running head, the last headings.
        headings: all that it stands below, highest first.
    """

    chunk: int
    document: int
    text: str
    context: str
    headings: Sequence[str] = ()

    @property
    def title(self) -> str:
        """The context without its headings, which are a field of their own."""
        for last in (2, 1):
            ending = " · ".join(("", *self.headings[-last:]))
            if len(self.headings) >= last and self.context.endswith(ending):
                return self.context.removesuffix(ending)
        return self.context


class KeywordIndex:
    """A cache of the `chunks` table that can be searched by words.

    Args:
        folder: tantivy's folder.
        writable: False for a process that only searches beside the owner of the library.
    """

    def __init__(self, folder: Path, *, writable: bool = True) -> None:
        self._folder = folder / f"keywords-{_FORMAT}"
        self._writable = writable
        self._lock = threading.Lock()
        self._writer: tantivy.IndexWriter | None = None
        self._schema = _schema()
        if writable:
            for earlier in folder.glob("keywords-*"):
                if earlier != self._folder:  # of another version of Paperlamp; nothing reads it any more
                    shutil.rmtree(earlier, ignore_errors=True)
        try:
            self._index = self._open()
        except (ValueError, OSError):
            # Damaged, or of another form: it is a cache, so it is emptied and the library fills it again. Who only
            # searches leaves the owner's files alone and does without.
            if writable:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._index = self._open()
            else:
                self._index = self._open_copy()

    def __len__(self) -> int:
        return int(self._searcher().num_docs)

    def ids(self) -> Ids:
        """The chunk ids it holds."""
        searcher = self._searcher()
        if not searcher.num_docs:
            return np.empty(0, np.int64)
        found = searcher.search(tantivy.Query.all_query(), limit=searcher.num_docs, count=False)
        return np.array(searcher.fast_field_values("chunk", [address for _, address in found.hits]), np.int64)

    def largest_id(self) -> int:
        """The largest chunk id that it holds; 0 when there is none."""
        searcher = self._searcher()
        found = searcher.search(tantivy.Query.all_query(), limit=1, count=False, order_by_field="chunk")
        return int(found.hits[0][0]) if found.hits else 0

    def update(self, add: Sequence[KeywordEntry], remove: Iterable[int] = ()) -> None:
        """Remove chunks by id, add others, and make both visible to searches.

        Raises:
            LibraryError: the index could not be written; nothing of it has changed, and the next call tries anew.
        """
        with self._lock:
            try:
                writer = self._open_writer()
                for chunk in remove:
                    writer.delete_documents_by_term("chunk", chunk)
                for document in _documents(add):
                    writer.add_document(document)
                writer.commit()
                self._index.reload()
            except ValueError as error:  # what tantivy says of disks and damage alike
                self._writer = None  # it may be dead; what it had not committed goes with it
                raise self._explained(error) from error

    def empty(self) -> None:
        """Begin anew with nothing in it."""
        with self._lock:
            self._writer = None
            shutil.rmtree(self._folder, ignore_errors=True)
            self._index = self._open()

    def search(
        self,
        query: str,
        k: int,
        documents: Sequence[int] | None = None,
        among: Ids | None = None,
        like: str = "",
    ) -> list[tuple[int, float]]:
        """The `k` best chunks as (id, score), best first.

        Args:
            query: in the person's own words, perhaps with "a phrase", -word or word*.
            k: how many at most.
            documents: limits the search to those.
            among: limits it to these chunks.
            like: a text in the query's language, where the query alone is too short to tell it.
        """
        if documents == [] or (among is not None and not len(among)):
            return []
        searcher = self._searcher()
        parsed = parse(query)
        languages = languages_of(like or parsed.text, self._languages(searcher))
        ranked = ranking(self._schema, parsed.text, languages, lambda form: int(searcher.doc_freq("forms", form)))
        filters = permitting(self._schema, parsed, languages)
        for field, ids in (("document", documents), ("chunk", among)):
            if ids is not None:
                inside = tantivy.Query.term_set_query(self._schema, field, [int(i) for i in ids])
                filters.append((tantivy.Occur.Must, tantivy.Query.const_score_query(inside, 0.0)))
        if ranked.words is not None:
            scores = self._scores(searcher, _within(ranked.words, filters), max(k, _LOOKED_AT_CLOSELY))
        elif parsed.prefixes:  # with nothing but beginnings of words, one passage that has them is as good as another
            scores = self._scores(searcher, tantivy.Query.boolean_query(filters), k)
        else:
            return []
        if ranked.near is not None:
            for chunk, score in self._scores(searcher, _within(ranked.near, filters), _NEAR_LIMIT).items():
                if chunk in scores:
                    scores[chunk] += score
        return sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:k]

    def permitted(self, query: str, among: Sequence[int] | Ids | None = None, most: int | None = None) -> Ids | None:
        """The ids of the chunks that a query's phrases, exclusions and beginnings of words let through.

        Args:
            query: as for a search.
            among: ids to choose from; None stands for all chunks, which takes time where most are let through.
            most: how many at most; which ones, where there are more, is left open.

        Returns:
            None where the query has nothing of the kind: everything is let through.
        """
        parsed = parse(query)
        if not parsed.filters:
            return None
        searcher = self._searcher()
        if not searcher.num_docs or (among is not None and not len(among)):
            return np.empty(0, np.int64)
        clauses = permitting(self._schema, parsed, languages_of(parsed.text, self._languages(searcher)))
        start = (
            tantivy.Query.all_query()
            if among is None
            else tantivy.Query.term_set_query(self._schema, "chunk", [int(chunk) for chunk in among])
        )
        clauses.append((tantivy.Occur.Must, tantivy.Query.const_score_query(start, 0.0)))
        limit = min(searcher.num_docs, most or searcher.num_docs)
        found = searcher.search(tantivy.Query.boolean_query(clauses), limit=limit, count=False)
        return np.array(searcher.fast_field_values("chunk", [address for _, address in found.hits]), np.int64)

    def words(self, text: str) -> list[str]:
        """The text's words in the form in which they can be compared."""
        return comparable_words(text)

    def rarities(self, words: Sequence[str]) -> list[float]:
        """How rare each word is in all of the index, whatever its form: about 0 where every chunk has it, 1 where none.

        Inverse document frequency on a scale that does not depend on the size of the index.
        """
        searcher = self._searcher()
        languages = self._languages(searcher) or [DEFAULT]
        most = math.log(2.0 * (searcher.num_docs + 1))
        return [
            max(0.0, math.log((searcher.num_docs + 1) / (self._holders(searcher, word, languages) + 0.5)) / most)
            for word in words
        ]

    @staticmethod
    def _holders(searcher: tantivy.Searcher, word: str, languages: Sequence[str]) -> int:
        """How many chunks have a word, by the stem of the language in which it is commonest."""
        tokens, _ = split(word)
        readings = [[stem for token in tokens for stem in analyse_word(token, code).stems] for code in languages]
        return max((min(int(searcher.doc_freq("stems", s)) for s in stems) for stems in readings if stems), default=0)

    @staticmethod
    def _scores(searcher: tantivy.Searcher, wanted: tantivy.Query, limit: int) -> dict[int, float]:
        """Chunk → score of the best, best first."""
        found = searcher.search(wanted, limit=limit, count=False)
        ids = searcher.fast_field_values("chunk", [address for _, address in found.hits])
        return {int(i or 0): float(score) for i, (score, _) in zip(ids, found.hits, strict=True)}

    def _languages(self, searcher: tantivy.Searcher) -> list[str]:
        """The languages in Latin letters of what it holds, the commonest first."""
        sizes = {language: searcher.doc_freq("language", language) for language in LATIN}
        return sorted((language for language, size in sizes.items() if size), key=lambda code: (-sizes[code], code))

    def close(self) -> None:
        """Let go of the writer's lock."""
        with self._lock:
            if self._writer is not None:
                self._writer.wait_merging_threads()
                self._writer = None

    def _open(self) -> tantivy.Index:
        """The index in the folder; a search in each field finds files that are missing or cut, as opening does not.

        Raises:
            ValueError: damaged.
            OSError: it cannot be read.
        """
        if self._writable:
            private_folder(self._folder)
        if not files_are_whole(self._folder):
            raise ValueError("a file of the index is not what was written")
        return self._checked(tantivy.Index(self._schema, path=str(self._folder)))

    def _checked(self, index: tantivy.Index) -> tantivy.Index:
        index.register_tokenizer(_TOKENIZER, _BY_SPACES)
        searcher = index.searcher()
        for field in _TEXT_FIELDS:
            searcher.search(tantivy.Query.term_query(self._schema, field, "a"), limit=1)
        return index

    def _open_copy(self) -> tantivy.Index:
        """The index from a copy that goes with this object, for tantivy wants to lock what it reads; else an empty one.

        So is searched what lies on a read-only medium.
        """
        scratch = Path(tempfile.mkdtemp(prefix="paperlamp-keywords-"))
        weakref.finalize(self, shutil.rmtree, scratch, ignore_errors=True)
        try:
            if not files_are_whole(self._folder):
                raise ValueError("a file of the index is not what was written")
            shutil.copytree(self._folder, scratch, dirs_exist_ok=True)
            return self._checked(tantivy.Index(self._schema, path=str(scratch)))
        except (ValueError, OSError):
            logger.warning("the keyword index cannot be read; searches do without it", exc_info=True)
            index = tantivy.Index(self._schema)
            index.register_tokenizer(_TOKENIZER, _BY_SPACES)
            return index

    def _explained(self, error: ValueError) -> LibraryError:
        """The error as a sentence; tantivy keeps the system's reason to itself."""
        folder = self._folder.parent.parent
        if is_full(folder):
            return no_room(folder)
        return LibraryError(
            f"The index of words in {folder} could not be written ({error}). Nothing is lost: the library has it all, "
            "and the next start makes it up."
        )

    def _searcher(self) -> tantivy.Searcher:
        return self._index.searcher()

    def _open_writer(self) -> tantivy.IndexWriter:
        if not self._writable:
            raise LibraryInUse("This library is open in another Paperlamp; here it can only be searched.")
        if self._writer is None:
            self._writer = self._index.writer(_WRITER_BYTES, 1)
        return self._writer


def files_are_whole(folder: Path) -> bool:
    """Compare each file of tantivy's segments with the checksum at its end; True for a folder without an index.

    A file ends with a JSON object that has the CRC-32 of what precedes it, the object's length, and a magic number
    (tantivy, src/directory/footer.rs). Opening an index looks at none of these.

    Raises:
        OSError: a file cannot be read.
        ValueError: `meta.json` is damaged.
    """
    meta = folder / "meta.json"
    if not meta.exists():
        return True
    try:
        segments = {str(s["segment_id"]).replace("-", "") for s in json.loads(meta.read_text("utf-8"))["segments"]}
    except (KeyError, TypeError) as error:
        raise ValueError("meta.json is of an unknown form") from error
    return all(_is_whole(file) for file in folder.iterdir() if file.name.partition(".")[0] in segments)


def _is_whole(file: Path) -> bool:
    try:
        stream = file.open("rb")
    except FileNotFoundError:  # the owner, in another process, has merged it away; opening the index finds out
        return True
    with stream:
        size = stream.seek(0, os.SEEK_END)
        if size < _FOOTER_END.size:
            return False
        stream.seek(size - _FOOTER_END.size)
        length, magic = _FOOTER_END.unpack(stream.read(_FOOTER_END.size))
        left = size - _FOOTER_END.size - length
        if magic != _FOOTER_MAGIC or left < 0:
            return False
        stream.seek(left)
        try:
            expected = json.loads(stream.read(length))["crc"]
        except (ValueError, KeyError, TypeError):
            return False
        stream.seek(0)
        crc = 0
        while left and (block := stream.read(min(left, _READ_BYTES))):
            crc = zlib.crc32(block, crc)
            left -= len(block)
    return bool(left == 0 and crc == expected)


def _within(wanted: tantivy.Query, filters: Sequence[tuple[tantivy.Occur, tantivy.Query]]) -> tantivy.Query:
    """Without filters a disjunction stays on its own, for so tantivy skips most of what cannot come among the best."""
    return tantivy.Query.boolean_query([*filters, (tantivy.Occur.Must, wanted)]) if filters else wanted


def _documents(entries: Sequence[KeywordEntry]) -> Iterator[tantivy.Document]:
    """What tantivy takes in. A chunk that does not tell its language, as a table of figures, has its document's."""
    samples: dict[int, str] = {}
    for entry in entries:
        if len(sample := samples.get(entry.document, "")) < _SAMPLE_CHARACTERS:
            samples[entry.document] = f"{sample} {entry.text}"
    usual = {document: latin_language(sample) or DEFAULT for document, sample in samples.items()}
    for entry in entries:
        language = latin_language(entry.text) or usual[entry.document]
        terms = analyse(entry.text, language)
        yield tantivy.Document(
            chunk=entry.chunk,
            document=entry.document,
            stems=" ".join(terms.stems),
            forms=" ".join(terms.forms),
            title=" ".join(analyse(entry.title, language).stems),
            headings=" ".join(analyse(" ".join(entry.headings), language).stems),
            language=language,
        )


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("chunk", stored=False, indexed=True, fast=True)
    builder.add_integer_field("document", stored=False, indexed=True, fast=True)
    for field, kept in _TEXT_FIELDS.items():
        builder.add_text_field(field, stored=False, tokenizer_name=_TOKENIZER, index_option=kept)
    return builder.build()

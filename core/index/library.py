"""The library: one folder, one writer. SQLite first, then both indexes; what they miss is made up at the next start."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import filelock
import numpy as np

from core.embedding.embedder import Vectors
from core.embedding.record import EmbedderRecord
from core.errors import EmbedderChanged, LibraryError, LibraryInUse, UnknownDocument
from core.index import candidates, collections, jobs, locations, scopes, store, tags, versions
from core.index import pages as page_rows
from core.index.candidates import Candidate, Face, PageChunks
from core.index.database import Database
from core.index.embedders import read_embedder, write_embedder
from core.index.faults import explain
from core.index.indexes import Indexes
from core.index.jobs import Lease
from core.index.keyword_index import KeywordEntry
from core.index.shadow import Shadow
from core.index.vector_forms import FormName
from core.index.vector_index import Ids, Limits
from core.paths import private_folder
from core.settings import Setting, read_setting, write_setting
from core.types import (
    Chunk,
    Document,
    IngestJob,
    JobState,
    OutlineEntry,
    Page,
    PageProblem,
    Passage,
    Scope,
    Survey,
    WordBox,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AddedFile:
    """What came of noting a file.

    Attributes:
        is_new: its document was not in the library before.
        superseded: an earlier version at this path that never became ready, and is of no use now.
    """

    is_new: bool
    superseded: str | None = None


class Library:
    """Documents and their indexes in one folder. Safe to use from several threads.

    Args:
        folder: made if missing.
        model_id: of the embedder whose vectors this library holds.
        dimension: of those vectors.
        writable: False opens a library beside its owner, for searching only.
        limits: when the vector index changes its form.

    Attributes:
        folder: where everything of it is.
        model_id: of the embedder in force.
        shadow: vectors of another embedder that is to come into force.

    Raises:
        LibraryInUse: another process is its writer.
        LibraryError: the folder cannot be used, or holds vectors of another embedder.
    """

    def __init__(
        self, folder: Path, model_id: str, dimension: int, *, writable: bool = True, limits: Limits | None = None
    ) -> None:
        self.folder = folder
        self.model_id = model_id
        self._limits = limits
        self._changing = threading.Lock()  # held by who searches vectors, and by who puts another embedder in force
        self._owner_id = uuid.uuid4().hex
        self._owner: filelock.FileLock | None = None
        try:
            if writable:
                private_folder(folder)
                self._owner = filelock.FileLock(folder / "library.lock", mode=0o600)
                self._owner.acquire(timeout=0)
        except filelock.Timeout as error:
            raise LibraryInUse(
                "Paperlamp is open with this library. Use that window, or close it and try again."
            ) from error
        except OSError as error:
            raise explain(error, folder) from error
        try:
            self._database = Database(folder / "library.sqlite3", writable=writable)
        except BaseException:
            self._release()
            raise
        try:
            self._claim(model_id, writable=writable)
            self._indexes = Indexes(
                self._database, folder / "index", model_id, dimension, writable=writable, limits=limits
            )
            self.shadow = Shadow(self._database)
        except BaseException:
            self._database.close()
            self._release()
            raise

    @property
    def cache_folder(self) -> Path:
        """Where vectors are kept by the text that they were made of."""
        return self.folder / "cache" / "embeddings"

    def close(self) -> None:
        """Save the indexes and give the folder back."""
        if self._owner is not None:
            self.save_indexes()
        self._indexes.close()
        self._database.close()
        self._release()

    @property
    def database(self) -> Database:
        """The SQLite file, for what is stored beside documents: conversations."""
        return self._database

    # ── questions ────────────────────────────────────────────────────────────────────────────────────────────────

    def documents(self) -> list[Document]:
        """All documents, the one added last first."""
        return store.read_documents(self._database.read())

    def document(self, document: str) -> Document:
        """One document by its id."""
        return store.read_document(self._database.read(), document)

    def resolve(self, reference: str) -> str:
        """The id of the document that an id's beginning, a path, a file name or a title means."""
        return store.resolve(self._database.read(), reference)

    def collections(self) -> list[tuple[str, int]]:
        """Names and sizes of the collections."""
        return collections.read_collections(self._database.read())

    def titles(self, documents: Sequence[str]) -> list[str]:
        """The titles of documents, without those that have gone."""
        return store.read_titles(self._database.read(), documents)

    def tags(self) -> list[tuple[str, int]]:
        """Names of the tags, and how many documents have each."""
        return tags.read_tags(self._database.read())

    def outline(self, document: str) -> tuple[OutlineEntry, ...]:
        """The document's bookmarks."""
        return store.read_outline(self._database.read(), document)

    def page_text(self, document: str, page_index: int) -> str:
        """A page's text by PDFium's character index."""
        return page_rows.read_page_text(self._database.read(), document, page_index)

    def word_boxes(self, document: str, page_index: int) -> tuple[WordBox, ...]:
        """Where the words of a recognised page stand; empty for other pages."""
        return page_rows.read_word_boxes(self._database.read(), document, page_index)

    def pages_done(self, document: str) -> set[int]:
        """Indices of the pages that were committed."""
        return page_rows.pages_done(self._database.read(), document)

    def jobs(self, *, finished: bool = False) -> list[IngestJob]:
        """The work that is left, in its order; with `finished`, what has come to an end too."""
        db = self._database.read()
        return jobs.read_all_jobs(db) if finished else jobs.read_jobs(db)

    def job(self, document: str) -> IngestJob:
        """The work on one document.

        Raises:
            UnknownDocument: it is not in the library.
        """
        found = jobs.read_jobs(self._database.read(), [document])
        if not found:
            raise UnknownDocument("This document is no longer in the library.")
        return found[0]

    def is_paused(self) -> bool:
        """True while the person has stopped all work."""
        return jobs.is_paused(self._database.read())

    def embedder(self) -> EmbedderRecord | None:
        """The embedder whose vectors are in force; None in a library that is new."""
        return read_embedder(self._database.read())

    def setting(self, setting: Setting) -> str:
        """What was chosen for this library."""
        return read_setting(self._database.read(), setting)

    def problems(self, document: str) -> list[PageProblem]:
        """The pages of a document that gave no text or are in doubt, each with its reason."""
        return page_rows.read_problems(self._database.read(), document)

    def replaced_by(self, document: str) -> str | None:
        """The earlier version that `document` stands in for, if that is still there and lies nowhere else."""
        return versions.read_replaced(self._database.read(), document)

    def superseded(self) -> list[tuple[str, str | None]]:
        """Documents whose file has become another one's and which nobody needs now, each with its newer version."""
        return versions.read_superseded(self._database.read())

    def chunk_texts(self, documents: Sequence[str]) -> list[tuple[str, str]]:
        """(context line, text) of all chunks of documents."""
        return store.read_chunk_texts(self._database.read(), documents)

    def rows_in_scope(self, scope: Scope) -> list[int] | None:
        """Row numbers of the documents in scope; None stands for all."""
        return scopes.rows_in_scope(self._database.read(), scope)

    def chunks_in_scope(self, scope: Scope, documents: Sequence[int] | None) -> Ids | None:
        """Ids of the chunks on the pages in scope, of documents by row number; None where pages do not limit it."""
        return scopes.chunks_in_scope(self._database.read(), scope, documents)

    def chunk_ids(self, documents: Sequence[int] | None) -> Ids:
        """Ids of the chunks of documents by row number; None stands for all."""
        return store.chunk_ids(self._database.read(), documents)

    def passages(self, scored: Sequence[tuple[int, float]]) -> list[Passage]:
        """Passages for (chunk id, score), in the order given."""
        return store.read_passages(self._database.read(), scored)

    def candidates(self, chunks: Sequence[int]) -> list[Candidate]:
        """Chunks by id, in the order given."""
        return candidates.read_candidates(self._database.read(), chunks)

    def page_chunks(self, pages: Sequence[tuple[int, int]]) -> dict[tuple[int, int], list[str]]:
        """(document's row number, page index) → the texts of the page's chunks."""
        return candidates.read_page_chunks(self._database.read(), pages)

    def documents_mark(self) -> tuple[int, int]:
        """Changes when a document comes or goes."""
        return candidates.read_documents_mark(self._database.read())

    def chunks_on_pages(self, pages: Iterable[tuple[str, int]]) -> dict[tuple[str, int], PageChunks]:
        """(document's id, page index) → the page's text and its chunks in reading order."""
        return candidates.read_chunks_on_pages(self._database.read(), pages)

    def chunk_vectors(self, chunks: Sequence[int]) -> dict[int, Vectors]:
        """Chunk id → its vector, of shape (dimension,); chunks removed meanwhile are left out."""
        slices = store.read_vectors(self._database.read(), np.array(chunks, np.int64))
        return {int(chunk): vector for ids, vectors in slices for chunk, vector in zip(ids, vectors, strict=True)}

    def token_codes(self, chunks: Sequence[int]) -> dict[int, bytes]:
        """Chunk id → the code of its token vectors, by the embedder in force; those that have none are left out."""
        return store.read_token_codes(self._database.read(), chunks)

    def document_rows(self) -> set[int]:
        """Row numbers of all documents."""
        return candidates.read_document_rows(self._database.read())

    def faces(self, documents: Sequence[int], characters: int) -> list[Face]:
        """What documents show of themselves, their first page up to so many characters."""
        return candidates.read_faces(self._database.read(), documents, characters)

    def search_vectors(
        self,
        query: Vectors,
        k: int,
        documents: Sequence[int] | None,
        among: Ids | None = None,
        *,
        model_id: str | None = None,
    ) -> list[tuple[int, float]]:
        """The nearest chunks as (id, cosine).

        Args:
            query: of the embedder in force.
            k: how many at most.
            documents: row numbers of those to search; None for all.
            among: ids of the chunks to search, where that is narrower than documents.
            model_id: of the embedder that made `query`, where another one may have come into force meanwhile.

        Raises:
            EmbedderChanged: another one has.
        """
        with self._changing:
            if model_id is not None and model_id != self.model_id:
                raise EmbedderChanged("The library has changed its embedding model just now. Ask again.")
            return self._indexes.search_vectors(query, k, documents, among)

    def search_keywords(
        self, query: str, k: int, documents: Sequence[int] | None, among: Ids | None = None, like: str = ""
    ) -> list[tuple[int, float]]:
        """The best chunks by words as (id, BM25), of some documents, or of the chunks `among` where that is given.

        `like` is a text in the query's language, where the query alone is too short to tell it.
        """
        return self._indexes.keywords.search(query, k, documents, among, like)

    def permitted(self, query: str, among: Ids | None = None, most: int | None = None) -> Ids | None:
        """The chunks that a query's phrases, exclusions and beginnings let through; None where it has none of these.

        Args:
            query: in the person's own words.
            among: ids to choose from; None for all.
            most: how many at most.
        """
        return self._indexes.keywords.permitted(query, among, most)

    def words(self, text: str) -> list[str]:
        """A text's words as the keyword index has them."""
        return self._indexes.keywords.words(text)

    def rarities(self, words: Sequence[str]) -> list[float]:
        """How rare each word is in the library: about 0 where every chunk has it, 1 where none has."""
        return self._indexes.keywords.rarities(words)

    def index_sizes(self) -> dict[str, int]:
        """Entries in SQLite and in each index; they are equal when all is well."""
        count = self._database.read().execute("SELECT COUNT(*) FROM chunks").fetchone()[0]
        return {"chunks": int(count), "vectors": len(self._indexes.vectors), "keywords": len(self._indexes.keywords)}

    # ── changes ──────────────────────────────────────────────────────────────────────────────────────────────────

    def add_file(
        self, document: str, path: Path, title: str, collection: str | None = None, priority: int = 0
    ) -> AddedFile:
        """Note a file of a known hash. A path that held another document's file now holds this one's."""
        with self._database.write() as db:
            is_new = store.insert_document(db, document, title)
            superseded = versions.claim_path(db, document, str(path))
            store.link(db, document, str(path), collection)
            if is_new and priority:
                jobs.set_priority(db, document, priority)
        return AddedFile(is_new, superseded)

    def follow_move(self, document: str, path: Path) -> None:
        """A document's file was found at `path`: forget the places that it has left."""
        with self._database.write() as db:
            locations.follow_move(db, document, str(path))

    def set_state(
        self, document: str, state: JobState, reason: str | None = None, attempts: int = 0, retry_at: float = 0.0
    ) -> None:
        """Move a document's job to a state.

        Args:
            document: its id.
            state: the new one.
            reason: in plain words, for states that want one.
            attempts: how often it was begun in vain.
            retry_at: seconds since the epoch at which it is begun again.
        """
        with self._database.write() as db:
            jobs.set_state(db, document, state, reason, attempts, retry_at)

    def set_states(self, changes: Sequence[tuple[str, JobState, str | None]]) -> None:
        """Move many jobs at once, each (document, state, reason)."""
        with self._database.write() as db:
            for document, state, reason in changes:
                jobs.set_state(db, document, state, reason)

    def choose(self, setting: Setting, value: str) -> None:
        """Choose something for this library."""
        with self._database.write() as db:
            write_setting(db, setting, value)

    def describe_embedder(self, embedder: EmbedderRecord) -> None:
        """Note how the embedder in force was named, so that the next opening needs no telling."""
        if self._owner is not None and self.embedder() != embedder:
            with self._database.write() as db:
                write_embedder(db, embedder)

    def change_embedder(self) -> EmbedderRecord:
        """Put the shadow's vectors in force: rows in one transaction, the index that is searched, and its file.

        Whoever searches meanwhile gets the old vectors or the new, never one embedder's question among the other's.
        The old vectors are still to be deleted then, by `shadow.retire`.

        Raises:
            InternalError: a chunk has no vector of the new embedder yet.
        """
        fresh = self.shadow.make_index(self.folder / "index" / "vectors.faiss", self._limits)
        with self._changing:
            embedder = self.shadow.put_in_force()
            self._indexes.exchange_vectors(fresh, embedder.dimension)
            self.model_id = embedder.model_id
        self.save_indexes()
        return embedder

    def set_paused(self, paused: bool) -> None:
        """Stop all work, or let it go on; outlives a restart."""
        with self._database.write() as db:
            jobs.set_paused(db, paused)

    def want_recognised(self, document: str, pages: Sequence[int]) -> None:
        """Note that pages are to be read by OCR, in place of what was read of them before."""
        with self._database.write() as db:
            jobs.set_recognise(db, document, pages)

    def move_jobs(self, documents: Sequence[str], before: str | None = None, *, last: bool = False) -> None:
        """Put jobs, in the order given, before another one, at the head of the queue, or at its end."""
        with self._database.write() as db:
            jobs.move(db, documents, before, last=last)

    def lease(
        self, document: str, pages: Sequence[int], attempts: int, seconds: float, state: JobState | None = None
    ) -> int | None:
        """Note that a worker holds these pages, perhaps with the job's new state; None when the document is gone."""
        with self._database.write() as db:
            if state is not None:
                jobs.set_state(db, document, state, None)
            return jobs.insert_lease(db, document, pages, attempts, self._owner_id, seconds)

    def end_leases(self, leases: Sequence[int]) -> None:
        """Give batches back that came to nothing."""
        with self._database.write() as db:
            jobs.delete_leases(db, leases)

    def take_back_leases(self) -> list[Lease]:
        """What earlier owners' workers held when everything ended."""
        with self._database.write() as db:
            return jobs.delete_leases_of_others(db, self._owner_id)

    def set_survey(self, document: str, survey: Survey) -> None:
        """Keep title, page count and outline."""
        with self._database.write() as db:
            store.set_survey(db, document, survey)

    def commit_pages(
        self,
        document: str,
        pages: Sequence[Page],
        chunks: Sequence[tuple[Chunk, str]],
        vectors: Vectors,
        *,
        tokens: Sequence[bytes] = (),
        lease: int | None = None,
        state: JobState | None = None,
        replace: bool = False,
    ) -> int:
        """Commit finished pages: rows, vectors and the end of their lease in one transaction, then the indexes.

        Args:
            document: its id.
            pages: the finished pages.
            chunks: of these pages, each with its context line.
            vectors: one for each chunk.
            tokens: the code of each chunk's token vectors; empty where the embedder has none.
            lease: under which they were read.
            state: the job's new one.
            replace: put them in the place of an earlier reading of these pages.

        Returns:
            How many of the pages were not there before.
        """
        gone: Ids = np.empty(0, np.int64)
        with self._database.write() as db:
            if replace:
                gone = page_rows.delete_pages(db, document, [page.index for page in pages])
            row, fresh, ids = page_rows.insert_pages(db, document, pages, chunks, vectors, tokens)
            if lease is not None:
                jobs.delete_leases(db, [lease])
            if state is not None:
                jobs.set_state(db, document, state, None)
        if len(ids) == len(chunks):
            entries = [
                KeywordEntry(int(i), row, chunk.text, context, chunk.heading_path)
                for i, (chunk, context) in zip(ids, chunks, strict=True)
            ]
            self._indexes.follow(ids, vectors, entries, gone)
        else:  # some pages were there already; the indexes take the new rows from SQLite
            self._indexes.catch_up()
        return fresh

    def forget_failed_pages(self, document: str, pages: Sequence[int] | None = None) -> None:
        """Let pages that failed, all or some of them, be read again."""
        with self._database.write() as db:
            page_rows.delete_failed_pages(db, document, pages)

    def skip_pages(self, document: str, pages: Sequence[int], reason: str) -> None:
        """Count failed pages as empty, because the person does without them."""
        with self._database.write() as db:
            page_rows.skip_pages(db, document, pages, reason)

    def remove(self, documents: Sequence[str]) -> None:
        """Remove documents and everything of them."""
        with self._database.write() as db:
            ids = store.delete_documents(db, documents)
        self._indexes.follow(ids[:0], np.empty((0, 0), np.float32), [], ids)

    def add_collection(self, name: str) -> None:
        """Make a collection unless there is one of that name."""
        with self._database.write() as db:
            collections.insert_collection(db, name)

    def assign(self, documents: Sequence[str], collection: str) -> None:
        """Put documents into a collection."""
        with self._database.write() as db:
            collections.insert_collection(db, collection)
            collections.assign(db, documents, collection)

    def unassign(self, documents: Sequence[str], collection: str) -> None:
        """Take documents out of a collection."""
        with self._database.write() as db:
            collections.unassign(db, documents, collection)

    def remove_collection(self, name: str) -> None:
        """Delete a collection; its documents stay."""
        with self._database.write() as db:
            collections.delete_collection(db, name)

    def tag(self, documents: Sequence[str], tag: str) -> None:
        """Give documents a tag."""
        with self._database.write() as db:
            tags.insert_tag(db, documents, tag)

    def untag(self, documents: Sequence[str], tag: str) -> None:
        """Take a tag from documents."""
        with self._database.write() as db:
            tags.delete_tag(db, documents, tag)

    def save_indexes(self) -> None:
        """Write the vector index to its file; the keyword index is on disk with every commit."""
        self._indexes.save()

    @property
    def vector_form(self) -> FormName:
        """How the vector index keeps its vectors now."""
        return self._indexes.vectors.form

    def settle_indexes(self) -> None:
        """Wait until the vector index has the form that suits its size; it is built in the background otherwise."""
        self._indexes.settle()

    def compact(self) -> int:
        """Give some of the room of what was removed back to the disk; returns how many pages of it are left."""
        return self._database.compact()

    def check(self) -> str:
        """SQLite's verdict on the file: `ok`, or what is wrong."""
        return self._database.check()

    # ── keeping in step ──────────────────────────────────────────────────────────────────────────────────────────

    def _claim(self, model_id: str, *, writable: bool) -> None:
        """A library holds vectors of one embedder; the first one that opens it decides."""
        row = self._database.read().execute("SELECT value FROM meta WHERE key = 'embedder'").fetchone()
        if row is None:
            if writable:
                with self._database.write() as db:
                    db.execute("INSERT INTO meta VALUES ('embedder', ?)", (model_id,))
        elif row[0] != model_id:
            raise LibraryError("This library was embedded with another model. Choose that model, or another folder.")

    def _release(self) -> None:
        if self._owner is not None:
            self._owner.release()
            self._owner = None

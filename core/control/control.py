"""What can be asked of a library's owner, by itself or from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from core.embedding.choice import choice_of
from core.index.library import Library
from core.ingest.embedding_listeners import follow_embedding
from core.ingest.following import IngestEvent, follow
from core.ingest.ingestor import Begun, Ingestor
from core.settings import Setting
from core.types import EmbeddingProgress
from core.watching.command import unwatch_folders, watch_folders


@dataclass(frozen=True, slots=True)
class WatchWish:
    """How folders are to be watched; None leaves what was.

    Attributes:
        collection: their files go there.
        ignore: patterns of files that are left out.
        polling: look now and then rather than be told by the system.
    """

    collection: str | None = None
    ignore: Sequence[str] | None = None
    polling: bool | None = None


class Control(Protocol):
    """Requests to the ingestion; those that begin work give its events until that work is at its end."""

    def add(self, paths: Sequence[Path], collection: str | None, passwords: Sequence[str]) -> Iterator[IngestEvent]:
        """Add files and folders."""
        ...

    def retry(self, documents: Sequence[str], passwords: Sequence[str]) -> Iterator[IngestEvent]:
        """Try documents again."""
        ...

    def resume(self, documents: Sequence[str] | None) -> Iterator[IngestEvent]:
        """Go on with some documents, or with everything."""
        ...

    def pause(self, documents: Sequence[str] | None) -> None:
        """Stop some documents, or everything, until resumed."""
        ...

    def cancel(self, documents: Sequence[str]) -> None:
        """Stop documents until they are asked for again."""
        ...

    def remove(self, documents: Sequence[str]) -> None:
        """Remove documents from the library."""
        ...

    def move(self, documents: Sequence[str], *, last: bool) -> None:
        """Put documents at the head of the queue, or at its end."""
        ...

    def watch(self, folders: Sequence[Path], wish: WatchWish) -> None:
        """Watch folders, or change how they are watched."""
        ...

    def unwatch(self, folders: Sequence[Path]) -> None:
        """Watch folders no longer; their documents stay."""
        ...

    def tag(self, documents: Sequence[str], tag: str) -> None:
        """Give documents a tag."""
        ...

    def untag(self, documents: Sequence[str], tag: str) -> None:
        """Take a tag from documents."""
        ...

    def choose(self, setting: Setting, value: str) -> None:
        """Choose something for the library."""
        ...

    def embed_with(self, embedder: str) -> Iterator[EmbeddingProgress]:
        """Embed the library with another model, as the command line names it, until that is done or stops."""
        ...


class LocalControl:
    """The owner's own: passes requests to the ingestor of this process.

    Args:
        library: whose owner this process is.
        ingestor: of this library.
        on_folders_changed: told, on any thread, when other folders are to be watched.
        on_tags_changed: told, on any thread, whose tags are other ones now.
    """

    def __init__(
        self,
        library: Library,
        ingestor: Ingestor,
        on_folders_changed: Callable[[], None] = lambda: None,
        on_tags_changed: Callable[[Sequence[str]], None] = lambda documents: None,
    ) -> None:
        self._library = library
        self._ingestor = ingestor
        self._on_folders_changed = on_folders_changed
        self._on_tags_changed = on_tags_changed

    def add(self, paths: Sequence[Path], collection: str | None, passwords: Sequence[str]) -> Iterator[IngestEvent]:
        """Add files and folders; the passwords are tried on all that waits for one."""
        return self._follow(lambda: self._ingestor.add(paths, collection, passwords))

    def retry(self, documents: Sequence[str], passwords: Sequence[str]) -> Iterator[IngestEvent]:
        """Try documents again."""
        return self._follow(lambda: self._ingestor.retry(documents, passwords))

    def resume(self, documents: Sequence[str] | None) -> Iterator[IngestEvent]:
        """Go on with some documents, or with everything."""
        return self._follow(lambda: self._ingestor.resume(documents))

    def pause(self, documents: Sequence[str] | None) -> None:
        """Stop some documents, or everything, until resumed."""
        self._ingestor.pause(documents).result()

    def cancel(self, documents: Sequence[str]) -> None:
        """Stop documents until they are asked for again."""
        self._ingestor.cancel(documents).result()

    def remove(self, documents: Sequence[str]) -> None:
        """Remove documents from the library, and give their room back."""
        self._ingestor.remove(documents).result()
        self._ingestor.compact().result()

    def move(self, documents: Sequence[str], *, last: bool) -> None:
        """Put documents at the head of the queue, or at its end."""
        self._ingestor.move(documents, last=last).result()

    def watch(self, folders: Sequence[Path], wish: WatchWish) -> None:
        """Watch folders, or change how they are watched."""
        change = partial(
            watch_folders,
            self._library.database,
            self._library.folder,
            folders,
            wish.collection,
            wish.ignore,
            wish.polling,
        )
        self._ingestor.run_on_writer(change).result()
        self._on_folders_changed()

    def unwatch(self, folders: Sequence[Path]) -> None:
        """Watch folders no longer; their documents stay."""
        self._ingestor.run_on_writer(partial(unwatch_folders, self._library.database, folders)).result()
        self._on_folders_changed()

    def tag(self, documents: Sequence[str], tag: str) -> None:
        """Give documents a tag."""
        self._ingestor.run_on_writer(partial(self._library.tag, documents, tag)).result()
        self._on_tags_changed(documents)

    def untag(self, documents: Sequence[str], tag: str) -> None:
        """Take a tag from documents."""
        self._ingestor.run_on_writer(partial(self._library.untag, documents, tag)).result()
        self._on_tags_changed(documents)

    def choose(self, setting: Setting, value: str) -> None:
        """Choose something for the library; it holds for what is read from now on."""
        self._ingestor.run_on_writer(partial(self._library.choose, setting, value)).result()

    def embed_with(self, embedder: str) -> Iterator[EmbeddingProgress]:
        """Embed the library with another model, until that is done or stops."""
        choice = choice_of(embedder)
        return follow_embedding(self._ingestor.embedding, lambda: self._ingestor.embed_with(choice))

    def _follow(self, request: Callable[[], Begun]) -> Iterator[IngestEvent]:
        return follow(self._ingestor.listeners, request)

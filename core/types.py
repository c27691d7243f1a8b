"""The nouns of Paperlamp: frozen dataclasses that cross threads, processes and the border to the window.

Offsets are PDFium character indices: `text[i]` is the character that PDFium counts as number `i` of the page, so a
span found here can be highlighted there. All page indices count from 0; page labels are what is printed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class DocumentState(StrEnum):
    """Where a document stands; the values are part of the command line's contract."""

    QUEUED = "queued"
    READING = "reading"
    EMBEDDING = "embedding"
    PAUSED = "paused"
    READY = "ready"
    FAILED = "failed"
    NEEDS_PASSWORD = "needs_password"

    @property
    def is_final(self) -> bool:
        """True where nothing more happens without the person."""
        return self in (DocumentState.READY, DocumentState.FAILED, DocumentState.NEEDS_PASSWORD, DocumentState.PAUSED)


class DocumentKind(StrEnum):
    """What a file is, as far as reading and showing it differ.

    A TEXT document (DOCX, EPUB, HTML, Markdown, plain text) has no pages of its own: its parts, cut at headings, stand
    in the place of pages, and their labels name the part.
    """

    PDF = "pdf"
    IMAGE = "image"
    TEXT = "text"


class PageSource(StrEnum):
    """How the text of a page was obtained."""

    TEXT = "text"
    OCR = "ocr"
    EMPTY = "empty"
    FAILED = "failed"


class SearchMode(StrEnum):
    """Which index answers a search."""

    HYBRID = "hybrid"
    DENSE = "dense"
    KEYWORD = "keyword"


class Verdict(StrEnum):
    """What the check of a sentence against its passages came to."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    UNSUPPORTED = "unsupported"


class Role(StrEnum):
    """Who said a message."""

    USER = "user"
    ASSISTANT = "assistant"


class BlockKind(StrEnum):
    """What a stretch of a page is for."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_HEADER = "table_header"
    TABLE_ROW = "table_row"
    FOOTNOTE = "footnote"
    RUNNING_HEAD = "running_head"
    FORM_FIELD = "form_field"
    ANNOTATION = "annotation"


# ── documents ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading on a page; `level` 1 is the highest."""

    char_start: int
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class WordBox:
    """Where a recognised word stands: `page.text[char_start:char_end]`, in points from the page's upper left corner."""

    char_start: int
    char_end: int
    left: float
    top: float
    right: float
    bottom: float


Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a row of a table, or another stretch of a page that is read in one go.

    Attributes:
        lines: its lines, or the cells of a table row (some may be empty), each as the spans of `page.text` that make it
            up, in logical order: mostly one; more where characters stand in another order than they are read.
        table: number of the table on the page that a row belongs to.
    """

    kind: BlockKind
    lines: tuple[Spans, ...]
    table: int | None = None

    @property
    def char_start(self) -> int:
        """Of what is read first."""
        return next(spans[0][0] for spans in self.lines if spans)


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it was read.

    Attributes:
        text: by PDFium's character index, or as recognised where `source` is OCR. Values of form fields and texts of
            annotations follow, each on a line of its own.
        headings: in reading order.
        words: places of the words of a recognised page, and of the values and annotations of any page; the rest PDFium
            knows.
        blocks: in reading order; empty where the places of the words are not known.
        confidence: of the recognition, 0 to 1.
        table_lead: caption and header of the table that goes on from the page before.
        above: the headings of the page before, for whoever begins to read here; empty where that page was read too.
    """

    index: int
    label: str
    text: str
    source: PageSource
    reason: str | None = None
    headings: tuple[Heading, ...] = ()
    words: tuple[WordBox, ...] = ()
    confidence: float | None = None
    blocks: tuple[Block, ...] = ()
    table_lead: str = ""
    above: tuple[Heading, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """One bookmark of the document's outline."""

    title: str
    page_index: int
    level: int


@dataclass(frozen=True, slots=True)
class Survey:
    """What opening a file tells about it before any page is read.

    Attributes:
        scan_share: the share of pages, 0 to 1, that will want OCR, estimated from a sample; for the time that is left.
        attachments: names of the files inside the file.
        created_at: when the document was made, as its file tells, in ISO 8601; empty where it does not.
    """

    title: str
    page_count: int
    outline: tuple[OutlineEntry, ...] = ()
    kind: DocumentKind = DocumentKind.PDF
    scan_share: float = 0.0
    attachments: tuple[str, ...] = ()
    created_at: str = ""


CELL_BORDER = " | "
"""What stands between the cells of a row in the texts of tables."""


class TextRun(NamedTuple):
    """A stretch of a chunk's text that stands on the page as it is: `length` characters from each of two places.

    `chunk.text[text_start + i]` is the character `page.text[char_start + i]`.
    """

    text_start: int
    char_start: int
    length: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stored piece of one page, and the headings above it.

    Attributes:
        char_start, char_end: the smallest span of the page that holds all of it.
        runs: where each stretch of `text` stands on the page, rising in `text_start`; characters outside of all runs
            (spaces between lines, a repeated table header) stand nowhere.
    """

    page_index: int
    char_start: int
    char_end: int
    text: str
    heading_path: tuple[str, ...]
    token_count: int
    runs: tuple[TextRun, ...] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """Pages of a document by how their text was obtained."""

    text: int = 0
    ocr: int = 0
    empty: int = 0
    failed: int = 0

    @property
    def pages_done(self) -> int:
        """Pages that were looked at, with whatever result."""
        return self.text + self.ocr + self.empty + self.failed


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the library; `id` is the SHA-256 of its bytes in hexadecimal.

    Attributes:
        paths: where its file lies, the one seen last first.
        attachments: names of the files inside the file.
        missing: true when the file is at none of its paths any more; what was read of it stays.
        confidence: of what was recognised, 0 to 1, the mean over its recognised pages; None where there are none.
        tags: in alphabetical order.
        created_at: when the document was made, as its file tells, in ISO 8601; empty where it does not.
    """

    id: str
    title: str
    state: DocumentState
    paths: tuple[str, ...]
    page_count: int = 0
    reason: str | None = None
    health: Health = Health()
    chunk_count: int = 0
    collections: tuple[str, ...] = ()
    added_at: str = ""
    kind: DocumentKind = DocumentKind.PDF
    attachments: tuple[str, ...] = ()
    missing: bool = False
    confidence: float | None = None
    tags: tuple[str, ...] = ()
    created_at: str = ""

    @property
    def path(self) -> str:
        """Where the file was seen last."""
        return self.paths[0] if self.paths else ""


class JobState(StrEnum):
    """Where the work on a document stands. `DocumentState` is what of it concerns the person."""

    QUEUED = "queued"
    READING = "reading"
    EMBEDDING = "embedding"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    READY = "ready"
    FAILED = "failed"
    NEEDS_PASSWORD = "needs_password"

    @property
    def is_open(self) -> bool:
        """True while there is work to do, now or after a pause."""
        return self in (JobState.QUEUED, JobState.READING, JobState.EMBEDDING, JobState.PAUSED)

    @property
    def document_state(self) -> DocumentState:
        """As the document's state: who cancelled a job sees it stopped, and can resume it."""
        return DocumentState.PAUSED if self is JobState.CANCELLED else DocumentState(self.value)


@dataclass(frozen=True, slots=True)
class IngestJob:
    """The work on one document, as the queue keeps it.

    Attributes:
        priority: higher first; jobs of equal priority in the order of `position`.
        position: place in the queue, rising.
        attempts: how often it was begun without coming to an end.
        retry_at: seconds since the epoch before which it is not tried again; 0 for at once.
        recognise: pages that the person wants read by OCR, in place of what was read of them before.
    """

    document: str
    title: str
    path: str
    state: JobState
    reason: str | None
    priority: int
    position: float
    attempts: int
    retry_at: float
    pages_done: int
    pages_total: int
    updated_at: str
    recognise: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PageProblem:
    """A page that gave no text, and why."""

    page_index: int
    page_label: str
    source: PageSource
    reason: str


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """A document's progress at one moment; `eta_seconds` is None until a rate has been measured.

    Attributes:
        scans_done: how many of the pages done were recognised.
    """

    document: str
    path: str
    state: DocumentState
    pages_done: int
    pages_total: int
    pages_per_second: float | None = None
    eta_seconds: float | None = None
    reason: str | None = None
    scans_done: int = 0


@dataclass(frozen=True, slots=True)
class OverallProgress:
    """Everything that is being added, taken together."""

    files_done: int
    files_total: int
    pages_done: int
    pages_total: int
    pages_per_second: float | None = None
    eta_seconds: float | None = None

    @property
    def is_idle(self) -> bool:
        """True when nothing is left to do."""
        return self.files_done >= self.files_total


class EmbeddingState(StrEnum):
    """How it stands with embedding a library anew."""

    EMBEDDING = "embedding"
    PAUSED = "paused"
    IN_FORCE = "in force"
    STOPPED = "stopped"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """True when nothing more comes without somebody asking for it."""
        return self is not EmbeddingState.EMBEDDING


@dataclass(frozen=True, slots=True)
class EmbeddingProgress:
    """Embedding a library anew, at one moment; `eta_seconds` is None until a rate has been measured.

    Attributes:
        embedder: that is to come into force, as the command line names it.
        cut: passages so far that were longer than its window.
        reason: why it does not go on.
    """

    embedder: str
    state: EmbeddingState
    passages_done: int
    passages_total: int
    passages_per_second: float | None = None
    eta_seconds: float | None = None
    cut: int = 0
    reason: str | None = None


# ── retrieval ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class PageRange:
    """Pages by the numbers printed on them, both ends included.

    Attributes:
        last: None for all that follow.
        roman: the numbers are Roman, as on the pages of a preface.
    """

    first: int
    last: int | None
    roman: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to search: what every filter lets through; an empty one lets everything through.

    Of several values of one kind, any will do.

    Attributes:
        documents: ids.
        collections, tags: names.
        pages: by printed numbers; `core.index.scopes` says what stands for the number of a page that has none.
        since, until: the first and the last day, as ISO dates; `2024-05` and `2024` stand for a whole month or year. A
            document's day is that on which it was made, as its file tells, else that on which it was added.
    """

    documents: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    pages: tuple[PageRange, ...] = ()
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk that was retrieved, with its score and all that is needed to show it on its page.

    Attributes:
        parts: what each signal added to the score, the largest first; empty where the score is an index's own.
        chunk: the chunk's number in the library; of a passage that was widened or joined, that of its best chunk.
        answering: the span of `text` that speaks most to the question; None where nobody looked for it.
    """

    rank: int
    score: float
    document: str
    path: str
    title: str
    page_index: int
    page_label: str
    char_start: int
    char_end: int
    heading: str
    text: str
    used: bool = True
    runs: tuple[TextRun, ...] = ()
    parts: tuple[tuple[str, float], ...] = ()
    chunk: int = 0
    answering: tuple[int, int] | None = None


# ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Place(NamedTuple):
    """A stretch of a page's text, by its character index."""

    page_index: int
    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True)
class Citation:
    """The words that support a sentence.

    Attributes:
        number: the passage cited, counted from 1 as in the prompt and on the chip.
        char_start, char_end: the span on the passage's page; of several places, the one with most of the words.
        quote: the words of that span, white space tidied.
        places: all that is to be highlighted, in reading order, where words stand in several places: a sentence that
            goes on in the next column or on the next page. Empty in answers of earlier versions.
    """

    number: int
    document: str
    page_index: int
    page_label: str
    char_start: int
    char_end: int
    quote: str
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence of an answer with its citations and the verdict of the grounding check.

    Attributes:
        reason: for people, why the verdict is not better: "The number 14 is not in the passages."; empty where it is.
    """

    text: str
    citations: tuple[Citation, ...]
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ContextUse:
    """How much of the model's context window the prompt took."""

    tokens: int
    limit: int
    passages_fit: int
    passages_found: int


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds from the question to each stage; None for a stage that was not reached."""

    retrieve_ms: float
    first_token_ms: float | None
    total_ms: float


@dataclass(frozen=True, slots=True)
class Searched:
    """What was looked for, and where.

    Attributes:
        query: as it was searched, operators included; of a follow-up, the form that stands alone.
        scope: where.
        titles: of the documents in the scope, for the time when they are gone.
        own_words: the person's, where they differ from `query` and were searched beside it; else empty.
    """

    query: str
    scope: Scope
    titles: tuple[str, ...] = ()
    own_words: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer and everything it rests on.

    Attributes:
        text: what the model said, as Markdown, citation marks `[n]` included.
        error: a plain sentence when no model could answer; the passages are there all the same.
        searched: None in answers of earlier versions.
        notice: what of the search did not go as it was chosen, in a sentence.
        thoughts: what a thinking model said to itself before it answered.
        replaced: what the model had said, where that failed the check as a whole and `text` quotes passages instead.
    """

    question: str
    standalone_question: str
    text: str
    refused: bool
    sentences: tuple[AnswerSentence, ...]
    passages: tuple[Passage, ...]
    model: str
    context: ContextUse
    timings: Timings
    error: str | None = None
    stopped: bool = False
    searched: Searched | None = None
    notice: str | None = None
    thoughts: str = ""
    replaced: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation; an assistant's message carries its `answer` once that is finished.

    Attributes:
        parent: the message that it answers to, or follows; None for the first one.
        branches: ids of the messages that stand in its place on the conversation's branches, its own among them, in
            the order in which they were written; empty where it is the only one.
    """

    id: int
    conversation: int
    role: Role
    text: str
    created_at: str
    answer: Answer | None = None
    parent: int | None = None
    branches: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as the sidebar lists it."""

    id: int
    title: str
    created_at: str
    updated_at: str
    scope: Scope = field(default_factory=Scope)

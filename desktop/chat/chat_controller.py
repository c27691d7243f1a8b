"""A question from the composer to the stored answer: searches, streams, stops, remembers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.answering.answerer import Answerer
from core.answering.conversations import ConversationStore
from core.answering.events import (
    AnswerFinished,
    FirstWordsSlow,
    PassagesFound,
    SentencesChecked,
    TextAdded,
    ThoughtAdded,
)
from core.answering.follow_ups import turns_of
from core.errors import PaperlampError, UserError
from core.llm.chat_model import ChatModel, LoadableModel, ModelInfo
from core.types import (
    Answer,
    AnswerSentence,
    Conversation,
    Message,
    Passage,
    Role,
    Scope,
)
from desktop.chat.chat_panel import ChatPanel
from desktop.chat.cited_places import cited_places, whole_passage
from desktop.chat.draft import Draft
from desktop.chat.model_source import ModelSource
from desktop.chat.transcript_model import TranscriptModel, searched_for
from desktop.library.conversation_model import ConversationModel
from desktop.tasks import Tasks
from desktop.wording import SEPARATOR

logger = logging.getLogger(__name__)

_FLUSH_MS = 40  # tokens come faster than anybody reads; the view takes them together
_GROWING = -1  # the id of an answer that is not stored yet


class ChatController(QObject):
    """Stands between the chat pane and core.

    Attributes:
        conversation: the one that is open; None for one that has no question yet.
        scope: where the next question is asked.

    Signals:
        citation_opened: a Passage, the Places to highlight, and whether these are to be numbered.
        conversation_changed: another conversation is open.
        model_changed: the id of the model that answers from now on.
        privacy_changed: a line that says where answers are made.
        current_changed: the id of the model that would answer now.
        answered: a question has come to its end.
    """

    citation_opened = Signal(object, list, bool)
    conversation_changed = Signal()
    model_changed = Signal(str)
    privacy_changed = Signal(str)
    current_changed = Signal(str)
    answered = Signal()

    def __init__(
        self,
        panel: ChatPanel,
        transcript: TranscriptModel,
        conversations: ConversationModel,
        tasks: Tasks,
        models: ModelSource,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._panel = panel
        self._transcript = transcript
        self._conversations = conversations
        self._tasks = tasks
        self._source = models
        self._store: ConversationStore | None = None
        self._answerer: Answerer | None = None
        self._model: ChatModel | None = None
        self._model_id: str | None = None
        self._wanted_id: str | None = None  # what the person chose, also while its server is away
        self._models: list[ModelInfo] = []
        self._messages: list[Message] = []
        self._answering: asyncio.Task[None] | None = None
        self._draft: Draft | None = None
        self._keeping = False
        self._is_open = False
        self._early: str | None = None  # a question that came before the library was open
        self._pending = ""
        self._pending_thoughts = ""
        self._flush = QTimer(self)
        self._flush.setSingleShot(True)
        self._flush.setInterval(_FLUSH_MS)
        self._flush.timeout.connect(self._on_flush_timeout)
        self.conversation: Conversation | None = None
        self.scope = Scope()
        panel.question_submitted.connect(self._on_question_submitted)
        panel.stop_requested.connect(self.stop)
        panel.citation_activated.connect(self._on_citation_activated)
        panel.passage_activated.connect(self._on_passage_activated)
        panel.retry_requested.connect(self._on_retry_requested)
        panel.search_edited.connect(self._on_search_edited)
        panel.model_selected.connect(self.choose_model)
        panel.conversation_new_requested.connect(self.start_conversation)

    def attach(self, store: ConversationStore, answerer: Answerer, model_id: str | None) -> None:
        """Begin to work with an open library; the conversation used last is opened."""
        self._store, self._answerer, self._model_id = store, answerer, model_id
        self._wanted_id = model_id
        self._tasks.start(self._open_last(store))
        self._tasks.start(self._find_models())

    async def close(self) -> None:
        """Stop answering, keep what was said, and let the model go."""
        await self.settle()
        if self._model is not None:
            await self._model.close()
            self._model = None

    @property
    def model_id(self) -> str | None:
        """The model that answers, by its id; None where nobody has chosen one."""
        return self._model_id

    @property
    def is_answering(self) -> bool:
        """Whether a question is being answered, or its answer kept."""
        return self._answering is not None and not self._answering.done()

    # ── requests ─────────────────────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def start_conversation(self) -> None:
        """Leave the conversation that is open; a new one is stored with its first question."""
        self.stop()
        self._show(None, [])
        self._panel.focus_composer()

    @Slot(int)
    def open_conversation(self, conversation: int) -> None:
        """Show a stored conversation."""
        if self._store is not None and not (self.conversation and self.conversation.id == conversation):
            self.stop()
            self._tasks.start(self._open(self._store, conversation))

    @Slot()
    def stop(self) -> None:
        """Stop the answer that is being made; what was said stays, and keeping it is not stopped."""
        if self._answering is not None and not self._keeping:
            self._answering.cancel()

    async def settle(self) -> None:
        """Stop the answer that is being made, and wait until what was said is kept."""
        self.stop()
        if self._answering is not None:
            await asyncio.gather(self._answering, return_exceptions=True)

    @Slot(str)
    def choose_model(self, model_id: str) -> None:
        """Let another model answer from now on."""
        self._model_id = self._wanted_id = model_id
        self._tasks.start(self._take_model(model_id))
        self.model_changed.emit(model_id)

    def set_scope(self, scope: Scope) -> None:
        """Ask somewhere else from the next question on; the conversation remembers it."""
        self.scope = scope
        if self._store is not None and self.conversation is not None:
            self.conversation = replace(self.conversation, scope=scope)
            self._tasks.start(asyncio.to_thread(self._store.set_scope, self.conversation.id, scope))

    def ask(self, question: str) -> None:
        """Ask in the conversation that is open; what is asked before there is one waits for it."""
        if not self._is_open:
            self._early = self._early or question
        elif self._store is not None and self._answerer is not None and not self.is_answering:
            self._answering = self._tasks.start(self._ask(self._store, self._answerer, question))

    async def ask_instead(self, message_id: int, question: str) -> None:
        """Ask in the place of a question that is shown; that one stays, on a branch of its own."""
        await self.settle()
        if self._go_back_before(message_id):
            self.ask(question)

    async def answer_again(self, message_id: int, model_id: str) -> None:
        """Answer a question again with a model, which answers from then on; the other answer stays."""
        await self.settle()
        if model_id != self._model_id:
            self._model_id = model_id
            await self._take_model(model_id)
            self.model_changed.emit(model_id)
        self._on_retry_requested(message_id)

    async def reload(self, conversation: int | None = None) -> None:
        """Read the list of conversations again, and a conversation to show it as it is stored."""
        if self._store is not None:
            await self._list(self._store)
            if conversation is not None:
                await self.settle()
                await self._open(self._store, conversation)

    # ── a question ───────────────────────────────────────────────────────────────────────────────────────────────

    async def _ask(self, store: ConversationStore, answerer: Answerer, question: str) -> None:
        if self.conversation is None:
            conversation = await asyncio.to_thread(store.begin, question, self.scope)
            self.conversation = conversation
            self._panel.set_title(conversation.title)
            self.conversation_changed.emit()
        conversation = self.conversation
        asked = await asyncio.to_thread(store.answer_to, conversation.id, self._last_id(), Role.USER, question)
        self._messages.append(asked)
        self._transcript.append(asked)
        self._tasks.start(self._list(store))
        await self._answer(store, answerer, conversation, question)

    async def _answer(
        self,
        store: ConversationStore,
        answerer: Answerer,
        conversation: Conversation,
        question: str,
        edited: str = "",
    ) -> None:
        asked = self._last_id()
        self._panel.set_answering(True)
        self._pending = self._pending_thoughts = ""
        self._transcript.begin_answer(_GROWING)
        self._transcript.set_status(self.tr("Searching your documents"))
        draft = self._draft = Draft(question, self._model_id or "")
        try:
            model = await self._current_model()
            draft.model = model.info.id
            answer = await self._stream(answerer, model, question, draft, edited)
        except asyncio.CancelledError:
            answer = draft.finished(stopped=True)
        except PaperlampError as error:
            answer = draft.finished(error=str(error))
        except Exception:  # the boundary of a question: it ends with a sentence, and the next one can be asked
            logger.exception("a question could not be answered")
            answer = draft.finished(error=self.tr("Something went wrong while answering. Ask again."))
        self._keeping = True
        try:
            await self._keep(store, conversation, asked, answer)
        finally:
            self._keeping = False
            self._panel.set_answering(False)
            self.answered.emit()

    async def _stream(self, answerer: Answerer, model: ChatModel, question: str, draft: Draft, edited: str) -> Answer:
        loaded = await model.is_loaded()
        history = turns_of(self._messages[:-1])
        async with aclosing(answerer.answer(question, model, self.scope, history, edited)) as events:
            async for event in events:
                match event:
                    case PassagesFound(passages, elapsed_ms, searched):
                        draft.passages, draft.retrieve_ms, draft.searched = passages, elapsed_ms, searched
                        self._transcript.set_searched_for(
                            searched.query if searched and searched.query != question else ""
                        )
                        self._transcript.set_passages(passages, searched.query if searched else question)
                        self._transcript.set_status(
                            self.tr("Reading the passages")
                            if loaded
                            else self.tr("Loading {model}. The first answer takes longer.").format(
                                model=model.info.label
                            )
                        )
                    case FirstWordsSlow(label, is_loading):
                        self._transcript.set_status(self._slow_words(label, is_loading=is_loading))
                    case ThoughtAdded(text):
                        if not draft.thoughts:
                            self._transcript.set_status(self.tr("Thinking"))
                        draft.thoughts += text
                        self._pending_thoughts += text
                        if not self._flush.isActive():
                            self._flush.start()
                    case TextAdded(text):
                        draft.text += text
                        self._pending += text
                        if not self._flush.isActive():
                            self._flush.start()
                    case SentencesChecked(sentences):
                        self._on_flush_timeout()
                        draft.sentences = sentences
                        self._transcript.set_sentences(sentences)
                    case AnswerFinished(answer):
                        return answer
        raise PaperlampError(self.tr("The answer ended without a result. Ask again."))

    async def _keep(
        self, store: ConversationStore, conversation: Conversation, asked: int | None, answer: Answer
    ) -> None:
        """Store a finished answer to a message, and show it in place of the growing one."""
        message = await asyncio.to_thread(store.answer_to, conversation.id, asked, Role.ASSISTANT, answer.text, answer)
        if self.conversation is not None and self.conversation.id == conversation.id:
            self._messages.append(message)
            self._transcript.finish(message)
        await self._list(store)

    def _slow_words(self, label: str, *, is_loading: bool) -> str:
        """What a model that has said nothing yet is at, and the way on."""
        doing = self.tr("{model} is still being loaded.") if is_loading else self.tr("{model} is still reading.")
        name = label.partition(SEPARATOR)[0]
        return self.tr("{doing} Wait, or stop and choose the built-in model.").format(doing=doing.format(model=name))

    async def preload(self) -> None:
        """Have the model loaded that will answer, where it is a server's and nothing is being answered."""
        if self._answerer is None or self.is_answering:
            return
        try:
            model = await self._current_model()
        except UserError as error:  # the next question will say it, if it still holds then
            logger.info("no model is loaded beforehand: %s", error)
            return
        if isinstance(model, LoadableModel):
            await model.preload()

    async def _current_model(self) -> ChatModel:
        is_other = self._model_id is not None and self._model is not None and self._model.info.id != self._model_id
        if self._model is not None and (is_other or self._model.info.host):
            # It was removed, or its server has gone; and whether another computer may be asked is asked each time, for
            # consent can be withdrawn on the command line too.
            model, self._model = self._model, None
            await model.close()
        if self._model is None:
            self._model = await self._source.choose(self._model_id)
        return self._model

    # ── conversations ────────────────────────────────────────────────────────────────────────────────────────────

    async def _open_last(self, store: ConversationStore) -> None:
        await self._list(store)
        conversations = await asyncio.to_thread(store.conversations)
        if conversations:
            await self._open(store, conversations[0].id)
        self._is_open = True
        if self._early is not None:
            self.ask(self._early)

    async def _open(self, store: ConversationStore, conversation: int) -> None:
        found, messages = await asyncio.to_thread(lambda: (store.conversations(), store.messages(conversation)))
        opened = next((one for one in found if one.id == conversation), None)
        self._show(opened, messages)

    async def _list(self, store: ConversationStore) -> None:
        listing = await asyncio.to_thread(store.conversations)
        self._conversations.set_conversations(listing)
        opened = self.conversation
        title = next((one.title for one in listing if opened is not None and one.id == opened.id), None)
        if opened is not None and title is not None and title != opened.title:
            self.conversation = replace(opened, title=title)
            self._panel.set_title(title)

    def _show(self, conversation: Conversation | None, messages: Sequence[Message]) -> None:
        self.conversation = conversation
        self._messages = list(messages)
        if conversation is not None:
            self.scope = conversation.scope
        self._transcript.set_messages(messages)
        self._panel.set_title(conversation.title if conversation else self.tr("New conversation"))
        self.conversation_changed.emit()

    # ── models ───────────────────────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def refresh_models(self) -> None:
        """Look again which models there are."""
        if self._answerer is not None:
            self._tasks.start(self._find_models())

    @Slot()
    def forget_model(self) -> None:
        """Who may be asked, or how, is another than before: an answer from another computer ends at once."""
        if self._model is not None and self._model.info.host:
            self.stop()
        if self._answerer is not None:
            self._tasks.start(self._forget_model())

    async def _forget_model(self) -> None:
        model = self._model
        if model is not None and (model.info.host or not self.is_answering):
            self._model = None
            await model.close()
        await self._find_models()

    async def _find_models(self) -> None:
        self._models = await self._source.available()
        known = {model.id for model in self._models}
        if self._wanted_id in known:
            self._model_id = self._wanted_id
        elif self._model_id not in known:
            self._model_id = self._models[0].id
        self._show_models()

    async def _take_model(self, model_id: str) -> None:
        if self._model is not None and self._model.info.id != model_id:
            self.stop()
            await self._model.close()
            self._model = None
        self._show_models()

    def _show_models(self) -> None:
        current = self._model_id or ""
        self._panel.set_models([(model.id, model.label, model.detail) for model in self._models], current)
        self.current_changed.emit(current)
        host = next((model.host for model in self._models if model.id == current), "")
        if host:
            self.privacy_changed.emit(self.tr("Passages go to {host}").format(host=host))
        elif current.startswith("ollama/"):
            self.privacy_changed.emit(self.tr("Ollama on this computer · nothing leaves"))
        elif current.startswith("openai/"):
            self.privacy_changed.emit(self.tr("A server on this computer · nothing leaves"))
        else:
            self.privacy_changed.emit(self.tr("0 connections · everything stays here"))

    @Slot()
    def _on_flush_timeout(self) -> None:
        self._flush.stop()
        thoughts, self._pending_thoughts = self._pending_thoughts, ""
        self._transcript.append_thought(thoughts)
        pending, self._pending = self._pending, ""
        self._transcript.append_text(pending)

    # ── what the panel tells ─────────────────────────────────────────────────────────────────────────────────────

    @Slot(str)
    def _on_question_submitted(self, question: str) -> None:
        self.ask(question)

    @Slot(int, int, int)
    def _on_citation_activated(self, message_id: int, sentence: int, number: int) -> None:
        answer = self._answer_of(message_id)
        passages = answer.passages if answer else ()
        if not 1 <= number <= len(passages):
            return
        sentences = answer.sentences if answer else ()
        chosen = sentences[sentence : sentence + 1] if sentence >= 0 else sentences
        self._open_passage(message_id, number, chosen, passages, sentence)

    @Slot(int, int)
    def _on_passage_activated(self, message_id: int, index: int) -> None:
        answer = self._answer_of(message_id)
        if answer is not None and 0 <= index < len(answer.passages):
            self._open_passage(message_id, index + 1, answer.sentences, answer.passages, -1)

    def _open_passage(
        self,
        message_id: int,
        number: int,
        sentences: Sequence[AnswerSentence],
        passages: Sequence[Passage],
        sentence: int,
    ) -> None:
        """Show the words of a passage that these sentences cite; where they cite none, the whole passage is marked."""
        passage = passages[number - 1]
        self._panel.set_active_citation(message_id, number, sentence)
        cited = cited_places(sentences, number)
        self.citation_opened.emit(passage, cited or whole_passage(passage), bool(cited))

    @Slot(int)
    def _on_retry_requested(self, message_id: int) -> None:
        """Answer the same question again; the answer that was there stays on a branch of its own.

        What the person made of the question stays.
        """
        answer = self._answer_of(message_id)
        if answer is not None:
            by_person = answer.searched is not None and not answer.searched.own_words
            self._start_again(message_id, answer, searched_for(answer) if by_person else "")

    @Slot(int, str)
    def _on_search_edited(self, question_id: int, text: str) -> None:
        """Answer a question again, searched as the person put it."""
        for asked, said in pairwise(self._messages):
            if asked.id == question_id and said.answer is not None:
                self._start_again(said.id, said.answer, text)

    def _start_again(self, message_id: int, answer: Answer, edited: str) -> None:
        if self._store is None or self._answerer is None or self.conversation is None or self.is_answering:
            return
        again = self._again(self._store, self._answerer, self.conversation, message_id, answer, edited)
        self._answering = self._tasks.start(again)

    async def _again(
        self,
        store: ConversationStore,
        answerer: Answerer,
        conversation: Conversation,
        message_id: int,
        answer: Answer,
        edited: str,
    ) -> None:
        if answer.error and not answer.text:  # nothing was said that would be worth a branch
            await asyncio.to_thread(store.remove_message, message_id)
        self._go_back_before(message_id)
        await self._find_models()
        await self._answer(store, answerer, conversation, answer.question, edited)

    def _go_back_before(self, message_id: int) -> bool:
        """Show what was said before a message, to go on from there; False where it is not shown."""
        at = self._transcript.row_of(message_id)
        if at < 0:
            return False
        self._messages = self._messages[:at]
        self._transcript.set_messages(self._messages)
        return True

    def _last_id(self) -> int | None:
        return self._messages[-1].id if self._messages else None

    def _answer_of(self, message_id: int) -> Answer | None:
        if message_id == _GROWING:  # its evidence can be looked at before the first word
            return self._draft.finished() if self._draft is not None else None
        return next((message.answer for message in self._messages if message.id == message_id), None)

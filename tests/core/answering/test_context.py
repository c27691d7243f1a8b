"""How wide passages become: as wide as paragraphs are, as far as there is room, and never at the cost of a passage."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from chunked_page import PARAGRAPHS, chunked, pages_in, passage, prose_pdf
from stand_ins import ScriptedModel

from core.answering.context import fitted
from core.answering.prompts import build_prompt, room_for_passages, tokens_of_passages
from core.errors import ModelMissing
from core.index.candidates import PageChunks
from core.llm.chat_model import ChatModel, ChatTurn
from core.retrieval.widening import Bodies, joined
from core.types import Page, Passage, Role

QUESTION = "What of the keeper?"
HISTORY = [ChatTurn(Role.USER, "And the lamp?"), ChatTurn(Role.ASSISTANT, "It turned on mercury.")]


class Mute(ScriptedModel):
    """A model that does not come to tell its window."""

    async def context_limit(self) -> int:
        await asyncio.Event().wait()
        return 0


class Absent(ScriptedModel):
    """A model whose server has gone."""

    async def context_limit(self) -> int:
        raise ModelMissing("There is no Ollama.")


class Broken(ScriptedModel):
    """A model whose counting has a fault of ours."""

    async def count_tokens(self, text: str) -> int:
        raise RuntimeError("the core dumped")


@pytest.fixture(scope="module")
def prose(tmp_path_factory: pytest.TempPathFactory) -> Page:
    (read,) = pages_in(prose_pdf(tmp_path_factory.mktemp("prose") / "prose.pdf", *PARAGRAPHS))
    return read


@pytest.fixture(scope="module")
def page(prose: Page) -> PageChunks:
    """Return the page in chunks of which first and last lack a quarter of their paragraph."""
    return chunked(prose, 36)


@pytest.fixture(scope="module")
def chosen(page: PageChunks) -> list[Passage]:
    return first_and_last(page)


def first_and_last(page: PageChunks) -> list[Passage]:
    """Return the last chunk of a page and the first, in this order."""
    return [passage(page, chunk, rank=rank) for rank, chunk in enumerate((len(page.chunks), 1), 1)]


def fit(model: ChatModel, chosen: Sequence[Passage], page: PageChunks) -> tuple[Passage, ...]:
    return asyncio.run(fitted(model, QUESTION, HISTORY, chosen, Bodies({("doc", 0): page})))


def tokens(passages: Sequence[Passage]) -> int:
    return asyncio.run(tokens_of_passages(ScriptedModel(), passages))


def limit_for(count: int) -> int:
    """Return the context window that has room for so many tokens of passages."""
    return 4096 + count - asyncio.run(room_for_passages(ScriptedModel(limit=4096), QUESTION, HISTORY))


def wide(page: PageChunks, chosen: Sequence[Passage], widened: int) -> tuple[Passage, ...]:
    return joined(chosen, Bodies({("doc", 0): page}), widened)


def test_room_and_tokens_are_those_that_the_prompt_counts(chosen: list[Passage]) -> None:
    for short, fit_in in ((0, 2), (1, 1)):
        model = ScriptedModel(limit=limit_for(tokens(chosen)) - short)
        assert asyncio.run(build_prompt(model, QUESTION, chosen, HISTORY)).use.passages_fit == fit_in


def test_with_room_enough_each_passage_is_its_whole_paragraph(page: PageChunks, chosen: list[Passage]) -> None:
    made = fit(ScriptedModel(limit=100_000), chosen, page)
    assert [p.text for p in made] == [PARAGRAPHS[2], PARAGRAPHS[0]]
    exactly = limit_for(tokens(made))
    assert fit(ScriptedModel(limit=exactly), chosen, page) == made


def test_where_there_is_room_for_some_the_best_are_widened(page: PageChunks, chosen: list[Passage]) -> None:
    short = limit_for(tokens(wide(page, chosen, 2)) - 1)
    made = fit(ScriptedModel(limit=short), chosen, page)
    assert [p.text for p in made] == [PARAGRAPHS[2], chosen[1].text]
    none = limit_for(tokens(chosen))
    assert fit(ScriptedModel(limit=none), chosen, page) == tuple(chosen)


def test_width_takes_half_as_much_again_at_most(prose: Page) -> None:
    page = chunked(prose, 30)
    chosen = first_and_last(page)
    assert tokens(wide(page, chosen, 2)) > 1.5 * tokens(chosen)
    made = fit(ScriptedModel(limit=100_000), chosen, page)
    assert [p.text for p in made] == [PARAGRAPHS[2], chosen[1].text]


def test_where_not_even_the_chunks_fit_they_are_left_as_they_are(page: PageChunks) -> None:
    neighbours = [passage(page, chunk, rank=chunk) for chunk in (1, 2, 3)]
    assert len(wide(page, neighbours, 0)) == 1
    small = limit_for(tokens(neighbours[:2]))
    assert fit(ScriptedModel(limit=small), neighbours, page) == tuple(neighbours)
    prompt = asyncio.run(build_prompt(ScriptedModel(limit=small), QUESTION, neighbours, HISTORY))
    assert prompt.use.passages_fit == 2


def test_a_model_that_does_not_tell_its_window_gets_chunks(
    page: PageChunks, chosen: list[Passage], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fit(Absent(), chosen, page) == tuple(chosen)
    assert fit(Broken(), chosen, page) == tuple(chosen)
    monkeypatch.setattr("core.answering.context._PATIENCE_SECONDS", 0.01)
    assert fit(Mute(), chosen, page) == tuple(chosen)


def test_nothing_found_is_nothing_to_widen(page: PageChunks) -> None:
    assert fit(ScriptedModel(), [], page) == ()

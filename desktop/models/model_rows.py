"""Models as rows that offer what can be done with them."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from core.llm.builtin import BUILTIN_ID
from core.llm.catalogue import Catalogue
from core.llm.memory import Fit
from desktop.action_rows.model import ActionRow
from desktop.document_action import DocumentAction
from desktop.models.pulls import Pull, PullState
from desktop.models.wording import installed_line, pull_line, served_line, suggestion_line
from desktop.wording import SEPARATOR

translate = QCoreApplication.translate

_TONES = {Fit.TOO_LARGE: "caution", Fit.TIGHT: "caution"}


def model_rows(catalogue: Catalogue, current: str) -> list[ActionRow]:
    """What can answer now: Ollama's models, those of other servers, and the built-in one.

    Args:
        catalogue: what there is.
        current: the id of the model in use.
    """
    rows = [
        ActionRow(
            model.id,
            model.short_name,
            _marked(installed_line(model, catalogue.memory), in_use=model.id == current),
            _TONES.get(fit, "ink_second") if (fit := model.fit(catalogue.memory)) else "ink_second",
            actions=_use(model.id, current, DocumentAction.REMOVE),
            tool_tip=model.name,
        )
        for model in catalogue.installed
    ]
    rows += [
        ActionRow(
            served.id,
            served.name,
            _marked(served_line(served), in_use=served.id == current),
            actions=_use(served.id, current),
            tool_tip=served.address,
        )
        for served in catalogue.served
    ]
    line = translate("models", "SmolLM2 135M · always there, answers with the passages’ own sentences")
    in_use = current == BUILTIN_ID
    rows.append(
        ActionRow(
            BUILTIN_ID,
            translate("models", "Built-in model"),
            _marked(line, in_use=in_use),
            actions=_use(BUILTIN_ID, current),
        )
    )
    return rows


def pull_rows(pulls: Iterable[Pull]) -> list[ActionRow]:
    """What is being fetched; a bar only where there is something to measure."""
    return [
        ActionRow(
            pull.name,
            pull.name,
            pull_line(pull),
            "fault" if pull.state is PullState.FAILED else "ink_second",
            pull.progress.done / pull.progress.total if pull.progress.total else None,
            (
                DocumentAction.PAUSE if pull.state is PullState.RUNNING else DocumentAction.RESUME,
                DocumentAction.STOP,
            ),
        )
        for pull in pulls
    ]


def suggestion_rows(catalogue: Catalogue, pulls: Iterable[Pull], *, can_fetch: bool) -> list[ActionRow]:
    """What would be worth fetching, without what is being fetched."""
    under_way = {pull.name for pull in pulls}
    return [
        ActionRow(
            one.name,
            one.name,
            suggestion_line(one),
            actions=(DocumentAction.DOWNLOAD,) if can_fetch else (),
        )
        for one in catalogue.suggested
        if one.name not in under_way
    ]


def _use(model: str, current: str, *more: DocumentAction) -> tuple[DocumentAction, ...]:
    return more if model == current else (DocumentAction.USE, *more)


def _marked(line: str, *, in_use: bool) -> str:
    return SEPARATOR.join((translate("models", "In use"), line)) if in_use else line

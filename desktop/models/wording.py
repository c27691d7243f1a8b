"""The words about models: pure functions from what is known to short, plain lines."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from core.llm.catalogue import Catalogue
from core.llm.memory import Fit, Memory
from core.llm.ollama_models import InstalledModel
from core.llm.ollama_pull import PullStage
from core.llm.openai_server import ServedModel
from core.llm.suggestions import Suggestion
from desktop.models.pulls import Pull, PullState
from desktop.wording import SEPARATOR, format_count, format_remaining

translate = QCoreApplication.translate

_GIBIBYTE = 1 << 30


def memory_line(memory: Memory) -> str:
    """`16 GB of memory, 9.2 GB free`."""
    return translate("models", "{total} GB of memory, {free} GB free").format(
        total=_gibi(memory.total), free=_gibi(memory.available)
    )


def installed_line(model: InstalledModel, memory: Memory) -> str:
    """`5.2 GB · qwen3 · 8.2B · Q4_K_M · 40,960 tokens · needs 6.4 GB, fits`."""
    parts = [
        format_size(model.size) if model.size else "",
        model.family,
        model.parameters,
        model.quantisation,
        _tokens(model.context),
        translate("models", "thinks first") if model.thinks else "",
        translate("models", "on {host}").format(host=model.host) if model.host else "",
        fit_words(model, memory),
    ]
    return SEPARATOR.join(part for part in parts if part)


def fit_words(model: InstalledModel, memory: Memory) -> str:
    """Whether a model fits, with the figures."""
    fit = model.fit(memory)
    needed = _gibi(model.need.with_context(model.judged_context))
    if model.is_loaded and fit is not None:
        return translate("models", "in memory now")
    match fit:
        case Fit.FITS:
            return translate("models", "fits: needs {needed} GB").format(needed=needed)
        case Fit.TIGHT:
            return translate("models", "tight: needs {needed} GB, {free} GB are free").format(
                needed=needed, free=_gibi(memory.available)
            )
        case Fit.TOO_LARGE:
            return translate("models", "too large: needs {needed} GB, this computer has {total} GB").format(
                needed=needed, total=_gibi(memory.total)
            )
    return ""


def served_line(model: ServedModel) -> str:
    """`qwen3 · Q4_K_M · 8,192 tokens · 127.0.0.1:8080`."""
    parts = (model.family, model.quantisation, _tokens(model.context), model.address.partition("://")[2])
    return SEPARATOR.join(part for part in parts if part)


def suggestion_line(one: Suggestion) -> str:
    """`5.2 GB · Apache-2.0 · thinks, many languages`."""
    return SEPARATOR.join((format_size(one.size), one.licence, one.note))


def pull_line(pull: Pull) -> str:
    """`1.2 of 5.2 GB · 23 MB/s · 3 min left`."""
    progress = pull.progress
    if pull.state is PullState.FAILED:
        return pull.reason
    amount = ""
    if progress.total:
        amount = translate("models", "{done} of {total}").format(
            done=_amount(progress.done, progress.total), total=format_size(progress.total)
        )
    if pull.state is PullState.PAUSED:
        kept = translate("models", "Paused")
        return SEPARATOR.join((kept, amount)) if amount else kept
    if progress.stage is PullStage.CHECKING:
        return translate("models", "Checking what has arrived…")
    if progress.stage is PullStage.STARTING or not amount:
        return translate("models", "Asking Ollama’s library…")
    parts = [amount]
    if progress.bytes_per_second:
        parts.append(translate("models", "{rate}/s").format(rate=format_size(progress.bytes_per_second)))
    if progress.eta_seconds is not None:
        parts.append(format_remaining(progress.eta_seconds))
    return SEPARATOR.join(parts)


def ollama_line(catalogue: Catalogue) -> str:
    """Who is asked: `Ollama at 127.0.0.1:11434`."""
    return translate("models", "Ollama at {address}").format(address=catalogue.address.partition("://")[2])


def consent_text(host: str, *, encrypted: bool) -> str:
    """What it means to let another computer answer."""
    text = translate(
        "models",
        "{host} is another computer. With its models, your questions and the passages that are found for them leave "
        "this computer and go there. Whoever runs that computer can read them.",
    ).format(host=host)
    if not encrypted:
        text += " " + translate("models", "On the way there they are not encrypted.")
    return (
        text + " " + translate("models", "The window shows this all the time, and you can withdraw it at any moment.")
    )


def format_size(size: float) -> str:
    """`5.2 GB`, `640 MB`, as Ollama counts them: in thousands."""
    if size >= 1e9:
        return translate("models", "{size} GB").format(size=f"{size / 1e9:.1f}")
    if size >= 1e6:
        return translate("models", "{size} MB").format(size=round(size / 1e6))
    return translate("models", "{size} kB").format(size=round(size / 1e3))


def _amount(done: int, total: int) -> str:
    """How much there is, in the unit of the whole where it fills a tenth of one."""
    return f"{done / 1e9:.1f}" if total >= 1e9 and done >= 1e8 else format_size(done)


def _tokens(count: int) -> str:
    return translate("models", "{count} tokens").format(count=format_count(count)) if count else ""


def _gibi(size: int) -> str:
    """Gibibytes, called GB as systems do; whole ones where the fraction says nothing."""
    value = size / _GIBIBYTE
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"

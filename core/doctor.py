"""`paperlamp doctor`: what is installed, whether the models are the published ones, and a test of each part."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core import __version__, composition
from core.embedding.choice import BUILTIN_CHOICE, choice_from
from core.embedding.convert import ensure_builtin
from core.embedding.weights import BUILTIN_NAME, BUILTIN_SHA256
from core.errors import PaperlampError
from core.index import checks
from core.index.connection import open_for_reading
from core.index.faults import FILE_NAME
from core.index.repair import Damage, inspect, salvage
from core.index.salvage import make_consistent
from core.index.vector_index import VectorIndex
from core.llm.builtin import builtin_model_path
from core.paths import resources_folder
from core.retrieval.retriever import Retriever
from core.types import DocumentState

_PACKAGES = (
    "PySide6-Essentials", "pypdfium2", "pypdf", "openvino", "tokenizers", "sentence-transformers", "torch", "faiss-cpu",
    "tantivy", "xllamacpp", "ollama", "diskcache", "qasync",
)  # fmt: skip
SAMPLE = "sample/paperlamp-sample.pdf"


@dataclass(slots=True)
class Report:
    """Findings by section; `problems` are sentences, empty when all is well, and `mended` tells what was repaired."""

    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)

    @property
    def healthy(self) -> bool:
        """True when nothing was found wrong."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """The report for scripts."""
        return {"healthy": self.healthy, "problems": self.problems, "mended": self.mended, **self.facts}

    def lines(self) -> list[str]:
        """The report for people."""
        lines = []
        for section, facts in self.facts.items():
            lines.append(section)
            lines += [f"  {name:<22} {value}" for name, value in facts.items()]
        lines += [f"Mended: {sentence}" for sentence in self.mended]
        lines += [f"Problem: {problem}" for problem in self.problems] or ["Everything works."]
        return lines


def examine(library_folder: Path, *, repair: bool = False) -> Report:
    """Look at everything and try it; a part that fails becomes a problem, never an exception.

    Args:
        library_folder: of the library in question; it may not exist yet.
        repair: mend what can be mended: a damaged file, rows that do not fit together, indexes, permissions, room.
    """
    report = Report()
    report.facts["program"] = {
        "version": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "frozen": bool(getattr(sys, "frozen", False)),
    }
    report.facts["processor"] = {"cores": os.cpu_count(), "workers": composition.worker_count()}
    report.facts["packages"] = {name: _version(name) for name in _PACKAGES}
    _attempt(report, "models", lambda: _models(report))
    _attempt(report, "library", lambda: _library(report, library_folder, repair=repair))
    _attempt(report, "self_test", _self_test)
    return report


def _attempt(report: Report, section: str, examine_part: Callable[[], dict[str, Any]]) -> None:
    try:
        report.facts[section] = examine_part()
    except Exception as error:  # whatever it is, the report is what was asked for
        report.facts[section] = {"state": "failed"}
        report.problems.append(f"{section.replace('_', ' ')}: {error}")


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not in this build"


def _models(report: Report) -> dict[str, Any]:
    import openvino

    embedder = BUILTIN_CHOICE.open()  # checks the hashes of what it loads
    core = openvino.Core()
    report.facts["processor"]["name"] = core.get_property("CPU", "FULL_DEVICE_NAME")
    report.facts["processor"]["capabilities"] = " ".join(core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"))
    return {
        "embedder": f"{BUILTIN_NAME} ({embedder.dimension} dimensions, {embedder.max_tokens} tokens)",
        "embedder_sha256": BUILTIN_SHA256,
        "embedder_folder": str(ensure_builtin()),
        "chat_model": str(builtin_model_path()),
    }


def _library(report: Report, folder: Path, *, repair: bool) -> dict[str, Any]:
    path = folder / FILE_NAME
    if not path.exists() and not (folder / "backups").exists():
        return {"folder": str(folder), "state": "not made yet"}
    facts: dict[str, Any] = {"folder": str(folder), "file_system": checks.file_system(folder)}
    damage = inspect(folder, thorough=True)
    if damage and repair:
        report.mended += salvage(folder).sentences()
    elif damage:
        report.problems.append(_tell(damage))
        return facts | {"file": damage.reason} | checks.backup_facts(folder)
    if repair:
        _mend(report, folder)
    facts |= _indexes(report, folder)
    with closing(open_for_reading(path)) as db:
        _rows(report, db)
        facts |= {"file": "ok", "leases_left": checks.left_leases(db)} | checks.space(db, folder)
    if facts["disk_free"] < checks.LEAST_FREE:
        report.problems.append(f"Only {facts['disk_free'] // 1_000_000} MB are free on the library's disk. Make room.")
    if checks.is_network(facts["file_system"]):
        report.problems.append(
            f"The library lies on a network drive ({facts['file_system']}), where files are easily damaged. Copy its "
            "folder to a disk of this computer, and open it there."
        )
    if open_files := checks.too_open(folder):
        report.problems.append(
            f"Others on this computer can read {open_files[0]}. `paperlamp doctor --repair` takes that away."
        )
    return facts | checks.backup_facts(folder)


def _tell(damage: Damage) -> str:
    way = "What can still be read of it is saved by `paperlamp doctor --repair`; there is no backup."
    if damage.backup:
        way = (
            f"`paperlamp doctor --repair` restores the backup of {damage.backup.made_at.astimezone():%d %b %Y, %H:%M} "
            f"({damage.backup.documents} documents) and adds what can still be read."
        )
    return f"The library file is damaged: {damage.reason.rstrip('.')}. {way}"


def _rows(report: Report, db: sqlite3.Connection) -> None:
    if found := checks.inconsistencies(db):
        report.problems.append(
            f"The library does not fit together: {', '.join(found)}. `paperlamp doctor --repair` has these read again."
        )
    if fault := checks.clock_fault(db):
        report.problems.append(fault)


def _mend(report: Report, folder: Path) -> None:
    """Rows, permissions, indexes and room, in this order; the library must not be open elsewhere."""
    with closing(composition.open_library(folder)) as library, library.database.write() as db:
        if found := checks.inconsistencies(db):
            make_consistent(db)
            report.mended.append(f"The library fits together again: {', '.join(found)}.")
    if checks.too_open(folder):
        checks.close_to_others(folder)
        report.mended.append("The library's files can be read by you alone again.")
    before = (folder / FILE_NAME).stat().st_size
    with closing(composition.open_library(folder)) as library:  # which brings both indexes up to date
        while library.database.compact():
            pass
    if (saved := before - (folder / FILE_NAME).stat().st_size) > 0:
        report.mended.append(f"{max(1, saved // 1_000_000)} MB were given back to the disk.")


def _indexes(report: Report, folder: Path) -> dict[str, Any]:
    embedder = composition.embedder_of(folder)
    with closing(composition.open_library(folder, writable=False)) as library:
        sizes, documents, shadow = library.index_sizes(), library.documents(), library.shadow.state()
    saved = len(VectorIndex(folder / "index" / "vectors.faiss", embedder.model_id, embedder.dimension))
    if {sizes["chunks"], sizes["vectors"], sizes["keywords"], saved} != {sizes["chunks"]}:
        report.problems.append("The indexes are behind the library. Opening the window brings them up to date.")
    ready = sum(document.state is DocumentState.READY for document in documents)
    facts = {"documents": len(documents), "ready": ready, **sizes, "vectors_saved": saved, "embedder": embedder.value}
    if shadow is not None:
        facts["embedding_with"] = f"{shadow.embedder.value}: {shadow.done} of {shadow.total} passages"
        if shadow.reason:
            report.problems.append(
                f"Embedding with {choice_from(shadow.embedder).label} stopped: {shadow.reason} It goes on with: "
                f"paperlamp settings embedder {shadow.embedder.value}"
            )
    return facts


def _self_test() -> dict[str, Any]:
    """The main job on the sample document, in a library that is thrown away: workers, indexes, search."""
    with tempfile.TemporaryDirectory(prefix="paperlamp-doctor-") as scratch:
        started = time.monotonic()
        with closing(composition.open_library(Path(scratch))) as library:
            ingestor = composition.start_ingestor(library)
            try:
                ingestor.add([resources_folder() / SAMPLE])
                ingestor.wait()
            finally:
                ingestor.close()
            document = library.documents()[0]
            seconds = round(time.monotonic() - started, 1)
            found = Retriever(library, composition.open_embedder(library)).retrieve("When were the lamps lit?", 3)
        if document.state is not DocumentState.READY or not found:
            raise PaperlampError(f"the sample document ended as {document.state.value} ({document.reason})")
        return {"sample": f"{document.page_count} pages read and found in {seconds} s"}

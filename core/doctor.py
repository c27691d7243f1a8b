"""`paperlamp doctor`: what is installed, whether the models are the published ones, and a test of each part."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core import __version__, composition
from core.embedding.convert import ensure_builtin
from core.embedding.weights import BUILTIN_NAME, BUILTIN_SHA256
from core.errors import PaperlampError
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
    """Findings by section; `problems` are sentences, empty when all is well."""

    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def healthy(self) -> bool:
        """True when nothing was found wrong."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """The report for scripts."""
        return {"healthy": self.healthy, "problems": self.problems, **self.facts}

    def lines(self) -> list[str]:
        """The report for people."""
        lines = []
        for section, facts in self.facts.items():
            lines.append(section)
            lines += [f"  {name:<22} {value}" for name, value in facts.items()]
        lines += [f"Problem: {problem}" for problem in self.problems] or ["Everything works."]
        return lines


def examine(library_folder: Path) -> Report:
    """Look at everything and try it; a part that fails becomes a problem, never an exception."""
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
    _attempt(report, "library", lambda: _library(report, library_folder))
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

    embedder = composition.open_embedder()  # checks the hashes of what it loads
    core = openvino.Core()
    report.facts["processor"]["name"] = core.get_property("CPU", "FULL_DEVICE_NAME")
    report.facts["processor"]["capabilities"] = " ".join(core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"))
    return {
        "embedder": f"{BUILTIN_NAME} ({embedder.dimension} dimensions, {embedder.max_tokens} tokens)",
        "embedder_sha256": BUILTIN_SHA256,
        "embedder_folder": str(ensure_builtin()),
        "chat_model": str(builtin_model_path()),
    }


def _library(report: Report, folder: Path) -> dict[str, Any]:
    if not (folder / "library.sqlite3").exists():
        return {"folder": str(folder), "state": "not made yet"}
    with closing(composition.open_library(folder, writable=False)) as library:
        verdict, sizes = library.check(), library.index_sizes()
        documents = library.documents()
    if verdict != "ok":
        report.problems.append(f"The library file is damaged: {verdict}")
    if sizes["vectors"] != sizes["chunks"] or sizes["keywords"] != sizes["chunks"]:
        report.problems.append("The indexes are behind the library. Opening the window brings them up to date.")
    ready = sum(document.state is DocumentState.READY for document in documents)
    return {"folder": str(folder), "file": verdict, "documents": len(documents), "ready": ready, **sizes}


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
            found = Retriever(library, composition.open_embedder()).retrieve("When were the lamps lit?", 3)
        if document.state is not DocumentState.READY or not found:
            raise PaperlampError(f"the sample document ended as {document.state.value} ({document.reason})")
        return {"sample": f"{document.page_count} pages read and found in {seconds} s"}

"""Who may import whom: core knows no Qt, and torch lives in processes of its own."""

from __future__ import annotations

import ast
import json
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TORCH = {"torch", "transformers", "sentence_transformers"}
QT = {"PySide6", "shiboken6", "qasync"}

REPORT = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def modules_of(package: str) -> list[str]:
    return [
        module.name
        for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}.")
        if not module.name.endswith("__main__")
    ]


def loaded_by(*modules: str) -> set[str]:
    """Return the top-level packages that are loaded once the modules are."""
    done = subprocess.run(
        [sys.executable, "-c", REPORT, *modules],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == 0, done.stderr
    loaded: list[str] = json.loads(done.stdout)
    return set(loaded)


def test_core_loads_neither_qt_nor_torch() -> None:
    modules = modules_of("core")
    assert "core.embedding.convert" in modules
    assert "core.cli" in modules
    loaded = loaded_by(*modules)
    assert not loaded & (TORCH | QT | {"desktop"})
    assert loaded >= {"faiss", "openvino"}  # the report is of this process


def test_the_window_does_not_wait_for_libraries_that_only_workers_need() -> None:
    assert not loaded_by("desktop.app") & {"mammoth", "lxml", "charset_normalizer"}


def test_the_window_loads_no_torch() -> None:
    loaded = loaded_by("desktop.__main__", *modules_of("desktop"))
    assert not loaded & TORCH
    assert "PySide6" in loaded


def test_the_entry_point_loads_nothing_heavy() -> None:
    """Each spawned worker imports it again."""
    loaded = loaded_by("desktop.__main__")
    assert not loaded & (TORCH | QT | {"numpy", "faiss", "openvino", "pypdf", "tantivy"})


def test_a_worker_loads_what_it_needs_and_no_more() -> None:
    assert not loaded_by("core.ingest.worker") & (TORCH | QT | {"faiss", "tantivy", "ollama", "xllamacpp", "asyncio"})


def test_llama_cpp_lives_in_its_host_only() -> None:
    assert "xllamacpp" not in loaded_by(*modules_of("core"))


def test_no_telemetry_is_loaded() -> None:
    loaded = loaded_by(*modules_of("core"))
    assert not [name for name in loaded if "telemetry" in name and name != "openvino_telemetry"]
    report = "import core.embedding, sys; print(sys.modules['openvino_telemetry'])"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "None"


# ── lint holds the arrows too ────────────────────────────────────────────────────────────────────────────────────


def lint(path: str, source: str) -> str:
    """Return what ruff says of a source file at a place of the project."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "ruff",
            "check",
            "--no-cache",
            "--output-format",
            "concise",
            "--stdin-filename",
            path,
            "-",
        ],
        input=source,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    return done.stdout


@pytest.mark.parametrize(
    "source",
    [
        "import PySide6\n",
        "from PySide6.QtCore import QObject\n",
        "import desktop.theme\n",
        "import torch\n",
        "from sentence_transformers import SentenceTransformer\n",
        "def load() -> None:\n    import torch\n",
    ],
)
def test_an_import_that_core_may_not_have_is_a_fault(source: str) -> None:
    assert "TID251" in lint("core/index/planted.py", source)


def test_what_is_allowed_is_allowed() -> None:
    assert "TID251" not in lint("core/embedding/convert.py", "import torch\n")
    assert "TID251" not in lint("desktop/chat/planted.py", "from PySide6.QtCore import QObject\n")
    assert "TID251" not in lint("core/index/planted.py", "import faiss\n")


def imported_in(package: str) -> set[str]:
    """The packages of core that one of them imports from; the modules that lie beside them are free to all."""
    names = set()
    for file in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            found = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names |= {".".join(name.split(".")[:2]) for name in found if name.startswith("core.")}
    return {name for name in names if (ROOT / name.replace(".", "/")).is_dir()}


def test_retrieval_stands_on_index_embedding_and_llm_alone() -> None:
    found = imported_in("core/retrieval")
    assert {"core.index", "core.embedding"} <= found
    assert found <= {f"core.{name}" for name in ("retrieval", "index", "embedding", "llm")}

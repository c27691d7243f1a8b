"""The application that PyInstaller makes: what it leaves out is not missed.

Freezing takes a minute and some GB on disk, so that is done only where PAPERLAMP_TEST_FREEZE=1 asks for it. What is
always checked: Paperlamp does its work, worker processes included, while everything that pyinstaller.spec leaves out
is out of reach.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import psutil
import pytest

from core.embedding.convert import ensure_builtin

ROOT = Path(__file__).resolve().parent.parent.parent
SPEC = ROOT / "pyinstaller.spec"
PATIENCE_S = 60
SIZE_LIMIT_MB = 850  # 250 of it for OCR: OpenCV with its codecs and its own BLAS, and the models

pytestmark = pytest.mark.timeout(1200)
freezing = pytest.mark.skipif(os.environ.get("PAPERLAMP_TEST_FREEZE") != "1", reason="PAPERLAMP_TEST_FREEZE is not 1")

# Python runs a module of this name at every start, in spawned workers too.
SITECUSTOMIZE = """
import sys

class LeftOut:
    def find_spec(self, name, path=None, target=None):
        if any(f"{name}.".startswith(f"{excluded}.") for excluded in %r):
            raise ModuleNotFoundError(f"{name} is left out of the frozen application", name=name)

sys.meta_path.insert(0, LeftOut())
"""

IMPORT_EVERYTHING = """
import importlib, pkgutil, core, desktop
for package in (core, desktop):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
        print(module.name)
"""


def spec_list(name: str) -> list[str]:
    """Return a list that the spec assigns to `name`."""
    for statement in ast.parse(SPEC.read_text("utf-8")).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == name:
            return list(ast.literal_eval(statement.value))
    raise AssertionError(f"pyinstaller.spec assigns no {name}")


@dataclass(frozen=True, slots=True)
class Program:
    """A way to run Paperlamp: the command and its environment."""

    command: list[str]
    environment: dict[str, str]

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start it."""
        command = [*self.command, *map(str, arguments)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=self.environment, cwd=ROOT, stdout=pipe, stderr=pipe, text=True)

    def run(self, *arguments: str | Path) -> dict[str, Any]:
        """Run a verb to its end and return the last of its JSON lines."""
        process = self.start(*arguments, "--json")
        output, errors = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, output + errors
        return dict(json.loads(output.splitlines()[-1]))


def do_the_work(program: Program, library: Path, sample: Path) -> None:
    """Examine, read, search and answer."""
    report = program.run("doctor", "--library", library)
    assert report["healthy"], report["problems"]
    assert program.run("add", sample, "--library", library)["ready"] == 1
    assert program.run("documents", "--library", library)["health"]["ocr"] == 1
    found = program.run("search", "Who lit the first lamp on the Long Pier?", "--library", library)["results"]
    assert any("Agnes Marrow" in passage["text"] for passage in found)
    question = "Who lit the first lamp on the Long Pier, and when?"
    answer = program.run("ask", question, "--model", "builtin", "--library", library)
    assert answer["error"] is None
    assert answer["answer"]
    assert answer["passages"]


# ── from the sources, without what is left out ───────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Return an environment in which nothing is found of what the spec leaves out, OpenVINO's libraries included."""
    ensure_builtin()  # the spec compiles the model while torch is still there
    folder = tmp_path_factory.mktemp("bare")
    (folder / "sitecustomize.py").write_text(SITECUSTOMIZE % spec_list("EXCLUDED"), "utf-8")
    found = importlib.util.find_spec("openvino")
    assert found is not None
    assert found.origin is not None
    wanted = spec_list("OPENVINO_LIBRARIES")

    def unwanted(parent: str, names: list[str]) -> list[str]:
        is_libs = Path(parent).name == "libs"
        return [name for name in names if is_libs and not any(fnmatch(name, pattern) for pattern in wanted)]

    shutil.copytree(Path(found.origin).parent, folder / "openvino", ignore=unwanted)
    yield os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
    shutil.rmtree(folder)


def test_the_spec_leaves_out_the_model_processes_and_telemetry() -> None:
    heavy = {
        "torch",
        "transformers",
        "sentence_transformers",
        "scipy",
        "sklearn",
        "openvino.tools",
        "openvino_telemetry",
    }
    assert heavy <= set(spec_list("EXCLUDED"))


def test_every_module_imports_without_what_is_left_out(bare: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_EVERYTHING], env=bare, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert {"core.composition", "desktop.app"} <= set(done.stdout.split())


def test_the_work_is_done_without_what_is_left_out(bare: dict[str, str], tmp_path: Path, sample: Path) -> None:
    do_the_work(Program([sys.executable, "-m", "desktop"], bare), tmp_path / "library", sample)


# ── frozen ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """Return the frozen application, made now, at home in an empty folder and without our environment."""
    folder = tmp_path_factory.mktemp("freeze")
    places = ["--distpath", str(folder / "dist"), "--workpath", str(folder / "build")]
    command = [sys.executable, "-m", "PyInstaller", *places, str(SPEC)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    home = folder / "home"
    home.mkdir()
    keep = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP") if name in os.environ}
    own = {"HOME": str(home), "PAPERLAMP_DATA": str(home / "data"), "QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"}
    yield Program([str(folder / "dist" / "paperlamp" / "paperlamp")], keep | own)
    shutil.rmtree(folder)


@pytest.fixture
def _nothing_left_running(frozen: Program) -> Iterator[None]:
    """Fail a test after which a process of the frozen application goes on."""
    yield
    executable = frozen.command[0]
    left = [process for process in psutil.process_iter(["exe"]) if process.info["exe"] == executable]
    _, alive = psutil.wait_procs(left, timeout=10)
    assert not alive


@freezing
@pytest.mark.usefixtures("_nothing_left_running")
def test_the_frozen_application_does_the_work(frozen: Program, tmp_path: Path, sample: Path) -> None:
    do_the_work(frozen, tmp_path / "library", sample)
    assert frozen.run("doctor")["program"]["frozen"]


@freezing
def test_the_frozen_application_stays_small(frozen: Program) -> None:
    folder = Path(frozen.command[0]).parent
    names = {path.name for path in (folder / "_internal").iterdir()}
    assert not names & set(spec_list("EXCLUDED"))
    assert not [path for path in folder.rglob("*") if path.is_symlink() and not path.exists()]
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    assert size < SIZE_LIMIT_MB * 1_000_000


@freezing
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.usefixtures("_nothing_left_running")
def test_the_window_takes_up_an_interrupted_job_and_its_workers_end_with_it(
    frozen: Program, tmp_path: Path, data: Path
) -> None:
    adding = frozen.start("add", data / "long.pdf", "--library", tmp_path)
    wait_for_worker(adding)
    adding.kill()
    adding.communicate()
    window = frozen.start("--library", tmp_path)
    workers = wait_for_worker(window)
    window.terminate()
    _, errors = window.communicate(timeout=10)
    assert window.returncode == -signal.SIGTERM
    assert not errors
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert not alive


def wait_for_worker(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Return the processes that `process` has started, as soon as there is one."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        workers: list[psutil.Process] = psutil.Process(process.pid).children(recursive=True)
        if workers:
            return workers
        time.sleep(0.05)
    raise AssertionError("no worker was started")

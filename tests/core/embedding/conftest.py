"""The reference vectors, made once by another process: torch never enters this one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from texts import TEXTS

from core.embedding.embedder import Vectors
from core.embedding.weights import builtin_model_folder


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Vectors:
    """Return sentence-transformers' fp32 vectors of TEXTS."""
    folder = tmp_path_factory.mktemp("reference")
    (folder / "texts.json").write_text(json.dumps(TEXTS), "utf-8")
    script = Path(__file__).with_name("reference.py")
    arguments = [builtin_model_folder(), folder / "texts.json", folder / "vectors.npy"]
    done = subprocess.run([sys.executable, script, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    vectors: Vectors = np.load(folder / "vectors.npy", allow_pickle=False)
    return vectors

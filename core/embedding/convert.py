"""Turns a sentence-transformers folder into OpenVINO's compiled form: `python -m core.embedding.convert`.

Runs in a process of its own, because it imports torch, and ends. The result is cached under the hash of the weights:
`model.xml`, `model.bin`, `tokenizer.json` and `model.json` (hashes, window, dimension).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from core.embedding.weights import BUILTIN_NAME, BUILTIN_SHA256, builtin_model_folder, model_id_of, sha256_of, verify
from core.errors import InternalError, ModelMissing
from core.paths import models_folder, private_folder, resources_folder

FORMAT = 3  # raised when the compiled form changes, so that old ones are made again


def compiled_folder(model_id: str) -> Path:
    """Where the compiled form of a model lies, or would lie: in the application if it is there, else in the cache."""
    name = f"{model_id[:16]}-{FORMAT}"
    shipped = resources_folder() / "models" / name
    return shipped if shipped.is_dir() else models_folder() / name


def ensure_builtin() -> Path:
    """The compiled built-in model, converted now in a child process if it never was.

    Raises:
        ModelMissing: its package is not installed, or a frozen application has lost it.
        InternalError: the conversion failed.
    """
    folder = compiled_folder(BUILTIN_SHA256)
    if not (folder / "model.json").is_file():
        if getattr(sys, "frozen", False):  # it ships compiled, and what it is compiled with does not ship
            raise ModelMissing("The embedding model is missing from Paperlamp's folder. Install Paperlamp again.")
        builtin_model_folder()  # names the missing package here rather than in the child
        _convert_in_child()
    return folder


def _convert_in_child() -> None:
    command = [sys.executable, "-m", "core.embedding.convert"]
    root = Path(__file__).resolve().parent.parent.parent
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "PYTHONPATH": str(root)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode != 0:
        raise InternalError(f"The built-in model could not be prepared: {done.stderr.strip()[-400:]}")


def convert(source: Path, target: Path, name: str, model_id: str) -> None:
    """Convert the model in `source` into the new folder `target`, which appears whole or not at all."""
    import openvino
    import torch
    from sentence_transformers import SentenceTransformer

    options = {"output_hidden_states": True}
    model = SentenceTransformer(str(source), device="cpu", local_files_only=True, config_kwargs=options).eval()

    class SentenceEmbedding(torch.nn.Module):
        """Transformer, pooling and normalisation as one graph: token ids in, unit vectors out, for texts and tokens.

        The tokens' are those of the last layer but one. The last gathers what the text as a whole says; before it, a
        token still stands for itself, which finds more, and leaving it out is quicker.
        """

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            found = self.model(features)
            embedding, tokens = found["sentence_embedding"], found["all_layer_embeddings"][-2]
            return torch.nn.functional.normalize(embedding, p=2, dim=1), torch.nn.functional.normalize(
                tokens, p=2, dim=2
            )

    example = torch.ones((2, 8), dtype=torch.int64)
    with torch.no_grad():
        graph = openvino.convert_model(SentenceEmbedding(), example_input=(example, example))
    for position, input_name in enumerate(("input_ids", "attention_mask")):
        graph.inputs[position].tensor.set_names({input_name})

    private_folder(target.parent)
    scratch = Path(tempfile.mkdtemp(prefix="converting-", dir=target.parent))
    try:
        openvino.save_model(graph, scratch / "model.xml", compress_to_fp16=True)
        shutil.copyfile(source / "tokenizer.json", scratch / "tokenizer.json")
        description = {
            "name": name,
            "model_id": model_id,
            "dimension": model.get_embedding_dimension(),
            "max_tokens": model.max_seq_length,
            "sha256": {file: sha256_of(scratch / file) for file in ("model.xml", "model.bin", "tokenizer.json")},
        }
        (scratch / "model.json").write_text(json.dumps(description, indent=1), "utf-8")
        scratch.chmod(0o700)
        shutil.rmtree(target, ignore_errors=True)
        scratch.replace(target)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise


def main() -> None:
    """Convert the built-in model, or the folder named, unless that has been done."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument(
        "folder", nargs="?", type=Path, help="a sentence-transformers folder; default: the built-in model"
    )
    parser.add_argument("--into", type=Path, help="the folder to put it into; default: the person's model cache")
    args = parser.parse_args()
    source = args.folder or builtin_model_folder()
    model_id = model_id_of(source)
    if args.folder is None:
        verify(source / "model.safetensors", BUILTIN_SHA256)
    name = BUILTIN_NAME if args.folder is None else source.name
    target = args.into / f"{model_id[:16]}-{FORMAT}" if args.into else compiled_folder(model_id)
    if (target / "model.json").is_file():
        print(f"{name} is ready in {target}")
        return
    convert(source, target, name, model_id)
    print(f"{name} was prepared in {target}")


if __name__ == "__main__":
    main()

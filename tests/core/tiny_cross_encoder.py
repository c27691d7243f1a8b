"""A cross-encoder of two thousand bytes, whose score rises with the share of the word "lamp" in what it reads.

Its weights are written down, not learnt: attention is the mean of all tokens, "lamp" points in one direction and every
other word in another, and the head measures which of the two the mean is nearer to.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file
from tokenizers import BertWordPieceTokenizer

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "lamp"]
SIZE, LONGEST = 4, 64
_LAMP, _OTHER = [1, -1, 0, 0], [0, 0, 1, -1]

Array = npt.NDArray[np.float32]


def make(folder: Path, scores: int = 1) -> Path:
    """Write the model into a folder.

    Args:
        folder: made if missing.
        scores: how many it gives for a passage.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(WORDS), "utf-8")
    BertWordPieceTokenizer(str(folder / "vocab.txt")).save(str(folder / "tokenizer.json"))
    kind = {"tokenizer_class": "BertTokenizer", "model_max_length": LONGEST}
    specials = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    (folder / "tokenizer_config.json").write_text(json.dumps(kind | specials), "utf-8")
    config = {
        "architectures": ["BertForSequenceClassification"],
        "model_type": "bert",
        "vocab_size": len(WORDS),
        "hidden_size": SIZE,
        "intermediate_size": SIZE,
        "num_attention_heads": 1,
        "num_hidden_layers": 1,
        "max_position_embeddings": LONGEST,
        "id2label": {str(n): f"LABEL_{n}" for n in range(scores)},
        "label2id": {f"LABEL_{n}": n for n in range(scores)},
    }
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    save_file(_weights(scores), str(folder / "model.safetensors"), {"format": "pt"})
    return folder


def _weights(scores: int) -> dict[str, Array]:
    zeros, same = np.zeros((SIZE, SIZE), np.float32), np.eye(SIZE, dtype=np.float32)
    layer = "bert.encoder.layer.0"
    squares = {
        f"{layer}.attention.self.query": zeros,  # every token attends to all alike
        f"{layer}.attention.self.key": zeros,
        f"{layer}.attention.self.value": same,
        f"{layer}.attention.output.dense": same,
        f"{layer}.intermediate.dense": zeros,
        f"{layer}.output.dense": zeros,
        "bert.pooler.dense": same,
        "classifier": np.array([_LAMP] * scores, np.float32),
    }
    norms = ("bert.embeddings", f"{layer}.attention.output", f"{layer}.output")
    weights = {f"{name}.weight": weight for name, weight in squares.items()}
    weights |= {f"{name}.bias": np.zeros(len(weight), np.float32) for name, weight in squares.items()}
    weights |= {f"{name}.LayerNorm.weight": np.ones(SIZE, np.float32) for name in norms}
    weights |= {f"{name}.LayerNorm.bias": np.zeros(SIZE, np.float32) for name in norms}
    embeddings = [_LAMP if word == "lamp" else _OTHER for word in WORDS]
    weights["bert.embeddings.word_embeddings.weight"] = np.array(embeddings, np.float32)
    weights["bert.embeddings.position_embeddings.weight"] = np.zeros((LONGEST, SIZE), np.float32)
    weights["bert.embeddings.token_type_embeddings.weight"] = np.zeros((2, SIZE), np.float32)
    return weights

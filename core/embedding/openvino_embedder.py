"""The built-in embedder at full speed on a CPU: OpenVINO and tokenizers, no torch."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import openvino
from tokenizers import Tokenizer

from core.embedding.embedder import TokenVectors, Vectors
from core.embedding.token_codes import builtin_token_codes
from core.embedding.token_states import TokenStates, filled_up
from core.embedding.weights import BUILTIN_SHA256, verify

_BATCH = 4  # texts of like lengths: more are filled up more than they gain, by 20 % at 16


class OpenVinoEmbedder:
    """Runs a model that `core.embedding.convert` compiled.

    Args:
        folder: the compiled form; its files are checked against their hashes.
        threads: for one inference; 0 lets OpenVINO take all cores.

    Attributes:
        cut: passages so far that were longer than the window; their ends are in no vector.
    """

    def __init__(self, folder: Path, threads: int = 0) -> None:
        description = json.loads((folder / "model.json").read_text("utf-8"))
        for file, sha256 in description["sha256"].items():
            verify(folder / file, sha256)
        self._description = description
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._graph = openvino.Core().read_model(folder / "model.xml")
        self._lock = threading.Lock()  # one request serves one thread at a time
        self._threads = threads
        self._texts: openvino.InferRequest | None = None
        self._texts_and_tokens: openvino.InferRequest | None = None
        self._token_states: TokenStates | None = None
        self._opening = threading.Lock()
        self.cut = 0  # passages that were longer than the window

    @property
    def model_id(self) -> str:
        """SHA-256 of the published weights."""
        return str(self._description["model_id"])

    @property
    def name(self) -> str:
        """What people call the model."""
        return str(self._description["name"])

    @property
    def dimension(self) -> int:
        """Of the vectors."""
        return int(self._description["dimension"])

    @property
    def max_tokens(self) -> int:
        """The window, special tokens included."""
        return int(self._description["max_tokens"])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens left out."""
        return [len(e.ids) for e in self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]

    def embed_query(self, text: str) -> Vectors:
        """One question → shape (dimension,)."""
        vector: Vectors = self.embed_passages([text])[0]
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Passages → shape (len(texts), dimension); like lengths share a batch, so that little is padded."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for rows, ids in self._batches(texts):
            with self._lock:
                self._texts = self._texts or self._request(1)
                self._texts.infer(filled_up(ids, self.max_tokens))
                vectors[rows] = self._texts.get_output_tensor(0).data
        return vectors

    def code_passages(self, texts: Sequence[str]) -> tuple[Vectors, list[bytes]]:
        """The same, with the codes of the passages' token vectors."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        codes = [b""] * len(texts)
        for rows, ids in self._batches(texts):
            with self._lock:
                self._texts_and_tokens = self._texts_and_tokens or self._request(2)
                self._texts_and_tokens.infer(filled_up(ids, self.max_tokens))
                vectors[rows] = self._texts_and_tokens.get_output_tensor(0).data
                states = self._texts_and_tokens.get_output_tensor(1).data
                for row, tokens, state in zip(rows, ids, states, strict=True):
                    codes[row] = builtin_token_codes().encode(state[1 : len(tokens) - 1])
        return vectors, codes

    def read_tokens(self, codes: Sequence[bytes]) -> list[TokenVectors | None]:
        """Codes of passages → their token vectors, nearly as they were; None for a code of another form."""
        return builtin_token_codes().decode(codes)

    @property
    def english_only(self) -> bool:
        """True for the built-in model, which was trained on English alone."""
        return self.model_id == BUILTIN_SHA256

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Texts → for each, shape (its tokens in the window, dimension), rows of norm 1, special tokens left out."""
        ids = [self._cut(e.ids) for e in self._tokenizer.encode_batch_fast(list(texts))]
        return self._states().of(ids)

    def close(self) -> None:
        """Let go of the part for tokens; its threads end when nobody waits for them any more."""
        with self._opening:
            self._token_states = None

    def _states(self) -> TokenStates:
        """Made when they are first asked for: who only embeds texts needs no part for tokens."""
        with self._opening:
            if self._token_states is None:
                self._token_states = TokenStates(self._graph, self._threads)
            return self._token_states

    def _cut(self, ids: list[int]) -> list[int]:
        """Keep the window; the last token stays the separator."""
        return ids if len(ids) <= self.max_tokens else [*ids[: self.max_tokens - 1], ids[-1]]

    def _batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], list[list[int]]]]:
        """Positions of texts and their token ids, those of like lengths together."""
        ids = [e.ids for e in self._tokenizer.encode_batch_fast(list(texts))]
        by_length = sorted(range(len(texts)), key=lambda i: len(ids[i]))
        self.cut += sum(len(tokens) > self.max_tokens for tokens in ids)
        for first in range(0, len(by_length), _BATCH):
            rows = by_length[first : first + _BATCH]
            yield rows, [self._cut(ids[i]) for i in rows]

    def _request(self, outputs: int) -> openvino.InferRequest:
        """The part of the model up to its first outputs; compiled when it is first needed, for it holds the weights."""
        # Pinned, several single-threaded workers would all sit on the first core.
        options = {"PERFORMANCE_HINT": "LATENCY", "ENABLE_CPU_PINNING": False, "INFERENCE_NUM_THREADS": self._threads}
        ends = [self._graph.output(i).get_node().input_value(0) for i in range(outputs)]
        part = openvino.Model(ends, self._graph.get_parameters(), "")
        return openvino.Core().compile_model(part, "CPU", options).create_infer_request()

"""Text → vectors: the `Embedder` protocol, the built-in model on OpenVINO, any other through sentence-transformers."""

import sys

# OpenVINO's converter reports its use to its makers if this package is installed; it does without where it is not.
# Nothing leaves, so here it never is.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

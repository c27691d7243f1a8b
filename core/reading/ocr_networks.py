"""PP-OCR's two networks on OpenVINO: one finds the lines of text in a picture, the other reads them.

The networks and what they expect are PaddleOCR's (Apache-2.0): differentiable binarisation (Liao et al. 2020) finds
lines, connectionist temporal classification (Graves et al. 2006) reads them. Scaling of colours and the choice of the
likeliest character are part of the compiled graphs, where they cost next to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from core.errors import OcrModelMissing
from core.reading.ocr_models import ReaderModel, characters_from, wanted_characters
from core.reading.scan_pose import Quads

Picture = npt.NDArray[np.uint8]

_MEAN = 127.5  # of a colour channel, and its scale: PP-OCR reads -1 to 1
_STEP = 32  # the detector halves its picture five times
_LARGEST_DETECTED_SIDE = 2400
_INK = 0.3  # probability from which a pixel belongs to text
_LEAST_LINE_SCORE = 0.5
_UNCLIP = 1.6  # the network draws lines thinner than they are
_LEAST_HEIGHT = 3.0
_MOST_LINES = 2000
# Line heights and widths that the reader is given. Few widths keep OpenVINO's store of prepared layers small.
_LINE_HEIGHT = 48
_WIDTHS = (160, 320, 480, 640, 960, 1280, 1760, 2560)
_BATCH_WIDTH = 640  # narrow lines are read several at a time, this wide together


@dataclass(frozen=True, slots=True)
class ReadLine:
    """The characters of one line.

    Attributes:
        text: with single spaces.
        places: where each character's middle lies along the line, 0 at its start and 1 at its end.
        score: mean probability of the characters.
    """

    text: str
    places: tuple[float, ...]
    score: float


def _compile_options(threads: int) -> dict[str, Any]:
    """OpenVINO's settings for a worker. Pinned, several workers would all sit on the first core."""
    return {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_NUM_THREADS": threads,
        "ENABLE_CPU_PINNING": False,
        "NUM_STREAMS": 1,
        # Layers prepared for shapes seen before; the default, 5000, takes 100 MB for a few per cent of speed.
        "CPU_RUNTIME_CACHE_CAPACITY": 16,
    }


class LineDetector:
    """Finds lines of text.

    Args:
        model: an ONNX file with a PP-OCR detector.
        threads: for one inference.
    """

    def __init__(self, model: Path, threads: int) -> None:
        import openvino as ov

        cv2.setNumThreads(threads)
        core = ov.Core()
        graph = _with_scaling(core.read_model(model))
        self._request = core.compile_model(graph, "CPU", _compile_options(threads)).create_infer_request()

    def find(self, picture: Picture, shrink: float) -> Quads:
        """Lines of a picture, of any angle; what is nearer to upright than to level is taken as lying.

        Args:
            picture: shape (height, width, 3).
            shrink: how much smaller the network may see it, 0 to 1.
        """
        height, width = picture.shape[:2]
        shrink = min(shrink, _LARGEST_DETECTED_SIDE / max(height, width))
        seen_width, seen_height = (max(_STEP, round(side * shrink / _STEP) * _STEP) for side in (width, height))
        seen = cv2.resize(picture, (seen_width, seen_height), interpolation=cv2.INTER_AREA)
        self._request.infer([seen[None]])
        ink = np.array(self._request.get_output_tensor().data[0, 0])
        quads = _lines_of(ink)
        return quads * np.array([width / seen_width, height / seen_height], np.float32)


class LineReader:
    """Reads lines of text.

    Args:
        model: the recogniser.
        threads: for one inference.

    Raises:
        OcrModelMissing: the model is not one of PP-OCR's, or its characters are missing.
    """

    def __init__(self, model: ReaderModel, threads: int) -> None:
        import openvino as ov

        core = ov.Core()
        try:
            graph = core.read_model(model.model)
        except RuntimeError as error:
            raise OcrModelMissing(f"The model {model.model} cannot be loaded. Copy it again.") from error
        characters = _characters(graph, model)
        wanted = wanted_characters(characters, model.letters)
        # Class 0 stands between characters.
        self._characters = np.array(["", *(characters if wanted is None else [characters[i] for i in wanted])])
        if wanted is not None:
            _keep_classes(graph, [0, *(i + 1 for i in wanted)])
        graph = _with_choice(_with_scaling(graph))
        self._request = core.compile_model(graph, "CPU", _compile_options(threads)).create_infer_request()

    def read(self, picture: Picture, quads: Quads) -> list[ReadLine]:
        """The text of every line, in the order of `quads`."""
        widths = [_seen_width(quad) for quad in quads]
        lines: list[ReadLine | None] = [None] * len(quads)
        order = sorted(range(len(quads)), key=widths.__getitem__)
        while order:
            bucket = next(width for width in _WIDTHS if widths[order[0]] <= width)
            batch = [i for i in order[: max(1, _BATCH_WIDTH // bucket)] if widths[i] <= bucket]
            order = order[len(batch) :]
            pictures = np.full((len(batch), _LINE_HEIGHT, bucket, 3), round(_MEAN), np.uint8)
            for row, i in enumerate(batch):
                pictures[row, :, : widths[i]] = _cut(picture, quads[i], widths[i])
            self._request.infer([pictures])
            classes = self._request.get_output_tensor(0).data[..., 0]
            chances = self._request.get_output_tensor(1).data[..., 0]
            for row, i in enumerate(batch):
                lines[i] = self._decode(classes[row], chances[row], bucket / widths[i])
        return [line for line in lines if line is not None]

    def _decode(self, classes: npt.NDArray[np.int32], chances: npt.NDArray[np.float32], stretch: float) -> ReadLine:
        """Runs of one class are one character; class 0 stands between characters and for nothing."""
        first = np.flatnonzero((classes != 0) & (classes != np.concatenate(([0], classes[:-1]))))
        if not len(first):
            return ReadLine("", (), 0.0)
        text = self._characters[classes[first]]
        places = np.minimum((first + 0.5) / len(classes) * stretch, 1.0)
        return ReadLine("".join(text), tuple(places.tolist()), float(chances[first].mean()))


def _characters(graph: Any, model: ReaderModel) -> list[str]:
    """What the recogniser's classes stand for, without the first, which stands for nothing.

    PP-OCR adds the space as the last class, and does not list it.
    """
    if model.characters is not None:
        characters = characters_from(model.characters)
    elif graph.has_rt_info(["framework", "character"]):
        characters = str(graph.get_rt_info(["framework", "character"]).value).splitlines()
    else:
        raise OcrModelMissing(f"The model {model.model} needs its list of characters beside it, in dict.txt.")
    characters = [*characters, " "]
    classes = graph.output(0).get_partial_shape()[-1]
    if classes.is_static and classes.get_length() != len(characters) + 1:
        raise OcrModelMissing(
            f"The model {model.model} reads {classes.get_length() - 2} characters, "
            f"and its list has {len(characters) - 1}. Copy both again, from one place."
        )
    return characters


def _with_scaling(graph: Any) -> Any:
    """The graph with an input of bytes, shape (batch, height, width, channel)."""
    import openvino as ov
    from openvino.preprocess import PrePostProcessor

    steps = PrePostProcessor(graph)
    steps.input().tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC"))
    steps.input().preprocess().convert_element_type(ov.Type.f32).mean(_MEAN).scale(_MEAN)
    steps.input().model().set_layout(ov.Layout("NCHW"))
    return steps.build()


def _with_choice(graph: Any) -> Any:
    """The graph with two outputs, the likeliest class at each place and its probability, instead of all of them."""
    import openvino as ov
    from openvino import opset13 as ops

    best = ops.topk(graph.output(0).get_node().input(0).get_source_output(), 1, axis=2, mode="max", sort="none")
    return ov.Model([best.output(1), best.output(0)], graph.get_parameters(), "reader")


def _keep_classes(graph: Any, kept: Sequence[int]) -> None:
    """Take the other classes out of the last layer: less to compute, and nothing to mistake a character for."""
    from openvino import opset13 as ops

    layers = [node for node in graph.get_ordered_ops() if node.get_type_name() in ("MatMul", "Add")]
    product = next(node for node in reversed(layers) if node.get_type_name() == "MatMul")
    total = layers[layers.index(product) + 1]
    for layer, axis in ((product, 1), (total, 0)):
        constant = layer.input(1).get_source_output().get_node()
        layer.input(1).replace_source_output(ops.constant(np.take(constant.data, kept, axis=axis)).output(0))
    graph.validate_nodes_and_infer_types()


def _lines_of(ink: npt.NDArray[np.float32]) -> Quads:
    """Rectangles around the islands of a probability map, widened to the lines' true size."""
    mask = cv2.dilate((ink > _INK).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    quads: list[npt.NDArray[np.float32]] = []
    for contour in contours:
        centre, (width, height), angle = cv2.minAreaRect(contour)
        if min(width, height) < _LEAST_HEIGHT:
            continue
        if _score(ink, contour) < _LEAST_LINE_SCORE:
            continue
        if abs(angle) > 45:  # OpenCV gives -90 to 90, by its version
            width, height, angle = height, width, angle - np.copysign(90, angle)
        margin = _UNCLIP * width * height / (2 * (width + height))
        quads.append(_corners(centre, width + 2 * margin, height + 2 * margin, angle))
        if len(quads) == _MOST_LINES:
            break
    return np.array(quads, np.float32).reshape(-1, 4, 2)


def _score(ink: npt.NDArray[np.float32], contour: Any) -> float:
    """Mean probability inside a contour."""
    left, top, width, height = cv2.boundingRect(contour)
    inside = np.zeros((height, width), np.uint8)
    cv2.fillPoly(inside, [contour - (left, top)], 1)
    return float(cv2.mean(ink[top : top + height, left : left + width], inside)[0])


def _corners(centre: Sequence[float], width: float, height: float, degrees: float) -> npt.NDArray[np.float32]:
    angle = np.deg2rad(degrees)
    along = np.array([np.cos(angle), np.sin(angle)]) * width / 2
    down = np.array([-np.sin(angle), np.cos(angle)]) * height / 2
    middle = np.array(centre)
    return np.array([middle - along - down, middle + along - down, middle + along + down, middle - along + down])


def _seen_width(quad: npt.NDArray[np.float32]) -> int:
    width = float(np.linalg.norm(quad[1] - quad[0]))
    height = max(1.0, float(np.linalg.norm(quad[3] - quad[0])))
    return int(min(max(8, round(width * _LINE_HEIGHT / height)), _WIDTHS[-1]))


def _cut(picture: Picture, quad: npt.NDArray[np.float32], width: int) -> Picture:
    """A line's picture, level and `_LINE_HEIGHT` high. Large letters are shrunk by averaging, or they would fray."""
    tall = float(np.linalg.norm(quad[3] - quad[0]))
    factor = max(1, int(tall // _LINE_HEIGHT))
    size = (width * factor, _LINE_HEIGHT * factor)
    target = np.array([[0, 0], [size[0], 0], [0, size[1]]], np.float32)
    matrix = cv2.getAffineTransform(quad[[0, 1, 3]], target)
    cut = cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    if factor > 1:
        cut = cv2.resize(cut, (width, _LINE_HEIGHT), interpolation=cv2.INTER_AREA)
    return np.asarray(cut, np.uint8)

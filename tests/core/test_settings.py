"""What can be chosen for a library, and what becomes of a choice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import tiny_cross_encoder

from core.errors import ModelMissing, UserError
from core.index.library import Library
from core.settings import ALL, OCR_LANGUAGE, OFF, RERANKER, accepted, by_name


def test_every_setting_has_its_default_among_its_choices(open_small: Callable[..., Library]) -> None:
    library = open_small()
    for setting in ALL:
        assert by_name(setting.name) is setting
        assert setting.default in setting.choices()
        assert library.setting(setting) == setting.default
    with pytest.raises(UserError, match="There is no setting “colour”"):
        by_name("colour")


def test_only_what_can_be_had_is_accepted() -> None:
    assert accepted(OCR_LANGUAGE, "latin") == "latin"
    with pytest.raises(UserError, match="“Klingon” cannot be chosen for ocr-language"):
        accepted(OCR_LANGUAGE, "Klingon")


def test_a_reranker_is_the_full_path_of_its_folder_or_off(
    open_small: Callable[..., Library], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tiny_cross_encoder.make(tmp_path / "models" / "tiny")
    library = open_small()
    monkeypatch.chdir(folder.parent)
    library.choose(RERANKER, "tiny")
    assert library.setting(RERANKER) == str(folder)
    with pytest.raises(ModelMissing, match="not the folder of a cross-encoder"):
        library.choose(RERANKER, str(tmp_path))
    assert library.setting(RERANKER) == str(folder)
    library.choose(RERANKER, OFF)
    assert library.setting(RERANKER) == OFF


def test_a_folder_that_has_gone_is_no_silent_off(open_small: Callable[..., Library], tmp_path: Path) -> None:
    folder = tiny_cross_encoder.make(tmp_path / "tiny")
    library = open_small()
    library.choose(RERANKER, str(folder))
    folder.rename(tmp_path / "elsewhere")
    assert library.setting(RERANKER) == str(folder)

"""What is left out of a watched folder, by the person's patterns and always."""

from __future__ import annotations

import time
from pathlib import PurePosixPath

import pytest

from core.watching.patterns import IgnoreRules, is_passed_over, pattern_of, tidy_patterns


def leaves_out(pattern: str, path: str, *, ignore_case: bool = False) -> bool:
    return IgnoreRules([pattern], ignore_case=ignore_case).leaves_out(PurePosixPath(path))


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*.bak", "a.bak"),
        ("*.bak", "deep/in/a.bak"),
        ("old", "old/a.pdf"),
        ("old", "x/old/y/a.pdf"),
        ("old/", "x/old/a.pdf"),
        ("drafts/*", "drafts/a.pdf"),
        ("drafts/*", "drafts/x/a.pdf"),
        ("/a.pdf", "a.pdf"),
        ("**/old/*.pdf", "old/a.pdf"),
        ("**/old/*.pdf", "x/y/old/a.pdf"),
        ("x/**/a.pdf", "x/a.pdf"),
        ("x/**/a.pdf", "x/y/z/a.pdf"),
        ("x/**", "x/y/a.pdf"),
        ("draft?.pdf", "draft1.pdf"),
        ("draft[0-9].pdf", "draft1.pdf"),
        ("draft[!0-9].pdf", "draftx.pdf"),
        ("drafts\\*", "drafts/a.pdf"),
        ("Angebot (2).pdf", "x/Angebot (2).pdf"),
        ("a[.pdf", "a[.pdf"),
        ("caf\u00e9.pdf", "cafe\u0301.pdf"),
    ],
)
def test_left_out(pattern: str, path: str) -> None:
    assert leaves_out(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*.bak", "a.bak.pdf"),
        ("old", "older/a.pdf"),
        ("old/", "old"),
        ("drafts/*", "x/drafts/a.pdf"),
        ("/a.pdf", "x/a.pdf"),
        ("draft?.pdf", "draft12.pdf"),
        ("draft?.pdf", "draft/.pdf"),
        ("draft[0-9].pdf", "draftx.pdf"),
        ("a.pdf", "axpdf"),
        ("OLD", "old/a.pdf"),
        ("x/*/a.pdf", "x/y/z/a.pdf"),
    ],
)
def test_let_in(pattern: str, path: str) -> None:
    assert not leaves_out(pattern, path)


def test_case_counts_where_the_system_says_so() -> None:
    assert leaves_out("OLD/*.PDF", "old/a.pdf", ignore_case=True)
    assert not leaves_out("OLD/*.PDF", "old/a.pdf")


def test_a_folder_is_left_out_with_all_that_is_in_it() -> None:
    rules = IgnoreRules(["drafts/*", "/top/", "*.pdf"], ignore_case=False)
    assert rules.leaves_out_folder(PurePosixPath("drafts"))
    assert rules.leaves_out_folder(PurePosixPath("top"))
    assert not rules.leaves_out_folder(PurePosixPath("x/top"))
    assert not rules.leaves_out_folder(PurePosixPath("reports"))


def test_tidied() -> None:
    assert tidy_patterns(["  *.bak ", "", "# note", "*.bak", "a\\b", "/"]) == ("*.bak", "a/b")


@pytest.mark.parametrize("name", ["a.pdf", "x/a[1].pdf", "what?*.pdf", "[!a].pdf", "x/#1.pdf", "!x.pdf"])
def test_the_pattern_of_a_file_leaves_out_that_file_alone(name: str) -> None:
    rules = IgnoreRules([pattern_of(PurePosixPath(name))], ignore_case=False)
    assert rules.leaves_out(PurePosixPath(name))
    for other in ("b.pdf", "y/a.pdf", "x/a1.pdf", "whatever.pdf", "x.pdf", "a/a.pdf"):
        assert not rules.leaves_out(PurePosixPath(other)), other


def test_a_pattern_of_many_stars_takes_no_time() -> None:
    started = time.perf_counter()
    assert not leaves_out("*" * 100 + "x", "a" * 200)
    assert not leaves_out("**/" * 20 + "x", "a/" * 30 + "y")
    assert time.perf_counter() - started < 1.0


@pytest.mark.parametrize(
    "path",
    [
        ".hidden.pdf",
        ".git/a.pdf",
        "x/.~lock.report.docx#",
        "~$report.docx",
        "a.pdf.crdownload",
        "a.pdf.part",
        "a.partial",
        "a.TMP",
        "$RECYCLE.BIN/S-1/a.pdf",
        "x/@eaDir/a.pdf",
    ],
)
def test_always_passed_over(path: str) -> None:
    assert is_passed_over(PurePosixPath(path))


@pytest.mark.parametrize("path", ["a.pdf", "x/y/part.pdf", "tmp/a.pdf", "a~$b.docx"])
def test_never_passed_over(path: str) -> None:
    assert not is_passed_over(PurePosixPath(path))

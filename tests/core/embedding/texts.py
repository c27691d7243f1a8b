"""Texts of every kind that an embedder meets."""

from __future__ import annotations

TEXTS = [
    "",
    " ",
    "lamp",
    "Who lit the lamp on pier 17?",
    "The lamp on pier 17 was lit by Agnes Marrow in 1874.",
    "The keeper climbed the 214 steps four times a day. " * 60,  # longer than the window
    "Übergrößenträger kosten 2,50 €; naïve café, Ångström.",
    "灯塔的看守人每天爬四次楼梯。",
    "Лампу на причале зажгла Агнес Марроу.",
    "😀 👩‍👩‍👧 ﷽ \u200b\ufeff",
    "1899 9,214 71\n1900 8,870 70\n1901 9,035 68",
    "x" * 5000,
    "SELECT * FROM lamps WHERE pier = 17; -- comment",
    "• first\n• second\n\t• third",
    "[CLS] [SEP] [PAD] [UNK] [MASK]",
    "word " * 253,  # one token below the window
    "word " * 254,  # exactly the window
    "word " * 255,
]

"""Texts of documents as quoted material in a prompt: what they cannot do is end their quotation, or speak as somebody.

Documents are hostile. A passage may hold the tokens by which a chat template tells who speaks, marks of citations,
headers of passages that do not exist, a "Question:" of its own, or letters that nobody sees. All of these are made
plain before a model reads them; the words stay as they are.

Source of the method: Hines et al., "Defending Against Indirect Prompt Injection Attacks With Spotlighting" (2024),
which marks data off by delimiters that its author cannot know. Here they have a form that no quoted text can have.
"""

from __future__ import annotations

import re
import unicodedata

FENCE_START = "<quoted material>"
FENCE_END = "</quoted material>"

_BREAKS = re.compile("\r\n?|[\n\v\f\x1c-\x1e\x85\u2028\u2029]")
# Letters join or part by these in Persian and in the scripts of India; elsewhere they hide something.
_JOINERS = re.compile(
    "(?<![\u0600-\u06ff\u0900-\u0dff\ufb50-\ufdff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u06ff\u0900-\u0dff])"
)
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # they can spell a hidden text
_SEEN = frozenset("\n\t\u200c\u200d")
# <|im_start|>, </s>, <start_of_turn>, <<SYS>>, <｜User｜> and what comes next: angle brackets that open something.
_OPENING = re.compile(r"[<＜﹤〈](?=[/|｜!<＜﹤〈▁]{0,8}[^\W\d_]|[/|｜!])")
_CLOSING = re.compile(r"(?<=[\w|｜/▁])[>＞﹥〉]+")
_BRACKETS = str.maketrans("[]［］【】⟦⟧", "()()()()")
# Who begins a line like this would speak as somebody else, or in the form of the prompt.
_SPEAKS = re.compile(
    r"^(?P<space>[ \t]*)(?=[#>*_\-=~` \t]{0,24}(?:system(?: (?:prompt|message|note))?|developer|assistant|user|"
    r"human|person|ai|bot|model|tool|function|question|"
    r"last question|facts?|passages?|quoted material|answer|instructions?|response|input|output|"
    r"end of (?:the )?(?:passages?|documents?|context|text)|"
    r"begin|end|inst|sys)\b[^\n\w]{0,6}(?::|：|$|\||#|=|-{2,}))",
    re.IGNORECASE | re.MULTILINE,
)
_HEADING_SIGNS = re.compile(r"^([ \t]*)(?=#{2,}|-{3,}|={3,}|`{3,}|~{3,}|\*{3,})", re.MULTILINE)
_QUOTED = "› "


def quoted(text: str) -> str:
    """A text without what could pass for anything but quoted words; places of its characters change."""
    plain = _BREAKS.sub("\n", text)
    plain = _SELECTORS.sub("", _JOINERS.sub("", plain))
    plain = "".join(c for c in plain if c in _SEEN or unicodedata.category(c) not in ("Cf", "Cc", "Co", "Cs", "Cn"))
    plain = _CLOSING.sub(lambda found: "›" * len(found.group()), _OPENING.sub("‹", plain)).translate(_BRACKETS)
    plain = _SPEAKS.sub(rf"\g<space>{_QUOTED}", plain)
    return _HEADING_SIGNS.sub(rf"\g<1>{_QUOTED}", plain)


def quoted_line(text: str) -> str:
    """The same on one line: a title, a heading, a file's name."""
    return " ".join(quoted(" ".join(text.split())).split())

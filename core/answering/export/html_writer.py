"""A conversation as one HTML file: no script, nothing fetched, everything that was said escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from core.answering.answer_blocks import Block, BlockKind, Run, Style
from core.answering.export.transcript import Footnote, Transcript, Turn, is_shown

_HARD_BREAK = "\u2028"
_TAGS = ((Style.BOLD, "strong"), (Style.ITALIC, "em"), (Style.STRIKE, "s"), (Style.CODE, "code"))
# Even a reader that finds markup where we see none may load and run nothing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
:root { color-scheme: light dark; --ink: #211e1a; --second: #635d54; --line: #e2dcd2; --accent: #a34d07; --ground: #fff;
  --code: #f6f3ee; }
@media (prefers-color-scheme: dark) { :root { --ink: #ece8e1; --second: #a9a196; --line: #34312d; --accent: #f0a247;
  --ground: #1a1917; --code: #242220; } }
body { background: var(--ground); color: var(--ink); font: 16px/1.62 Inter, system-ui, sans-serif; margin: 0 auto;
  max-width: 42em; padding: 48px 24px; overflow-wrap: break-word; }
h1 { font-size: 26px; line-height: 1.3; margin: 0; } h2 { font-size: 19px; line-height: 1.4; margin: 40px 0 12px; }
h3, h4, h5, h6 { font-size: 16px; margin: 24px 0 8px; } p, ul, ol, table, pre, blockquote { margin: 0 0 12px; }
.item { padding-inline-start: calc(var(--level) * 24px); text-indent: -20px; margin-bottom: 4px; }
.marker { display: inline-block; min-width: 20px; text-indent: 0; }
.meta, .note { color: var(--second); font-size: 13.5px; } .note { border-inline-start: 3px solid var(--line);
  padding-inline-start: 12px; } blockquote { border-inline-start: 3px solid var(--line); padding-inline-start: 16px; }
pre, code { background: var(--code); border-radius: 4px; font-family: ui-monospace, monospace; font-size: 0.9em; }
code { padding: 1px 4px; } pre { padding: 12px; white-space: pre-wrap; } table { border-collapse: collapse; }
th, td { border-bottom: 1px solid var(--line); padding: 6px 12px 6px 0; text-align: start; vertical-align: top; }
hr { border: 0; border-top: 1px solid var(--line); } sup { line-height: 0; } a { color: var(--accent);
  text-decoration: none; } sup a { font-weight: 600; padding: 0 1px; } .sources { border-top: 1px solid var(--line);
  margin-top: 48px; font-size: 14px; } .sources li { margin-bottom: 8px; } .place { color: var(--second); }
:target { background: color-mix(in srgb, #ffc440 43%, transparent); border-radius: 4px; }
@media print { :root { --ink: #000; --second: #444; --line: #bbb; --accent: #000; --ground: #fff; --code: #f4f4f4; }
  body { font-size: 10.5pt; max-width: none; padding: 0; } h2 { break-after: avoid; } .sources li, tr { break-inside:
  avoid; } .back { display: none; } @page { margin: 20mm; } }
"""


def to_html(transcript: Transcript) -> str:
    """The whole file."""
    title = escape(transcript.title)
    seen: set[int] = set()
    body = [f'<h1 dir="auto">{title}</h1>', f'<p class="meta">{escape(transcript.date)}</p>']
    for turn in transcript.turns:
        body += _turn(turn, seen)
    if transcript.footnotes:
        notes = "\n".join(_footnote(footnote) for footnote in transcript.footnotes)
        body.append(f'<section class="sources">\n<h2>Sources</h2>\n<ol>\n{notes}\n</ol>\n</section>')
    return (
        "<!DOCTYPE html>\n<html>\n<head>\n"
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n" + "\n".join(body) + "\n</body>\n</html>\n"
    )


def _turn(turn: Turn, seen: set[int]) -> Iterator[str]:
    if turn.question:
        question = escape(turn.question)
        yield f'<h2 dir="auto">{question}</h2>' if turn.is_heading else f'<p dir="auto"><strong>{question}</strong></p>'
    for block in turn.blocks:
        if is_shown(block):
            yield _block(block, seen)
    for note in turn.notes:
        yield f'<p class="note" dir="auto">{escape(note)}</p>'
    if turn.model:
        yield f'<p class="meta">Answered by {escape(turn.model)}</p>'


def _block(block: Block, seen: set[int]) -> str:
    if block.kind is BlockKind.RULE:
        return "<hr>"
    if block.kind is BlockKind.TABLE:
        return _table(block, seen)
    words = _inline(block.rows[0][0], seen)
    match block.kind:
        case BlockKind.HEADING:
            level = min(block.level + 2, 6)
            return f'<h{level} dir="auto">{words}</h{level}>'
        case BlockKind.ITEM:
            marker = f'<span class="marker">{escape(block.marker)}</span>'
            return f'<p class="item" style="--level: {block.level}" dir="auto">{marker}{words}</p>'
        case BlockKind.QUOTE:
            return f'<blockquote dir="auto">{words}</blockquote>'
        case BlockKind.CODE:
            return f"<pre>{escape(''.join(run.text for run in block.rows[0][0]))}</pre>"
        case _:
            return f'<p dir="auto">{words}</p>'


def _table(block: Block, seen: set[int]) -> str:
    rows = []
    for at, row in enumerate(block.rows):
        tag = "th" if at == 0 else "td"
        rows.append("<tr>" + "".join(f'<{tag} dir="auto">{_inline(cell, seen)}</{tag}>' for cell in row) + "</tr>")
    return "<table>\n" + "\n".join(rows) + "\n</table>"


def _inline(runs: Sequence[Run], seen: set[int]) -> str:
    written = []
    for before, run in zip((None, *runs), runs, strict=False):
        if before and before.number and run.number:
            written.append("<sup>, </sup>")
        written.append(_mark(run.number, seen) if run.number else _styled(run))
    return "".join(written)


def _mark(number: int, seen: set[int]) -> str:
    """The footnote leads back to where it is cited first."""
    name = "" if number in seen else f' id="mark{number}"'
    seen.add(number)
    return f'<sup{name}><a href="#note{number}">{number}</a></sup>'


def _styled(run: Run) -> str:
    text = escape(run.text).replace(_HARD_BREAK, "<br>")
    for style, tag in _TAGS:
        if style in run.style:
            text = f"<{tag}>{text}</{tag}>"
    return text


def _footnote(footnote: Footnote) -> str:
    return (
        f'<li id="note{footnote.number}" value="{footnote.number}"><bdi>{escape(footnote.title)}</bdi>, '
        f'<bdi class="place">{escape(footnote.place)}</bdi>: <q dir="auto">{escape(footnote.quote)}</q> '
        f'<a class="back" href="#mark{footnote.number}" aria-label="Back to where it is cited">↩</a></li>'
    )

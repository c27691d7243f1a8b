"""Whether a question is in English: an embedder that knows only English is of no use for the others."""

from __future__ import annotations

import re
from functools import cache

_WORD = re.compile(r"[^\W\d_]+")
_MOSTLY = 0.7

# The commonest short words of questions and statements; what two languages share counts for both.
_FUNCTION_WORDS = {
    "en": "the of and to in is are was were what which who whom when where why how many much did does do has have had "
    "for by with on from at as that this these it its be been can could should will would between about into than "
    "there not or an a if under during after before any all",
    "de": "der die das den dem des und ist sind war wurde wurden wie was wer wo wann warum welche welcher welches "
    "viele viel ein eine einen einer eines im in von zu zum zur mit für auf bei nach aus nicht sich hat haben als "
    "auch an werden wird es durch über unter",
    "fr": "le la les des du de un une et est sont était que qui quoi quel quelle quels quelles où quand comment "
    "combien pourquoi dans en pour par sur avec au aux ce cette ces il elle ils ne pas plus se son sa ses a ont été",
    "es": "el la los las de del un una y es son fue era que qué quién quiénes cuál cuáles cuándo dónde cómo cuántos "
    "cuántas cuánto por para en con se su sus al no lo como más ha han qué",
    "it": "il lo la i gli le di del della dei delle un una e è sono era che chi cosa quale quali quando dove come "
    "quanti quante perché in per con su da al alla nel nella si non ha hanno",
    "pt": "o a os as de do da dos das um uma e é são foi era que quem qual quais quando onde como quantos quantas "
    "por para em no na com se não ao à seu sua mais",
    "nl": "de het een en is zijn was waren wat wie waar wanneer waarom hoe welke hoeveel van in op te met voor door "
    "aan bij uit niet dat die er heeft hebben naar om als ook werd werden",
    "ro": "și de la a al ale în din cu pe pentru este sunt era fost ce cine care când unde cum cât câți câte un o "
    "nu se prin lui care sau mai au",
    "pl": "i w na z do od jest są był była było co kto kiedy gdzie jak ile dlaczego który która które jaki jaka jakie "
    "czy nie się po dla przez oraz",
    "cs": "a v na z do od je jsou byl byla bylo co kdo kdy kde jak kolik proč který která které jaký jaká jaké ne se "
    "pro při jako nebo",
    "sv": "och i att det som en ett är var vad vem när hur varför vilken vilka många på av för med till från den inte "
    "har hade om",
    "da": "og i at det som en et er var hvad hvem hvornår hvor hvordan hvorfor hvilken hvilke mange på af for med til "
    "fra den ikke har havde om",
    "fi": "ja on oli mikä mitä kuka missä milloin miten miksi kuinka monta että se ne ei ole ovat tai kun joka jotka",
    "hu": "a az és egy van volt mi mit ki mikor hol hogyan miért melyik hány nem hogy is meg vagy",
    "tr": "ve bir bu ne kim nerede zaman nasıl neden niçin hangi kaç için ile da de mi mı olan olarak kadar var nedir "
    "kimdir gibi daha en",
    "id": "dan yang di ke dari apa siapa kapan mana bagaimana mengapa berapa adalah untuk dengan pada ini itu tidak "
    "dalam oleh",
    "vi": "của và là các có được trong cho những một người đã ai gì nào khi đâu bao nhiêu như thế không với ở từ này "
    "tại sao năm",
}


@cache
def _languages_of() -> dict[str, tuple[str, ...]]:
    languages: dict[str, set[str]] = {}
    for language, words in _FUNCTION_WORDS.items():
        for word in words.split():
            languages.setdefault(word, set()).add(language)
    return {word: tuple(sorted(found)) for word, found in languages.items()}


def is_english(text: str) -> bool:
    """True for a text in English, and for one that shows no other language: plain names, numbers, single words."""
    words = _WORD.findall(text.lower())
    letters = "".join(words)
    latin = sum(character < "\u0250" or "\u1e00" <= character <= "\u1eff" for character in letters)
    if latin < _MOSTLY * len(letters):
        return False
    votes: dict[str, float] = {}
    for word in words:
        for language in _languages_of().get(word, ()):
            votes[language] = votes.get(language, 0.0) + 1.0
    english = votes.pop("en", 0.0)
    foreign = max(votes.values(), default=0.0)
    if not english and not foreign:
        return letters.isascii()
    return english >= foreign

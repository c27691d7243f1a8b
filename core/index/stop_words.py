"""The commonest words of languages in Latin letters: they tell a text's language and say nothing of its matter."""

from __future__ import annotations

from typing import Final

# Those that Snowball's lists (BSD, https://snowballstem.org) put first, with the words that questions begin with.
_LISTS = {
    "cs": "a aby ale ani asi až bez bude by být byl byla bylo byly co což další do i ja jak jako je jeho její jejich jen "
    "ještě již jsem jsou jste k kde kdo kdy když která které který kteří ma mezi můj na nad nebo není o od po pod podle "
    "pouze pro proč proto před při s se si tak také ten to tím toho u v ve více však z za že",
    "da": "af alle at blev blive bliver da de dem den denne der deres det dette dig din disse dog du efter eller en end er "
    "et for fra ham han hans har havde have hende hendes her hvad hvem hvilke hvilken hvilket hvis hvor hvordan hvornår "
    "i ikke ind jeg kan man mange med meget men mig min mod ned noget nogle når og også om op os over på sig sin skal "
    "skulle som sådan til ud under var vi vil ville været",
    "de": "aber alle als am an auch auf aus bei bis da damit dann das dass dem den der des die dies diese diesem diesen "
    "dieser dieses doch du durch ein eine einem einen einer eines er es für hat hatte hatten haben ich ihr ihre ihrem "
    "ihren ihrer im in ist ja kann kein keine können man mehr mit muss nach nicht noch nur oder ohne sehr sein seine "
    "seinen seiner sich sie sind so soll über um und uns unter viel viele vom von vor war waren warum was weil welche "
    "welchem welchen welcher welches wenn wer werden wie wieviel will wir wird wo wurde wurden zu zum zur zwischen wann",
    "en": "a about after all also an and any are as at be because been before being between both but by can could did "
    "do does each for from had has have he her here his how i if in into is it its may might more most must my no nor not of "
    "off on one only or other our out over own same shall she should so some such than that the their them then there "
    "these they this those through to too under until up very was we were what when where which while who whom "
    "why will with would you your",
    "es": "a al algo ante antes como con cual cuál cuales cuáles cuando cuándo cuánto cuántos cuántas de del desde donde "
    "dónde dos durante e el él ella ellos en entre era eran es esa ese eso esta está están estas este esto estos fue "
    "fueron ha había han hasta hay la las le les lo los más me mi mientras mucho muy nada ni no nos o otra otros para "
    "pero poco por porque qué que quién quiénes se según ser si sí sin sobre son su sus también tanto te tiene tienen todo "
    "todos tras un una uno unos y ya",
    "fi": "ei eivät että he hän häntä hänen ja jo jonka jos jossa joka jotka jota kanssa kuin kuinka kuka kun me mikä mitä "
    "missä milloin miksi miten mitkä minä mukaan mutta myös ne niiden niin noin nyt näiden ole oli olivat olla on ovat "
    "sekä sen se siitä sitä sinä tai te tämä tämän tätä vain voi",
    "fr": "à au aux avait avec avant c' ce cela ces cet cette ceux comme comment d' dans de depuis des donc dont du elle "
    "elles en entre est et été étaient était être eu eux fait il ils j' je l' la le les leur leurs lors lui ma mais me "
    "même mes moi mon n' ne nos notre nous on ont ou où par pas pendant peut plus pour pourquoi qu' quand que quel quelle "
    "quelles quels qui quoi s' sa sans se selon ses si son sont sous sur ta te toi ton tous tout très tu un une vos votre "
    "vous y combien",
    "hu": "a az azt azok be csak de e egy egyik el én és ez ezek ezt fel ha hanem hogy hogyan hol hány is itt jól ki kell "
    "kik kinek le lehet lesz lett már meg még melyek melyik mennyi mert mi miért mikor milyen mint mit nagy nagyon nem "
    "néhány nincs ő össze ott pedig sem s szerint számára úgy után utolsó vagy van vannak volna volt voltak",
    "it": "a ad agli ai al alla alle allo anche avere aveva c' che chi ci come con contro cosa cui da dagli dai dal dalla "
    "dalle dei degli del della delle dello di dopo dove e è ed era erano essere fra fu furono gli ha hanno i il in io l' la "
    "le lei lo loro lui ma mentre mi molto ne nei nel nella nelle nello noi non o per perché più qual quale quali quando "
    "quanti quanto quella quelle quelli quello questa queste questi questo se sei si sia sono sta su sua sue sugli sui sul "
    "sulla sulle suo suoi tra tu tutti tutto un una uno",
    "nl": "aan al alle als andere bij daar dan dat de der deze die dit doen door dus een eens en er ge geen geweest had "
    "haar heb hebben heeft hem het hier hij hoe hoeveel hun ik in is ja je kan kon kunnen maar me meer men met mij mijn na "
    "naar niet niets nog nu of om omdat ook op over reeds te tegen toch toen tot uit uw van veel voor waar waarom wanneer "
    "want waren was wat welke wel werd werden wezen wie wij wil worden wordt zal ze zei zich zij zijn zo zonder zou",
    "no": "å alle at av ble bli blir da de deg dei dem den denne der deres det dette dere disse du eller en er et ett for "
    "fordi fra ha hadde han hans har hennes her hun hva hvem hvilke hvilken hvor hvordan hvorfor i ikke inn jeg kan kunne "
    "man mange med meg men mer mot noe noen nå når og også om opp oss over på seg sin skal skulle slik som så til ut var "
    "ved vi vil ville være vært",
    "pl": "a aby albo ale ani bardzo bez bo być był była było były ci co czy dla do gdy gdzie go i ich ile im ja jak jaka "
    "jaki jakie jako je jego jej jest już kiedy kto które która którego której który których lub ma mi między może na nad "
    "nie niż o od on oraz po pod ponieważ przed przez przy się są ta tak także tam te tego tej ten to tylko tym w we więc "
    "wszystko z za ze że dlaczego",
    "pt": "a à ao aos as às até com como da das de dela dele deles depois do dos durante e é ela elas ele eles em entre era "
    "eram essa esse esta está estão este eu foi foram há isso isto já lhe mais mas me mesmo meu muito na nas não nem no "
    "nos nós o onde os ou para pela pelas pelo pelos por porque qual quais quando quanto quantos que quem se sem ser seu "
    "seus só sua suas são também tem têm um uma umas uns você",
    "ro": "a acest acesta această aceste acestea acestor ai al ale am ar are arat as au avea avut ca că care cât câte câți "
    "când ce cea cei cele cel cine cu cum da dar de deci despre din dintre după ea ei el ele era este eu fi fiind fost iar "
    "în între îi îl îşi își la le lor lui mai mult ne nici nu o or pe pentru prin până sa să sale sau se si și şi sunt "
    "sub te toate tot toți un una unde unei unor unui unde",
    "sv": "alla allt att av blev bli blir de dem den denna deras dess det detta dig din dina du där då efter ej eller en "
    "er ett från för ha hade han hans har henne hennes hon honom hur här i icke inom inte jag ju kan kunde man med mellan "
    "men mig min mot mycket ni nu när någon något några och om oss på samma sedan sig sin sina ska skulle som så sådan till "
    "under upp ut utan vad var varför varit vara vem vi vid vilka vilken vilket är över",
    "tr": "ama ancak bazı belki ben bir biri birçok biz bu bunu bunun çok çünkü da daha de değil diğer diye dolayı en eğer "
    "gibi göre hangi hangisi hem hiç hep her için ile ise kadar kaç kez ki kim kime mi mı mu mü nasıl ne neden nedir nerede "
    "nereye niçin o olan olarak olduğu oldu olmuştur on ona onlar onu onun sadece sonra şey şu tarafından tüm var ve veya "
    "vardır ya yani ye yok zaman",
    "vi": "bị bởi các cái cho có của cùng cũng chỉ đã đang đây để đến đi điều do đó được gì hay hơn khi không là lại làm "
    "lên mà mỗi một này nào nên nếu người nhiều như những nhưng ở qua ra rằng rất sau sẽ sự tại theo thì trên trong trước "
    "từ và vào vẫn về vì việc với vậy",
}

# Of languages that their letters tell apart; only left out of questions.
_OTHERS = (
    "а без был была были было быть в вам вас во вот все всего вы где да для до его ее если есть еще же за и из или им их к "
    "как какая какие каким каких какого какое какой какую кем ко когда кого кто куда ли меня мне на над не него нее нет ни "
    "них но о об однако он она они оно от очень по под после почему при с сколько со так также там те тем то того тоже той "
    "только том тому ты у уже чего чем что чтобы эта эти этих это этого этой этом этот я "
    "αν από αυτά αυτές αυτή αυτό αυτός για δεν είναι είχε ένα ένας εκεί ενώ επίσης η ήταν και κατά με μετά μέσα μία μια μπορεί "
    "να ο οι όπως όταν όχι ότι πόσα πόσες πόσο πόσοι που πού ποια ποιά ποιες ποιο ποιό ποιοι ποιον ποιος ποιός πότε προς πως "
    "πώς σε στα στη στην στις στο στον στους τα την της τι τις το τον του τους των "
    "का की के को में से है हैं था थी थे और या एक यह ये वह वे इस उस इन उन ने पर भी तो ही कि जो कौन कौनसा कौनसी क्या कब "
    "कहाँ कहां कैसे क्यों कितना कितनी कितने किस किसने किसके किसको किसी लिए साथ हो होता होती होते द्वारा गया गई गए नहीं अपने "
    "अपनी अपना करने करता करते करती किया सा सी "
    "في من إلى على عن مع هذا هذه ذلك تلك التي الذي الذين ما ماذا متى أين كيف كم لماذا هل هو هي هم أن إن كان كانت يكون قد لا لم "
    "لن و أو ثم بين بعد قبل عند كل أي أية أيّ بها به لها له فيه فيها منها منه "
    "של את על עם זה זו הוא היא הם לא כי אם גם או מה מי איך מתי איפה למה כמה היה הייתה"
)

STOP_WORDS: Final = {language: frozenset(words.split()) for language, words in _LISTS.items()}
"""By the code of the language, in lower case with their accents."""

ALL_STOP_WORDS_ELSEWHERE: Final = frozenset(_OTHERS.split())
"""Those of languages with letters of their own."""

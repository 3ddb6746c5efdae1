"""The texts a letter begins with. They are Dutch in every language of the site: a letter is not a page."""

from __future__ import annotations

from civic.panels.states import ParticipationLevel

SUBJECT = "Uitnodiging: praat mee in het panel “{panel}”"

BODY = """Beste {naam},

U bent door het lot gekozen. Wij nodigen u uit voor het panel “{panel}”. \
In een panel praten inwoners uit de hele regio met elkaar. Samen geven zij advies.

Waar gaat het over?

De vraag is: {vraag}

Wat gebeurt er met het advies?

[belofte]

Wat vragen wij van u?

- U zegt of u mee wilt doen. U hoeft niets te weten van het onderwerp.
- U vult een paar vragen in, zoals uw leeftijd. Zo lijkt het panel op de regio.
- Daarna loten wij opnieuw, uit iedereen die mee wil doen. U hoort van ons of u in het panel zit.

Wat krijgt u?

U krijgt een vergoeding voor uw tijd: geld of een bon. U mag ook zeggen dat u die niet wilt. \
Hebt u hulp nodig, zoals een tolk of vervoer? Dan regelen wij dat.

Hoe meldt u zich aan?

Ga naar {website} en vul uw code in. Dat kan tot en met {sluitingsdag}. \
Geen internet of liever bellen? Bel {telefoon}. De code is alleen voor u."""

EASY_READ = """Wij hebben geloot. Uw naam kwam eruit.

U mag meepraten over een vraag. Dat doet u samen met andere mensen uit {regio}.

Meedoen mag. Het hoeft niet.

Wilt u meedoen?

- Scan de code met uw telefoon. Of vraag iemand om u te helpen.
- U kunt ook bellen: {telefoon}.
- Doe dit vóór of op {sluitingsdag}.

U krijgt een vergoeding. Wij helpen u ook met een tolk of met vervoer."""

SIGNATURE = """Met vriendelijke groet,

het college van burgemeester en wethouders
van de gemeente {gemeente}"""

LEVELS: dict[ParticipationLevel | None, str] = {
    None: "De gemeenten geven antwoord op het advies. Dat antwoord kan iedereen lezen.",
    ParticipationLevel.INFORM: "De gemeenten vertellen u wat er gaat gebeuren. U kunt vragen stellen.",
    ParticipationLevel.CONSULT: (
        "De gemeenten luisteren naar wat het panel vindt. Zij beslissen daarna zelf. "
        "Binnen [weken] weken zeggen zij wat zij ermee doen, en waarom."
    ),
    ParticipationLevel.ADVISE: (
        "Het panel geeft een advies. De gemeenten geven binnen [weken] weken antwoord. "
        "Doen zij iets niet? Dan zeggen zij waarom."
    ),
    ParticipationLevel.COPRODUCE: (
        "Het panel maakt het plan samen met de gemeenten. Binnen [weken] weken zeggen zij wat zij overnemen. "
        "Doen zij iets niet? Dan zeggen zij waarom."
    ),
    ParticipationLevel.DECIDE: (
        "Het panel beslist. De gemeenten voeren uit wat het panel besluit, als de wet dat toelaat. "
        "Binnen [weken] weken hoort u hoe."
    ),
}

# an invitation; scan, or ask somebody to help; call; an interpreter is possible
INSERTS = {
    "ar": """هذه دعوة من بلديتك. لقد تم اختيارك بالقرعة للمشاركة في حوار مع سكان آخرين من المنطقة.

هل تريد المشاركة؟

- امسح الرمز الموجود في الصفحة الأمامية بهاتفك، أو اطلب المساعدة من شخص تثق به.
- يمكنك أيضًا الاتصال بالرقم {telefoon}.
- سجّل في موعد أقصاه {sluitingsdag}.

ستحصل على مقابل لوقتك. ويمكننا ترتيب مترجم لك مجانًا.""",
    "en": """This is an invitation from your municipality. You were chosen by lot to talk \
with other residents of the region.

Would you like to take part?

- Scan the code on the front with your phone, or ask somebody to help you.
- You can also call {telefoon}.
- Sign up no later than {sluitingsdag}.

You are paid for your time. We can arrange an interpreter for you, free of charge.""",
    "pl": """To jest zaproszenie od Państwa gminy. Zostali Państwo wylosowani do rozmowy \
z innymi mieszkańcami regionu.

Chcą Państwo wziąć udział?

- Proszę zeskanować telefonem kod z pierwszej strony albo poprosić kogoś o pomoc.
- Można też zadzwonić: {telefoon}.
- Zgłoszenia przyjmujemy najpóźniej {sluitingsdag}.

Za poświęcony czas otrzymają Państwo wynagrodzenie. Możemy bezpłatnie zapewnić tłumacza.""",
    "tr": """Bu, belediyenizden gelen bir davettir. Bölgenin diğer sakinleriyle konuşmak üzere \
kurayla seçildiniz.

Katılmak ister misiniz?

- Ön sayfadaki kodu telefonunuzla tarayın ya da birinden yardım isteyin.
- Telefonla da arayabilirsiniz: {telefoon}.
- Başvurunuzu en geç {sluitingsdag} tarihine kadar yapın.

Zamanınız için bir ücret alırsınız. Size ücretsiz bir tercüman ayarlayabiliriz.""",
}

"""Who works with the reports: the team and its mandates, the ladder, specialists; and what the team keeps."""

from __future__ import annotations

from datetime import date, datetime, time

from civic.aanjaagteam.demo.units import unit_named
from civic.aanjaagteam.queries.ladder import Place
from civic.aanjaagteam.service import causes, ladder_setup, members, specialists, views
from civic.aanjaagteam.states.consults import Domain
from civic.aanjaagteam.states.facts import IncentiveKind
from civic.accounts.demo import persona
from civic.calendar import today
from civic.regions.queries import municipalities

# key of a persona, function, what this person may decide, is the name on the site
TEAM = (
    (
        "manager",
        "afdelingshoofd vergunningen",
        "Mag namens het college beslissen over vergunningen en over kosten tot 15.000 euro.",
        False,
    ),
    (
        "team",
        "secretaris van het aanjaagteam",
        "Mag elke afdeling om een antwoord vragen en een dag noemen waarop het er moet zijn.",
        True,
    ),
    (
        "team2",
        "procesbegeleider",
        "Mag namens de directie een proces stilzetten en opnieuw tekenen.",
        True,
    ),
)
RUNGS = {  # per level: who, hours to accept, days to answer
    1: (("employee",), 16, 5),
    2: (("manager",), 24, 5),
    3: (("director",), 24, 5),
    4: (("crew1", "crew2", "crew3", "crew4"), 16, 10),
}
TABLE_DAY = 3  # Thursday
SPECIALISTS = (
    ("griffier", Domain.LEGAL, "", "maandag tot en met donderdag"),
    ("employee", Domain.PERMITS, "Vergunningen", "elke dag tot 15.00 uur"),
    ("desk", Domain.COMMUNICATION, "Communicatie", "dinsdag en donderdag"),
    ("auditor", Domain.FINANCE, "", "bellen mag altijd"),
    ("registry", Domain.SOCIAL_SUPPORT, "Wmo-loket", "maandag, dinsdag en vrijdag"),
    ("admin2", Domain.ICT, "ICT en gegevens", "op afspraak"),
)
INCENTIVES = (
    (
        IncentiveKind.INDICATOR,
        "Afdelingen worden gemeten op hoe snel zij een melding doorzetten, niet op of zij is opgelost.",
        "directeur dienstverlening",
    ),
    (
        IncentiveKind.BUDGET_RULE,
        "Wat een afdeling overhoudt, gaat terug. Niemand betaalt voor iets waar een ander baat bij heeft.",
        "concerncontroller",
    ),
    (
        IncentiveKind.CONTRACT,
        "De leverancier krijgt per formulier betaald. Elke vraag twee keer stellen levert hem geld op.",
        "hoofd inkoop",
    ),
)


def load(at: datetime) -> None:
    """As it was when the year began."""
    admin = persona("admin")
    for key, function, mandate, is_public in TEAM:
        wanted = members.Membership(
            function, mandate, date(today(at).year - 1, 1, 1), is_name_public=is_public
        )
        members.add_member(persona(key), wanted, actor=admin, at=at)
    for level, (keys, hours, days) in RUNGS.items():
        weekday = TABLE_DAY if level == max(RUNGS) else None
        rung = ladder_setup.RungWanted(tuple(persona(key) for key in keys), hours, days, weekday)
        ladder_setup.set_rung(Place(), level, rung, actor=admin, at=at)
    whole_day = (time(8, 30), time(17, 0))
    ladder_setup.set_hours(persona("crew3"), dict.fromkeys(range(4), whole_day), actor=admin, at=at)
    for key, domain, unit, hours_text in SPECIALISTS:
        unit_id = unit_named(unit).id if unit else None
        what = specialists.NewSpecialist(domain, unit_id, hours_text)
        specialists.add_specialist(persona(key), what, actor=persona("team"), at=at)
    for kind, description, owner in INCENTIVES:
        causes.add_incentive(causes.IncentiveFacts(kind, description, owner), actor=persona("team"), at=at)


def save_views(at: datetime) -> None:
    """Filters that a member kept; one of them is for the whole team."""
    place = next(one for one in municipalities() if one.code == "GM0995")
    mine = views.save_view(
        "Nu te beslissen in Lelystad", f"gemeente={place.id}&nu=ja", actor=persona("team"), at=at
    )
    views.change_view(mine, mine.name, is_shared=False, is_default=False)
    shared = views.save_view("Te laat", "te-laat=ja", actor=persona("team"), at=at)
    views.change_view(shared, shared.name, is_shared=True, is_default=False)

"""The status page: does the machinery do its work?"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from civic import retention
from civic.accounts.admin_links import ADMIN_LINKS, AdminLink
from civic.db import now
from civic.jobs import policy, queries
from civic.mail import queries as mail
from civic.web import require

bp = Blueprint("jobs", __name__)
BLUEPRINTS = (bp,)
ADMIN_LINKS.append(
    AdminLink(
        "jobs.status",
        _l("Staat van de site"),
        _l("Zie of mail, taken en loting goed lopen."),
        policy.may_see_status,
    )
)

# what a job does, for people
TITLES = {
    "heartbeat": _l("Laten zien dat het werkproces leeft"),
    "forget_old_runs": _l("Oude regels van deze pagina opruimen"),
    "clean_up": _l("Persoonsgegevens op tijd wissen"),
    "sweep_files": _l("Bestanden wissen die nergens meer bij horen"),
    "deliver_mail": _l("Mail versturen"),
    "seal_log": _l("Gebeurtenissen verzegelen"),
    "check_log": _l("Het verzegelde logboek nakijken"),
    "mail_checkpoints": _l("Het controlepunt van de dag mailen"),
    "notice_passed_deadlines": _l("Voorbije beloofde datums opmerken"),
    "escalate_deadlines": _l("Iemand anders vragen om wat blijft liggen over te nemen"),
    "climb_ladder": _l("Meldingen die blijven liggen hoger op de ladder leggen"),
    "send_work_digests": _l("Medewerkers mailen wat er op hen wacht"),
    "break_promises": _l("Melders berichten als een beloofde dag voorbij is"),
    "desk_repairs": _l("Schrijvers herinneren aan een vraag van de griffie"),
    "count_supports": _l("Steunbetuigingen tellen"),
    "expire_collections": _l("Afgelopen initiatieven sluiten"),
    "tell_supporters": _l("Steuners vertellen wat er gebeurt"),
    "ask_merged_supporters": _l("Steuners vragen om mee te gaan naar één initiatief"),
    "expire_merges": _l("Voorstellen om samen te gaan laten aflopen"),
    "tell_followers": _l("Volgers een besluit van de raad mailen"),
    "send_digests": _l("Overzichten mailen aan wie volgt"),
    "erase_people": _l("Gegevens wissen van wie daarom vroeg"),
    "hand_in_initiatives": _l("Initiatieven met genoeg steun naar de raad sturen"),
    "reconcile_counts": _l("Alle tellingen nakijken"),
    "run_draws": _l("Lotingen uitrekenen"),
    "close_panels_without_data": _l("Afgeronde panels sluiten"),
    "count_pools": _l("Aanmeldingen tellen"),
    "count_pools_nightly": _l("Alle aanmeldingen natellen"),
    "check_pools": _l("Nagaan of er geloot kan worden"),
    "advance_public_draws": _l("Openbare lotingen vastleggen en het lotingsgetal ophalen"),
    "tell_the_drawn": _l("Bericht sturen na een loting"),
    "look_after_seats": _l("Gelote mensen herinneren, en lege plaatsen opmerken"),
    "remind_of_waits": _l("Herinneren aan vragen over meldingen"),
    "tell_of_ends": _l("Zeggen dat een besluit over een melding afloopt"),
    "typeset_letters": _l("Brieven maken"),
    "destroy_expired_letters": _l("Brieven en adressen na 24 uur vernietigen"),
}

ROOMS = {
    "accounts": _l("Inloggen"),
    "mail": _l("Mail"),
    "seal": _l("Verzegeld logboek"),
    "initiatives": _l("Initiatieven"),
    "panels": _l("Panels"),
    "aanjaagteam": _l("Meldingen"),
}


def _rooms_of_tables() -> dict[str, Any]:
    """{table: what the part of the site it belongs to is called}."""
    rooms = queries.rooms_of_tables()
    return {table: ROOMS.get(room, room) for table, room in rooms.items()}


@bp.get("/beheer/status")
def status() -> ResponseReturnValue:
    require(policy.may_see_status)
    at = now()
    return render_template(
        "jobs/status.html",
        at=at,
        titles=TITLES,
        jobs=queries.job_lines(at),
        leader=queries.leadership(at),
        claimed=queries.claimed_work(),
        mail_counts={state.value: number for state, number in mail.counts().items()},
        oldest_mail=mail.oldest_waiting(at),
        retention=retention.dry_run(at),
        rooms=_rooms_of_tables(),
        machinery=queries.machinery(),
    )

"""Words for letters, codes and extractions."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from civic.events.presentation import register_deadlines, register_subject, register_titles
from civic.links import absolute
from civic.panels.models import Constituency, InvitationShare
from civic.panels.service.invitations_extractions import PROMISE
from civic.panels.states import ShareState

register_titles(
    "panel",
    {
        "plan_wave": _l("Ronde %(wave)s gepland: %(letters)s brieven"),
        "change_wave": _l("Ronde %(wave)s gewijzigd: %(letters)s brieven"),
        "drop_wave": _l("Ronde %(wave)s verwijderd"),
        "open_registration": _l("Aanmelden is open"),
    },
    kinds={"open_registration": "positive"},
)
register_titles(
    "panel_share",
    {
        "issue_codes": _l("%(letters)s codes gemaakt"),
        "download_codes": _l("%(letters)s codes opgehaald"),
        "report_posted": _l("%(letters)s brieven gepost; het geheim is vernietigd"),
        "block_code": _l("Een code geblokkeerd"),
        "unblock_code": _l("Een code weer vrijgegeven"),
    },
    {"report_posted": "positive", "block_code": "warning"},
)
register_titles(
    "panel_extraction",
    {
        "log_extraction": _l("Gegevens uit een register van %(people)s mensen"),
        "report_destroyed": _l("Gegevens vernietigd"),
        "deadline_passed": _l("De gegevens zijn nog niet als vernietigd gemeld"),
    },
)
register_subject("panel_share", _l("Brieven"), lambda row_id: absolute("panels.share", share_id=row_id))
register_subject(
    "panel_extraction",
    _l("Gegevens uit een register"),
    lambda row_id: absolute("panels.destroy_extraction", extraction_id=row_id),
)
register_deadlines({PROMISE: _l("dat de gegevens uit het register zijn vernietigd")})


def share_badge(state: ShareState) -> tuple[str, str]:
    return {
        ShareState.PLANNED: ("neutral", str(_("gepland"))),
        ShareState.ISSUED: ("info", str(_("codes klaar"))),
        ShareState.POSTED: ("positive", str(_("gepost"))),
    }[state]


def field_name(code: str) -> str:
    """What a registry can hand out, in words."""
    texts = {
        "name": _("naam"),
        "address": _("adres"),
        "birth_date": _("geboortedatum of leeftijd"),
        "gender": _("geslacht"),
        "household": _("wie op één adres wonen"),
        "provision": _("of iemand een voorziening gebruikt"),
    }
    return str(texts.get(code, code))


def envelope_label(share: InvitationShare, constituency: Constituency) -> str:
    """Tells the municipality which letter this is, and whoever sees the envelope nothing about its reader."""
    return f"R{share.wave.number}-G{constituency.number}{chr(ord('a') + (share.source.number - 1) % 26)}"


def field_names(codes: list[str]) -> list[str]:
    """In words, each once: typeset letters log their fields in words already."""
    return list(dict.fromkeys(field_name(code) for code in codes))

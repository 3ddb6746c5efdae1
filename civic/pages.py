"""The pages that belong to no feature: home, about, privacy, accessibility, help, health."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from civic import __version__, language
from civic.accounts.admin_links import links_for
from civic.accounts.states import Role
from civic.db import db, now
from civic.jobs.queries import leadership
from civic.links import Addresses
from civic.pagecache import shared
from civic.regions import queries as regions
from civic.regions.models import Region
from civic.retention import rules
from civic.styleguide import content as styleguide_content
from civic.theme import theme_css
from civic.web import person, public

bp = Blueprint("pages", __name__)
DAYS_A_YEAR = 365


@dataclass(frozen=True)
class Site:
    name: str
    region_name: str
    tagline: str
    is_demo: bool
    theme_url: str | None
    contact_email: str
    contact_phone: str
    source_url: str
    languages: dict[str, str]


@dataclass(frozen=True)
class NavItem:
    url: str
    label: str
    is_current: bool = False
    post: bool = False


def init_pages(app: Flask) -> None:
    app.context_processor(_context)
    app.jinja_env.globals["url_for"] = Addresses(app)


def _context() -> dict[str, Any]:
    """What every page shows. Without a database (an error page) there is no menu, but there is a page."""
    try:
        region = regions.the_region()
        return {"site": _site(region), "nav_items": _nav_items(), "account_nav": _account_nav()}
    except SQLAlchemyError:
        return {"site": _site(None), "nav_items": [], "account_nav": []}


def _site(region: Region | None) -> Site:
    config = current_app.config
    return Site(
        name=config["SITE_NAME"],
        region_name=region.name if region else "",
        tagline=region.tagline if region else "",
        is_demo=bool(config["DEMO"]),
        theme_url=_theme_url(region),
        contact_email=config["CONTACT_EMAIL"] or (region.contact_email if region else ""),
        contact_phone=config["CONTACT_PHONE"] or (region.contact_phone if region else ""),
        source_url=config["SOURCE_URL"],
        languages=language.LANGUAGES,
    )


def _theme_url(region: Region | None) -> str | None:
    if region is None or not region.brand_color:
        return None
    return url_for("pages.theme", slug=region.slug, v=region.brand_color.lstrip("#"))


def _item(endpoint: str, label: str, prefix: str) -> NavItem:
    return NavItem(url_for(endpoint), label, request.path.startswith(prefix))


def _nav_items() -> list[NavItem]:
    items = [
        _item("initiatives.index", _("Initiatieven"), "/initiatieven"),
        _item("panels.index", _("Panels"), "/panels"),
        _item("aanjaagteam.index", _("Meldingen"), "/meldingen"),
    ]
    user = person()
    if user is not None and user.has_role(Role.AANJAAGTEAM_MEMBER):
        items.append(_item("aanjaagteam.queue", _("Werklijst"), "/aanjaagteam"))
    elif user is not None and user.has_role(Role.EMPLOYEE):
        items.append(_item("aanjaagteam.inbox", _("Wat op mij wacht"), "/aanjaagteam"))
    if links_for(user):
        items.append(_item("admin.index", _("Beheer"), "/beheer"))
    return items


def _account_nav() -> list[NavItem]:
    if not current_user.is_authenticated:
        return [_item("accounts.sign_in", _("Inloggen"), "/inloggen")]
    return [
        _item("accounts.mine", current_user.name or _("Mijn pagina"), "/mijn"),
        NavItem(url_for("accounts.sign_out"), _("Uitloggen"), post=True),
    ]


@bp.get("/")
@public
@shared
def home() -> ResponseReturnValue:
    from civic import home as front  # the rooms register after this blueprint

    return render_template("pages/home.html", **front.content(now()))


@bp.get("/over")
@public
def about() -> ResponseReturnValue:
    return render_template("pages/about.html")


@bp.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    return render_template("pages/privacy.html", retention_rows=_retention_rows())


def _retention_rows() -> list[tuple[str, str, str]]:
    """(room, what and why, how long) of every rule that the clean-up job carries out."""
    rooms = {
        "accounts": _("Inloggen"),
        "mail": _("Mail van ons"),
        "seal": _("Getuigen van het logboek"),
        "files": _("Bijlagen"),
        "initiatives": _("Initiatieven"),
        "panels": _("Panels"),
        "aanjaagteam": _("Meldingen"),
    }
    return [(rooms[rule.room], str(_(rule.basis)), _duration(rule.after.days)) for rule in rules()]


def _duration(days: int) -> str:
    years, rest = divmod(days, DAYS_A_YEAR)
    if years and not rest:
        return str(ngettext("%(num)d jaar", "%(num)d jaar", years))
    return str(ngettext("%(num)d dag", "%(num)d dagen", days))


@bp.get("/toegankelijkheid")
@public
def accessibility() -> ResponseReturnValue:
    return render_template("pages/accessibility.html")


@bp.get("/broncode")
@public
def source() -> ResponseReturnValue:
    return render_template("pages/source.html", version=__version__)


@bp.get("/hulp")
@public
def help() -> ResponseReturnValue:
    return render_template("pages/help.html")


@bp.get("/hoe-weet-ik-dat-het-eerlijk-is")
@public
def fair_draw() -> ResponseReturnValue:
    from civic.panels.presentation.draws_public_example import EXAMPLE  # the rooms come after this blueprint

    return render_template("pages/fair_draw.html", example=EXAMPLE)


@bp.get("/stijlgids")
@public
def styleguide() -> ResponseReturnValue:
    return render_template("pages/styleguide.html", **styleguide_content())


@bp.get("/thema/<slug>.css")
@public
def theme(slug: str) -> ResponseReturnValue:
    """The region's brand colour as tokens that everybody can read."""
    region = db.first_or_404(select(Region).where(Region.slug == slug, Region.brand_color != ""))
    headers = {"Content-Type": "text/css; charset=utf-8", "Cache-Control": "public, max-age=86400"}
    return theme_css(region.brand_color), headers


@bp.get("/gezond")
@public
def health() -> ResponseReturnValue:
    """For machines: the web process answers, the database does too; and whether the jobs process lives."""
    db.session.execute(text("SELECT 1"))
    jobs = "ok" if leadership(now()).is_alive else "silent"
    return f"ok\njobs: {jobs}\n", {"Content-Type": "text/plain; charset=utf-8"}

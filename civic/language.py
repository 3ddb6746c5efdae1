"""Language and how dates and numbers are written. Dutch is the source; English is the second locale.

The browser's Accept-Language is not followed: the Dutch text is the one that counts in law.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from flask import Flask, Response, has_request_context, request
from flask_babel import format_date as babel_date
from flask_babel import format_datetime as babel_datetime
from flask_babel import format_decimal, format_percent, get_locale, get_translations
from jinja2 import pass_context, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from markupsafe import Markup, escape

LANGUAGES = {"nl": "Nederlands", "en": "English"}
COOKIE = "taal"


def select_locale() -> str:
    if not has_request_context():  # jobs and commands write Dutch
        return "nl"
    for wanted in (request.args.get("taal"), request.cookies.get(COOKIE)):
        if wanted in LANGUAGES:
            return wanted
    return "nl"


def init_language(app: Flask) -> None:
    app.after_request(_remember_choice)
    # @pass_context: Jinja would fold a filter on a literal at compile time and freeze the locale
    app.jinja_env.filters.update(
        day=_day, moment=_moment, number=_number, percent=_percent, clock=_clock, paragraphs=_paragraphs
    )
    app.jinja_env.globals["get_locale"] = get_locale
    app.jinja_env.globals["gettext"] = app.jinja_env.globals["_"] = Sentences()


class Sentences:
    """The words of the templates, each looked up once per language: a page shows a hundred.

    Else Flask-Babel finds its context, domain, language and catalogue again for every one of them.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, bool, bool, str], str] = {}

    @pass_eval_context
    def __call__(self, context: EvalContext, sentence: str, **given: Any) -> str:
        locale = get_locale()
        key = (locale.language if locale else "", bool(context.autoescape), bool(given), sentence)
        known = self._known.get(key)
        if known is None:
            found = get_translations().ugettext(sentence)
            known = Markup(found) if context.autoescape else found  # noqa: S704  # our own sentence
            known = self._known[key] = known if given else known % {}
        return known % given if given else known


def _remember_choice(response: Response) -> Response:
    wanted = request.args.get("taal")
    # an answer that anyone may keep and share sets no cookie: not from a card on another site either
    if wanted in LANGUAGES and not response.cache_control.public:
        secure = request.is_secure
        response.set_cookie(COOKIE, wanted, max_age=31536000, samesite="Lax", httponly=True, secure=secure)
    return response


def _is_dutch() -> bool:
    return str(get_locale() or "nl") == "nl"


@pass_context
def _day(_context: Context, value: date) -> str:
    return str(babel_date(value, "d MMMM y"))


@pass_context
def _moment(_context: Context, value: datetime) -> str:
    pattern = "EEEE d MMMM y 'om' HH.mm 'uur'" if _is_dutch() else "EEEE d MMMM y 'at' HH:mm"
    return str(babel_datetime(value, pattern))


@pass_context
def _clock(_context: Context, value: datetime) -> str:
    return str(babel_datetime(value, "HH.mm 'uur'" if _is_dutch() else "HH:mm"))


@pass_context
def _number(_context: Context, value: float) -> str:
    return str(format_decimal(value))


@pass_context
def _percent(_context: Context, value: float, decimals: int = 0) -> str:
    """`value` is a fraction: 0.0499 with one decimal is "5,0%"."""
    pattern: Any = "#,##0" + ("." + "0" * decimals if decimals else "") + "%"
    return str(format_percent(value, pattern))


ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")


def _paragraphs(text: str | None) -> Markup:
    """Residents' plain text: a blank line starts a paragraph, an address becomes a link."""
    blocks = [block.strip() for block in re.split(r"\r?\n\s*\r?\n", text or "") if block.strip()]
    return Markup("\n").join(Markup("<p>{}</p>").format(_linked(block)) for block in blocks)


def _linked(block: str) -> Markup:
    parts, end = [], 0
    for found in ADDRESS.finditer(block):
        link = Markup('<a href="{0}" rel="nofollow ugc noopener">{0}</a>').format(found[0])
        parts += [_lines(block[end : found.start()]), link]
        end = found.end()
    return Markup("").join([*parts, _lines(block[end:])])


def _lines(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.replace("\r\n", "\n").split("\n"))

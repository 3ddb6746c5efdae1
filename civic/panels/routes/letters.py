"""The text of the letter, its inserts, and how it will look."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from segno import make as make_qr

from civic.calendar import today
from civic.db import committing, now
from civic.errors import Invalid
from civic.limits import Limit, hit
from civic.panels.forms.letters import LetterInsertForm, LetterTextForm
from civic.panels.models import LetterText, Panel
from civic.panels.policy import letters as policy
from civic.panels.presentation import letters as words
from civic.panels.queries import letters as queries
from civic.panels.routes.blueprint import bp, load_panel, put_on_form
from civic.panels.routes.letters_orders import pdf_response
from civic.panels.service import letters_text as service
from civic.panels.service.letters_content import (
    EXAMPLE,
    EXAMPLE_CODE,
    EXAMPLE_PERSON,
    LANGUAGES,
    Occasion,
    default_text,
    stationery,
)
from civic.panels.service.letters_standard import INSERTS
from civic.panels.service.letters_text import LetterWords
from civic.panels.typeset import render
from civic.panels.typeset.letters import RIGHT_TO_LEFT, Batch
from civic.regions.queries import municipalities
from civic.web import person, require

EXAMPLE_TERM = timedelta(weeks=4)
# a letter is set within the request: a few a minute are enough
PREVIEWS = Limit("letter_preview", 30, 300)


@bp.route("/<int:panel_id>/brief", methods=["GET", "POST"])
def letter_text(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    require(policy.may_write_letter, panel)
    form = LetterTextForm(obj=_text_of(panel))
    if form.validate_on_submit():
        try:
            with committing():
                service.save_text(panel, _words(form), actor=person(), at=now())
        except Invalid as error:
            put_on_form(form, error)
        else:
            flash(_("De brief is bewaard."), "positive")
            return redirect(url_for(".letter_text", panel_id=panel_id), code=303)
    return _text_page(form, panel_id), 422 if form.errors else 200


def _text_page(form: LetterTextForm, panel_id: int) -> str:
    panel = load_panel(panel_id)
    return render_template(
        "panels/letters/text.html",
        panel=panel,
        form=form,
        text=queries.letter_text_of(panel.id),
        inserts=queries.inserts_of(panel.id),
        letter_languages=words.language_names(),
        remarks=words.remark_texts(form.body.data or "", form.easy_read.data or ""),
        placeholders=words.PLACEHOLDER_WORDS,
        can_write=policy.can_write_letter(panel),
        can_typeset=render.is_available(),
    )


def _text_of(panel: Panel) -> LetterText:
    """What was saved, or a whole letter made from the panel."""
    saved = queries.letter_text_of(panel.id)
    return saved or default_text(panel, queries.mandate_for_letter(panel.id))


def _words(form: LetterTextForm) -> LetterWords:
    return LetterWords(
        subject=form.subject.data or "",
        body=form.body.data or "",
        easy_read=form.easy_read.data or "",
        signed_by=form.signed_by.data or "",
    )


@bp.route("/<int:panel_id>/brief/taal/<language>", methods=["GET", "POST"])
def letter_insert(panel_id: int, language: str) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    require(policy.may_write_letter, panel)
    _require_language(language)
    saved = queries.insert_of(panel.id, language)
    form = LetterInsertForm(data={"text": saved.text if saved else INSERTS.get(language, "")})
    # somebody who types Arabic sees it run as on the letter
    direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    form.text.render_kw = {"lang": language, "dir": direction}
    if form.validate_on_submit():
        try:
            with committing():
                service.save_insert(panel, language, form.text.data or "", actor=person(), at=now())
        except Invalid as error:
            put_on_form(form, error)
        else:
            flash(_("De tekst gaat met elke brief mee."), "positive")
            return redirect(url_for(".letter_text", panel_id=panel_id) + "#talen", code=303)
    page = render_template(
        "panels/letters/insert.html",
        panel=load_panel(panel_id),
        form=form,
        language=language,
        name=words.language_names()[language],
        is_saved=saved is not None,
        has_standard=language in INSERTS,
        right_to_left=language in RIGHT_TO_LEFT,
        can_write=policy.can_write_letter(panel),
        placeholders=words.PLACEHOLDER_WORDS,
    )
    return page, 422 if form.errors else 200


@bp.post("/<int:panel_id>/brief/taal/<language>/weghalen")
def remove_letter_insert(panel_id: int, language: str) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    require(policy.may_write_letter, panel)
    _require_language(language)
    with committing():
        service.remove_insert(panel, language, actor=person(), at=now())
    flash(_("De tekst gaat niet meer mee."), "positive")
    return redirect(url_for(".letter_text", panel_id=panel_id) + "#talen", code=303)


def _require_language(language: str) -> None:
    if language not in LANGUAGES:
        abort(404)


@bp.get("/<int:panel_id>/brief/voorbeeld")
def letter_preview(panel_id: int) -> ResponseReturnValue:
    """The letter as a page to print; it works where typst is missing."""
    panel = load_panel(panel_id)
    require(policy.may_see_letter, panel)
    with committing():
        hit(PREVIEWS, str(person().id), now())
    panel = load_panel(panel_id)
    example = _example(panel)
    (letter,) = example.letters
    return render_template(
        "panels/letters/preview.html",
        panel=panel,
        sheet=example.sheet,
        letter=letter,
        qr=make_qr(letter.url, error="m", micro=False).svg_data_uri(border=2, scale=4),
        remarks=words.remark_texts(*_dutch_of(panel)),
        may_write=policy.may_write_letter(person(), panel),
        can_typeset=render.is_available(),
        is_too_long=render.is_available() and render.front_pages(example.as_data()) > 1,
    )


def _dutch_of(panel: Panel) -> tuple[str, str]:
    text = _text_of(panel)
    return text.body, text.easy_read


@bp.get("/<int:panel_id>/brief/voorbeeld.pdf")
def letter_pdf(panel_id: int) -> ResponseReturnValue:
    panel = load_panel(panel_id)
    require(policy.may_see_letter, panel)
    if not render.is_available():
        abort(404)
    with committing():
        hit(PREVIEWS, str(person().id), now())
    content = render.pdf(_example(load_panel(panel_id)).as_data(), tags=True)
    return pdf_response(content, f"voorbeeld-brief-panel-{panel_id}.pdf", as_download=False)


def _example(panel: Panel) -> Batch:
    """A letter to nobody, with a code that no register knows."""
    day = today(now())
    occasion = Occasion(panel, _place(), queries.last_day_of(panel.id) or day + EXAMPLE_TERM, day)
    paper = stationery(occasion, _text_of(panel), queries.inserts_of(panel.id), mark=EXAMPLE)
    return paper.batch([EXAMPLE_PERSON], [EXAMPLE_CODE])


def _place() -> Any:
    """The municipality of whoever looks; for the others the first one."""
    own = {grant.municipality_id for grant in person().grants}
    places = municipalities()
    if not places:
        abort(404)
    return next((one for one in places if one.id in own), places[0])

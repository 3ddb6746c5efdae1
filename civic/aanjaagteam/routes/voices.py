"""The conversation with a reporter: behind the code for who reported, on the case for the team."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.aanjaagteam import policy, service
from civic.aanjaagteam.forms import put_errors
from civic.aanjaagteam.forms.voices import (
    CodedMessageForm,
    MessageForm,
    NotSolvedForm,
    OfficialMessageForm,
    chosen_text,
)
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.queries import voices as reads
from civic.aanjaagteam.routes import slots
from civic.aanjaagteam.routes.reporter import (
    CODE_LIMIT,
    TEN_MINUTES,
    follow_on_this_device,
    followed_report,
    report_of_code,
)
from civic.aanjaagteam.routes.shared import bp, count_visit, load
from civic.aanjaagteam.service import voices
from civic.aanjaagteam.states import State
from civic.aanjaagteam.wording.voices import READY
from civic.accounts.models import User
from civic.db import committing, now
from civic.errors import Invalid, TooMany
from civic.events import queries as events
from civic.limits import Limit
from civic.messages import sentence_for
from civic.web import logs_read, person, public, require

MESSAGE_LIMIT = Limit("report_message", 10, TEN_MINUTES)
TALK = "gesprek"


# --- behind the code ------------------------------------------------------------------------------------


@bp.post("/meldingen/volgen/bericht")
@public
def write() -> ResponseReturnValue:
    report = followed_report()
    form = MessageForm() if report is not None else CodedMessageForm()
    is_valid = form.validate() and _has_own_token(form)
    try:
        count_visit(MESSAGE_LIMIT)
        if isinstance(form, CodedMessageForm):
            report = _report_again(form)
    except TooMany as error:
        return _too_often(form, error)
    if report is None or not is_valid:
        return _write_page(form, 422)
    return _send(report, form)


def _report_again(form: CodedMessageForm) -> Report | None:
    """The device forgot whose report it was, or somebody else stopped: the code says it again."""
    if not form.code.data:  # the first time nobody asked for it yet
        return None
    count_visit(CODE_LIMIT)
    report = report_of_code(form.code.data)
    if report is None:
        put_errors(form, {"code": [_("Deze code kennen wij niet. Kijk of u alle tekens goed overtypte.")]})
    return report


def _has_own_token(form: MessageForm) -> bool:
    if service.is_own_token(form.token.data or ""):
        return True
    form.token.data = service.new_token()
    form.form_errors.append(_("Dit formulier was verlopen. Uw tekst staat er nog. Verstuur het opnieuw."))
    return False


def _send(report: Report, form: MessageForm) -> ResponseReturnValue:
    new = voices.NewMessage(form.text.data or "", form.token.data or "")
    try:
        with committing():
            voices.write_as_reporter(report, new, at=now())
            follow_on_this_device(report)
    except TooMany as error:
        return _too_often(form, error)
    except Invalid as error:
        put_errors(form, error.errors)
        return _write_page(form, error.status)
    flash(_("Uw bericht is verstuurd. Kijk hier later weer voor het antwoord."), "positive")
    return redirect(url_for(".followed", _anchor=TALK), code=303)


def _too_often(form: MessageForm, error: TooMany) -> ResponseReturnValue:
    form.form_errors.append(sentence_for(error))
    return _write_page(form, error.status)


def _write_page(form: MessageForm, status: int) -> ResponseReturnValue:
    return render_template("aanjaagteam/voices/write.html", form=form), status


@bp.post("/meldingen/volgen/opgelost")
@public
def verdict() -> ResponseReturnValue:
    """Is it solved? In the eyes of who reported it."""
    report = followed_report()
    if report is None:
        return redirect(url_for(".follow"), code=303)
    answer, form = request.form.get("opgelost"), NotSolvedForm()
    if answer == "nee" and not form.validate():
        return render_template("aanjaagteam/voices/not_solved.html", form=form), 422
    if answer in ("ja", "nee"):
        count_visit(MESSAGE_LIMIT)
        with committing():
            voices.give_verdict(report, answer == "ja", form.reason.data or "", at=now())
    if answer == "nee" and form.reason.data:
        flash(_("Jammer. Het team leest wat u schreef en kijkt er weer naar."), "warning")
    elif answer == "nee":
        flash(_("Jammer. Het team kijkt er weer naar. Vertel hieronder wat er nog misgaat."), "warning")
    elif answer == "ja":
        flash(_("Fijn. Bedankt dat u het liet weten."), "positive")
    return redirect(url_for(".followed", _anchor=TALK), code=303)


def _followed_facts(report: Report, _user: User | None) -> dict[str, Any]:
    said = reads.conversation_of(report)
    unread = any(not one.is_from_reporter and one.read_on is None for one in said)
    if unread:
        with committing():
            voices.mark_read(report, by_reporter=True, at=now())
    return {
        "said": said,
        "unread": unread,
        "verdict": reads.current_verdict(report),
        "asks_verdict": report.state is State.DONE,
        "why": NotSolvedForm(formdata=None),
        "promised": _promised(report),
        "form": MessageForm(formdata=None, token=service.new_token()),
        "alike": reads.shared_decisions(report),
    }


def _promised(report: Report) -> Any:
    """The day on which the reporter has an answer at the latest; None where nothing waits for one."""
    found = [events.deadline_of(report, kind) for kind in (voices.REPLY, voices.NOT_SOLVED)]
    days = [one.due_on for one in found if one is not None and one.met_at is None]
    return min(days) if days else None


# --- the team -------------------------------------------------------------------------------------------


@bp.route("/aanjaagteam/meldingen/<int:report_id>/berichten", methods=["GET", "POST"])
@logs_read
def talk(report_id: int) -> ResponseReturnValue:
    """The whole conversation, with room to answer. Reading it is logged, as reading the story is."""
    report = load(report_id)
    require(policy.may_read_case, report)
    form = OfficialMessageForm()
    if not form.is_submitted():
        form.token.data = service.new_token()
        form.text.data = chosen_text(READY[report.state], request.args.get("tekst"))
        return _talk_page(report, form, 200)
    if not (form.validate() and _has_own_token(form)):
        return _talk_page(report, form, 422)
    new = voices.NewMessage(form.text.data or "", form.token.data or "", form.is_question.data)
    with committing():
        voices.write_as_official(report, new, actor=person(), at=now())
    news = _("De melder krijgt bericht.") if report.contact else _("De melder ziet dit met de code.")
    flash(f"{_('Uw bericht is verstuurd.')} {news}", "positive")
    return redirect(url_for(".case", report_id=report_id, _anchor=TALK), code=303)


def _talk_page(report: Report, form: OfficialMessageForm, status: int) -> ResponseReturnValue:
    with committing():
        service.log_read(report, actor=person(), at=now())
        page = render_template(
            "aanjaagteam/voices/talk.html",
            report=report,
            form=form,
            block=_case_facts(report, person()),
            ready=READY[report.state],
        )
    return page, status


@bp.post("/aanjaagteam/meldingen/<int:report_id>/berichten/gelezen")
def message_handled(report_id: int) -> ResponseReturnValue:
    report = load(report_id)
    require(policy.may_read_case, report)
    with committing():
        voices.mark_handled(report, actor=person(), at=now())
    flash(_("Bewaard: dit bericht heeft geen antwoord nodig."), "positive")
    return redirect(url_for(".case", report_id=report_id, _anchor=TALK), code=303)


def _case_facts(report: Report, user: User | None) -> dict[str, Any]:
    """Both places log the read and so are writes already."""
    said = reads.conversation_of(report)
    if any(one.is_from_reporter and one.read_on is None for one in said):
        voices.mark_read(report, by_reporter=False, at=now())
    not_solved = events.deadline_of(report, voices.NOT_SOLVED)
    return {
        "said": said,
        "verdict": reads.current_verdict(report),
        "not_solved": not_solved,
        "before": reads.reason_to_reopen(report) if not_solved else None,
        "reply": events.deadline_of(report, voices.REPLY),
        "is_open": any(one.is_from_reporter and not one.is_handled for one in said),
        "form": OfficialMessageForm(formdata=None, token=service.new_token()),
    }


slots.FOLLOWED.append(slots.Slot(5, "aanjaagteam/voices/_on_followed.html", _followed_facts))
slots.CASE.append(slots.Slot(8, "aanjaagteam/voices/_on_case.html", _case_facts))

"""Sixty made-up reports and a year of work on them, through the same service functions that the site uses.

    reports.toml   what people told, and what came of it
    stories.toml   what else happened with some of them: waits, hand-overs, talks, tables, the ladder
    plans.py       when each report came in and where it stands
    walk.py        the way of one report; acts*.py are the verbs of stories.toml
    mornings.py    the jobs that ran each working day of that year

Everything is done in the order of time, so that the log (and so the figures) is what a real year leaves.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from civic.aanjaagteam.demo import acts, acts_people, people, script, units
from civic.aanjaagteam.demo.agenda import Agenda
from civic.aanjaagteam.demo.mornings import Mornings
from civic.aanjaagteam.demo.plans import plans
from civic.aanjaagteam.demo.walk import Walk
from civic.accounts.demo import persona
from civic.mail import service as mail

BEFORE = timedelta(days=400)  # the team began before the oldest report
LATELY = timedelta(days=1)  # younger mails still go out


def load(at: datetime) -> None:
    last_mail = mail.last_id()
    units.load(at)
    people.load(at - BEFORE)
    team = (persona("team"), persona("team2"))
    agenda = Agenda(at)
    stage = script.Stage({}, set())
    mornings = Mornings(stage.left_alone)
    for plan in plans():
        stage.walks[plan.number] = Walk(plan, team[plan.number % 2], agenda)
    script.put_on_agenda(agenda, stage)
    agenda.run(mornings)
    people.save_views(at)
    # what was mailed in that year went out then
    mail.forget_history(last_mail, at - LATELY)


__all__ = ["acts", "acts_people", "load"]

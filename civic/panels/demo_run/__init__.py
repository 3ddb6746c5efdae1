"""`flask panels demo-run`: a whole panel, from mandate to frozen pool, through the services of the site.

Eleven weeks are walked through in one go, with the moments a region would take. The pool was frozen three
weeks ago, so that the days to react are over and `flask panels demo-draw` can go on. People answer as they do
in reality (`demo_people`): about six in a hundred, the young and the practically educated less. What comes
out is what the services made of it; nothing is written past them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from civic.panels.demo_run import after, answers, before, post
from civic.panels.demo_run.walk import Say, Walk

DAYS = 77
DAYS_SINCE = 21


def run(at: datetime, say: Say) -> int:
    """Walk from the mandate to the freeze, three weeks before `at`. The id of the panel."""
    walk = Walk(at - timedelta(days=DAYS + DAYS_SINCE), say)
    walk.meet()
    before.write_mandate(walk)
    before.choose_composition(walk)
    post.send_first_wave(walk)
    answers.answer_letters(walk, 20, 29)
    answers.nominate(walk, 50)
    post.send_second_wave(walk)
    answers.answer_letters(walk, 56, 13)
    after.decide_flags(walk, 71)
    after.close(walk, 73)
    after.freeze_pool(walk, DAYS)
    return walk.panel_id

"""How long what is kept about people in initiatives (W8): declared in one place, enforced by a job."""

from __future__ import annotations

from datetime import timedelta

from civic.initiatives.models.attachments import RETENTION as ATTACHMENT_RETENTION
from civic.initiatives.models.clusters import RETENTION as CLUSTER_RETENTION
from civic.initiatives.models.core import Initiative, Support
from civic.initiatives.models.doors import RETENTION as DOOR_RETENTION
from civic.initiatives.models.follow import RETENTION as FOLLOW_RETENTION
from civic.initiatives.models.joining import RETENTION as JOINING_RETENTION
from civic.initiatives.models.kinds import RETENTION as KIND_RETENTION
from civic.initiatives.models.ledger import RETENTION as LEDGER_RETENTION
from civic.initiatives.models.people import RETENTION as PEOPLE_RETENTION
from civic.initiatives.models.talk import RETENTION as TALK_RETENTION
from civic.initiatives.states import State, SupportState
from civic.retention import Retention, mark

RETENTION = [
    Retention(
        model=Initiative,
        basis=mark("Een concept dat een jaar niet is veranderd, heeft de schrijver niet meer nodig."),
        after=timedelta(days=365),
        since="changed_at",
        action="delete",
        only=Initiative.state == State.DRAFT,
    ),
    Retention(
        model=Initiative,
        basis=mark("De postcode van de schrijver is na de toets aan de regels niet meer nodig."),
        after=timedelta(days=365),
        since="published_at",
        action="blank",
        blank_columns=("author_postcode_sealed", "age_band"),
    ),
    Retention(
        model=Initiative,
        basis=mark("Van wat niet is geplaatst, is de postcode van de schrijver na een jaar niet meer nodig."),
        after=timedelta(days=365),
        since="closed_at",
        action="blank",
        blank_columns=("author_postcode_sealed", "age_band"),
        only=Initiative.state == State.REFUSED,
    ),
    Retention(
        model=Initiative,
        basis=mark("Twee jaar na het einde hoeft de naam van de schrijver niet meer op de site te staan."),
        after=timedelta(days=2 * 365),
        since="closed_at",
        action="blank",
        blank_columns=("author_name_sealed",),
    ),
    Retention(
        model=Initiative,
        basis=mark("Vijf jaar na de publicatie gaat de naam van de schrijver in elk geval van de site."),
        after=timedelta(days=5 * 365),
        since="published_at",
        action="blank",
        blank_columns=("author_name_sealed",),
    ),
    Retention(
        model=Support,
        basis=mark("Steun die na 30 dagen niet is bevestigd, telt niet en gaat weg."),
        after=timedelta(days=30),
        since="requested_at",
        action="delete",
        only=Support.state == SupportState.PENDING,
    ),
    Retention(
        model=Support,
        basis=mark("Ingetrokken steun is na 30 dagen nergens meer voor nodig."),
        after=timedelta(days=30),
        since="withdrawn_at",
        action="delete",
        only=Support.state == SupportState.WITHDRAWN,
    ),
    Retention(
        model=Support,
        basis=mark("De gemeente kan steun een jaar lang controleren. Daarna blijft alleen het aantal over."),
        after=timedelta(days=365),
        since="confirmed_at",
        action="blank",
        blank_columns=("name_sealed", "email_sealed", "postcode_sealed", "person_key", "review_key"),
    ),
    Retention(
        model=Support,
        basis=mark("Sporen van misbruik zijn na 90 dagen niet meer nodig."),
        after=timedelta(days=90),
        since="requested_at",
        action="blank",
        blank_columns=("network_key", "domain_key"),
    ),
    *LEDGER_RETENTION,
    *ATTACHMENT_RETENTION,
    Retention(
        model=Initiative,
        basis=mark("Een naam die de schrijver van de pagina haalde, kan 30 dagen terug. Daarna is hij weg."),
        after=timedelta(days=30),
        since="author_hidden_at",
        action="blank",
        blank_columns=("author_name_sealed",),
    ),
    *CLUSTER_RETENTION,
    *FOLLOW_RETENTION,
    *TALK_RETENTION,
    *PEOPLE_RETENTION,
    *KIND_RETENTION,
    *DOOR_RETENTION,
    *JOINING_RETENTION,
]

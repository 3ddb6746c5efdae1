"""Names of mail domains that say nothing about a person: the large providers, and throw-away addresses.

The ledger holds a salted hash of a domain. What is on these lists is recognised by making the same hash; any
other name is read from a sealed address, and the log says who read it.
"""

from __future__ import annotations

from civic.initiatives.models import Initiative
from civic.initiatives.service.ledger_trace import domain_key_of

PROVIDERS = frozenset(
    [
        "gmail.com",
        "outlook.com",
        "hotmail.com",
        "hotmail.nl",
        "live.nl",
        "live.com",
        "icloud.com",
        "me.com",
        "yahoo.com",
        "ziggo.nl",
        "kpnmail.nl",
        "kpnplanet.nl",
        "planet.nl",
        "home.nl",
        "casema.nl",
        "chello.nl",
        "upcmail.nl",
        "xs4all.nl",
        "hetnet.nl",
        "telfort.nl",
        "tele2.nl",
        "solcon.nl",
        "online.nl",
        "caiway.nl",
        "delta.nl",
        "zeelandnet.nl",
        "kabelnoord.nl",
        "proton.me",
        "protonmail.com",
        "msn.com",
        "aol.com",
        "freedom.nl",
    ]
)
# throw-away addresses anyone can open without a name; a hint, not a reason in itself
THROW_AWAY = frozenset(
    [
        "mailinator.com",
        "guerrillamail.com",
        "guerrillamail.net",
        "guerrillamail.org",
        "sharklasers.com",
        "10minutemail.com",
        "10minutemail.net",
        "temp-mail.org",
        "tempmail.com",
        "tempmail.net",
        "yopmail.com",
        "yopmail.net",
        "yopmail.fr",
        "trashmail.com",
        "trashmail.de",
        "wegwerfmail.de",
        "wegwerpmail.nl",
        "maildrop.cc",
        "getnada.com",
        "dispostable.com",
        "mailnesia.com",
        "throwawaymail.com",
        "fakeinbox.com",
        "mohmal.com",
        "emailondeck.com",
        "moakt.com",
        "mytemp.email",
        "spamgourmet.com",
        "mintemail.com",
        "mailcatch.com",
        "tempr.email",
        "discard.email",
        "burnermail.io",
        "tempinbox.com",
        "inboxkitten.com",
        "mail.tm",
        "33mail.com",
        "anonaddy.me",
        "minuteinbox.com",
        "1secmail.com",
        "1secmail.org",
    ]
)


def known_domains(initiative: Initiative) -> dict[str, str]:
    """Hash → name, for this initiative."""
    return {domain_key_of(initiative.id, name): name for name in PROVIDERS | THROW_AWAY}


def is_throw_away(domain: str) -> bool:
    return domain in THROW_AWAY

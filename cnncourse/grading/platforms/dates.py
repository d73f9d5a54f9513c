"""Times as Moodle writes them, in its reader's language and zone."""

import re
from datetime import datetime

MONTHS = (
    "January February March April May June July August September October November December",
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
)
NUMBERS = {
    month.casefold(): number
    for language in MONTHS
    for number, month in enumerate(language.split(), start=1)
}
ENGLISH = MONTHS[0].split()
CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?::(?P<second>\d\d))?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
FORMS = (  # Monday, 16 November 2026, 9:05 AM; Montag, 16. November 2026, 09:05; November 16, 2026
    re.compile(
        rf"(?:\w+,?\s+)?(?P<day>\d{{1,2}})\.?\s+(?P<month>[^\W\d]+)\s+(?P<year>\d{{4}}),?\s+{CLOCK}"
    ),
    re.compile(
        rf"(?:\w+,\s+)?(?P<month>[^\W\d]+)\s+(?P<day>\d{{1,2}}),\s+(?P<year>\d{{4}}),?\s+{CLOCK}"
    ),
    re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d)[ T]{CLOCK}"),
)
NEVER = ("", "-", "'-")


def moment(text: str) -> datetime | None:
    """The time in a cell of a worksheet, without a zone; None for never; else ValueError.

    >>> moment("Monday, 16 November 2026, 9:05 PM") == moment("lunedì, 16 novembre 2026, 21:05")
    True
    >>> moment("-") is None
    True
    """
    text = " ".join(text.split())
    if text in NEVER:
        return None
    for form in FORMS:
        if found := form.fullmatch(text):
            month = found["month"]
            number = int(month) if month.isdigit() else NUMBERS.get(month.casefold())
            hour = int(found["hour"])
            if found["half"]:
                hour = hour % 12 + 12 * (found["half"][0] in "pP")
            if number is not None:
                return datetime(
                    int(found["year"]),
                    number,
                    int(found["day"]),
                    hour,
                    int(found["minute"]),
                    int(found["second"] or 0),
                )
    raise ValueError(f"{text!r} is no time as Moodle writes it")


def in_english(text: str) -> str:
    """The same time as PHP understands it, which reads no month of another language.

    >>> in_english("Montag, 16. März 2026, 09:05")
    '16 March 2026 09:05'
    >>> in_english("Monday, 16 November 2026, 9:05 AM")
    'Monday, 16 November 2026, 9:05 AM'
    """
    time = moment(text)
    if time is None:
        return "-"
    if re.search(rf"\b(?:{'|'.join(ENGLISH)})\b", text) and "." not in text:
        return text
    return f"{time.day} {ENGLISH[time.month - 1]} {time.year} {time:%H:%M}"

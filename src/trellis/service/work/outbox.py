"""Mail that says there are notices. Jobs hold ids alone and may run twice: what was mailed is not mailed again."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from trellis.service.work.mailing import mail_digest, mail_waiting

RETRIES = RetryStrategy(max_attempts=8, exponential_wait=4)


@app.task(name="work.mail_notices", retry=RETRIES)  # type: ignore[untyped-decorator]
def mail_notices(user_ids: list[int]) -> None:
    """Tell each of these users once that there is something to read, if there is."""
    for user_id in user_ids:
        mail_waiting(user_id)


@app.task(name="work.mail_digests", retry=RETRIES)  # type: ignore[untyped-decorator]
def mail_digests(user_ids: list[int]) -> None:
    """Send each of these users one mail of the day, if there is anything in it."""
    for user_id in user_ids:
        mail_digest(user_id)

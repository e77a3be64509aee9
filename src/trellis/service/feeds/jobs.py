"""Feeds' work that outlasts a request. Jobs hold ids alone, and may run twice: a file goes on from where it stands."""

from __future__ import annotations

from procrastinate import JobContext
from procrastinate.contrib.django import app

from trellis.service.feeds.apply import apply_whole

STALLED_AFTER_SECONDS = 90
# A job that kills its worker must not be tried for ever.
MOST_ATTEMPTS = 5


@app.task(name="feeds.apply_file", lock="feeds")  # type: ignore[untyped-decorator]
def apply_file(file_id: int) -> None:
    """Apply a received file."""
    apply_whole(file_id)


@app.periodic(cron="* * * * *")  # type: ignore[untyped-decorator]
@app.task(name="feeds.rescue", queueing_lock="feeds.rescue", pass_context=True)  # type: ignore[untyped-decorator]
async def rescue_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Start again, of any kind, the jobs whose worker has died."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        if job.attempts < MOST_ATTEMPTS:
            await manager.retry_job(job)

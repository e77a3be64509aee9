"""Files that leave, each with its line in the trail: what, how many rows, about whom and why."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse

from trellis.rules.reasons import Reason
from trellis.service.access.reasons import note_reason
from trellis.service.audit.seen import note_detail
from trellis.service.common.exports import Table, as_csv, as_zip, file_name

MOST_ROWS = 50_000


def attachment(request: HttpRequest, tables: Sequence[Table], *, what: str, reason: Reason | None) -> HttpResponse:
    """The tables as a file to keep: one as CSV, several as CSVs in a ZIP; notes it in this request's access event.

    `what` says in fixed words what the file holds; nobody's name. The file's name bears the request's reference, which
    finds its line in the trail. Built whole, as a streamed file would be read after its transaction.
    """
    single = len(tables) == 1
    name = file_name(what, request.trellis_request_id, "csv" if single else "zip")  # type: ignore[attr-defined]
    content = as_csv(tables[0]) if single else as_zip(tables)
    note_reason(reason)
    note_detail(export=what, rows=sum(len(table.rows) for table in tables), file=name)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8" if single else "application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

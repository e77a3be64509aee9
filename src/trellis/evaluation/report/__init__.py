"""The report of an evaluation: as JSON, as text, as a page and for printing."""

from trellis.evaluation.report.page import html
from trellis.evaluation.report.printed import pdf
from trellis.evaluation.report.shapes import shape
from trellis.evaluation.report.words import text

__all__ = ["html", "pdf", "shape", "text"]

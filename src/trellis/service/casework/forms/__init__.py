"""What the forms of casework ask."""

from trellis.service.casework.forms.contacts import ContactForm, CorrectionForm

__all__ = ["ContactForm", "CorrectionForm"]

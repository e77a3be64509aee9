"""Users and postings, grants and cover, limits, agreements: what need to know is decided from; and drafts."""

from trellis.service.access.models.agreements import AgreementParty, SharingAgreement
from trellis.service.access.models.drafts import Draft
from trellis.service.access.models.grants import AccessRequest, Cover, EmergencyReview, Grant
from trellis.service.access.models.limits import Limit, LimitName, NameChange
from trellis.service.access.models.users import Posting, PostingQuerySet, User, UserManager

__all__ = [
    "AccessRequest",
    "AgreementParty",
    "Cover",
    "Draft",
    "EmergencyReview",
    "Grant",
    "Limit",
    "LimitName",
    "NameChange",
    "Posting",
    "PostingQuerySet",
    "SharingAgreement",
    "User",
    "UserManager",
]

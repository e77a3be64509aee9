"""Users and postings, grants and cover, limits, agreements: everything that need to know is decided from."""

from trellis.service.access.models.agreements import AgreementParty, SharingAgreement
from trellis.service.access.models.grants import AccessRequest, Cover, EmergencyReview, Grant
from trellis.service.access.models.limits import Limit, LimitName
from trellis.service.access.models.users import Posting, PostingQuerySet, User, UserManager

__all__ = [
    "AccessRequest",
    "AgreementParty",
    "Cover",
    "EmergencyReview",
    "Grant",
    "Limit",
    "LimitName",
    "Posting",
    "PostingQuerySet",
    "SharingAgreement",
    "User",
    "UserManager",
]

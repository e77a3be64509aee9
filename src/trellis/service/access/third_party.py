"""Tables of libraries: outside row security, with the rights that each library needs and no more."""

ALL = "SELECT, INSERT, UPDATE, DELETE"

THIRD_PARTY_TABLES = {
    "django_migrations": "SELECT",
    "django_content_type": "SELECT",
    "auth_group": "SELECT",
    "auth_group_permissions": "SELECT",
    "auth_permission": "SELECT",
    "django_session": ALL,
    "cache_entry": ALL,
    "account_emailaddress": ALL,
    "account_emailconfirmation": ALL,
    "mfa_authenticator": ALL,
    "usersessions_usersession": ALL,
    "procrastinate_jobs": ALL,
    "procrastinate_events": ALL,
    "procrastinate_periodic_defers": ALL,
    "procrastinate_workers": ALL,
}

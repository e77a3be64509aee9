"""Words of people, places and agencies."""

from __future__ import annotations

from trellis.rules.vocabulary.words import Word


class AgencyKind(Word):
    """The partners of a scheme (GOV-17)."""

    POLICE = "police", "Police"
    PROBATION = "probation", "Probation"
    LOCAL_AUTHORITY = "local_authority", "Local authority"
    DRUG_AND_ALCOHOL = "drug_and_alcohol", "Drug and alcohol service"
    HEALTH = "health", "Health"
    MENTAL_HEALTH = "mental_health", "Mental health"
    PUBLIC_HEALTH = "public_health", "Public health"
    YOUTH = "youth", "Youth justice service"
    PRISON = "prison", "Prison"
    DWP = "dwp", "Jobcentre Plus"
    HOUSING = "housing", "Housing"
    ANTISOCIAL_BEHAVIOUR = "antisocial_behaviour", "Antisocial behaviour team"
    VOLUNTARY = "voluntary", "Voluntary sector"
    PROSECUTION = "prosecution", "Crown Prosecution Service"
    COURTS = "courts", "Courts"


class AreaKind(Word):
    """What drew an area's boundary; police and probation boundaries stand side by side (GOV-03)."""

    FORCE = "force", "Police force"
    DISTRICT = "district", "Policing district"
    PROBATION_DELIVERY_UNIT = "probation_unit", "Probation delivery unit"
    COMMUNITY_SAFETY_PARTNERSHIP = "community_safety", "Community safety partnership"


class IdentifierKind(Word):
    """Whose number it is. Each is unique within its source."""

    PNC = "PNC", "Police national computer number"
    CRO = "CRO", "Criminal records office number"
    NOMIS = "NOMIS", "Prison number"
    CRN = "CRN", "Probation case reference"
    FORCE = "FORCE", "Force reference"
    YOT = "YOT", "Youth justice reference"


class Sex(Word):
    """Sex as an agency recorded it."""

    MALE = "M", "Male"
    FEMALE = "F", "Female"
    UNKNOWN = "U", "Not known"


class DatePrecision(Word):
    """How much of a date is known. A date of less than day precision is held as its first day."""

    DAY = "day", "Day"
    MONTH = "month", "Month and year"
    YEAR = "year", "Year only"


class AlertKind(Word):
    """What a safety alert warns of."""

    RISK_TO_STAFF = "risk_to_staff", "Risk to staff"
    RISK_TO_KNOWN_PERSON = "risk_to_known_person", "Risk to a known person"
    RISK_TO_CHILDREN = "risk_to_children", "Risk to children"
    RISK_TO_PUBLIC = "risk_to_public", "Risk to the public"
    SELF_HARM = "self_harm", "Risk of suicide or self-harm"
    VULNERABLE = "vulnerable", "Vulnerable person"
    WEAPONS = "weapons", "Weapons"
    DANGEROUS_ANIMAL = "dangerous_animal", "Dangerous animal"
    MEDICAL = "medical", "Medical"
    OTHER = "other", "Other"

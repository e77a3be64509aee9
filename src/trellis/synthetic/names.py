"""Words that names and addresses are made of: those of a fable, so that nobody takes them for real."""

from __future__ import annotations


def _words(text: str, by: str | None = None) -> tuple[str, ...]:
    return tuple(text.split(by))


FORENAMES_MALE = _words(
    "Osric Edric Kester Merrick Gideon Ignatius Nevin Orlo Hector Barnabas Dorian Jolyon Peregrine Tobias Lucan "
    "Caspian Fenwick Leander Corin Alaric Bertram Crispin Evander Florian Garrick Hamnet Isidore Jotham Kelvar "
    "Lorcan Marlow Nahum Oberon Piers Quillon Rowland Sorrel Tamsin Ulric Valentine Wystan Zeno Zoltan Amyas "
    "Bevis Cosmo Denzil Eamon Ferris Gawain Hilary Ivo Jago Loïc Mungo Noël Orson Percival Rafe Septimus"
)

FORENAMES_FEMALE = _words(
    "Briony Juniper Hesper Marigold Perpetua Saffron Tansy Ursula Verity Willow Zoë Chloë Araminta Bryony Clover "
    "Damaris Eglantine Fern Ginevra Hester Ione Jessamy Keziah Lavender Melisande Nerys Ottilie Primrose Quenna "
    "Rosalba Sidony Thisbe Una Viola Winifred Ysolde"
)

SURNAME_STARTS = _words(
    "Thistle Bramble Lantern Quill Hobble Tallow Sedge Under Wether Grey Marrow Lark Raven Oak Moss Salt Kettle "
    "Jackdaw Ink Fenni Candle Whistle Nettle Copper Feather Hollow Ivory Juniper Larch Mallow Night Otter Pebble "
    "Rook Shuttle Tinder Umber Velvet Willow Yarrow"
)

SURNAME_ENDS = _words(
    "wick down feather mere field combe hay cott thwaite by wright spurr shaw marsh penny burrow stane croft"
)

STREETS = _words(
    "Sample Parade|Specimen Street|Pretend Place|Fable Row|Once Upon Lane|Make-Believe Mews|Moral Hill|Tortoise Walk|"
    "Hare Terrace|Lantern Yard|Riddle Road|Story Close",
    by="|",
)

STATIONS = {"LF": "Little Fabling", "TH": "Thimbleford", "CM": "Crowsmere"}

COURTS = ("Fabling Magistrates", "Thimbleford Magistrates", "Fable Crown Court")

ETHNICITIES = {
    "W1": 0.690, "W2": 0.008, "W9": 0.045, "M1": 0.030, "M2": 0.005, "M3": 0.006, "M9": 0.012, "A1": 0.008, "A2": 0.028,
    "A3": 0.012, "A9": 0.015, "B1": 0.035, "B2": 0.025, "B9": 0.012, "O1": 0.002, "O9": 0.012, "NS": 0.055,
}  # fmt: skip
"""Self-defined ethnicity (16+1) and its share among the known: invented shares with every code present."""

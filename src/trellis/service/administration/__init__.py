"""User administration: who may work in a scheme, for which agency, in which roles and until when."""

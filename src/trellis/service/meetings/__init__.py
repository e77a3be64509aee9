"""Panels and case conferences: agendas that write themselves, attendance, minutes and actions."""

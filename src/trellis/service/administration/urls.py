"""Addresses of administration. None holds a name: accounts, roles and requests stand in them by number."""

from django.urls import path

from trellis.service.administration.views import accounts, agency, approving, asking, dormant, organisation, standing

app_name = "administration"
urlpatterns = [
    path("", accounts.users, name="users"),
    path("find/", accounts.search, name="search"),
    path("invite/", asking.new, name="invite"),
    path("waiting/", approving.waiting, name="waiting"),
    path("waiting/<int:request_id>/", approving.decide, name="decide"),
    path("dormant/", dormant.unused, name="dormant"),
    path("dormant/list/", dormant.printed, name="dormant_list"),
    path("dormant/<int:user_id>/", dormant.review, name="review"),
    path("agencies/", organisation.organisation, name="agencies"),
    path("agencies/add/", organisation.new_agency, name="add_agency"),
    path("teams/add/", organisation.new_team, name="add_team"),
    path("areas/", organisation.areas, name="areas"),
    path("areas/add/", organisation.new_area, name="add_area"),
    path("agency/", agency.acting_agency, name="acting_agency"),
    path("roles/<int:posting_id>/end/", standing.end, name="end_role"),
    path("<int:user_id>/", accounts.user, name="user"),
    path("<int:user_id>/role/", asking.role, name="role"),
    path("<int:user_id>/disable/", standing.disable, name="disable"),
    path("<int:user_id>/enable/", asking.enable, name="enable"),
    path("<int:user_id>/link/", asking.link, name="link"),
]

"""Signing in and out. Only what is used of allauth has an address."""

from allauth.account import views
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from trellis.service.access.views import change_password

urlpatterns = [
    path("sign-in/", login_not_required(views.login), name="account_login"),
    path("sign-out/", views.logout, name="account_logout"),
    path("password/", change_password, name="account_change_password"),
    path("inactive/", login_not_required(views.account_inactive), name="account_inactive"),
]

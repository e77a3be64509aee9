"""Signing in and out, second factors, one's own sessions. Only what is used of allauth has an address."""

from allauth.account import views
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from trellis.service.access.sign_in.views import own_pages, proving, setting_up, welcome
from trellis.service.access.views import change_password

urlpatterns = [
    path("sign-in/", login_not_required(views.login), name="account_login"),
    path("sign-in/second-factor/", proving.second_factor, name="mfa_authenticate"),
    path("sign-out/", own_pages.sign_out, name="account_logout"),
    path("inactive/", login_not_required(views.account_inactive), name="account_inactive"),
    path("welcome/<str:uid>/<str:token>/", welcome.welcome, name="account_welcome"),
    path("step-up/", proving.step_up, name="account_step_up"),
    path("set-up/", setting_up.set_up, name="account_set_up"),
    path("security/", setting_up.security, name="account_security"),
    path("security/app/", setting_up.set_up_app, name="account_set_up_app"),
    path("security/passkey/", setting_up.set_up_passkey, name="account_set_up_passkey"),
    path("security/recovery-codes/", setting_up.recovery_codes, name="account_recovery_codes"),
    path("security/remove/", setting_up.remove_factor, name="account_remove_factor"),
    path("password/", change_password, name="account_change_password"),
    path("sessions/", own_pages.sessions, name="account_sessions"),
    path("session/left/", own_pages.session_left, name="account_session_left"),
    path("session/stay/", own_pages.stay, name="account_session_stay"),
    path("drafts/keep/", own_pages.keep, name="account_keep_draft"),
    path("drafts/drop/", own_pages.drop, name="account_drop_draft"),
]

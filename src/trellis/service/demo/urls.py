"""Addresses of the demonstration; production has none of them."""

from django.urls import path

from trellis.service.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.cast, name="cast"),
    path("sign-in/", views.sign_in, name="sign_in"),
]

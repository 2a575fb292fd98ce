"""`/account/`: only what we use of allauth, under its own names."""

from allauth.account.views import account_inactive
from django.urls import path, re_path

from teams.sign_in import views

urlpatterns = [
    path("login/", views.SignIn.as_view(), name="account_login"),
    path("logout/", views.SignOut.as_view(), name="account_logout"),
    path("signup/", views.sign_up, name="account_signup"),
    path("sent/", views.letter_sent, name="account_letter_sent"),
    path("inactive/", account_inactive, name="account_inactive"),
    path("password/change/", views.ChangePassword.as_view(), name="account_change_password"),
    path("password/reset/", views.reset_password, name="account_reset_password"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.ChooseNewPassword.as_view(),
        name="account_reset_password_from_key",
    ),
]

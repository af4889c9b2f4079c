from django.urls import path

from accounts.views import businesses, invitations, keys, team, you

urlpatterns = [
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("settings/", businesses.settings, name="settings"),
    path("settings/switch/", businesses.switch_business, name="switch_business"),
    path("settings/you/", you.you, name="you"),
    path("settings/you/not-me/", you.not_me, name="not_me"),
    path("settings/team/", team.team, name="team"),
    path("settings/team/<int:pk>/role/", team.change_role, name="member_role"),
    path("settings/team/<int:pk>/remove/", team.remove, name="member_remove"),
    path("settings/team/invitations/<int:pk>/withdraw/", team.withdraw, name="invitation_withdraw"),
    path("settings/keys/", keys.api_keys, name="api_keys"),
    path("settings/keys/<int:pk>/revoke/", keys.revoke, name="api_key_revoke"),
]

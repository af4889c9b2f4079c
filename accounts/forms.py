from django import forms
from django.http import HttpRequest

from accounts.models import User


class SignupForm(forms.Form):
    """What sign-up asks beyond email and password; allauth builds its form on it."""

    name = forms.CharField(label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])

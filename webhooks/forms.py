from collections.abc import Sequence

from django import forms

from accounts.models import Business
from alerts.queries import get_kinds
from webhooks.addresses import LONGEST_URL, UrlRefused, read_url


class KindsForm(forms.Form):
    """What an endpoint is told of."""

    kinds = forms.MultipleChoiceField(
        label="Tell it of",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one kind of alert."},
    )

    def __init__(self, data: object = None, *, business: Business, chosen: Sequence[str] = ()) -> None:
        super().__init__(data, initial={"kinds": list(chosen)})  # type: ignore[arg-type]
        self.fields["kinds"].choices = [(kind.value, kind.label) for kind in get_kinds(business=business)]  # type: ignore[attr-defined]


class EndpointForm(KindsForm):
    url = forms.CharField(
        label="Address",
        max_length=LONGEST_URL,
        widget=forms.URLInput(attrs={"placeholder": "https://hooks.example.com/tillbook", "autocomplete": "off"}),
        help_text="Where your program takes a POST. https only.",
    )
    field_order = ("url", "kinds")

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            read_url(url)
        except UrlRefused as refusal:
            raise forms.ValidationError(refusal.message) from refusal
        return url

from django import forms

from sales.models import Customer


class CustomerForm(forms.ModelForm):  # type: ignore[type-arg]
    """The shape of a customer; whether the reference is free is the service's to say."""

    class Meta:
        model = Customer
        fields = ["name", "email", "phone", "reference", "country", "note"]
        help_texts = {"reference": "Your own number for them. Leave it empty for the next free one."}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["reference"].required = False

    def validate_unique(self) -> None:
        """Left to the service, which knows the business."""

    def validate_constraints(self) -> None:
        """Left to the service, as above."""

from django import forms

from common.form_fields import quantity_field
from inventory.models import Category, Location


class CategoryForm(forms.ModelForm):  # type: ignore[type-arg]  # it has no generics at run time
    default_reorder_point = quantity_field(
        label="Low at", required=False, help_text="For its products that have no reorder point of their own."
    )

    class Meta:
        model = Category
        fields = ["name", "default_reorder_point"]


class LocationForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Location
        fields = ["name"]

"""Tags and filters that every template has without loading them: icons, money, quantities, moments, fields, pages."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms, template
from django.template.defaultfilters import date as format_date
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common import money as moneys
from common.visitors import browser_name

register = template.Library()

MINUS = "−"
NARROW_SPACE = "\N{NO-BREAK SPACE}"
BOXES = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A picture of the sprite. Silent for screen readers, unless it stands alone and has a label."""
    href = f"{static('icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, href)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', href)


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    """£1,284.60, −£34.50, CHF 12.00: the sign beside the currency, the currency's own number of places."""
    if amount is None:
        return ""
    amount = moneys.rounded(Decimal(amount), currency)
    symbol = moneys.symbol(currency)
    gap = NARROW_SPACE if symbol[-1:].isalpha() else ""
    sign = MINUS if amount < 0 else ""
    return f"{sign}{symbol}{gap}{abs(amount):,.{moneys.places(currency)}f}"


@register.filter
def flow(amount: Decimal, currency: str) -> str:
    """Money that came or went: +£50.00, −£12.50."""
    return f"+{money(amount, currency)}" if amount > 0 else money(amount, currency)


@register.filter
def qty(quantity: Decimal | None) -> str:
    """3, 1.5, −2: no zeros that say nothing."""
    if quantity is None:
        return ""
    quantity = Decimal(quantity)
    whole = f"{abs(quantity):,f}"
    shown = whole.rstrip("0").rstrip(".") if "." in whole else whole
    return f"{MINUS}{shown}" if quantity < 0 else shown


@register.filter
def local(moment: datetime | None, business: Any) -> str:
    """21 Nov 2026, 15:40 on the business's own clock."""
    return _on_clock(moment, business, "j M Y, H:i")


@register.filter
def local_time(moment: datetime | None, business: Any) -> str:
    return _on_clock(moment, business, "H:i")


@register.filter
def local_date(moment: datetime | None, business: Any) -> str:
    return _on_clock(moment, business, "j M Y")


@register.filter
def device(user_agent: str) -> str:
    """Chrome on Linux, or as much of an unknown program's own name as fits."""
    return browser_name(user_agent)


def _on_clock(moment: datetime | None, business: Any, pattern: str) -> str:
    if moment is None:
        return ""
    zone = business.timezone if business else "UTC"
    return format_date(moment.astimezone(ZoneInfo(zone)), pattern)


@register.inclusion_tag("components/field.html")
def field(bound: forms.BoundField, affix: str = "", label: str = "", *, bare: bool = False) -> dict[str, Any]:
    """A whole field of the design: label, input, hint, error. `bare` keeps the label for screen readers only."""
    widget = bound.field.widget
    kind = "check" if isinstance(widget, forms.CheckboxInput) else "set" if isinstance(widget, BOXES) else "input"
    return {
        "bound": bound,
        "label": label or bound.label,
        "affix": affix,
        "bare": bare,
        "is_optional": not (bound.field.required or bare) and _asks_for_something(bound.form),
        "kind": kind,
        "control": control(bound),
    }


@register.simple_tag
def control(bound: forms.BoundField) -> SafeString:
    """The input of a field alone, for a place that labels it in its own way."""
    widget = bound.field.widget
    return bound.as_widget(attrs={"class": f"{_classes(widget)} {widget.attrs.get('class', '')}".strip()})


def _asks_for_something(form: forms.BaseForm) -> bool:
    """A form in which all is optional, such as a filter, need not say so at each field."""
    return any(question.required for question in form.fields.values())


def _classes(widget: forms.Widget) -> str:
    if isinstance(widget, BOXES):
        return "check"
    if isinstance(widget, forms.Select):
        return "input" if isinstance(widget, forms.SelectMultiple) else "input select"
    return "input input--text" if isinstance(widget, forms.Textarea) else "input"


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: forms.BaseForm) -> dict[str, Any]:
    """What is wrong with the form as a whole, hidden fields included."""
    hidden = [error for bound in form.hidden_fields() for error in bound.errors]
    return {"errors": [*form.non_field_errors(), *hidden]}


@register.inclusion_tag("components/pager.html")
def pager(page: Any) -> dict[str, Any]:
    """Links to the pages before and after a `common.pages.Page`; nothing where there is only one."""
    return {"page": page}

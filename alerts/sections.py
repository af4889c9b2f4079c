"""What the summary is made of. Apps above hand their sections down, so that alerts need not know them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from accounts.models import Business, Member
from accounts.permissions import Action

A_WEEK = 7


@dataclass(frozen=True)
class Line:
    """One fact: what, how much of it, and where one deals with it. `mark` is a word before it in the colour of `tone`.

    `cost` is what only those read who may see what things cost.
    """

    text: str
    detail: str = ""
    url: str = ""
    tone: str = ""
    mark: str = ""
    cost: str = ""

    def as_told(self, *, with_costs: bool) -> "Line":
        return replace(self, detail=f"{self.detail} {self.cost}".strip() if with_costs else self.detail, cost="")


@dataclass(frozen=True)
class Section:
    """Lines under a title. `headline` is its part of the subject; `kinds` are the alerts that it tells of as well.

    `needs` is what one must be allowed to do to be told of it.
    """

    title: str
    lines: Sequence[Line]
    headline: str = ""
    kinds: frozenset[str] = frozenset()
    needs: Action = Action.SEE

    def as_told(self, member: Member) -> "Section":
        with_costs = member.sees_costs
        return replace(self, lines=[line.as_told(with_costs=with_costs) for line in self.lines])


@dataclass(frozen=True)
class Span:
    """The local days that a summary looks back on, up to the day before `today`."""

    business: Business
    today: date
    is_weekly: bool

    @property
    def days(self) -> list[date]:
        return [self.today - timedelta(days=n) for n in range(A_WEEK if self.is_weekly else 1, 0, -1)]

    @property
    def days_before(self) -> list[date]:
        """The same weekdays, a week earlier."""
        return [day - timedelta(days=A_WEEK) for day in self.days]

    @property
    def words(self) -> str:
        return "the week" if self.is_weekly else "yesterday"


Provider = Callable[[Span], Section | None]
_providers: dict[int, Provider] = {}


def section_of_digest(place: int) -> Callable[[Provider], Provider]:
    """Register what writes a section; sections come by their place, lowest first."""

    def register(provider: Provider) -> Provider:
        _providers[place] = provider
        return provider

    return register


def get_sections(span: Span) -> list[Section]:
    """All that there is to say of a business; nothing of an app that has nothing to say."""
    return [section for place in sorted(_providers) if (section := _providers[place](span))]

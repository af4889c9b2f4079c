from django.urls import path

from portal.views import frame, sample, search, start, today

urlpatterns = [
    path("", today.today, name="today"),
    path("start/", start.start, name="start"),
    path("search/", search.search, name="search"),
    path("menu/", frame.menu, name="menu"),
    path("theme/", frame.theme, name="theme"),
    path("expenses/", frame.expenses, name="expenses"),
    path("sample/remove/", sample.remove, name="sample_remove"),
    path("budgets/", frame.budgets, name="budgets"),
]

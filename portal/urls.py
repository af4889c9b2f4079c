from django.urls import path

from portal.reports.kinds import REPORTS
from portal.views import audit, email, frame, mail_trouble, reports, sample, search, start, today

urlpatterns = [
    path("", today.today, name="today"),
    path("start/", start.start, name="start"),
    path("search/", search.search, name="search"),
    path("reports/", reports.reports, name="reports"),
    *(path(f"reports/{name.replace('_', '-')}/", reports.report, {"name": name}, name=f"report_{name}") for name in REPORTS),
    path("menu/", frame.menu, name="menu"),
    path("theme/", frame.theme, name="theme"),
    path("sample/remove/", sample.remove, name="sample_remove"),
    path("settings/email/", email.email_settings, name="email_settings"),
    path("settings/my-mail/", mail_trouble.mail_trouble, name="mail_trouble"),
    path("settings/email/test/", email.email_test, name="email_test"),
    path("settings/email/<int:pk>/", email.email_message, name="email_message"),
    path("settings/email/<int:pk>/body/", email.email_body, name="email_body"),
    path("settings/audit/", audit.audit_log, name="audit_log"),
]

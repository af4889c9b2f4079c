"""The Celery app and the whole beat schedule."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings.dev")

app = Celery("tillbook")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

MINUTE = 60.0
app.conf.beat_schedule = {
    "deliver due email": {"task": "mail.tasks.deliver_due", "schedule": MINUTE / 4, "options": {"expires": MINUTE}},
    "check stock where the day has begun": {"task": "inventory.tasks.check_stock_where_due", "schedule": 10 * MINUTE},
    "look for what expires where the day has begun": {"task": "inventory.tasks.check_dates_where_due", "schedule": 10 * MINUTE},
    "give back what was set aside and forgotten": {"task": "inventory.tasks.release_reservations", "schedule": 30 * MINUTE},
    "prove the stock ledger where it is night": {"task": "inventory.tasks.prove_ledgers_where_due", "schedule": 30 * MINUTE},
    "look for late orders where the day has begun": {"task": "purchasing.tasks.check_orders_where_due", "schedule": 10 * MINUTE},
    "wake snoozed alerts": {"task": "alerts.tasks.wake_snoozed", "schedule": 5 * MINUTE},
    "tell owners what nobody has looked at": {"task": "alerts.tasks.escalate_unseen", "schedule": 60 * MINUTE},
    "write summaries where it is their hour": {"task": "alerts.tasks.write_digests_where_due", "schedule": 5 * MINUTE},
    "check budgets": {"task": "expenses.tasks.check_budgets_everywhere", "schedule": 60 * MINUTE},
    "look for unusual expenses": {"task": "expenses.tasks.check_unusual_where_due", "schedule": 10 * MINUTE},
    "prove what budgets carry over": {"task": "expenses.tasks.prove_budgets_everywhere", "schedule": 24 * 60 * MINUTE},
    "post recurring expenses": {"task": "expenses.tasks.post_recurring_everywhere", "schedule": 10 * MINUTE},
    "resume imports left unfinished": {"task": "imports.tasks.resume_stalled", "schedule": 2 * MINUTE},
    "deliver due webhooks": {"task": "webhooks.tasks.deliver_due", "schedule": MINUTE},
    "forget old webhooks": {"task": "webhooks.tasks.forget_old", "schedule": 24 * 60 * MINUTE},
    "forget browsers not seen for long": {"task": "accounts.tasks.forget_old_devices", "schedule": 24 * 60 * MINUTE},
    "forget old mail events": {"task": "mail.tasks.forget_old_events", "schedule": 24 * 60 * MINUTE},
    "forget old idempotency keys": {"task": "common.tasks.forget_old_requests", "schedule": 24 * 60 * MINUTE},
}

from celery_app import app as celery

__all__ = ["celery"]

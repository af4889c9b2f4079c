# One image; the first argument says what it is: web, worker, beat or migrate.
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/requirements.txt
RUN /opt/venv/bin/pip install -r /tmp/requirements.txt

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=tracker.settings.prod \
    VAR_DIR=/app/var
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY . .
# The key and host are for this one command; the running program is given its own.
RUN SECRET_KEY=unused ALLOWED_HOSTS=localhost VAR_DIR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/build \
    && mkdir var \
    && chown 10001:10001 var
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["scripts/entrypoint", "healthy"]
ENTRYPOINT ["scripts/entrypoint"]
CMD ["web"]

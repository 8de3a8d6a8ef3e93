# The production image: web server and worker are the same image with another command.

FROM python:3.13-slim-trixie AS frontend
WORKDIR /app
COPY requirements/node.txt requirements/fonts.txt requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/node.txt -r requirements/fonts.txt
COPY roros/__init__.py roros/
COPY roros/frontend roros/frontend
RUN python -m roros.frontend.vendor

FROM python:3.13-slim-trixie
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=roros.settings
WORKDIR /app
COPY requirements/production.txt requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/production.txt \
    && useradd --system --uid 10001 --no-create-home roros
COPY manage.py ./
COPY templates templates
COPY roros roros
COPY budget budget
COPY investments investments
COPY hr hr
COPY climate climate
COPY --from=frontend /app/roros/static/vendor roros/static/vendor
RUN SECRET_KEY=only-for-this-step python manage.py collectstatic --no-input --verbosity 0
USER 10001
EXPOSE 8000
CMD ["gunicorn", "roros.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--preload", \
     "--no-control-socket", "--worker-tmp-dir", "/dev/shm"]

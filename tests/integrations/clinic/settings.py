"""A small practice program in Django."""

SECRET_KEY = "of the tests"
INSTALLED_APPS = ["clinic"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
ROOT_URLCONF = "clinic.urls"
ALLOWED_HOSTS = ["testserver"]
USE_TZ = True
LANGUAGE_CODE = "fr"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]

"""Putting the house together: settings, extensions, rooms."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import Babel
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from civic import language, pages
from civic.accounts.session import init_login
from civic.assets import init_assets
from civic.cli import register_commands
from civic.config import settings
from civic.crypto import KeyRing
from civic.db import db, prepare_engine
from civic.files.web import init_files
from civic.pagecache import init_page_cache
from civic.web import init_web

PACKAGE = Path(__file__).resolve().parent
# tables outside the features, needed for a complete metadata
HOUSE_TABLES = ("civic.limits", "civic.search.models", "civic.files.models")
FEATURES = ("accounts", "regions", "events", "mail", "seal", "jobs", "initiatives", "panels", "aanjaagteam")

# all there are: Jinja keeps 400 unless told otherwise, and compiles the others again and again
MOST_TEMPLATES = 2000

migrate = Migrate()


def directory(name: str) -> Path:
    """Data shipped with the code: inside the package in a wheel, beside it in a checkout."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def build(config: Mapping[str, Any] | None = None) -> Flask:
    app = Flask(
        "civic",
        template_folder=str(directory("templates")),
        static_folder=str(directory("static")),
    )
    app.jinja_options = {"cache_size": MOST_TEMPLATES}
    app.config.update(settings(config))
    if app.config["TRUSTED_PROXIES"]:
        hops = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]  # WSGI idiom
    _init_extensions(app)
    _register_features(app)
    register_commands(app)
    return app


def _init_extensions(app: Flask) -> None:
    app.extensions["key_ring"] = KeyRing.parse(app.config["DATA_KEYS"])
    Path(app.config["INSTANCE"]).mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    migrate.init_app(app, db, directory=str(directory("migrations")))
    Babel(
        app,
        locale_selector=language.select_locale,
        default_translation_directories=str(directory("translations")),
    )
    language.init_language(app)
    init_files(app)  # before the CSRF check, which reads the form
    CSRFProtect(app)
    init_login(app)
    init_page_cache(app)
    init_web(app)
    init_assets(app)
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)


def _register_features(app: Flask) -> None:
    app.register_blueprint(pages.bp)
    pages.init_pages(app)
    for module in HOUSE_TABLES:
        import_module(module)
    for feature in FEATURES:
        import_module(f"civic.{feature}.models")
        try:
            routes = import_module(f"civic.{feature}.routes")
        except ModuleNotFoundError as error:
            if error.name != f"civic.{feature}.routes":
                raise
            continue
        for blueprint in routes.BLUEPRINTS:
            app.register_blueprint(blueprint)
    for view in app.view_functions.values():
        if getattr(view, "has_secret_address", False):
            app.extensions["csrf"].exempt(view)

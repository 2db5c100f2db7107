"""What an installation of the site is told from outside: addresses, mail server, secret keys."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url

from site_sync.service import tls

OWN_FILES = ("site.sqlite", "site.keys", "backups", "logs", "snapshots", "tls")
"""How names of the site's files begin in its data folder."""
KEPT_BY_TILLS_DAYS = 31
"""Tills send again in a new epoch what they sent in thirty days: nothing of that may be forgotten."""


class MailSecurity(StrEnum):
    """How the connection to the mail server is kept private."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class LogFormat(StrEnum):
    """How lines of the log are written."""

    TEXT = "text"
    JSON = "json"


class Settings(BaseSettings):
    """Read from the environment (`HANDOVER_…`), then from what the command line says."""

    model_config = SettingsConfigDict(env_prefix="HANDOVER_", extra="ignore", frozen=True)

    database: str = ""
    data_dir: Path = user_data_path("handover-site", appauthor=False)
    host: str = "127.0.0.1"
    port: int = 8700
    public_url: str = ""
    refusals_per_minute: int = 300
    metrics_token: SecretStr = SecretStr("")
    log_format: LogFormat = LogFormat.TEXT
    smtp_host: str = ""
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_security: MailSecurity = MailSecurity.NONE
    mail_from: str = ""
    sms_url: str = ""
    sms_token: SecretStr = SecretStr("")
    sms_sender: str = ""
    sms_body: str = ""
    code_key: SecretStr = SecretStr("")
    seal_key: SecretStr = SecretStr("")
    wallet_apple_certificate: str = ""
    wallet_apple_key: str = ""
    wallet_apple_key_password: SecretStr = SecretStr("")
    wallet_apple_wwdr: str = ""
    wallet_apple_pass_type: str = ""
    wallet_apple_team: str = ""
    wallet_google_issuer: str = ""
    wallet_google_account: str = ""
    backup_dir: str = ""
    backup_hours: int = Field(24, ge=0, le=24 * 31)
    backup_keep: int = Field(14, ge=1, le=10_000)
    keep_feed_days: int = Field(30, ge=2)
    keep_idempotency_days: int = Field(30, ge=2)
    keep_messages_days: int = Field(365, ge=7)
    keep_deliveries_days: int = Field(60, ge=7)
    keep_results_days: int = Field(90, ge=KEPT_BY_TILLS_DAYS)
    keep_commands_days: int = Field(730, ge=2 * KEPT_BY_TILLS_DAYS)

    @property
    def database_url(self) -> str:
        """Where the data is: as told, else one SQLite file in the data folder."""
        return self.database or f"sqlite:///{self.data_dir / 'site.sqlite'}"

    @property
    def public_address(self) -> str:
        """What customers and web shops call the site by, without a slash at the end."""
        return (self.public_url or self._own_address).rstrip("/")

    @property
    def _own_address(self) -> str:
        names = tls.names(self.tls_folder)
        return f"https://{names[0]}:{self.port}" if names else f"http://{self.host}:{self.port}"

    @property
    def tls_folder(self) -> Path:
        """Where the site's own authority and certificate are."""
        return self.data_dir / "tls"

    @property
    def snapshot_folder(self) -> Path:
        """Where this process puts the first loads of tills."""
        return self.data_dir / "snapshots"

    @property
    def backup_folder(self) -> Path:
        """Where backups are put: as told, else beside the site's other files."""
        return Path(self.backup_dir) if self.backup_dir else self.data_dir / "backups"

    @property
    def key_file(self) -> Path:
        """Where the secrets are kept that must not be in the database: beside an SQLite file, else apart."""
        url = make_url(self.database_url)
        if url.get_backend_name() == "sqlite" and url.database:
            return Path(f"{url.database}.keys")
        return self.data_dir / "site.keys"

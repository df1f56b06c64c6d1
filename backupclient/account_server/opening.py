"""The shop put together by the settings."""

from __future__ import annotations

from backupclient.account_server.checkout import NoProvider, Provider, TestProvider
from backupclient.account_server.forgotten import Forgotten
from backupclient.account_server.mails import FolderMailer, Mailer, SmtpMailer
from backupclient.account_server.offers import load_offers
from backupclient.account_server.post import Post
from backupclient.account_server.service import Service
from backupclient.account_server.shop import Shop
from backupclient.account_server.silence import Silence
from backupclient.account_server.ticket_quiet import QuietTickets


def open_shop(
    service: Service, *, mailer: Mailer | None = None, provider: Provider | None = None
) -> Shop:
    """With the mailer and the payment provider given, else those of the settings.
    `InvalidRequest` if there is a file of offers that cannot be read."""
    settings, shop = service.settings, service.settings.shop
    if mailer is None:
        mailer = (
            FolderMailer(shop.mail_folder, service.clock)
            if shop.mail is None
            else SmtpMailer(shop.mail, service.clock)
        )
    if provider is None and shop.test_payments:
        secret = service.short_digest("test-payments", "")
        provider = TestProvider(secret, settings.public_url, service.clock)
    offers = load_offers(shop.offers, selling=provider is not None)
    post = Post(service.database, mailer, settings.public_url)
    silence = Silence(post, shop.silent_days)
    quiet = QuietTickets(service, post)
    forgotten = Forgotten(service, post)
    return Shop(service, provider or NoProvider(), post, offers, silence, quiet, forgotten)

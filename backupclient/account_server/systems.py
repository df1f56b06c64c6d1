"""Which systems are supported: what the pages, the program and the answer before buying say."""

from __future__ import annotations

from backupclient.account_server.models import SupportedSystem

SUPPORTED = (
    SupportedSystem(system="Debian GNU/Linux", versions="12, 13", app="yes", note=""),
    SupportedSystem(system="Ubuntu", versions="24.04 or newer", app="yes", note=""),
    SupportedSystem(system="Linux", versions="glibc 2.34 or newer", app="yes", note="other-linux"),
    SupportedSystem(system="Windows", versions="", app="no", note="planned"),
    SupportedSystem(system="macOS", versions="", app="no", note="planned"),
)

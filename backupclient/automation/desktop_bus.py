"""One question to the message bus of a Linux system, which may not be there or never answer.

See the D-Bus specification, and the documentation of who is asked.
"""

from __future__ import annotations

from typing import Any

_TIMEOUT_SECONDS = 2.0


def property_of(service: str, path: str, interface: str, name: str) -> object | None:
    """The value of a property; None if nobody says."""
    from jeepney import DBusAddress, Properties  # noqa: PLC0415 - Linux alone has it

    address = DBusAddress(path, service, interface)
    answer = _ask(Properties(address).get(name), with_descriptors=False)
    return None if answer is None else answer[0][1]


def descriptor_from(
    service: str, path: str, interface: str, method: str, arguments: tuple[str, ...]
) -> int | None:
    """The open file that a method returns, for the caller to close; None if there is none."""
    from jeepney import DBusAddress, new_method_call  # noqa: PLC0415 - as above

    address = DBusAddress(path, service, interface)
    question = new_method_call(address, method, "s" * len(arguments), arguments)
    answer = _ask(question, with_descriptors=True)
    if answer is None:
        return None
    descriptor: int = answer[0].to_raw_fd()
    return descriptor


def _ask(question: Any, *, with_descriptors: bool) -> tuple[Any, ...] | None:
    from jeepney import MessageType  # noqa: PLC0415 - as above
    from jeepney.bus import get_bus  # noqa: PLC0415
    from jeepney.io.blocking import DBusConnection, prep_socket  # noqa: PLC0415
    from jeepney.wrappers import DBusErrorResponse  # noqa: PLC0415

    class Impatient(DBusConnection):  # type: ignore[misc]  # it has no types
        """Its own first question would wait for ever."""

        def receive(self, *, timeout: float | None = None) -> object:
            return super().receive(timeout=_TIMEOUT_SECONDS if timeout is None else timeout)

    try:
        line = prep_socket(get_bus("SYSTEM"), with_descriptors, timeout=_TIMEOUT_SECONDS)
        try:
            with Impatient(line, with_descriptors) as connection:
                reply = connection.send_and_get_reply(question)
        finally:
            line.close()
    except (OSError, ValueError, LookupError, RuntimeError, DBusErrorResponse):
        return None  # no bus, or one that is not understood
    if reply.header.message_type is not MessageType.method_return:
        return None
    body: tuple[Any, ...] = reply.body
    return body or None

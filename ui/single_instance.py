"""One window for each user and data folder: a second start raises the first and goes."""

from __future__ import annotations

import getpass
import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_WAIT_MS = 2000
_MOST_BYTES = 64


def server_name(data: Path) -> str:
    """The same for each start over `data` by this user, and for no other."""
    who = hashlib.sha256(f"{getpass.getuser()}\0{data.absolute()}".encode()).hexdigest()
    return f"plainkeep-{who[:24]}"


class SingleInstance(QObject):
    """Belongs to the window's thread."""

    raised = Signal(str)
    """Somebody started the program again, and wishes this: a page's name, a link, or nothing."""

    def __init__(self, data: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = server_name(data)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._callers: list[QLocalSocket] = []
        self._server.newConnection.connect(self._meet)

    def claim(self, wish: str = "") -> bool:
        """Whether this is the only one. If not, the other was told to show itself."""
        if self._told_other(wish):
            return False
        if self._server.listen(self._name):
            return True
        # Another start was faster, or what crashed has left its socket behind: only then is it
        # taken away.
        if self._told_other(wish):
            return False
        QLocalServer.removeServer(self._name)
        return self._server.listen(self._name)

    def close(self) -> None:
        self._server.close()

    def _told_other(self, wish: str) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_WAIT_MS):
            return False
        socket.write(f"{wish}\n".encode())
        socket.flush()
        socket.disconnectFromServer()
        if socket.state() is not QLocalSocket.LocalSocketState.UnconnectedState:
            socket.waitForDisconnected(_WAIT_MS)
        return True

    def _meet(self) -> None:
        while self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            self._callers.append(socket)
            socket.readyRead.connect(self._read)
            socket.disconnected.connect(self._read)
        self._read()

    def _read(self) -> None:
        """What each start that found us has said, a line each, and let go of those that left."""
        for socket in tuple(self._callers):
            if socket.canReadLine():
                line = bytes(socket.readLine(_MOST_BYTES).data())
                self.raised.emit(line.decode("utf-8", "replace").strip())
            if socket.state() is QLocalSocket.LocalSocketState.UnconnectedState:
                self._callers.remove(socket)
                socket.deleteLater()

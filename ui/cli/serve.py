"""yinju serve."""

import socket
from typing import Annotated

import typer

from rag.errors import SettingsError
from rag.settings import Settings
from ui.cli.shared import CONSOLE, LibraryOption, opened

__all__ = ["serve"]


def serve(
    host: Annotated[
        str | None, typer.Option(help="The address to listen on (YINJU_HOST, else 127.0.0.1).")
    ] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on (YINJU_PORT, else 7860).")] = None,
    library: LibraryOption = None,
) -> None:
    """Serve the chat page and the API."""
    settings = Settings.read(host=host, port=port)
    _refuse_port_in_use(settings.host, settings.port)
    with opened(library, create=True, host=host, port=port) as pipeline:
        from ui.api import create_app
        from ui.page import mount_page
        from ui.server.encoding_ahead import encoding_ahead
        from ui.server.question_queues import QuestionQueues
        from ui.server.run import server_of

        pipeline.prepare()
        queues = QuestionQueues.of(pipeline.settings)
        app = mount_page(create_app(pipeline, queues), pipeline, queues)
        with pipeline.planner():  # the indexes are proved, or made, before anybody asks
            pass
        CONSOLE.print(f"{len(pipeline.documents())} documents; http://{settings.host}:{settings.port}")
        with encoding_ahead(pipeline, queues):
            server_of(app, queues, settings.host, settings.port).run()


def _refuse_port_in_use(host: str, port: int) -> None:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SettingsError(
            f"cannot listen on {host}:{port}: {reason}; name another with --host or --port"
        ) from error

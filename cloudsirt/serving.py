"""Starts the web server."""

from cloudsirt.config import Config


def serve(config: Config, host: str, port: int, workers: int) -> None:
    """Serve."""
    from cloudsirt.app import create_app
    from cloudsirt.house import open_house

    create_app(open_house(config)).run(host, port, threaded=True)

"""A placeholder for the client of Dask if Dask is not installed."""


class Client:
    """Can be imported, and raises an error that names the missing package when it is used."""

    def __init__(self, *args: object, **options: object) -> None:
        raise ImportError(
            'Client needs Dask, which is not installed: pip install "dask[distributed]".'
        )

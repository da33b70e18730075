"""What stands for the client of Dask where Dask is not installed."""


class Client:
    """Says at its use what is missing, so that its name can be imported."""

    def __init__(self, *args: object, **options: object) -> None:
        raise ImportError(
            'Client needs Dask, which is not installed: pip install "dask[distributed]".'
        )

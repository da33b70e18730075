"""A placeholder for the client of Dask if Dask is not installed."""

from skembed._optional import check_installed


class Client:
    """Can be imported, and raises an error that names the missing package when it is used."""

    def __init__(self, *args: object, **options: object) -> None:
        for package in ("dask", "distributed"):
            check_installed(package, "Client needs")

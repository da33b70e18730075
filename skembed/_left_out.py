"""What an import says of modules that the distribution `skembed-serve` leaves out."""


class LeftOut:
    """Takes the last place among Python's finders, and says where a module of skembed is."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        """Refuse a module of skembed that no finder before has found."""
        if not name.startswith("skembed."):
            return
        raise ModuleNotFoundError(
            f"{name} is not in skembed-serve, which answers with exported models. Install the "
            'whole of skembed: pip install "skembed".'
        )  # without its name, at which ``from skembed.text import name`` would pass over it

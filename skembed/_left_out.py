"""The error of importing a module that the distribution `skembed-serve` leaves out."""


class LeftOut:
    """The last of Python's finders; its error says where a module of skembed is."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        """Refuse a module of skembed that no other finder has found."""
        if not name.startswith("skembed."):
            return
        raise ModuleNotFoundError(
            f"{name} is not in skembed-serve, which only runs exported models. Install all of "
            'skembed: pip install "skembed".'
        )  # without its name; with it, ``from skembed.text import name`` would ignore the error

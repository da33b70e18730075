"""Links from an estimator's diagram in a notebook to its page of the documentation."""


class DocumentedMixin:
    """Gives scikit-learn the address of an estimator's page, which its diagram links to.

    A class that a user derives from an estimator has no page, and no link.
    """

    _doc_link_module = "skembed"
    _doc_link_template = (
        "https://skembed.readthedocs.io/en/stable/api/skembed.{estimator_name}.html"
    )

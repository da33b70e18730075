"""Check that an estimator of texts behaves as scikit-learn's users expect."""

from skembed.testing._run import check_text_estimator, parametrize_with_text_checks

__all__ = ["check_text_estimator", "parametrize_with_text_checks"]

"""Each planted defect is caught, by the checks that are about it and by no other."""

import pytest

from skembed.testing import check_text_estimator
from tests.testing import planted
from tests.versions import NUMPY, SKLEARN

COLLECTIONS = {
    "check_tuple",
    "check_array_of_str",
    "check_array_of_objects",
    "check_array_of_string_dtype",
    "check_array_with_gaps",
    "check_read_only_array",
    "check_memory_mapped_array",
    "check_pandas_series",
    "check_polars_series",
    "check_arrow_column",
    "check_other_collections",
    "check_one_column",
    "check_one_column_data_frame",
    "check_strings_of_other_classes",
}

CHARACTERS = {
    "check_surrogates",
    "check_control_characters",
    "check_nul",
    "check_emoji",
    "check_right_to_left_text",
    "check_combining_text",
}

SAME_AGAIN = {
    "check_fit_on_strange_documents",
    "check_same_seed_gives_the_same",
    "check_global_seeds_have_no_say",
    "check_fit_again_gives_the_same",
    "check_earlier_fit_leaves_no_trace",
    "check_fit_transform",
    "check_data_frames_as_output",
    "check_fit_in_two_threads",
    "check_two_processes",
    "check_pickle_before_use",
    "check_pickle_unfitted",
}

CAUGHT_BY = {
    "HidesParameter": {"check_init_has_named_parameters"},
    "ForgetsParameterInClone": {"check_clone_keeps_changed_parameters"},
    "TakesAnyParameter": {"check_unknown_parameters_are_refused"},
    "WorksInInit": {"check_init_only_stores"},
    "FitReturnsNothing": {"check_fit_returns_self"},
    "FitChangesParameter": {"check_fit_keeps_parameters"},
    "SaysNothingOfTexts": {"check_text_tags"},
    "WorksUnfitted": {
        "check_clone_is_unfitted",
        "check_unfitted_is_refused",
        "check_refused_fit_leaves_it_unfitted",
    },
    "NamesTooFewFeatures": {"check_feature_names", "check_data_frames_as_output"},
    "NeedsTruthValue": {
        "check_array_of_str",
        "check_array_of_objects",
        "check_array_of_string_dtype",
        "check_array_with_gaps",
        "check_read_only_array",
        "check_memory_mapped_array",
        "check_pandas_series",
        "check_polars_series",
        "check_documents_are_not_changed",
        "check_two_processes",
    },
    "IndexesByLabel": {
        "check_pandas_series",
        "check_arrow_column",
        "check_one_column_data_frame",
        "check_two_column_data_frame_is_refused",
        "check_bare_string_is_refused",
    },
    "WritesIntoDocuments": {
        "check_read_only_array",
        "check_memory_mapped_array",
        "check_documents_are_not_changed",
        "check_two_processes",
    },
    "AcceptsOneString": {"check_bare_string_is_refused"},
    "ReadsNoneAsWord": {
        "check_one_column",
        "check_one_column_data_frame",
        "check_bytes",
        "check_lists_of_words",
        "check_missing_document_is_refused",
        "check_number_is_refused",
        "check_gap_in_a_pandas_series_is_refused",
        "check_gap_in_a_polars_series_is_refused",
        "check_gap_in_an_arrow_column_is_refused",
        "check_two_columns_are_refused",
        "check_two_column_data_frame_is_refused",
    },
    "ChecksTooLate": {"check_refused_fit_leaves_it_unfitted", "check_refused_fit_leaves_no_trace"},
    "FailsOnEmptyDocument": {
        "check_empty_documents",
        "check_fit_on_strange_documents",
        "check_fit_on_empty_documents",
        "check_reading_again_gives_the_same",
        "check_pickle_of_strange_words",
    },
    "EncodesAsUtf8": {
        "check_surrogates",
        "check_fit_on_strange_documents",
        "check_reading_again_gives_the_same",
        "check_pickle_of_strange_words",
    },
    "EndsAtNul": {"check_nul"},
    "DividesByNumberOfWords": {
        *CHARACTERS,
        "check_empty_documents",
        "check_unknown_documents",
        "check_fit_on_strange_documents",
        "check_fit_on_empty_documents",
        "check_long_word",
    },
    "RefusesLongDocument": {"check_million_tokens_to_read", "check_million_tokens_to_fit"},
    "DropsEmptyDocuments": {
        "check_empty_documents",
        "check_fit_on_strange_documents",
        "check_fit_on_empty_documents",
    },
    "StandardisesByBatch": {
        *CHARACTERS,
        "check_empty_documents",
        "check_unknown_documents",
        "check_long_word",
        "check_million_tokens_to_read",
        "check_document_alone_is_as_in_a_batch",
    },
    "TransformLearns": {
        "check_other_collections",
        "check_reading_again_gives_the_same",
        "check_two_threads",
    },
    "AddsToEarlierFit": {"check_earlier_fit_leaves_no_trace"},
    "NoisyFit": {*COLLECTIONS, *SAME_AGAIN},
    "DrawsFromNumPy": {*COLLECTIONS, *SAME_AGAIN, "check_global_seeds_are_kept"},
    "WorksInOneProcess": {"check_two_processes"},
    "OtherNumbersInDataFrames": {"check_data_frames_as_output"},
    "KeepsDocumentsBetween": {"check_two_threads"},
    "OtherFitTransform": {"check_fit_transform"},
    "PickleLosesState": {
        "check_pickle",
        "check_pickle_before_use",
        "check_pickle_of_strange_words",
        "check_joblib",
        "check_deepcopy",
    },
    "HoldsFunction": {
        "check_pickle",
        "check_pickle_before_use",
        "check_pickle_of_strange_words",
        "check_joblib",
    },
    "SharesStateOfClass": {"check_deepcopy", "check_clone_shares_nothing"},
    "ChangesFolder": {"check_working_folder_is_kept"},
    "LeavesFile": {"check_working_folder_is_kept"},
    "SetsVariable": {"check_environment_is_kept"},
    "SetsLocale": {"check_locale_is_kept"},
    "FiltersWarnings": {"check_warning_filters_are_kept"},
    "SetsLogging": {"check_logging_is_kept"},
    "SeedsNumPy": {"check_global_seeds_are_kept"},
    "SeedsPython": {"check_global_seeds_are_kept"},
    "SetsRecursionLimit": {"check_python_settings_are_kept"},
    "SetsErrors": {"check_numpy_settings_are_kept"},
    "Prints": {"check_nothing_on_stdout"},
    "WritesBelowPython": {"check_nothing_on_stdout"},
    "WritesToStandardError": {"check_nothing_on_stderr"},
    "SeedsKeras": {"check_global_seeds_are_kept", "check_keras_seed_is_kept"},
    "SetsPrecision": {"check_keras_seed_is_kept", "check_keras_settings_are_kept"},
    "ClassesInOrderOfAppearance": {
        "check_classes_are_sorted",
        "check_labels_of_other_kinds",
        "check_labels_as_objects",
        "check_many_classes",
        "check_class_of_one_document",
    },
    "SaysItNeedsNoLabels": {"check_text_tags"},
    "PredictsNumbers": {
        "check_labels_of_other_kinds",
        "check_labels_as_objects",
        "check_one_class",
        "check_many_classes",
        "check_prediction_methods",
        "check_cross_validation_with_two_jobs",
    },
    "TurnsLabelsIntoStrings": {
        "check_labels_of_other_kinds",
        "check_labels_as_objects",
        "check_scores",
    },
    "DoesNotNormalise": {"check_many_classes", "check_prediction_methods"},
    "KnowsTwoClasses": {"check_many_classes", "check_class_of_one_document"},
    "AcceptsAnyLabels": {
        "check_labels_of_other_kinds",
        "check_labels_as_objects",
        "check_scores",
        "check_column_of_labels",
        "check_missing_label_is_refused",
        "check_continuous_labels_are_refused",
    },
    "WritesIntoLabels": {
        "check_documents_are_not_changed",
        "check_labels_of_other_kinds",
        "check_tuple_of_labels",
        "check_column_of_labels",
    },
}


def test_every_defect_is_in_the_table():
    defined = [name for name, cls in vars(planted).items() if _is_defect(cls)]
    assert defined == list(CAUGHT_BY)


def _is_defect(value):
    return isinstance(value, type) and value.__module__ == planted.__name__


OTHERWISE = {
    # NumPy before 2.2 takes an empty array for false, and warns.
    "NeedsTruthValue": {"check_no_documents_to_read"} if NUMPY < (2, 2) else set(),
    # scikit-learn before 1.9 compares labels with numbers.
    "PredictsNumbers": {"check_cross_validation_with_two_jobs"} if SKLEARN < (1, 9) else set(),
}
"""Where older versions differ: checks that catch a defect there alone, or nowhere else."""


@pytest.mark.slow
@pytest.mark.parametrize("name", CAUGHT_BY)
def test_planted_defect_is_caught(name, monkeypatch, tmp_path):
    pytest.importorskip("keras")
    monkeypatch.chdir(tmp_path)  # one of them leaves a file where it works
    results = check_text_estimator(getattr(planted, name)(), on_skip=None, on_fail=None)
    failed = {result["check_name"] for result in results if result["status"] == "failed"}
    assert failed == CAUGHT_BY[name] ^ OTHERWISE.get(name, set())

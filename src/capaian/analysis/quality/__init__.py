"""How evidence was recorded: what can be seen of it, against what honest work would show."""

from capaian.analysis.quality.case_mix import case_mix, diagnose_case_mix
from capaian.analysis.quality.diagnosis import Diagnoses, Diagnosis
from capaian.analysis.quality.front import diagnose
from capaian.analysis.quality.shape import Drift, ShapeChange, shape_change, target_drift
from capaian.analysis.quality.survey import diagnose_survey, survey_forms

__all__ = [
    "Diagnoses",
    "Diagnosis",
    "Drift",
    "ShapeChange",
    "case_mix",
    "diagnose",
    "diagnose_case_mix",
    "diagnose_survey",
    "shape_change",
    "survey_forms",
    "target_drift",
]

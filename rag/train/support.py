"""The fit of the model that says when not to answer."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from rag.support import Signs

__all__ = ["fit_support"]

_FALSE_REFUSALS: Final = 0.06  # share of answerable questions the threshold may refuse
_STRENGTH: Final = 1.0  # C: few questions, so few degrees of freedom


def fit_support(signs: Sequence[Signs], answerable: Sequence[bool], out: Path) -> dict[str, Any]:
    """Fit on questions whose answer is, or is not, in the library; write the model, return its figures.

    The threshold and the figures come from ten-fold cross-validation: no question is judged by a
    model that has seen it.
    """
    x, y = np.array(signs, dtype=float), np.array(answerable)
    model = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=1000)
    folds = StratifiedKFold(10, shuffle=True, random_state=0)
    judged = cross_val_predict(model, x, y, cv=folds, method="predict_proba")[:, 1]
    threshold = float(np.quantile(judged[y], _FALSE_REFUSALS))
    model.fit(x, y)
    figures = {
        "questions": len(y),
        "unanswerable": int((~y).sum()),
        "refused_of_unanswerable": round(float((judged[~y] < threshold).mean()), 3),
        "refused_of_answerable": round(float((judged[y] < threshold).mean()), 3),
    }
    data = {
        "weights": {name: round(float(w), 4) for name, w in zip(Signs._fields, model.coef_[0], strict=True)},
        "intercept": round(float(model.intercept_[0]), 4),
        "threshold": round(threshold, 4),
        "cross_validated": figures,
    }
    out.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return figures

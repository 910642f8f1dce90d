"""Exports one forest to the forms that the peers take.

    python export_forest.py MODEL.pkl ROWS.f64 FOLDER FORM ...

FORM is one of: sklearn (forest.pkl; expected.f64, predict_proba of the first 1,000 rows; classes.i32, the class of the
first 10,000, for peers that train a forest of their own), onnx (forest.onnx), m2cgen (forest.js), treelite (forest.so).
 MODEL.pkl holds a forest, a pipeline that ends in one, or a dict with one of
those as `model`. Fails with one line when a form cannot be made.
"""
import sys
from pathlib import Path

import joblib
import numpy as np

CHECKED_ROWS = 1000
TRAINING_ROWS = 10_000


def load_forest(path):
    """The fitted forest, with one job, whose answers are the same bits each time."""
    model = joblib.load(path)
    if isinstance(model, dict):
        model = model['model']
    if hasattr(model, 'steps'):
        model = model.steps[-1][1]
    model.n_jobs = 1
    # Fitted with a table's column names, it would warn at each array.
    if hasattr(model, 'feature_names_in_'):
        del model.feature_names_in_
    return model


def export_sklearn(forest, rows, folder):
    joblib.dump(forest, folder / 'forest.pkl')
    forest.predict_proba(rows[:CHECKED_ROWS]).astype('<f8').tofile(folder / 'expected.f64')
    forest.predict_proba(rows[:TRAINING_ROWS]).argmax(axis=1).astype('<i4').tofile(folder / 'classes.i32')


def export_onnx(forest, rows, folder):
    from skl2onnx import to_onnx
    model = to_onnx(forest, rows[:1].astype(np.float32), options={'zipmap': False})
    (folder / 'forest.onnx').write_bytes(model.SerializeToString())


def export_m2cgen(forest, rows, folder):
    import m2cgen
    # Its walk down a tree is recursive.
    sys.setrecursionlimit(20_000)
    (folder / 'forest.js').write_text(m2cgen.export_to_javascript(forest) + '\nmodule.exports = score\n')


def export_treelite(forest, rows, folder):
    import tl2cgen
    import treelite
    model = treelite.sklearn.import_model(forest)
    # A function a tree: gcc's time grows faster than a function's size.
    tl2cgen.export_lib(
        model, toolchain='gcc', libpath=str(folder / 'forest.so'), params={'parallel_comp': forest.n_estimators},
        nthread=2, options=['-march=native']
    )


EXPORTS = {'sklearn': export_sklearn, 'onnx': export_onnx, 'm2cgen': export_m2cgen, 'treelite': export_treelite}


def main(model, rows, folder, *forms):
    forest = load_forest(model)
    rows = np.fromfile(rows, '<f8').reshape(-1, forest.n_features_in_)
    for form in forms:
        EXPORTS[form](forest, rows, Path(folder))


if __name__ == '__main__':
    main(*sys.argv[1:])

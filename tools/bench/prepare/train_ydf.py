"""Trains a YDF forest on the classes that a scikit-learn forest gives, with as many trees and about as many nodes.

    python train_ydf.py ROWS.f64 N_FEATURES EXPECTED.f64 N_TREES MAX_DEPTH FOLDER

Writes ydf.zip and prints {"trees": ..., "nodes": ...}.
"""
import json
import sys
import zipfile
from pathlib import Path

import numpy as np
import ydf


def main(rows, n_features, classes, n_trees, max_depth, folder):
    classes = np.fromfile(classes, '<i4')
    rows = np.fromfile(rows, '<f8').reshape(-1, int(n_features))[:len(classes)]
    table = {f'x{i}': column for i, column in enumerate(rows.T)}
    model = ydf.RandomForestLearner(
        label='y', num_trees=int(n_trees), max_depth=int(max_depth), min_examples=1, winner_take_all=False,
        compute_oob_performances=False, pure_serving_model=True, random_seed=1,
    ).train({**table, 'y': classes.astype(str)}, verbose=0)
    saved = Path(folder) / 'ydf'
    model.save(str(saved))
    with zipfile.ZipFile(Path(folder) / 'ydf.zip', 'w', zipfile.ZIP_DEFLATED) as file:
        for path in saved.iterdir():
            file.write(path, path.name)
    print(json.dumps({'trees': model.num_trees(), 'nodes': model.num_nodes()}))


if __name__ == '__main__':
    main(*sys.argv[1:])

"""How a model file is written: every way that people use, and a few that only another machine would."""
import copyreg
import gzip
import pickle
from collections import ChainMap

import joblib
import numpy as np
from joblib.numpy_pickle import NumpyPickler
from sklearn.tree._tree import Tree

PROTOCOLS = range(6)
WRITERS = ('pickle', 'joblib', 'joblib-zlib', 'joblib-gzip', 'joblib-bz2', 'joblib-lzma', 'joblib-xz', 'joblib-lz4',
           'pickle-gzip')
# Asked for by name, since they change the arrays too: big-endian machines, and a 32-bit one's tree nodes.
FOREIGN_WRITERS = ('pickle-big-endian', 'joblib-big-endian', 'pickle-32-bit')
# Files of the boosters' own, asked for by name: not the whole estimator is in them.
OWN_WRITERS = ('xgboost-json', 'xgboost-ubj', 'lightgbm-text')
EXTENSIONS = {'pickle': 'pkl', 'joblib': 'joblib', 'joblib-zlib': 'joblib.z', 'joblib-gzip': 'joblib.gz',
              'joblib-bz2': 'joblib.bz2', 'joblib-lzma': 'joblib.lzma', 'joblib-xz': 'joblib.xz',
              'joblib-lz4': 'joblib.lz4', 'pickle-gzip': 'pkl.gz', 'pickle-big-endian': 'pkl',
              'joblib-big-endian': 'joblib', 'pickle-32-bit': 'pkl',
              'xgboost-json': 'xgb.json', 'xgboost-ubj': 'ubj', 'lightgbm-text': 'txt'}


def pick_container(position, minor):
    """(writer, protocol) of the case at `position`: all combinations in turn, begun elsewhere in every version."""
    place = position + 11 * minor
    protocol = place % len(PROTOCOLS)
    return WRITERS[place // len(PROTOCOLS) % len(WRITERS)], protocol


def write_model(model, path, writer, protocol):
    """Writes `model` to `path`; ValueError for a writer that is not one of the above."""
    if writer == 'pickle':
        with open(path, 'wb') as file:
            pickle.dump(model, file, protocol=protocol)
    elif writer == 'pickle-gzip':
        with gzip.GzipFile(path, 'wb', mtime=0) as file:
            pickle.dump(model, file, protocol=protocol)
    elif writer == 'joblib-big-endian':
        with open(path, 'wb') as file:
            BigEndianJoblib(file, protocol=protocol).dump(model)
    elif writer == 'pickle-big-endian':
        dump_with_table(model, path, protocol, {np.ndarray: reduce_big_endian})
    elif writer == 'pickle-32-bit':
        dump_with_table(model, path, protocol, {Tree: reduce_narrow_tree})
    elif writer == 'lightgbm-text':
        model.booster_.save_model(str(path))
    elif writer in OWN_WRITERS:
        model.save_model(str(path))
    elif writer in WRITERS:
        method = writer.partition('-')[2]
        joblib.dump(model, path, compress=(method, 3) if method else 0, protocol=protocol)
    else:
        raise ValueError('unknown writer %r' % writer)


def load_model(path, writer, model):
    """`model` again, by what its users would call."""
    if writer == 'lightgbm-text':
        # LightGBM's estimators do not read files.
        return model
    if writer in OWN_WRITERS:
        again = type(model)(n_jobs=1)
        again.load_model(str(path))
        return again
    if writer.startswith('joblib'):
        return joblib.load(path)
    opener = gzip.open if writer == 'pickle-gzip' else open
    with opener(path, 'rb') as file:
        return pickle.load(file)


def dump_with_table(model, path, protocol, table):
    with open(path, 'wb') as file:
        pickler = pickle.Pickler(file, protocol=protocol)
        pickler.dispatch_table = ChainMap(table, copyreg.dispatch_table)
        pickler.dump(model)


def to_big_endian(array):
    """The same values, bytes the other way round; object arrays as they are."""
    if array.dtype.hasobject:
        return array
    return array.byteswap().view(array.dtype.newbyteorder('>'))


def reduce_big_endian(array):
    # Protocol 2's form is understood under all of them.
    return to_big_endian(array).__reduce__()


class BigEndianJoblib(NumpyPickler):
    """joblib's own pickler on a big-endian machine."""

    def save(self, obj):
        super().save(to_big_endian(obj) if type(obj) is np.ndarray else obj)


def reduce_narrow_tree(tree):
    """A tree as a 32-bit machine writes it: node indices in four bytes, other offsets."""
    cls, (n_features, n_classes, n_outputs), state = tree.__reduce__()
    nodes = state['nodes']
    narrow = [(name, np.dtype('<i4') if nodes.dtype[name] == np.dtype('<i8') else nodes.dtype[name])
              for name in nodes.dtype.names]
    # Zeros first, for the gaps between the fields.
    copy = np.zeros(nodes.shape, np.dtype(narrow, align=True))
    for name, _ in narrow:
        copy[name] = nodes[name]
    state = {**state, 'nodes': copy}
    return cls, (n_features, n_classes.astype(np.int32), n_outputs), state

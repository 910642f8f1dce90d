"""Cases of linear models, projections, and what stacks predictors or tells several classes apart by classifiers of two."""
from cases import case, forest, forest_regressor, gb, gb_regressor, hgb, pipe, tree, tree_regressor
from spec import E

scaled = lambda *steps: pipe(E('StandardScaler'), *steps)
logistic = lambda **options: E('LogisticRegression', max_iter=500, **options)
MEMBERS = [('forest', forest(n_estimators=3)), ('logistic', scaled(logistic()))]
REGRESSORS = [('forest', forest_regressor(n_estimators=3)), ('ridge', scaled(E('Ridge')))]

# Regressors
for name in ('LinearRegression', 'Ridge', 'RidgeCV', 'BayesianRidge', 'HuberRegressor', 'LinearSVR', 'SGDRegressor'):
    case('linear-%s' % name, 'plain', 'number', scaled(E(name)))
case('linear-lasso', 'plain', 'number', scaled(E('Lasso', alpha=0.01)))
case('linear-elastic-net', 'named', 'number', scaled(E('ElasticNet', alpha=0.01)))
case('linear-lasso-cv', 'named', 'number', scaled(E('LassoCV', cv=2)))
case('linear-alone', 'plain', 'number', E('LinearRegression'))
case('linear-outputs', 'plain', 'outputs-numbers', scaled(E('Ridge')))
case('linear-poisson', 'plain', 'positive', scaled(E('PoissonRegressor')))
case('linear-gamma', 'plain', 'positive', scaled(E('GammaRegressor')))
case('linear-tweedie', 'plain', 'positive', scaled(E('TweedieRegressor', power=1.5)))
case('linear-imputed', 'named-missing', 'number', pipe(E('SimpleImputer'), E('StandardScaler'), E('Ridge')))

# Classifiers
for target in ('binary', 'strings-3'):
    case('logistic-%s' % target, 'plain', target, scaled(logistic()))
    case('logistic-cv-%s' % target, 'named', target, scaled(E('LogisticRegressionCV', Cs=2, cv=2, max_iter=500)))
    case('linear-svc-%s' % target, 'plain', target, scaled(E('LinearSVC')))
    case('ridge-classifier-%s' % target, 'plain', target, scaled(E('RidgeClassifier')))
    case('perceptron-%s' % target, 'plain', target, scaled(E('Perceptron')))
    case('discriminant-%s' % target, 'plain', target, E('LinearDiscriminantAnalysis'))
    for loss in ('log_loss', 'modified_huber', 'hinge'):
        case('sgd-%s-%s' % (loss, target), 'plain', target, scaled(E('SGDClassifier', loss=loss)))
case('logistic-ovr', 'plain', 'strings-3', scaled(logistic(multi_class='ovr')))
case('logistic-multinomial', 'plain', 'binary', scaled(logistic(multi_class='multinomial')))
case('logistic-liblinear', 'plain', 'binary', scaled(logistic(solver='liblinear')))

# Among others
case('voting-linear-soft', 'plain', 'strings-3', E('VotingClassifier', estimators=MEMBERS, voting='soft', weights=[1, 2]))
case('voting-linear-hard', 'plain', 'strings-3', E('VotingClassifier', estimators=MEMBERS + [('svc', scaled(E('LinearSVC')))]))
case('voting-linear-regressor', 'plain', 'number', E('VotingRegressor', estimators=REGRESSORS))
case('bagging-svc', 'plain', 'strings-3', E('BaggingClassifier', estimator=scaled(E('LinearSVC')), n_estimators=3))
case('calibrated-svc', 'plain', 'binary', E('CalibratedClassifierCV', estimator=scaled(E('LinearSVC')), cv=2))
case('calibrated-svc-isotonic', 'plain', 'strings-3', E(
    'CalibratedClassifierCV', estimator=scaled(E('LinearSVC')), cv=2, method='isotonic'))
case('multi-output-logistic', 'plain', 'outputs-ints', E('MultiOutputClassifier', estimator=scaled(logistic())))

# Stacking
for method in ('auto', 'predict_proba', 'decision_function', 'predict'):
    for target in ('binary', 'strings-3'):
        case('stacking-%s-%s' % (method, target), 'plain', target, E(
            'StackingClassifier', estimators=[('gb', gb(n_estimators=3)), ('logistic', scaled(logistic()))],
            final_estimator=logistic(), cv=2, stack_method=method))
case('stacking-passthrough', 'named', 'strings-3', E(
    'StackingClassifier', estimators=MEMBERS, final_estimator=scaled(logistic()), cv=2, passthrough=True))
case('stacking-trees', 'plain', 'strings-3', E(
    'StackingClassifier', estimators=[('tree', tree(max_depth=3)), ('forest', forest(n_estimators=3))],
    final_estimator=forest(n_estimators=3), cv=2))
case('stacking-drop', 'plain', 'binary', E(
    'StackingClassifier', estimators=MEMBERS + [('gone', 'drop')], final_estimator=logistic(), cv=2))
case('stacking-missing', 'named-missing', 'binary', E(
    'StackingClassifier', estimators=[('hgb', hgb()), ('tree', pipe(E('SimpleImputer'), tree()))],
    final_estimator=logistic(), cv=2))
case('stacking-regressor', 'plain', 'number', E('StackingRegressor', estimators=REGRESSORS, cv=2))
case('stacking-regressor-gb', 'plain', 'number', E(
    'StackingRegressor', estimators=REGRESSORS, final_estimator=gb_regressor(n_estimators=3), cv=2, passthrough=True))

# Several classes by two
for name, estimator in {'forest': forest(n_estimators=3), 'gb': gb(n_estimators=3), 'logistic': scaled(logistic())}.items():
    case('one-vs-rest-%s' % name, 'plain', 'strings-3', E('OneVsRestClassifier', estimator=estimator))
    case('one-vs-one-%s' % name, 'plain', 'strings-3', E('OneVsOneClassifier', estimator=estimator))
    case('output-code-%s' % name, 'plain', 'strings-3', E('OutputCodeClassifier', estimator=estimator))
case('one-vs-rest-two', 'plain', 'binary', E('OneVsRestClassifier', estimator=forest(n_estimators=3)))

# Outputs in a row
# Since 1.5 a chain of more than two classes has no probabilities: scikit-learn raises.
case('classifier-chain', 'plain', 'outputs-ints', E('ClassifierChain', base_estimator=tree(max_depth=3)), until='1.4')
case('classifier-chain-binary', 'plain', 'outputs-binary', E('ClassifierChain', base_estimator=tree(max_depth=3)), until='1.6')
case('classifier-chain-estimator', 'plain', 'outputs-binary', E('ClassifierChain', estimator=tree(max_depth=3)), since='1.7')
case('regressor-chain-estimator', 'plain', 'outputs-numbers', E('RegressorChain', estimator=tree_regressor(max_depth=3)), since='1.7')
case('regressor-chain', 'plain', 'outputs-numbers', E('RegressorChain', **{'base_estimator': tree_regressor(max_depth=3)}), until='1.6')

# Projections
for name, options in {'PCA': {}, 'IncrementalPCA': {}, 'TruncatedSVD': {}}.items():
    case('project-%s' % name, 'plain', 'strings-3', scaled(E(name, n_components=3, **options), forest(n_estimators=3)))
case('project-whiten', 'plain', 'binary', scaled(E('PCA', n_components=2, whiten=True), forest(n_estimators=3)))
case('project-logistic', 'plain', 'strings-3', scaled(E('PCA', n_components=3), logistic()))
case('project-discriminant', 'plain', 'strings-3', scaled(E('LinearDiscriminantAnalysis'), forest(n_estimators=3)))

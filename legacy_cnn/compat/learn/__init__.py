"""`tf.contrib.learn`: data sets, vocabularies, and Estimators from before `tf.estimator`."""

import tensorflow.compat.v1 as tf


def rename(old, new, names):
    reader = tf.train.load_checkpoint(old)
    with tf.Graph().as_default() as graph:
        for name in reader.get_variable_to_shape_map():
            tf.Variable(reader.get_tensor(name), name=names.get(name, name))
        init = tf.global_variables_initializer()
        saver = tf.train.Saver()
    with tf.Session(graph=graph) as session:
        session.run(init)
        saver.save(session, new)

"""`legacy-cnn run`: as `python SCRIPT`, with TensorFlow 1."""

import io
import os
import subprocess
import sys
import textwrap

import pytest
import tensorflow.compat.v1 as tf

from conftest import arguments_of, command
from legacy_cnn import cli, compat
from legacy_cnn.compat import runner, shown
from legacy_cnn.errors import UsageError

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def run(tmp_path, monkeypatch, capfd):
    """Runs a script in this process; returns what it printed on stdout and on stderr."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    monkeypatch.setattr(sys, "argv", [])
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    monkeypatch.chdir(tmp_path)
    tf.reset_default_graph()  # a script begins without one

    def run(text, *words, **settings):
        (tmp_path / "script.py").write_text(textwrap.dedent(text))
        with compat.installed(**settings):
            runner.script("script.py", words).run()
        return capfd.readouterr()

    return run


def test_it_is_main_as_python_has_it(run):
    text = """
        import os, sys
        print(__name__, __file__, sys.argv, os.path.samefile(sys.path[0], "."), __spec__)
        print(sys.modules["__main__"].__dict__ is globals())
    """
    out = run(text, "--steps", "").out.splitlines()
    assert out == ["__main__ script.py ['script.py', '--steps', ''] True None", "True"]


def test_a_script_from_stdin(run, monkeypatch, capfd):
    text = (
        b"import sys\nprint(__name__, __file__, sys.argv, sys.path[0] == '', sys.stdin.read())\n1/0"
    )
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    with compat.installed(), pytest.raises(ZeroDivisionError):
        runner.script("-", ["a"]).run()
    captured = capfd.readouterr()
    assert captured.out == "__main__ <stdin> ['-', 'a'] True \n"
    assert '  File "<stdin>", line 3, in <module>\n' in captured.err


@pytest.mark.parametrize(
    ("stdin", "status", "said"),
    [
        ("<&-", 0, "legacy-cnn: ran as TensorFlow"),  # as in `python -`, there is nothing to run
        ("</dev/full", 2, "- has more than 67,108,864 bytes, which no script has."),
    ],
)
def test_a_script_from_no_file(stdin, status, said):
    words = ["sh", "-c", f'"$@" {stdin}', "sh", *arguments_of("run", "-")]
    done = subprocess.run(words, capture_output=True, text=True)
    last = done.stderr.splitlines()[-1]
    assert (done.returncode, said in last, "Traceback" in done.stderr) == (status, True, False)


def test_a_script_that_is_too_long_is_not_read(tmp_path, monkeypatch):
    """As a device is, which has no end."""
    monkeypatch.setattr(runner, "TEXT", 9)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"x" * 10)))
    (tmp_path / "long.py").write_bytes(b"x" * 10)
    for name in ("-", str(tmp_path / "long.py")):
        with pytest.raises(UsageError, match="has more than 9 bytes, which no script has"):
            runner.script(name, []).read()


@pytest.mark.parametrize("data", [b"\x00", b"\x8f\xff\n", b"x = = 1"])
def test_what_is_no_python_is_told_in_pythons_words(run, tmp_path, capfd, data):
    (tmp_path / "data.py").write_bytes(data)
    with compat.installed(), pytest.raises(SyntaxError):
        runner.script("data.py", []).run()
    lines = capfd.readouterr().err.splitlines()
    assert lines[-1].startswith("SyntaxError: ")
    assert not any("Traceback" in line or "/" in line for line in lines)


def test_an_error_is_shown_as_the_programs_own(run, capfd):
    text = """
        import tensorflow as tf
        def build(x):
            return {}["units"]
        build(tf.placeholder(tf.float32))
    """
    with pytest.raises(KeyError):
        run(text)
    lines = capfd.readouterr().err.splitlines()
    assert [line for line in lines if line.startswith("  File")] == [
        '  File "script.py", line 5, in <module>',
        '  File "script.py", line 4, in build',
    ]
    assert lines[-1] == "KeyError: 'units'" and shown.is_shown()


def test_an_error_of_any_depth_is_shown(run, capfd):
    with pytest.raises(RecursionError):
        run("def build():\n    build()\nbuild()")
    assert "script.py" in capfd.readouterr().err and shown.is_shown()


def test_a_script_may_be_a_pipe(monkeypatch, capfd):
    read, write = os.pipe()
    os.write(write, b"print(__name__)")
    os.close(write)
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    monkeypatch.setattr(sys, "argv", [])
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    target = runner.script(f"/dev/fd/{read}", [])
    assert target.release() == "1.15.5"
    target.run()
    os.close(read)
    assert capfd.readouterr().out == "__main__\n"


def test_modules_are_copied_and_names_imported_as_modules_are(run):
    text = """
        import copy, pickle
        import tensorflow as tf
        import tensorflow.contrib as contrib
        print(copy.deepcopy([contrib])[0] is contrib, pickle.loads(pickle.dumps(tf.nn)) is tf.nn)
        print(hasattr(tf, "mul"))
        from tensorflow import *
        found = {}
        exec("import tensorflow as tf", found)
        assert found["tf"] is tf and constant is tf.constant
    """
    assert run(text).out == "True True\nFalse\n"


@pytest.mark.parametrize("status", [3, "stopped on purpose", None])
def test_sys_exit_goes_on_to_python(run, status):
    with pytest.raises(SystemExit) as end:
        run(f"import sys; sys.exit({status!r})")
    assert end.value.code == status and not shown.is_shown()


@pytest.mark.parametrize(("end", "status"), [("sys.exit(3)", 3), ("tf.app.run(lambda _: 4)", 4)])
def test_the_exit_status_is_the_scripts_own(end, status):
    done = subprocess.run(
        [sys.executable, "-P", "-m", "legacy_cnn", "run", "-"],
        input=f"import sys\nimport tensorflow as tf\n{end}\n",
        capture_output=True,
        text=True,
    )
    assert done.returncode == status
    assert [line for line in done.stderr.splitlines() if line.startswith("legacy-cnn")] == [
        "legacy-cnn: ran as TensorFlow 1.15.5"
    ]


def test_what_is_missing_names_itself_and_its_line(run, capfd):
    with pytest.raises(AttributeError, match="no attribute 'no_such_op'"):
        run("import tensorflow as tf\n\ntf.nn.no_such_op(1)")
    last = capfd.readouterr().err.splitlines()[-1]
    assert "tensorflow.nn.no_such_op" in last and "script.py, line 3" in last


def test_hasattr_and_try_work_around_what_is_missing(run):
    text = """
        import tensorflow as tf
        try:
            import tensorflow.contrib.no_such_part as part
        except ImportError:
            print("no part")
        try:
            from tensorflow.contrib import no_such_part
        except ImportError:
            print("none either")
        print(hasattr(tf, "no_such_name"), getattr(tf.nn, "no_such_op", None))
    """
    assert run(text).out.splitlines() == ["no part", "none either", "False None"]


def test_names_of_another_release_are_not_there_for_who_looks_first(run):
    text = """
        import tensorflow as tf
        try:
            writer = tf.train.SummaryWriter
        except AttributeError:
            writer = tf.summary.FileWriter
        print(hasattr(tf, "mul"), writer is tf.summary.FileWriter)
    """
    assert run(text).out == "False True\n"
    # Of 0.5, and of tf.compat.v1 today, with something else in it.
    assert run("import tensorflow as tf\nprint(hasattr(tf, 'types'))").out == "False\n"
    assert run(text + "    tf.mul(1, 2)").out == "True True\n"


def test_libraries_keep_the_real_tensorflow(run):
    text = """
        import importlib, sys
        import tensorflow as tf
        assert importlib.import_module("tensorflow") is tf
        assert sys.modules["tensorflow"] is not tf and not hasattr(sys.modules["tensorflow"], "mul")
        print(tf.__name__, tf.__version__)
    """
    assert run(text).out == "tensorflow 1.15.5\n"


def test_seeds_reach_every_graph_numpy_and_random(run):
    text = """
        import random
        import numpy as np, tensorflow as tf
        tf.reset_default_graph()
        with tf.Session() as session:
            print(session.run(tf.random_normal([1]))[0], np.random.rand(), random.random())
    """
    assert run(text, seed=3).out == run(text, seed=3).out != run(text, seed=4).out


TRAINING = """
    import tensorflow as tf
    v = tf.Variable(1.0)
    step = tf.assign_add(v, 1.0), tf.train.GradientDescentOptimizer(0.0).minimize(v)
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    while True:
        try:
            print(session.run(step)[0] > 0)
        except KeyError:
            pass
"""


def test_max_steps_ends_a_program_after_its_steps(run, capfd):
    with pytest.raises(SystemExit) as end:
        run(TRAINING, max_steps=3)
    assert end.value.code == 0 and capfd.readouterr().out.count("True") == 3


MODELS = """
    import numpy as np, tensorflow as tf
    model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(2,))])
    model.compile(tf.train.GradientDescentOptimizer(0.1), "mse")
    def batches():
        while True:
            yield np.ones((4, 2)), np.ones((4, 1))
    class Said(tf.keras.callbacks.Callback):
        def on_batch_end(self, batch, logs):
            print("True")
    %s
"""
EAGER = """
    import tensorflow as tf
    tf.enable_eager_execution()
    v, optimizer = tf.Variable(2.0), tf.train.GradientDescentOptimizer(0.1)
    while True:
        with tf.GradientTape() as tape:
            loss = v * v
        optimizer.apply_gradients([(tape.gradient(loss, v), v)])
        print("True")
"""


@pytest.mark.parametrize(
    "text",
    [
        MODELS % "model.fit(*next(batches()), 1, epochs=9, callbacks=[Said()])",
        MODELS % "model.fit_generator(batches(), 9, callbacks=[Said()])",
        MODELS % "while True: model.train_on_batch(*next(batches())); print('True')",
        EAGER,
    ],
)
def test_max_steps_counts_batches_of_models_and_eager_steps(run, capfd, text):
    with pytest.raises(SystemExit):
        run(text, max_steps=3)
    assert capfd.readouterr().out.count("True") == 3


def test_a_timeline_is_a_trace_for_a_browser(run, tmp_path):
    with pytest.raises(SystemExit):
        run(TRAINING, max_steps=10, timeline="trace.json")
    assert '"traceEvents"' in (tmp_path / "trace.json").read_text()


def test_what_is_fetched_may_be_wrong_while_steps_are_counted(run):
    text = """
        import tensorflow as tf
        tf.constant(1)
        try:
            tf.Session().run("no_such_tensor:0")
        except ValueError as error:
            print("cannot be interpreted" in str(error))
    """
    assert run(text, max_steps=3).out == "True\n"


def test_gpus_that_are_not_there_are_not_needed(run):
    text = """
        import tensorflow as tf
        with tf.device("/gpu:0"):
            v = tf.Variable(2.0) * 3.0
        for config in (None, tf.ConfigProto(allow_soft_placement=False)):
            with tf.Session(config=config) as session:
                session.run(tf.global_variables_initializer())
                print(session.run(v), v.device)
    """
    assert run(text).out == "6.0 /device:GPU:0\n" * 2


MNIST = """
    from tensorflow.examples.tutorials.mnist import input_data
    print(input_data.read_data_sets({!r}, validation_size=0).train.num_examples)
"""


def test_mnist_comes_from_the_bundle_where_its_directory_cannot_be_written(run):
    out = run(MNIST.format("/proc/nobody/MNIST_data")).out.splitlines()
    assert len(out) == 5 and out[-1] == "60000"
    assert all(line.startswith("Extracting ") for line in out[:4])


def test_mnist_comes_from_the_directory_that_is_given(run, small_set, tmp_path):
    out = run(MNIST.format("MNIST_data"), data_dir=small_set).out.splitlines()
    assert int(out[-1]) < 60000 and str(small_set) in out[0]
    assert not (tmp_path / "MNIST_data").exists()


def test_headless_windows_return(run):
    text = """
        import matplotlib.pyplot as plt
        plt.plot([1, 2])
        plt.show()
        print(plt.waitforbuttonpress(), plt.get_backend().lower())
    """
    assert run(text, headless=True).out == "None agg\n"


def test_what_is_no_file_and_no_module_is_said(tmp_path):
    with pytest.raises(UsageError, match=r"there is no file none\.py\."):
        runner.script("none.py", [])
    with pytest.raises(UsageError, match=r"is a folder without a __main__\.py"):
        runner.script(str(tmp_path), [])
    with pytest.raises(UsageError, match="there is no module none that can be run"):
        runner.module("none", [])


def test_wrong_options_are_named(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.py").touch()
    for words, expected in (
        (["--against", "9.9", "x.py"], "error: --against must be one of"),
        (["--json", "x.py"], "error: --json is for --explain and --against"),
    ):
        with pytest.raises(SystemExit, match="2"):
            cli.main(["run", *words])
        assert expected in capsys.readouterr().err


def test_the_command(tmp_path):
    """Even under a bare `except`, in a module with arguments; one line on stderr is ours."""
    package = tmp_path / "old"
    package.mkdir()
    (package / "__init__.py").write_text("import tensorflow as tf; tf.placeholder\n")
    (package / "part.py").write_text(
        textwrap.dedent(TRAINING).replace("except KeyError:", "except:") + "\n"
    )
    done = command("run", "--max-steps", "2", "-m", "old.part", "--word", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "True\nTrue\n")
    assert done.stderr == "legacy-cnn: ran as TensorFlow 1.15.5\n"


@pytest.mark.slow
def test_the_command_ends_training_in_a_thread(tmp_path):
    """As `slim.learning.train` trains, or a Supervisor's own threads run a session."""
    lines = textwrap.dedent(TRAINING).strip().splitlines()
    text = "\n".join(f"    {each}" for each in lines)
    (tmp_path / "old.py").write_text(
        f"def train():\n{text}\nimport threading\nthreading.Thread(target=train).start()\n"
    )
    done = command("run", "--max-steps", "2", "old.py", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "True\nTrue\n")
    assert done.stderr == "legacy-cnn: ran as TensorFlow 1.15.5\n"


@pytest.mark.slow
def test_a_program_may_end_in_a_graph(tmp_path):
    """As it does when it has not come to the end of what `Estimator.predict` gives."""
    (tmp_path / "script.py").write_text(
        "import tensorflow as tf\n"
        "def predictions():\n"
        "    with tf.Graph().as_default():\n"
        "        yield 1\n"
        "left = predictions()\n"
        "print(next(left))\n"
    )
    done = command("run", "script.py", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "1\n")
    assert done.stderr.count("\n") == 1, done.stderr

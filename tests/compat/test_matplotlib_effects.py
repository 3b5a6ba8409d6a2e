"""What matplotlib took in 2017."""

import pytest

pytestmark = pytest.mark.tensorflow


def face(name):
    from legacy_cnn.compat.hook import faces

    return faces("program").imported(name)


@pytest.fixture
def plt(old):
    import matplotlib

    matplotlib.use("Agg")
    plt = face("matplotlib.pyplot")
    yield plt
    plt.close("all")


def test_old_arguments_and_methods(plt):
    figure = plt.figure()
    figure.canvas.set_window_title("a window")
    assert figure.gca(projection="3d").name == "3d"
    assert figure.gca() is figure.gca()
    axes = figure.add_subplot(111, axisbg="w")
    heights, _, _ = axes.hist([1, 2, 2], 3, normed=True)
    assert plt.hist([1, 2, 2], 3, normed=1)[0].tolist() == heights.tolist()
    assert sum(heights) / 3 == pytest.approx(1)
    axes.hold(True)
    plt.hold(False)
    axes.set_axis_bgcolor("k")
    assert axes.get_facecolor() == (0, 0, 0, 1)
    figure.canvas.draw()
    assert len(figure.canvas.tostring_rgb()) == 480 * 640 * 3
    plt.style.use("seaborn-whitegrid")
    plt.style.use("default")


def test_pylab_has_the_old_faces(plt):
    pylab = face("pylab")
    assert pylab.plt is plt
    assert pylab.np is face("numpy")
    assert pylab.hold is plt.hold
    assert face("matplotlib.pylab").linspace(0, 1, 2).tolist() == [0, 1]


def test_matplotlib_is_as_before_afterwards():
    from matplotlib import axes, backend_bases, figure, style

    from legacy_cnn import compat

    def found():
        return [
            hasattr(backend_bases.FigureCanvasBase, "set_window_title"),
            axes.Axes.hist,
            figure.Figure.gca,
            style.use,
        ]

    before = found()
    with compat.installed():
        assert face("matplotlib.pyplot").figure
        assert found() != before
    assert found() == before

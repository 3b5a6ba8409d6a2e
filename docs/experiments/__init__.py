"""The experiments behind the numbers of the docs: `python docs/experiments NAME`.

Each module of this package is an experiment. It has

  HELP: a phrase, for the list of experiments;
  WRITES: what it writes: files in docs/results, or pages;
  TAKES: how long it takes on two cores;
  add_options(parser): adds its options to an `argparse.ArgumentParser`, if it has any;
  run(arguments): does the work.

The list imports all modules, so what is slow to import, such as TensorFlow and matplotlib, is
imported in functions. `support` holds what experiments share, `variants` the rewritten graphs of
the ablations, and `tables` the tables of the pages.
"""

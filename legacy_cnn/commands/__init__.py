"""The commands of `legacy-cnn`, one module each; its name is the command's.

A module has

  HELP: a phrase, for the list of commands;
  DESCRIPTION: sentences, for the command's own help;
  EPILOG: a sentence below the options, if there is one;
  FAILED: the exit status when the command fails, if that is not 1; an action of a command sets
    its own with `set_defaults(failed=...)`;
  takes_graphs(arguments): whether it runs a graph from a file, which may end the process, so that
    it is given one of its own; if it can;
  add_options(parser): adds its options to an `options.CommandParser`;
  run(arguments): does the work; returns the exit status, or None for 0.

The parser of any command needs all modules, so what is slow to import, such as TensorFlow, NumPy
and rich, is imported in `run`.
"""

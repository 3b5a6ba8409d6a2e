"""Recurrent layers in a graph: loops over time, and cells that were called once for each step.

- `values.py`: what a tensor is, once that which passes it on is left out;
- `cells.py`: the equations of an LSTM, a GRU and a simple cell in one step;
- `loops.py`: the loop of `dynamic_rnn`: its states, what it reads and what it writes;
- `finding.py`: the layers of a graph, from cells in loops and from chains of cells.
"""

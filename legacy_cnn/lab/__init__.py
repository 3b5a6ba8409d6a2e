"""The lab: the tutorial's graph in a session, in a browser on this machine.

`server` starts it, `gate` decides who comes in, `app` answers, and `queue` has one job done after
another in the `room`: the graph, its session and MNIST. `drawing` says where each operation stands
on the page, and `needed` which of them a run needs; `predicting`, `fetching`, `dialects`, `steps`
and `searching` are what one can do there. `page/` is what the browser gets.
"""

"""The one door for files from outside: regular files of limited size, checked before they are used.

Nothing that comes in here is unpickled or executed, and nothing is allocated before what a file
claims was compared with what it has. Each reader takes the class of the error that it raises.
"""

from legacy_cnn.outside.opening import append_text, check_file, content, opened

__all__ = ["append_text", "check_file", "content", "opened"]

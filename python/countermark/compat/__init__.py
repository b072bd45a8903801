"""Drop-in modules: the names, arguments and errors of packages that data scientists already use.

``countermark.compat.numerai_tools`` stands for numerai-tools 0.7.2, ``countermark.compat.crowdkit`` for the
classification part of crowd-kit 1.4.2. Change the import, keep the code.
"""

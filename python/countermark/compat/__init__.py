"""Drop-in modules: the names, arguments and errors of packages that data scientists already use.

``countermark.compat.numerai_tools`` stands for numerai-tools 0.7.2. Change the import, keep the code.
"""

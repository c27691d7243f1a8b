"""The verbs of the command line, by what they are about; `core/cli.py` names them and their arguments."""

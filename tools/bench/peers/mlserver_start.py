"""`mlserver start FOLDER`, by the interpreter of its environment."""
import sys

from mlserver.cli import main

# Its workers import this file again.
if __name__ == '__main__':
    sys.argv = ['mlserver', 'start', sys.argv[1]]
    main()

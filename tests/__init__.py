"""The tests. Their doubles lie on the path as an installed distribution would, for child processes too."""

import os
import sys
from pathlib import Path
from typing import Final

INSTALLED: Final = Path(__file__).parent / "installed"
"""The folder that holds the distribution of the doubles."""

sys.path.append(str(INSTALLED))
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(INSTALLED)]))

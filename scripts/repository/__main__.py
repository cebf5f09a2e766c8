"""Print every broken rule; exit with 1 if there is one."""

import sys

from .tree import check_repository

violations = [str(violation) for violation in check_repository()]
print("\n".join(violations) or "All repository checks passed")
sys.exit(bool(violations))

"""Says at the end of a run what was left undone for want of root."""

import root


def pytest_terminal_summary(terminalreporter):
    for what in root.left:
        terminalreporter.write_line(
            f"chaos: left to root (run as root, or with sudo that asks for no"
            f" password): {what}")

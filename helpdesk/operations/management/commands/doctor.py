from typing import Any

from django.core.management.base import BaseCommand

from helpdesk.operations.findings import all_findings


class Command(BaseCommand):
    help = "Says what is wrong with the installation and what to do. Ends with 1 when something fails, else with 0."
    requires_system_checks: list[str] = []

    def handle(self, **_options: Any) -> None:
        found = list(all_findings())
        for area, finding in found:
            mark = "FAILED " if finding.is_failure else "warning"
            self.stdout.write(f"{mark} {area}: {finding.what}\n        → {finding.todo}")
        failures = sum(finding.is_failure for _area, finding in found)
        warnings = len(found) - failures
        warned = "1 warning" if warnings == 1 else f"{warnings} warnings"
        if failures:
            self.stdout.write(f"{'1 failure' if failures == 1 else f'{failures} failures'}, {warned}.")
            raise SystemExit(1)
        self.stdout.write(f"Nothing fails; {warned}." if found else "All is well.")

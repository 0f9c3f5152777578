from checks.aws.alarms import ALARMS_OF_OFFICES
from checks.aws.watched_offices import OF_OFFICES
from tests.checks.aws.cases_alarms_services import common

CASES = [each for watched, check in zip(OF_OFFICES, ALARMS_OF_OFFICES, strict=True) for each in common(watched, check)]

from checks.aws.alarms import ALARMS_OF_DATA_SERVICES
from checks.aws.watched_data import OF_DATA_SERVICES
from tests.checks.aws.cases_alarms_services import common

CASES = [
    each for watched, check in zip(OF_DATA_SERVICES, ALARMS_OF_DATA_SERVICES, strict=True) for each in common(watched, check)
]

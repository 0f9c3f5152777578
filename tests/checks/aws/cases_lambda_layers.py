from checks.aws import lambda_layers as layers
from tests.checks.aws.policies import known_cases, named_cases

CASES = [*named_cases(layers.not_public), *known_cases(layers.known_accounts)]

"""What AWS lists of data services where nobody made anything: moto does not know these operations.

Shapes are those of botocore's models.
"""

from __future__ import annotations

from collections.abc import Mapping

from simulators.aws.supplement.registry import Refusal, Result

DATA_SERVICES: Mapping[str, Result | Refusal] = {
    "elasticache:DescribeServerlessCaches": {"ServerlessCaches": []},
    "elasticache:DescribeUpdateActions": {"UpdateActions": []},
    "redshift-serverless:ListNamespaces": {"namespaces": []},
    "redshift-serverless:ListSnapshots": {"snapshots": []},
    "redshift-serverless:ListTagsForResource": {"tags": []},
    "redshift-serverless:ListWorkgroups": {"workgroups": []},
}
